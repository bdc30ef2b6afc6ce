"""How do entries become files? Nothing here reads the store or writes to disk."""
