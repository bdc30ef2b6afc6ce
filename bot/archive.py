"""What everybody may read of the store, as the port's archive."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.config.installation import Installation
from bot.i18n.translator import Translators
from bot.port.archive import (
    Absence,
    ArchiveAway,
    ArchiveEntry,
    ArchiveHit,
    ArchiveLink,
    ArchivePage,
    ArchiveSearch,
    ArchiveSource,
)
from bot.port.platform import Installable, Platform
from bot.port.text import one_line
from bot.views.entries import first_sentence
from bot.views.search import passage_spans
from bot.views.sections import TagSections
from store.entries.identity import url_key
from store.entries.links import host
from store.entries.public import day_of_entry, place_of_entry
from store.errors import EntryNotFound, StoreError
from store.model import Entry, EntrySource, Listing, Place, SearchQuery, Status, TagCount
from store.store import DigestStore

_AGREED = 0.02
"""Seconds after which a process learns at the latest what others changed.

To ask at every request would cost as much as to answer it.
"""

_REMEMBERED = 256
"""Entries that are made ready once while lists show them: they change less often than the lists."""


class _Version(NamedTuple):
    """A version that was read. It holds until a moment, unless this process writes anew."""

    number: int
    own: int
    until: float


def archive_of(
    installation: Installation, store: DigestStore, platforms: Sequence[Platform]
) -> StoreArchive:
    """Return the digest as the operator lets everybody read it, and where to add the bot."""
    settings = installation.settings
    return StoreArchive(
        store,
        installation.translators,
        installation.sections,
        url=settings.web_url or "",
        timezone=settings.timezone,
        credited=settings.web_credits,
        invitations={
            each.name: each.install_path
            for each in platforms
            if isinstance(each, Installable) and each.install_path
        },
    )


@dataclass(eq=False)
class StoreArchive:
    """The digest as everybody may read it. `credited`: who added an entry is public."""

    store: DigestStore
    translators: Translators
    headings: TagSections
    url: str
    timezone: str
    credited: bool
    invitations: Mapping[str, str] = field(default_factory=dict)
    _known: _Version = field(init=False, default=_Version(-1, -1, 0))
    _asking: asyncio.Task[int] | None = field(init=False, default=None)
    _turn: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)
    _host: str = field(init=False, default="")

    async def version(self) -> int:
        """Return the version of what is public.

        What this process wrote is in it; what another one did is within `_AGREED` seconds. Who asks
        while a question is under way shares the next one.
        """
        known = self._known
        if known.own == self.store.public.writes and _now() < known.until:
            return known.number
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        with _away():
            return await asyncio.shield(self._asking)

    async def _ask(self) -> int:
        async with self._turn:
            self._asking = None
            own, until = self.store.public.writes, _now() + _AGREED
            number = await self.store.public.version()
            self._known = _Version(number, own, until)
            return number

    async def host(self) -> str:
        """Return the host of the entries' ids."""
        if not self._host:
            with _away():
                self._host = await self.store.public.host(urlsplit(self.url).hostname or "")
        return self._host

    async def latest(self, wanted: Listing, count: int, after: Place | None = None) -> ArchivePage:
        """Return published entries, newest news first."""
        with _away():
            page = await self.store.public.page(wanted, count, after)
            entries = await self._shown(page.items)
        return ArchivePage(entries, entries[-1].place if page.more and entries else None)

    async def recent(self, wanted: Listing, count: int) -> Sequence[ArchiveEntry]:
        """Return what the digest published last of the newest news."""
        with _away():
            return await self._shown(await self.store.public.recent(wanted, count))

    async def numbers(self, since: int, count: int) -> Sequence[int]:
        """Return the numbers of entries that everybody may read, from one on, below it + count."""
        with _away():
            return await self.store.public.numbers(since, count)

    async def last_number(self) -> int:
        """Return the highest number of an entry that everybody may read."""
        with _away():
            return await self.store.public.last_number()

    async def best(self, since: date, until: date, count: int) -> Sequence[ArchiveEntry]:
        """Return what has votes of what the digest first showed on some days, the best first."""
        zone = ZoneInfo(self.timezone)
        begin, end = (
            datetime.combine(day, time(), zone) for day in (since, until + timedelta(days=1))
        )
        with _away():
            page = await self.store.votes.best(begin, end, count)
            return await self._shown([one for one in page.items if one.votes])

    async def around(
        self, since: date, until: date, language: str | None = None
    ) -> tuple[date | None, date | None]:
        """Return the last day with news before some days, and the first one after them."""
        with _away():
            return await self.store.public.around(since, until, language)

    async def entry(self, entry_id: int) -> ArchiveEntry | Absence:
        """Return a whole entry, or why it is not shown."""
        with _away():
            try:
                entry = await self.store.entries.get(entry_id)
            except EntryNotFound:
                return Absence.UNKNOWN
            if entry.status is Status.RETRACTED:
                # Whether it was ever public: only then was there something to take back.
                published = entry.first_published_at is not None
                return Absence.RETRACTED if published else Absence.UNKNOWN
            if entry.status is not Status.PUBLISHED:
                return Absence.UNKNOWN
            [shown] = await self._shown((entry,))
        return shown

    async def source(self, source_id: int) -> ArchiveSource | None:
        """Return a source that brought something."""
        with _away():
            name = await self.store.public.source_name(source_id)
        return None if name is None else _source(source_id, name)

    async def search(self, query: SearchQuery, count: int, offset: int = 0) -> ArchiveSearch:
        """Return the entries that answer a query best."""
        with _away():
            asked = replace(query, anonymous=not self.credited)
            found = await self.store.search.find(asked, count, offset)
            entries = await self._shown([one.entry for one in found.items])
        hits = zip(entries, (one.passage for one in found.items), strict=True)
        return ArchiveSearch(
            tuple(
                ArchiveHit(entry, passage_spans(passage) if passage else ())
                for entry, passage in hits
            ),
            more=found.more,
            count=found.count,
            corrected=found.corrected,
            any_word=found.any_word,
        )

    async def tags(self, count: int) -> Sequence[TagCount]:
        """Return the tags, most used first."""
        with _away():
            return await self.store.completion.tags(limit=count)

    def sections(
        self, entries: Sequence[ArchiveEntry], language: str
    ) -> Sequence[tuple[str, Sequence[ArchiveEntry]]]:
        """Return entries under the headings that posts have."""
        by_id = {each.id: each for each in entries}
        divided = self.headings.divided(
            [each.entry for each in entries], self.translators.of(language)
        )
        return tuple((name, tuple(by_id[each.id] for each in some)) for name, some in divided)

    async def _shown(self, entries: Sequence[Entry]) -> tuple[ArchiveEntry, ...]:
        told = await self.store.entry_sources.carrying([entry.id for entry in entries])
        return tuple(
            _archived(entry, told.get(entry.id, ()), credited=self.credited) for entry in entries
        )


