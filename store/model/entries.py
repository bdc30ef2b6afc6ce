"""Entries, what they are made of, and which of them are asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, Self, TypeVar

from store.model.dates import PublishedDate

T = TypeVar("T")
_PLACE = re.compile(r"([0-9]{8})-([0-9]{1,18})")


class Status(StrEnum):
    """Where an entry stands."""

    PENDING = "pending"
    PUBLISHED = "published"
    RETRACTED = "retracted"
    SKIPPED = "skipped"
    """A moderator said no: it never comes again, and only moderators know of it."""


@dataclass(frozen=True, slots=True)
class Link:
    """An address with the words that name it, where there are any."""

    url: str
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Rendition:
    """What who reads a language gets of an entry instead of the curator's own text.

    `drafted_by` is the model that drafted it; empty: a person wrote it. `reviewed_by` is the name
    of who decided that it is shown, `at` when.
    """

    language: str
    title: str
    note: str
    drafted_by: str
    reviewed_by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """An entry as somebody wrote it, before the store has it.

    `url` is the main link, `links` are further ones. `key` is the caller's own id, by which an
    import knows the entry again.
    """

    title: str
    url: str | None = None
    links: tuple[Link, ...] = ()
    note: str = ""
    image: str | None = None
    published: PublishedDate | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    added_by: str = ""
    key: str | None = None
    status: Status = Status.PUBLISHED
    renditions: tuple[Rendition, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of news in the store.

    `published` is the date of the news itself; `first_published_at` is when the digest first
    showed it (None while it waits for a moderator), which decides for whom it is new.
    """

    id: int
    title: str
    url: str | None
    links: tuple[Link, ...]
    note: str
    image: str | None
    published: PublishedDate | None
    language: str | None
    tags: tuple[str, ...]
    added_by: str
    key: str | None
    status: Status
    created_at: datetime
    updated_at: datetime
    first_published_at: datetime | None
    votes: int = 0
    starred: bool = False
    """The moderators' pick."""
    renditions: tuple[Rendition, ...] = ()
    """Those of the text that it has now, at most one a language."""

    def told_in(self, language: str) -> Entry:
        """Return it as who reads a language gets it: the curator's own text without a rendition."""
        one = next((each for each in self.renditions if each.language == language), None)
        if one is None:
            return self
        return replace(self, title=one.title, note=one.note, language=language)

    @property
    def draft(self) -> EntryDraft:
        """What it says, to be changed: without its key and its renditions."""
        return EntryDraft(
            title=self.title,
            url=self.url,
            links=self.links,
            note=self.note,
            image=self.image,
            published=self.published,
            language=self.language,
            tags=self.tags,
            added_by=self.added_by,
        )


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a longer list: what is on it, and whether more follows."""

    items: tuple[T, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """Which published entries: those for which all that is given holds.

    `source` is the id of a source that tells their story. `since` and `until` are the first and
    the last day of the news; where one is given, news known to the month or year alone is left out.
    """

    tag: str | None = None
    language: str | None = None
    source: int | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """An entry's place among all: its day as YYYYMMDD (00: not known), and its id."""

    day: int
    id: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `str` wrote. Raises ValueError."""
        match = _PLACE.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is no place such as 20261126-12")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        """Return it as addresses have it."""
        return f"{self.day}-{self.id}"


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag and the number of published entries that carry it."""

    tag: str
    count: int


@dataclass(frozen=True, slots=True)
class ImportItem:
    """An entry read from a file, with the line (from 1) on which it begins."""

    draft: EntryDraft
    line: int


class ImportAction(StrEnum):
    """What an import did, or would do, with an item."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of an item. `entry_id` is None for one that a dry run would add."""

    action: ImportAction
    entry_id: int | None
    line: int
    title: str
