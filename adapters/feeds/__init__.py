"""Feeds: RSS, RDF, Atom, JSON Feed and the lists of them, and what their words are here."""
