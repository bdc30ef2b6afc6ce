"""How does a post get into a Discord channel, once? What it says is drawn in `cards`."""
