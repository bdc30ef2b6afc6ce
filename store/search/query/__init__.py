"""What does a person ask for? A typed query, understood; the index is not asked here."""
