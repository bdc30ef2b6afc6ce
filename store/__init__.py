"""The digest store: entries, channels and posts. It knows nothing of bots or platforms."""
