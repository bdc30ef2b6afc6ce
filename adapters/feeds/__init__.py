"""What do feeds say: RSS, RDF, Atom, JSON Feed, lists of them? What of it is new is not asked."""

from adapters.feeds.plugin import FeedsPlugin

plugin = FeedsPlugin()
