"""What each page shows: read from the archive, drawn by its template."""

from __future__ import annotations

import itertools
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from adapters.web.addresses import PageAddress, PageKind
from adapters.web.drawing import Drawing
from adapters.web.structured import article_data, list_data
from bot.i18n.translator import LANGUAGES, N_, Translator, Translators
from bot.port.archive import Absence, Archive, ArchiveEntry, ArchivePage
from bot.port.text import one_line, paragraphs, shorten
from store.model import Listing, Place, Precision, PublishedDate, SearchQuery

ON_A_PAGE = 25
"""Entries: some 15 KB."""

_BEST = 5
"""Entries that a week begins with."""

_AMONG_THE_BEST = 25
"""Entries among which the best in one language are found."""

_FOUND = 15
"""Entries that a page of search shows, each with a passage."""

_LAST = 100
"""The last page of a search."""

_TAGS = 200
_TOP_TAGS = 6
"""As many as stand on one line, beside the choice of a language."""
LONGEST_SEARCH = 300
_WITH_SECTIONS = 6
"""Entries of a day from which on they stand under the headings that posts have."""

_DESCRIPTION = 160

Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Day:
    """The entries of one date, in sections. `path` is the day's own page, where it has one."""

    date: PublishedDate
    path: str
    sections: Sequence[tuple[str, Sequence[ArchiveEntry]]]


class NoPage(Exception):
    """There is nothing at an address, or not now. `sentence` is a message id with its values."""

    def __init__(self, sentence: str, status: int = 404, after: int = 0, **values: object) -> None:
        """`after`: seconds after which to ask again, 0 where that is of no use."""
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status
        self.after = after
        self.values = values


