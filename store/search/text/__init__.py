"""How does text become terms, in Korean and English? Pure: no database is known here."""
