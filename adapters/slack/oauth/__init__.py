"""How does somebody add the app to their workspace, and what do they see? No token is kept here."""
