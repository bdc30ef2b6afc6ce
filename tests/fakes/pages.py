"""A reader of pages that knows some, and can keep others waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from bot.port.page import PageFacts, PageUnread

MISSING = "There is no page at this address ({status})."


class FakePageReader:
    """Gives what `known` says by address. `asked` are those that were read.

    While `open` is not set, no page comes.
    """

    def __init__(self, known: Mapping[str, PageFacts | Exception] | None = None) -> None:
        self.known = dict(known or {})
        self.asked: list[str] = []
        self.open = asyncio.Event()
        self.open.set()
        self.closed = False

    async def read(self, url: str, within: timedelta) -> PageFacts:
        """Return what is known of a page."""
        del within
        self.asked.append(url)
        await self.open.wait()
        found = self.known.get(url, PageUnread(MISSING, status=404))
        if isinstance(found, Exception):
            raise found
        return found

    async def close(self) -> None:
        """Take note of the end."""
        self.closed = True
