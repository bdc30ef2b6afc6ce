"""What do feeds say: RSS, RDF, Atom, JSON Feed, lists of them? What of it is new is not asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.port.fetch import Fetcher
    from bot.port.source import SourceReader


def plugin(fetcher: Fetcher) -> SourceReader:
    """Make the reader, without I/O."""
    from adapters.feeds.source import FeedSources  # noqa: PLC0415 - for who reads feeds

    return FeedSources(fetcher)
