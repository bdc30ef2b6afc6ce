"""An archive in memory, for the services that show one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

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
from bot.views.search import passage_spans
from store.model import (
    Entry,
    Link,
    Listing,
    Place,
    Precision,
    PublishedDate,
    SearchQuery,
    Snippet,
    Status,
    TagCount,
)

NOON = datetime(2026, 11, 26, 3, tzinfo=UTC)
FEED = ArchiveSource(3, "A feed")


def archived(number: int, title: str, **facts: Any) -> ArchiveEntry:
    """Return an entry as an archive shows it. `facts` are those of the entry, or of its archive."""
    usual: dict[str, Any] = {
        "url": f"https://site{number}.example/story",
        "links": (),
        "note": f"What {title} is about. And more.",
        "image": "https://pictures.example/1.png",
        "published": PublishedDate(2026, 11, 26),
        "language": "en",
        "tags": ("llm",),
    }
    beside: dict[str, Any] = {
        name: facts.pop(name) for name in ("sources", "credit", "brief") if name in facts
    }
    entry = Entry(
        id=number,
        title=title,
        added_by="",
        key=None,
        status=Status.PUBLISHED,
        created_at=NOON,
        updated_at=NOON,
        first_published_at=NOON,
        **usual | facts,
    )
    day = entry.published or PublishedDate(2026, 11, 26)
    number_of_day = day.year * 10_000 + (day.month or 0) * 100 + (day.day or 0)
    main = () if entry.url is None else (Link(entry.url),)
    return ArchiveEntry(
        entry=entry,
        place=Place(number_of_day, number),
        date=day,
        brief=str(beside.get("brief", entry.note.partition("\n")[0])),
        links=tuple(
            ArchiveLink(each.url, each.title or "", "".join(each.url.split("/")[2:3]), FEED)
            for each in (*main, *entry.links)
        ),
        sources=beside.get("sources", (FEED,)),
        credit=str(beside.get("credit", "")),
        briefs={each.language: each.note for each in entry.renditions},
    )


class FakeArchive:
    """Holds what it is given. `questions` counts what was read from it; `away`: it cannot be."""

    url = "https://news.example"
    timezone = "Asia/Seoul"
    credited = False

    def __init__(self, *entries: ArchiveEntry) -> None:
        self.entries = sorted(entries, key=lambda one: (one.place.day, one.id), reverse=True)
        self.invitations: dict[str, str] = {}
        self.retracted: set[int] = set()
        self.corrected: str | None = None
        self.number = 1
        self.away = False
        self.questions: Counter[str] = Counter()

    async def version(self) -> int:
        """Return the number."""
        self._asked("version")
        return self.number

    async def host(self) -> str:
        """Return the host of its address."""
        return "news.example"

    async def latest(self, wanted: Listing, count: int, after: Place | None = None) -> ArchivePage:
        """Return a page of what is wanted."""
        self._asked("latest")
        found = [
            one
            for one in self.entries
            if wanted.language in {None, one.entry.language}
            and (after is None or (one.place.day, one.id) < (after.day, after.id))
            and (wanted.tag is None or wanted.tag in one.entry.tags)
            and (wanted.source is None or wanted.source in [each.id for each in one.sources])
            and _within(one.date, wanted.since, wanted.until)
        ]
        shown = tuple(found[:count])
        return ArchivePage(shown, shown[-1].place if len(found) > count else None)

    async def recent(self, wanted: Listing, count: int) -> Sequence[ArchiveEntry]:
        """Return what was published last."""
        self._asked("recent")
        found = [
            one
            for one in self.entries
            if wanted.language in {None, one.entry.language}
            and (wanted.tag is None or wanted.tag in one.entry.tags)
            and (wanted.source is None or wanted.source in [each.id for each in one.sources])
        ]
        found.sort(key=lambda one: one.entry.first_published_at or NOON, reverse=True)
        return found[:count]

    async def numbers(self, since: int, count: int) -> Sequence[int]:
        """Return the entries' numbers."""
        return sorted(one.id for one in self.entries if since <= one.id < since + count)

    async def last_number(self) -> int:
        """Return the highest."""
        self._asked("last_number")
        return max((one.id for one in self.entries), default=0)

    async def best(self, since: date, until: date, count: int) -> Sequence[ArchiveEntry]:
        """Return what has votes."""
        found = [
            one
            for one in self.entries
            if one.entry.votes
            and one.entry.first_published_at is not None
            and since <= one.entry.first_published_at.date() <= until
        ]
        return sorted(found, key=lambda one: one.entry.votes, reverse=True)[:count]

    async def around(
        self, since: date, until: date, language: str | None = None
    ) -> tuple[date | None, date | None]:
        """Return the days with news before and after."""
        told = [one for one in self.entries if language in {None, one.entry.language}]
        days = [one.date.first_day for one in told if _is_day(one.date)]
        before = max((day for day in days if day < since), default=None)
        return before, min((day for day in days if day > until), default=None)

    async def entry(self, entry_id: int) -> ArchiveEntry | Absence:
        """Return an entry."""
        self._asked("entry")
        if entry_id in self.retracted:
            return Absence.RETRACTED
        return next((one for one in self.entries if one.id == entry_id), Absence.UNKNOWN)

    async def source(self, source_id: int) -> ArchiveSource | None:
        """Return a source that brought something."""
        every = (each for one in self.entries for each in one.sources)
        return next((each for each in every if each.id == source_id), None)

    async def search(self, query: SearchQuery, count: int, offset: int = 0) -> ArchiveSearch:
        """Return entries whose note has the words, and where."""
        self._asked("search")
        words = query.words if query.literal else self.corrected or query.words
        hits = []
        for one in self.entries:
            if query.language not in {None, one.entry.language}:
                continue
            place = one.entry.note.find(words)
            if place >= 0:
                mark = (place, place + len(words))
                passage = Snippet(one.entry.note, (mark,), after=True)
                hits.append(ArchiveHit(one, passage_spans(passage)))
            elif words in one.entry.title:
                hits.append(ArchiveHit(one, ()))
        return ArchiveSearch(
            tuple(hits[offset : offset + count]),
            more=len(hits) > offset + count,
            count=len(hits),
            corrected=None if query.literal else self.corrected,
            any_word=False,
        )

    async def tags(self, count: int) -> Sequence[TagCount]:
        """Return the tags, most used first."""
        counts = Counter(tag for one in self.entries for tag in one.entry.tags)
        return tuple(TagCount(*each) for each in counts.most_common(count))

    def sections(
        self, entries: Sequence[ArchiveEntry], language: str
    ) -> Sequence[tuple[str, Sequence[ArchiveEntry]]]:
        """Return entries under headings of their first letter."""
        del language
        names = dict.fromkeys(one.entry.title[:1].upper() for one in entries)
        return tuple(
            (name, tuple(one for one in entries if one.entry.title[:1].upper() == name))
            for name in names
        )

    def change(self, number: int, title: str) -> None:
        """Edit an entry."""
        self.entries = [
            replace(one, entry=replace(one.entry, title=title)) if one.id == number else one
            for one in self.entries
        ]
        self.number += 1

    def _asked(self, what: str) -> None:
        if self.away:
            raise ArchiveAway("the disk is full")
        self.questions[what] += 1


def _is_day(day: PublishedDate) -> bool:
    return day.precision is Precision.DAY


def _within(day: PublishedDate, since: date | None, until: date | None) -> bool:
    if since is None and until is None:
        return True
    return _is_day(day) and (since or date.min) <= day.first_day <= (until or date.max)
