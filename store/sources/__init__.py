"""Which sources there are, what each has brought, and whose turn it is? Nothing is fetched here."""
