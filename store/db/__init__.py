"""How is the database reached, shaped, checked and copied? No query of a subject stands here."""
