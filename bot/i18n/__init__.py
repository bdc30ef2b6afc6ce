"""In which words is it said? Catalogs and their reading; no text is decided here."""
