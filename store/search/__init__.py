"""Search in Korean and English: text becomes terms, terms find entries, entries are ranked."""
