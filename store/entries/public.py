"""What everybody may read: published entries by what is asked for, and the version of it all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select, tuple_, update

from store.db.rows import Room
from store.db.schema import entries, entry_sources, entry_tags, numbers, sources, tags
from store.entries.rows import day_number, entry_of, sort_day
from store.model import Entry, Listing, Page, Place, PublishedDate, Status
from store.text import tag_key

_OF_A_MONTH = 100
"""What divides a day's number into the month's and the day in it, 0 where that is not known."""

_LOOKED_THROUGH = 10
"""Entries of the newest news, for each wanted, among which those published last are found."""


class PublicEntries(Room):
    """The published entries, as an archive shows them."""

    @property
    def writes(self) -> int:
        """How often this program wrote: while that is the same, it has changed no `version`."""
        return self._database.writes

    async def version(self) -> int:
        """Return what is a higher number once any program has changed what is public.

        One statement, on a connection of its own: it may be asked at every request. Raises
        DatabaseTrouble.
        """
        return await self._database.public_version()

    async def host(self, usual: str) -> str:
        """Return the host of the entries' public ids: the one that was ever named first."""
        known = await self._database.scalar(select(numbers.c.host))
        if known is None:
            async with self._database.write() as connection:
                unset = numbers.c.host.is_(None)
                await connection.execute(update(numbers).where(unset).values(host=usual))
                known = (await connection.execute(select(numbers.c.host))).scalar_one()
        return str(known)

    async def page(self, wanted: Listing, count: int, after: Place | None = None) -> Page[Entry]:
        """Return entries in the order of `Entries.latest`, those that follow a place."""
        asked = _asked(wanted, after)
        rows = await self._database.rows(_page(*asked), {**asked, "count": count + 1})
        return Page(tuple(map(entry_of, rows[:count])), more=len(rows) > count)

    async def recent(self, wanted: Listing, count: int) -> Sequence[Entry]:
        """Return what was published last of the newest news that is wanted, last first.

        Older news that is published late is found too, with as many entries newer than it as a
        few hundred: to order all would cost as much as there are.
        """
        asked = _asked(wanted)
        counts = {"among": count * _LOOKED_THROUGH, "count": count}
        return list(map(entry_of, await self._database.rows(_recent(*asked), asked | counts)))

    async def numbers(self, since: int, count: int) -> Sequence[int]:
        """Return the ids of published entries from one on, below it + count."""
        within = entries.c.id.between(since, since + count - 1)
        statement = select(entries.c.id).where(within, entries.c.status == Status.PUBLISHED)
        async with self._database.read() as connection:
            return (await connection.scalars(statement.order_by(entries.c.id))).all()

    async def last_number(self) -> int:
        """Return the highest id of a published entry, 0 where there is none."""
        # By the ids' own order: the first from the end that is published.
        published = entries.c.status.concat("") == Status.PUBLISHED
        statement = select(entries.c.id).where(published).order_by(entries.c.id.desc()).limit(1)
        return await self._database.scalar(statement) or 0

    async def around(
        self, since: date, until: date, language: str | None = None
    ) -> tuple[date | None, date | None]:
        """Return the last day with news before some days, and the first one after them."""
        asked: dict[str, Any] = {"since": day_number(since), "until": day_number(until)}
        if language is not None:
            asked["language"] = language
        [found] = await self._database.rows(_around(*asked), asked)
        before, after = found["before"], found["after"]
        return before and _day(before), after and _day(after)

    async def source_name(self, source_id: int) -> str | None:
        """Return what a source is called, or was while it was there; None for one unknown.

        Only what brought something that is published is known.
        """
        brought = (
            select(entry_sources.c.name)
            .join(entries, entries.c.id == entry_sources.c.entry_id)
            .where(entry_sources.c.source_id == source_id, entries.c.status == Status.PUBLISHED)
            .order_by(entry_sources.c.entry_id.desc())
            .limit(1)
        )
        named = select(sources.c.name).filter_by(id=source_id)
        async with self._database.read() as connection:
            then = await connection.scalar(brought)
            now = None if then is None else await connection.scalar(named)
        return now or then


