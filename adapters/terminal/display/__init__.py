"""How does a card look in a terminal? Nothing here reads what is typed."""
