"""What is due, and how does it reach a channel once? No text is worded, no platform named here."""
