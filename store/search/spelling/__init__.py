"""What was meant by a word that no entry holds? Suggestions; the query is not changed here."""
