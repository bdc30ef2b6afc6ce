"""What does the terminal keep in the data folder? Only private files, and no digest."""
