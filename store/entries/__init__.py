"""How are entries written, found again and changed? Search and posts are kept elsewhere."""
