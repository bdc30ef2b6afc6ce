"""What are owners of channels to be told? Kept until told; nobody is told here."""
