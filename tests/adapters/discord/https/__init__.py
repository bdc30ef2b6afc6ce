"""Discord calls the bot."""
