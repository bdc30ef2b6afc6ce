"""Which entries answer best, and where? Nothing is written here."""