class ArchivePages:
    """Draws the pages."""

    def __init__(self, archive: Archive, drawing: Drawing, translators: Translators) -> None:
        self._archive = archive
        self._drawing = drawing
        self._translators = translators
        self._facts: Mapping[
            PageKind, Callable[[PageAddress, Translator], Awaitable[dict[str, object]]]
        ] = {
            PageKind.LATEST: self._latest,
            PageKind.DAY: self._day,
            PageKind.WEEK: self._week,
            PageKind.TAGS: self._tags,
            PageKind.TAG: self._tag,
            PageKind.SOURCE: self._source,
            PageKind.ENTRY: self._entry,
            PageKind.SEARCH: self._search,
            PageKind.ABOUT: self._about,
        }

    async def draw(self, address: PageAddress) -> str:
        """Return a page. Raises NoPage, ArchiveAway."""
        words = self._translators.of(address.language)
        facts = await self._facts[address.kind](address, words)
        return self._drawn(facts.pop("template", address.kind), address, words, facts)

    def message(self, language: str, sentence: str, address: PageAddress | None) -> str:
        """Return a page that says, in one sentence, why there is no other."""
        words = self._translators.of(language)
        address = address or PageAddress(words.language, "/", PageKind.LATEST)
        facts = {"sentence": sentence, "title": sentence, "indexed": False}
        return self._drawn("message", address, words, facts)

    def _drawn(
        self, template: object, address: PageAddress, words: Translator, facts: Facts
    ) -> str:
        usual: dict[str, Any] = {
            "address": address,
            "base": self._archive.url,
            "languages": LANGUAGES,
            "words": words,
            "indexed": True,
            "description": words.gettext("AI news, each story once and in few words."),
            "data": {},
        }
        return self._drawing.draw(f"{template}.html", usual | dict(facts), words)

    async def _latest(self, address: PageAddress, words: Translator) -> dict[str, object]:
        tags = await self._archive.tags(_TOP_TAGS)
        facts = await self._list(Listing(), address, words)
        return {**facts, "title": "", "tags": tags}

    async def _day(self, address: PageAddress, words: Translator) -> dict[str, object]:
        day = _date(address.values[0])
        facts = await self._list(Listing(since=day, until=day), address, words)
        before, after = await self._archive.around(day, day, address["lang"] or None)
        year, week, _ = day.isocalendar()
        return {
            **facts,
            "title": _day_words(day, words),
            "before": before and (f"/{before}", _day_words(before, words)),
            "after": after and (f"/{after}", _day_words(after, words)),
            "around": (_week_path(year, week), words.gettext("The whole week")),
            "template": "day",
        }

    async def _week(self, address: PageAddress, words: Translator) -> dict[str, object]:
        year, week = map(int, address.values)
        try:
            first = date.fromisocalendar(year, week, 1)
            last = first + timedelta(days=6)
        except (ValueError, OverflowError):
            raise NoPage(N_("No calendar has this week.")) from None
        facts = await self._list(Listing(since=first, until=last), address, words)
        best = () if facts["begun"] else await self._archive.best(first, last, _AMONG_THE_BEST)
        best = [one for one in best if address["lang"] in {"", one.entry.language}][:_BEST]
        before, after = await self._archive.around(first, last, address["lang"] or None)
        return {
            **facts,
            "title": words.interval(first, last),
            "over": words.gettext("Week {week} of {year}", week=week, year=year),
            "best": [one.told_in(words.language) for one in best],
            "before": before and _week_of(before, words),
            "after": after and _week_of(after, words),
            "template": "day",
        }

    async def _tags(self, address: PageAddress, words: Translator) -> dict[str, object]:
        del address
        tags = await self._archive.tags(_TAGS + 1)
        return {"title": words.gettext("Tags"), "tags": tags[:_TAGS], "more": len(tags) > _TAGS}

    async def _tag(self, address: PageAddress, words: Translator) -> dict[str, object]:
        tag = one_line(address.values[0])
        facts = await self._list(Listing(tag=tag), address, words)
        if not facts["days"] and not address["lang"]:
            raise NoPage(N_("No entry has the tag “{tag}”."), tag=tag)
        return {**facts, "title": f"#{tag}", "template": "list"}

    async def _source(self, address: PageAddress, words: Translator) -> dict[str, object]:
        source = await self._archive.source(int(address.values[0]))
        if source is None:
            raise NoPage(N_("There is no such source here."))
        facts = await self._list(Listing(source=source.id), address, words)
        return {**facts, "title": source.name, "over": words.gettext("Source"), "template": "list"}

    async def _entry(self, address: PageAddress, words: Translator) -> dict[str, object]:
        entry = await self._archive.entry(int(address.values[0]))
        if entry is Absence.RETRACTED:
            raise NoPage(N_("This entry was retracted."), 410)
        if not isinstance(entry, ArchiveEntry):
            raise NoPage(N_("There is no such entry."))
        written = entry
        entry = written.told_in(words.language)
        title = one_line(entry.entry.title)
        date = entry.date
        return {
            "title": title,
            "entry": entry,
            "data": article_data(entry, self._archive.url, address),
            "note": paragraphs(entry.entry.note),
            "day": f"/{date.iso}" if date.precision is Precision.DAY else "",
            "description": shorten(one_line(entry.entry.note) or title, _DESCRIPTION),
            "original": one_line(written.entry.title) if entry is not written else "",
            "original_at": _original_at(written, self._archive.url),
            "others": [
                each for each in entry.sources if each not in {link.source for link in entry.links}
            ],
        }

    async def _search(self, address: PageAddress, words: Translator) -> dict[str, object]:
        typed = one_line(address["q"])
        title = words.gettext("Search")
        if len(typed) > LONGEST_SEARCH:
            raise NoPage(
                N_("That is too long to search for. Type at most {most} letters."),
                400,
                most=LONGEST_SEARCH,
            )
        facts: dict[str, object] = {"title": title, "typed": typed, "indexed": False}
        if not typed:
            return {**facts, "found": None}
        number = _number(address["page"])
        literal = address["literal"] == "yes"
        query = SearchQuery(typed, literal=literal, language=address["lang"] or None)
        found = await self._archive.search(query, _FOUND, (number - 1) * _FOUND)
        hits = [replace(hit, entry=hit.entry.told_in(words.language)) for hit in found.hits]
        found = replace(found, hits=tuple(hits))
        if number > 1 and not found.hits:
            raise NoPage(N_("There is no page {page}."), page=number)
        more = found.more and number < _LAST
        return {
            **facts,
            "title": words.gettext("Search: {words}", words=typed),
            "found": found,
            "literal": literal,
            "earlier": number - 1,
            "later": number + 1 if more else 0,
        }

    async def _about(self, address: PageAddress, words: Translator) -> dict[str, object]:
        del address
        return {
            "title": words.gettext("About this digest"),
            "invitations": self._archive.invitations,
        }

    async def _list(
        self, wanted: Listing, address: PageAddress, words: Translator
    ) -> dict[str, object]:
        """Return the facts that all lists share."""
        after = None
        if address["after"]:
            try:
                after = Place.parse(address["after"])
            except ValueError:
                raise NoPage(N_("There is no such page.")) from None
        wanted = replace(wanted, language=address["lang"] or None)
        page = await self._archive.latest(wanted, ON_A_PAGE, after)
        page = replace(page, entries=tuple(one.told_in(words.language) for one in page.entries))
        if after is not None and not page.entries:
            raise NoPage(N_("There is no such page."))
        return {
            "days": self._days(page, words),
            "count": len(page.entries),
            "next": page.next,
            "data": list_data(page.entries, self._archive.url, address),
            "begun": after is not None,
            "indexed": after is None and bool(page.entries) and not address["lang"],
        }

    def _days(self, page: ArchivePage, words: Translator) -> list[Day]:
        days = []
        for day, group in itertools.groupby(page.entries, lambda entry: entry.date):
            entries = tuple(group)
            many = len(entries) >= _WITH_SECTIONS
            sections = self._archive.sections(entries, words.language) if many else (("", entries),)
            path = f"/{day.iso}" if day.precision is Precision.DAY else ""
            days.append(Day(day, path, sections))
        return days


def _original_at(written: ArchiveEntry, base: str) -> str:
    """Return the page that tells an entry as it was written, empty where each has other words."""
    for language in LANGUAGES:
        if written.told_in(language) is written:
            return f"{base}/{language}/e/{written.id}"
    return ""


def _date(text: str) -> date:
    try:
        return PublishedDate.from_iso(text).first_day
    except ValueError:
        raise NoPage(N_("No calendar has this day.")) from None


def _day_words(day: date, words: Translator) -> str:
    return words.day(datetime.combine(day, time(12), UTC), "UTC")


def _week_path(year: int, week: int) -> str:
    return f"/week/{year}-W{week:02}"


def _week_of(day: date, words: Translator) -> tuple[str, str]:
    """Return the path and the days of a day's week."""
    year, week, weekday = day.isocalendar()
    first = day - timedelta(days=weekday - 1)
    return _week_path(year, week), words.interval(first, first + timedelta(days=6))


def _number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{0,4}", text) or not 1 <= (number := int(text or 1)) <= _LAST:
        raise NoPage(N_("There is no such page."))
    return number
