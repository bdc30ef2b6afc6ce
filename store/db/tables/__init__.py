"""Which tables are there, and what does each column hold? No query stands here."""
