"""What is typed at the prompt? Nothing here writes cards."""
