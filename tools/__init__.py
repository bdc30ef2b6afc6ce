"""What the people who work on AINews run by hand."""