def listed(wanted: Listing) -> Select[Any]:
    """Return the published entries that are wanted, newest news first."""
    asked = _asked(wanted)
    return _listed(asked).params(asked)


def _asked(wanted: Listing, after: Place | None = None) -> dict[str, Any]:
    """Return the values of what is asked for, by the names that statements have for them."""
    asked = {
        "tag": None if wanted.tag is None else tag_key(wanted.tag),
        "language": wanted.language,
        "source": wanted.source,
        "since": wanted.since and day_number(wanted.since),
        "until": wanted.until and day_number(wanted.until),
        "after_day": after and after.day,
        "after_id": after and after.id,
    }
    return {name: value for name, value in asked.items() if value is not None}


@cache
def _page(*names: str) -> Select[Any]:
    return _listed(names).limit(bindparam("count"))


@cache
def _recent(*names: str) -> Select[Any]:
    newest = _listed(names).with_only_columns(entries.c.id).limit(bindparam("among"))
    order = (entries.c.first_published_at.desc(), entries.c.serial.desc())
    found = select(entries).where(entries.c.id.in_(newest))
    return found.order_by(*order).limit(bindparam("count"))


@cache
def _around(*names: str) -> Select[Any]:
    day = entries.c.sort_day
    whole = select(day).where(entries.c.status == Status.PUBLISHED, day % _OF_A_MONTH > 0).limit(1)
    if "language" in names:
        whole = whole.where(entries.c.language == bindparam("language"))
    before = whole.where(day < bindparam("since")).order_by(day.desc())
    after = whole.where(day > bindparam("until")).order_by(day)
    return select(before.scalar_subquery().label("before"), after.scalar_subquery().label("after"))


def _listed(names: Collection[str]) -> Select[Any]:
    """Return the published entries for which what `names` says holds, newest news first."""
    statement = select(entries)
    if "tag" not in names:
        day, number = entries.c.sort_day, entries.c.id
        # What a source brought is little: adding nothing keeps SQLite from looking for it in all.
        status = entries.c.status.concat("") if "source" in names else entries.c.status
        statement = statement.where(status == Status.PUBLISHED)
    else:
        day, number = entry_tags.c.sort_day, entry_tags.c.entry_id
        tag = select(tags.c.id).where(tags.c.key == bindparam("tag")).scalar_subquery()
        statement = statement.join(entry_tags, entry_tags.c.entry_id == entries.c.id).where(
            entry_tags.c.tag_id == tag
        )
    source = entry_sources.c.source_id == bindparam("source")
    place = tuple_(bindparam("after_day", type_=day.type), bindparam("after_id", type_=number.type))
    conditions: dict[str, ColumnElement[bool]] = {
        "language": entries.c.language == bindparam("language"),
        "source": entries.c.id.in_(select(entry_sources.c.entry_id).where(source)),
        "since": day >= bindparam("since"),
        "until": day <= bindparam("until"),
        "after_day": tuple_(day, number) < place,
    }
    statement = statement.where(*(each for name, each in conditions.items() if name in names))
    if "since" in names or "until" in names:
        statement = statement.where(day % _OF_A_MONTH > 0)
    return statement.order_by(day.desc(), number.desc())


def place_of_entry(entry: Entry) -> Place:
    """Return where an entry stands among all."""
    return Place(sort_day(entry.published, entry.created_at), entry.id)


def day_of_entry(entry: Entry) -> PublishedDate:
    """Return the date under which an entry stands: the news', else of the day it was added."""
    if entry.published is not None:
        return entry.published
    added = entry.created_at.astimezone(UTC)
    return PublishedDate(added.year, added.month, added.day)


def _day(number: int) -> date:
    return date(number // 10_000, number // _OF_A_MONTH % _OF_A_MONTH, number % _OF_A_MONTH)
