"""How the reader of feeds is found and made."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.feeds.source import FeedSources
    from bot.port.fetch import Fetcher


class FeedsPlugin:
    """The entry point `feeds` of the sources."""

    def create(self, fetcher: Fetcher) -> FeedSources:
        """Make the reader, without I/O."""
        from adapters.feeds.source import FeedSources  # noqa: PLC0415 - for who reads feeds

        return FeedSources(fetcher)
