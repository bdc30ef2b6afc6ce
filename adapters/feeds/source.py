"""Sources by the fetcher: what a server answers for a feed becomes items or one of the errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo
from functools import partial
from typing import TypeVar

from adapters.documents.addresses import web
from adapters.documents.reading import ReadingThread
from adapters.feeds.freshness import fresh_for, retry_after
from adapters.feeds.opml import feeds_of, read_opml, write_opml
from adapters.feeds.reader import read
from adapters.feeds.short_forms import address_of
from bot.i18n.translator import N_
from bot.port.fetch import Fetched, Fetcher, FetchError
from bot.port.source import (
    Feed,
    FeedAddress,
    FeedAnswer,
    FeedGone,
    FeedMissing,
    NotAFeed,
    NotAFeedReason,
    TryLater,
    Unanswered,
    Validators,
)

T = TypeVar("T")

_ACCEPTED = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.3"
)
_OK = range(200, 300)
_UNCHANGED = 304
_MISSING = 404
_GONE = 410
_TOO_MANY = 429
_LATER = frozenset({408, 425, _TOO_MANY, *range(500, 600)})
_LONGEST_VALIDATOR = 1_000
_WITHOUT_SCHEME = re.compile(r"[^\s:/?#@\\]+\.[^\s:/?#@\\]+(?::\d+)?(?:[/?#]|$)")


class FeedSources:
    """Brings feeds from their addresses; they are read in a thread."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._thread = ReadingThread("feeds")

    async def fetch(
        self, address: str, validators: Validators, zone: tzinfo | None = None
    ) -> FeedAnswer:
        """Ask a feed for what is new. `zone` is that of its dates without one.

        Raises SourceError, but NotAFeedList.
        """
        fetched = await self._ask(address, validators)
        fresh = fresh_for(fetched.headers)
        if fetched.status == _UNCHANGED:
            if validators == Validators():
                raise Unanswered(N_("The server says that nothing has changed, and sent nothing."))
            return FeedAnswer(None, validators, fresh, fetched.permanent)
        feed = await self._read(fetched, zone)
        return FeedAnswer(feed, _validators(fetched), fresh, fetched.permanent)

    async def find(self, typed: str) -> Sequence[FeedAddress]:
        """Return the feeds that an address, a page or a short form (`arxiv:cs.CL`) stands for.

        One that is a feed itself is the only one. Raises SourceError, but NotAFeedList.
        """
        address = _address(typed.strip())
        fetched = await self._ask(address, Validators())
        try:
            feed = await self._read(fetched, None)
        except NotAFeed as problem:
            if problem.reason is not NotAFeedReason.HTML:
                raise
            found = await self._run(feeds_of, fetched)
            if not found:
                raise
            return found
        return (FeedAddress(fetched.permanent or address, feed.title),)

    async def read_list(self, data: bytes) -> Sequence[FeedAddress]:
        """Return the feeds of a list in OPML. Raises NotAFeedList."""
        return await self._thread.run(partial(read_opml, data))

    def write_list(self, feeds: Iterable[FeedAddress], title: str) -> str:
        """Return a list of feeds in OPML, those of one category together."""
        return write_opml(feeds, title)

    async def close(self) -> None:
        """Let go of the thread."""
        await self._thread.close()

    async def _ask(self, address: str, validators: Validators) -> Fetched:
        headers = {"Accept": _ACCEPTED}
        if validators.etag:
            headers["If-None-Match"] = validators.etag
        if validators.last_modified:
            headers["If-Modified-Since"] = validators.last_modified
        try:
            return await self._fetcher.fetch(address, headers=headers)
        except FetchError as error:
            raise Unanswered(error.reason, **error.values) from error

    async def _read(self, fetched: Fetched, zone: tzinfo | None) -> Feed:
        """Return the feed that came. Raises SourceError where the status or the answer is none."""
        status = fetched.status
        if status == _GONE:
            raise FeedGone
        if status == _MISSING:
            raise FeedMissing
        if status in _LATER:
            raise TryLater(status, retry_after(fetched.headers), whole_host=status == _TOO_MANY)
        try:
            feed = await self._run(partial(read, zone=zone), fetched)
        except NotAFeed as problem:
            if status in _OK or problem.reason is NotAFeedReason.CHALLENGE:
                raise
        else:
            if status in _OK:
                return feed
        raise Unanswered(N_("The server refuses this ({status})."), status=status)

    async def _run(self, work: Callable[..., T], fetched: Fetched) -> T:
        """Return what a document says, read in the thread."""
        kind = fetched.headers.get("Content-Type", "")
        return await self._thread.run(
            partial(work, fetched.body, content_type=kind, base=fetched.url)
        )


def _address(typed: str) -> str:
    address = address_of(typed) or web(typed)
    return f"https://{address}" if _WITHOUT_SCHEME.match(address) else address


def _validators(fetched: Fetched) -> Validators:
    return Validators(*(_kept(fetched.headers.get(name, "")) for name in ("ETag", "Last-Modified")))


def _kept(validator: str) -> str:
    """Return what can be sent again as it came, else nothing."""
    usable = validator.isascii() and validator.isprintable()
    return validator if usable and len(validator) <= _LONGEST_VALIDATOR else ""
