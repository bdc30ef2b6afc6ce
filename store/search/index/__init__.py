"""Which entries hold a term? The index and its engines; nothing is ranked here."""
