"""Feeds: RSS, RDF, Atom, JSON Feed and the lists of them, and what their words are here."""

from adapters.feeds.plugin import FeedsPlugin

plugin = FeedsPlugin()