@lru_cache(_REMEMBERED)
def _archived(entry: Entry, told: tuple[EntrySource, ...], *, credited: bool) -> ArchiveEntry:
    sources = {each.source_id: _source(each.source_id, each.name) for each in told}
    by_url = {key: sources[each.source_id] for each in told if (key := _key(each.url))}
    main = () if entry.url is None else (_link(entry.url, "", by_url),)
    further = (_link(link.url, link.title or "", by_url) for link in entry.links)
    return ArchiveEntry(
        entry=replace(entry, added_by="", key=None),
        place=place_of_entry(entry),
        date=day_of_entry(entry),
        brief=first_sentence(entry.note),
        links=(*main, *further),
        sources=tuple(sources.values()),
        credit=one_line(entry.added_by) if credited else "",
        briefs={each.language: first_sentence(each.note) for each in entry.renditions},
    )


def _link(url: str, title: str, sources: Mapping[bytes, ArchiveSource]) -> ArchiveLink:
    site = host(url).removeprefix("www.")
    source = sources.get(_key(url)) if sources else None
    return ArchiveLink(url, one_line(title), site, source)


def _key(url: str) -> bytes:
    with contextlib.suppress(ValueError):
        return url_key(url)
    return b""


def _source(number: int, name: str) -> ArchiveSource:
    """Return a source; of one that is called by its address, the site: a path may be private."""
    address = name.startswith(("http://", "https://"))
    return ArchiveSource(number, host(name) if address else one_line(name))


@contextmanager
def _away() -> Iterator[None]:
    """Raise the store's errors in the port's words."""
    try:
        yield
    except StoreError as error:
        raise ArchiveAway(str(error)) from error


def _now() -> float:
    return asyncio.get_running_loop().time()
