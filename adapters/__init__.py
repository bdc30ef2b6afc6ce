"""The outside world: each folder speaks one foreign language, and nothing else does."""
