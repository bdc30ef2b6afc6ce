"""What is kept, and how is it found? A folder or file a subject; no bot or platform is known."""
