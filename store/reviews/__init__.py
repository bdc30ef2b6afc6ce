"""Which entries wait for a moderator, and what was decided about them? Nothing is shown here."""
