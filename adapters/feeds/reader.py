"""A feed read from what a server sent: one door for every format, away from the event loop."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import tzinfo
from functools import partial
from typing import TypeVar

from adapters.documents.challenges import is_challenge
from adapters.documents.encoding import decode
from adapters.feeds.discovery import feeds_of
from adapters.feeds.json_feed import read_json
from adapters.feeds.opml import read_opml
from adapters.feeds.xml_feed import read_xml
from bot.port.source import Feed, FeedAddress, NotAFeed, NotAFeedReason

T = TypeVar("T")

_BLANKS = " \t\r\n\0\ufeff\u200b"
_GUARD = ")]}'"
"""What some sites put before their JSON, so that no page can run it as a script."""
_BEGINNING = 30_000
_PAGE = re.compile(r"<!doctype html|<html[\s>]", re.IGNORECASE)


def read(
    data: bytes, *, content_type: str = "", base: str = "", zone: tzinfo | None = None
) -> Feed:
    """Read RSS, RDF, Atom, JSON Feed, or what one of the known sites answers in place of a feed.

    `data` is the body as it came, `content_type` its header, `base` the address that relative ones
    are resolved against, `zone` that of dates without one. A feed that is broken or cut off gives
    what it has. It takes about as long as the body is long, whatever stands in it.

    Raises:
        NotAFeed: where it is none; nothing else.
    """
    text = decode(data, content_type).lstrip(_BLANKS)
    if not text:
        raise NotAFeed(NotAFeedReason.EMPTY)
    if text.startswith(_GUARD):
        text = text.removeprefix(_GUARD).lstrip(_BLANKS + ",")
    if text[0] in "{[":
        return read_json(text, base, zone)
    try:
        return read_xml(text, base, zone)
    except NotAFeed as problem:
        raise NotAFeed(_reason(text, problem.reason)) from None


def _reason(text: str, reason: NotAFeedReason) -> NotAFeedReason:
    beginning = text[:_BEGINNING]
    if reason is not NotAFeedReason.HTML and not _PAGE.search(beginning):
        return reason
    return NotAFeedReason.CHALLENGE if is_challenge(text) else NotAFeedReason.HTML


class FeedReader:
    """Reads in a thread of its own, one after the other, so that the loop has its turns."""

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="feeds")

    async def read(
        self, data: bytes, *, content_type: str = "", base: str = "", zone: tzinfo | None = None
    ) -> Feed:
        """Do what `read` does.

        Raises:
            NotAFeed: where it is none.
        """
        return await self._run(partial(read, data, content_type=content_type, base=base, zone=zone))

    async def feeds_of(
        self, data: bytes, *, content_type: str = "", base: str = ""
    ) -> tuple[FeedAddress, ...]:
        """Do what `feeds_of` does."""
        return await self._run(partial(feeds_of, data, content_type=content_type, base=base))

    async def read_opml(self, data: bytes) -> tuple[FeedAddress, ...]:
        """Do what `read_opml` does.

        Raises:
            NotAFeedList: where it is none.
        """
        return await self._run(partial(read_opml, data))

    async def close(self) -> None:
        """Wait for what is being read, and end the thread."""
        await asyncio.to_thread(self._worker.shutdown, cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._worker, work)
