"""The port of the archive: what a service may know of the digest, to show it to everybody.

Only what is published is told, and nothing of who reads or curates. An adapter that shows it is
found by the entry-point group `ainews.services`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from typing import Protocol

from bot.port.card import Spans
from bot.port.platform import Declaring, PlatformContext
from bot.port.service import Service
from store.model import Entry, Listing, Place, PublishedDate, SearchQuery, TagCount

SERVICES = "ainews.services"
"""The entry-point group; each entry point names a `ServicePlugin`."""


@dataclass(frozen=True, slots=True)
class ArchiveSource:
    """A source that tells the story of an entry."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class ArchiveLink:
    """An address of an entry: its words ("" where it has none), its site, who told of it."""

    url: str
    title: str
    site: str
    source: ArchiveSource | None = None


@dataclass(frozen=True, slots=True)
class ArchiveEntry:
    """A published entry with all that a page shows of it.

    `entry` names neither its key nor who added it: that is `credit`, empty unless the operator
    lets it be public. `date` is the one under which it stands: the news', else that of the day on
    which it was added. `brief` is what its note begins with, on one line, and `briefs` what its
    translations begin with, by their languages. `links` are all of its
    links, the main one first; `sources` are all that tell its story, also without a link.
    """

    entry: Entry
    place: Place
    date: PublishedDate
    brief: str
    links: tuple[ArchiveLink, ...]
    sources: tuple[ArchiveSource, ...]
    credit: str
    briefs: Mapping[str, str] = field(default_factory=dict)

    def told_in(self, language: str) -> ArchiveEntry:
        """Return it as who reads a language gets it: as it was written where nobody translated."""
        told = self.entry.told_in(language)
        if told is self.entry:
            return self
        return replace(self, entry=told, brief=self.briefs[language])

    @property
    def id(self) -> int:
        """The entry's number."""
        return self.entry.id

    @property
    def published(self) -> datetime:
        """When the digest published it; of an imported one, the day of the news."""
        return self.entry.first_published_at or self.entry.created_at

    @property
    def updated(self) -> datetime:
        """When it was edited since; as `published` where it never was. An import is no edit."""
        edited = self.entry.updated_at > max(self.entry.created_at, self.published)
        return self.entry.updated_at if edited else self.published

    @property
    def site(self) -> str:
        """The site of its main link, empty where it has none."""
        return self.links[0].site if self.entry.url else ""


class Absence(Enum):
    """Why an entry is not shown."""

    RETRACTED = "retracted"
    UNKNOWN = "unknown"
    """There is none of that number, or none that everybody may read."""


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """Some of a list. `next` is the place after which more follow, None at the end."""

    entries: tuple[ArchiveEntry, ...]
    next: Place | None


@dataclass(frozen=True, slots=True)
class ArchiveHit:
    """An entry that was found, and the passage of its note that answers, empty where none does."""

    entry: ArchiveEntry
    passage: tuple[Spans, ...]


@dataclass(frozen=True, slots=True)
class ArchiveSearch:
    """Some of what was found, best first: as `SearchPage` of the store."""

    hits: tuple[ArchiveHit, ...]
    more: bool
    count: int | None
    corrected: str | None
    any_word: bool


class Archive(Protocol):
    """The digest as everybody may read it. Each question raises ArchiveAway."""

    @property
    def url(self) -> str:
        """The public address of the archive, without a slash at its end."""

    @property
    def credited(self) -> bool:
        """Whether it names who added an entry."""

    @property
    def invitations(self) -> Mapping[str, str]:
        """The paths of this site by which anybody adds the bot to a platform, by its name."""

    async def version(self) -> int:
        """Return what rises with each change of what is public.

        With this process's own changes at once, with those of others within a fiftieth of a
        second. What was made at a version holds for as long as it is that.
        """

    async def host(self) -> str:
        """Return the host of the entries' ids (`tag:HOST,2026:entry-12`), fixed at first use."""

    async def latest(self, wanted: Listing, count: int, after: Place | None = None) -> ArchivePage:
        """Return published entries, newest news first; those that follow a place, where given."""

    async def recent(self, wanted: Listing, count: int) -> Sequence[ArchiveEntry]:
        """Return what the digest published last of the newest news; an import is as old as it."""

    async def numbers(self, since: int, count: int) -> Sequence[int]:
        """Return the numbers of entries that everybody may read, from one on, below it + count."""

    async def last_number(self) -> int:
        """Return the highest number of an entry that everybody may read, 0 where there is none."""

    async def best(self, since: date, until: date, count: int) -> Sequence[ArchiveEntry]:
        """Return what has votes of what the digest first showed on some days, the best first."""

    async def around(
        self, since: date, until: date, language: str | None = None
    ) -> tuple[date | None, date | None]:
        """Return the last day with news before some days, and the first one after them.

        Of news in one language, where that is given.
        """

    async def entry(self, entry_id: int) -> ArchiveEntry | Absence:
        """Return a whole entry, or why it is not shown."""

    async def source(self, source_id: int) -> ArchiveSource | None:
        """Return a source that brought something; None where there is none such."""

    async def search(self, query: SearchQuery, count: int, offset: int = 0) -> ArchiveSearch:
        """Return the entries that answer a query best."""

    async def tags(self, count: int) -> Sequence[TagCount]:
        """Return the tags, most used first."""

    def sections(
        self, entries: Sequence[ArchiveEntry], language: str
    ) -> Sequence[tuple[str, Sequence[ArchiveEntry]]]:
        """Return entries under the headings that posts have; "" where a heading says nothing."""


class ArchiveAway(Exception):
    """The archive cannot be read just now. It may work later."""


class ServicePlugin(Declaring, Protocol):
    """How a service is found and made. To load it loads no library of a started one."""

    name: str

    def configured(self, environment: Mapping[str, str]) -> bool:
        """Whether the operator set what it needs, so that it should be started."""

    def create(self, context: PlatformContext, archive: Archive) -> Service:
        """Make it, without I/O. Raises SettingsError for a wrong value."""
