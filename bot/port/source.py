"""The port of sources: what an adapter brings from a feed, and how it says that it is none.

An adapter that implements it is found by the entry-point group `ainews.sources`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Protocol

from bot.i18n.translator import N_, kept
from bot.port.fetch import Fetcher
from bot.port.problems import ReasonedError

SOURCES = "ainews.sources"
"""The entry-point group."""

_TOO_MANY = 429
_ASKED_TOO_OFTEN = N_("The server asks to be asked less often (429).")
_NOT_NOW = N_("The server cannot answer just now ({status}).")


@dataclass(frozen=True, slots=True)
class FurtherLink:
    """An address that an item names beside its main link.

    `rel` is the feed's word for it: `comments`, `original` (behind a counting address), `via`,
    `related`, `enclosure`, `external`.
    """

    rel: str
    url: str


@dataclass(frozen=True, slots=True)
class Item:
    """What a feed says of one piece of news. All text is plain: no markup, no references.

    `link` and all other addresses are absolute and of http or https. `guid` is the feed's own id,
    as written. `published` is in UTC and as the feed has it, also when it lies far away; None where
    it names no moment. `description` has at most 1,000 characters. `language` is its own, a tag of
    BCP 47. `announce_type` is arXiv's: `new`, `cross`, `replace`, `replace-cross`.
    """

    title: str | None = None
    link: str | None = None
    guid: str | None = None
    published: datetime | None = None
    description: str | None = None
    image: str | None = None
    language: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    links: tuple[FurtherLink, ...] = ()
    announce_type: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed with its items in their order; a feed without any is still a feed.

    `link` is the page that it belongs to, `refresh` how long it asks to be left alone, `url` the
    address by which it calls itself.
    """

    items: tuple[Item, ...]
    title: str | None = None
    link: str | None = None
    language: str | None = None
    refresh: timedelta | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class FeedAddress:
    """Where a feed is, as a page or a list names it; `category` is the folder of the list."""

    url: str
    title: str | None = None
    category: str | None = None


class NotAFeedReason(StrEnum):
    """What came in place of a feed, each in one sentence."""

    EMPTY = N_("The answer is empty.")
    CHALLENGE = N_("The site wanted proof of a human visitor, and sent no feed.")
    HTML = N_("It is a web page, not a feed.")
    OTHER = N_("It is neither RSS, Atom nor a JSON Feed.")


@dataclass(frozen=True, slots=True)
class Validators:
    """What makes the next request conditional: headers of the last whole answer, as they came."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class FeedAnswer:
    """What a source answered. `feed` is None where nothing has changed since the validators.

    `fresh_for` is how long its headers say that it stays as it is; `moved_to` where permanent
    redirects lead.
    """

    feed: Feed | None
    validators: Validators = Validators()
    fresh_for: timedelta | None = None
    moved_to: str | None = None


class SourceError(ReasonedError):
    """A source did not bring what was asked of it.

    SourceError
    ├── NotAFeed       there was an answer, but it is no feed
    ├── NotAFeedList   what should be a list of feeds is none
    ├── FeedGone       the server says that it is gone for good (410)
    ├── FeedMissing    nothing is there just now (404)
    ├── TryLater       the server asks for patience (429, 503, 5xx)
    └── Unanswered     no answer that may be used
    """

    @property
    def kept(self) -> str:
        """Why, as it is kept and shown later."""
        return kept(str(self.reason), self.values)


class FeedGone(SourceError):
    """It is gone for good, says its server."""

    def __init__(self) -> None:
        super().__init__(N_("The server says that this is gone for good (410)."))


class FeedMissing(SourceError):
    """Nothing is there just now."""

    def __init__(self) -> None:
        super().__init__(N_("The server has nothing at this address (404)."))


class TryLater(SourceError):
    """The server asks for patience.

    `after` is its own delay, None where it named none. `whole_host`: it asks so of everything
    that is fetched from the host (429).
    """

    def __init__(
        self, status: int, after: timedelta | None = None, *, whole_host: bool = False
    ) -> None:
        said = {} if status == _TOO_MANY else {"status": status}
        super().__init__(_NOT_NOW if said else _ASKED_TOO_OFTEN, **said)
        self.status = status
        self.after = after
        self.whole_host = whole_host


class Unanswered(SourceError):
    """No answer came that may be used."""


class NotAFeed(SourceError):
    """What was read is no feed, which is not the same as a feed without items."""

    reason: NotAFeedReason

    def __init__(self, reason: NotAFeedReason) -> None:
        super().__init__(reason)


class NotAFeedList(SourceError):
    """What was read is no list of feeds."""

    def __init__(self) -> None:
        super().__init__(N_("It is not a list of feeds in OPML."))


class SourceReader(Protocol):
    """Brings feeds from their addresses."""

    async def fetch(
        self, address: str, validators: Validators, zone: tzinfo | None = None
    ) -> FeedAnswer:
        """Ask a feed for what is new. `zone` is that of its dates without one.

        Raises SourceError, but NotAFeedList.
        """

    async def find(self, typed: str) -> Sequence[FeedAddress]:
        """Return the feeds that an address, a page or a short form (`arxiv:cs.CL`) stands for.

        One that is a feed itself is the only one. Raises SourceError, but NotAFeedList.
        """

    async def read_list(self, data: bytes) -> Sequence[FeedAddress]:
        """Return the feeds of a list in OPML. Raises NotAFeedList."""

    def write_list(self, feeds: Iterable[FeedAddress], title: str) -> str:
        """Return a list of feeds in OPML, those of one category together."""

    async def close(self) -> None:
        """Let go of threads."""


SourcePlugin = Callable[[Fetcher], SourceReader]
"""Makes a reader of sources, without I/O."""
