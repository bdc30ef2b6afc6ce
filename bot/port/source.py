"""The port of sources: what an adapter brings from a feed, and how it says that it is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.i18n.translator import N_


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
    address by which it calls itself, `next_url` where its older items are.
    """

    items: tuple[Item, ...]
    title: str | None = None
    link: str | None = None
    language: str | None = None
    refresh: timedelta | None = None
    url: str | None = None
    next_url: str | None = None


@dataclass(frozen=True, slots=True)
class FeedAddress:
    """Where a feed is, as a page or a list names it; `category` is the folder of the list."""

    url: str
    title: str | None = None
    category: str | None = None


class NotAFeedReason(StrEnum):
    """What came in place of a feed, each in one sentence."""

    EMPTY = N_("The answer is empty.")
    CHALLENGE = N_("The site asked whether it is visited by a person, and sent no feed.")
    HTML = N_("It is a web page, not a feed.")
    OTHER = N_("It is neither RSS, Atom nor a JSON Feed.")


class SourceError(Exception):
    """A source did not bring what was asked of it.

    SourceError
    ├── NotAFeed       there was an answer, but it is no feed
    └── NotAFeedList   what should be a list of feeds is none
    """


class NotAFeed(SourceError):
    """What was read is no feed, which is not the same as a feed without items."""

    def __init__(self, reason: NotAFeedReason) -> None:
        super().__init__(str(reason))
        self.reason = reason


class NotAFeedList(SourceError):
    """What was read is no list of feeds."""

    def __init__(self) -> None:
        super().__init__(N_("It is not a list of feeds in OPML."))
