"""Sources: where entries come from on their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from store.model.entries import EntryDraft
from store.model.people import Actor


class SourceState(StrEnum):
    """Where a source stands."""

    ACTIVE = "active"
    PAUSED = "paused"
    GONE = "gone"
    """Its server said twice that it is gone for good."""


@dataclass(frozen=True, slots=True)
class SourceRules:
    """What becomes of what a source brings.

    `tags` are given to each entry. `reviewed`: a moderator decides on each; else it publishes by
    itself. `only` and `without` are words and phrases in title and text: one of the first must be
    there, where any are given, and none of the others. `language` is that of its items, None where
    each says it by its words; `timezone` that of dates without one, empty for the usual of its
    country.
    """

    tags: tuple[str, ...] = ()
    reviewed: bool = True
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    language: str | None = None
    timezone: str = ""


@dataclass(frozen=True, slots=True)
class Polling:
    """How the polling of a source goes.

    `next_at`: when it is asked again, None while it is not. `polled_at`, `good_at` and `news_at`
    are the last times that it was asked, answered as it should, and brought news; `full_at` that
    it answered whole, whatever it was told of what is known. `pace` is from one poll to the next
    while all is well. `failures` in a row since `failing_since`; `trouble` is why, a message
    (`Translator.stored`); `told`: whoever added it knows. `missed`: between the last two polls
    there may have been more than the feed holds. `etag` and `last_modified` are as the server sent
    them. It said `moved_times` in a row that the feed is now at `moved_to`, and `gone_times` that
    it is gone.
    """

    next_at: datetime | None = None
    polled_at: datetime | None = None
    good_at: datetime | None = None
    full_at: datetime | None = None
    news_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    trouble: str = ""
    told: bool = False
    missed: bool = False
    pace: timedelta = timedelta(hours=1)
    etag: str = ""
    last_modified: str = ""
    moved_to: str = ""
    moved_times: int = 0
    gone_times: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """A feed that is polled. `address` is what is asked, `name` what people call it."""

    id: int
    address: str
    name: str
    rules: SourceRules
    state: SourceState
    added_by: Actor
    created_at: datetime
    polling: Polling = field(default_factory=Polling)


class SourceNotice(StrEnum):
    """What whoever added a source is told in private."""

    FAILING = "failing"
    """It has brought nothing but errors for a week."""
    BACK = "back"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Gathered:
    """One item of a feed, to be remembered under its keys, and what becomes of it.

    `keys` are digests; True stands beside that of a title. `number` is that under which it is
    known, None where it is not. `draft` is the entry that it becomes, or whose link it brings to
    the entry `joins`; None: nothing. `offered` may tell the same story. Both are entries or, below
    zero, what items of the same poll before this one become: -1 the first.
    """

    keys: tuple[tuple[bytes, bool], ...]
    title: str
    link: str
    number: int | None = None
    draft: EntryDraft | None = None
    joins: int | None = None
    offered: int | None = None


@dataclass(frozen=True, slots=True)
class EntrySource:
    """A source that tells the story of an entry: its name, and what it calls the story where.

    `joined`: it came as a further link. `offered`: an entry that may be the same story.
    """

    entry_id: int
    source_id: int
    name: str
    title: str
    url: str
    at: datetime
    joined: bool
    offered: int | None = None


@dataclass(frozen=True, slots=True)
class ChangedItem:
    """What a source says now of an entry that was published with other words or another link."""

    item_id: int
    entry_id: int
    name: str
    title: str
    url: str
    at: datetime
