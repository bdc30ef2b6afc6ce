"""What did channels ask for, and when are they due? No post is made here."""
