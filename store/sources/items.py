"""What sources bring: what becomes of new items, and what is told of entries by them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.database import chunks
from store.db.rows import first_row, from_row
from store.db.schema import entry_sources, source_items, source_keys, sources
from store.entries.drafts import checked
from store.entries.entries import Entries, EntryRoom
from store.entries.identity import url_key
from store.entries.numbering import renew_version
from store.errors import DuplicateEntry, EntryNotFound, InvalidEntry
from store.model import (
    Actor,
    ChangedItem,
    Entry,
    EntryDraft,
    EntrySource,
    Gathered,
    Link,
    Source,
    Status,
)
from store.reviews.rows import follow
from store.text import clean_line

_OPEN = (Status.PENDING, Status.PUBLISHED)
"""What may still be joined."""

_AT_ONCE = 25
"""Entries whose sources one statement finds, always the same one: as many as a page shows."""

_CARRYING = (
    select(entry_sources)
    .where(entry_sources.c.entry_id.in_([bindparam(f"id{place}") for place in range(_AT_ONCE)]))
    .order_by(entry_sources.c.id)
)


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes in what one poll of a source brought, in the unit of work that keeps the poll."""

    connection: AsyncConnection
    entries: Entries
    source: Source
    now: datetime

    @property
    def by(self) -> Actor:
        """As whom the source changes entries."""
        return Actor("", "", f"source:{self.source.id}", self.source.name)

    async def take(self, items: Sequence[Gathered]) -> tuple[Entry | None, ...]:
        """Keep items. Returns the entry that each became, joined or changed, if any."""
        numbers = await self._numbered(items)
        await self._remember(items, numbers)
        touched: list[Entry | None] = []
        for one, number in zip(items, numbers, strict=True):
            if one.number is not None:
                entry = await self._follow(one)
            else:
                entry = await self._become(_resolved(one, touched))
                if entry is not None:
                    which = update(source_items).filter_by(id=number)
                    await self.connection.execute(which.values(entry_id=entry.id))
            touched.append(entry)
        return tuple(touched)

    async def _numbered(self, items: Sequence[Gathered]) -> list[int]:
        """Return the number of each item, a new one where it is not known."""
        connection = self.connection
        new = [
            {"source_id": self.source.id, "title": one.title, "link": one.link}
            for one in items
            if one.number is None
        ]
        fresh: list[int] = []
        if new and connection.dialect.name == "sqlite":
            # The library would insert one after the other, to know which is which. Nobody else
            # writes here meanwhile, so what SQLite would number them is known.
            last = await connection.scalar(select(func.max(source_items.c.id))) or 0
            fresh = [last + place for place in range(1, len(new) + 1)]
            rows = [{"id": number, **row} for number, row in zip(fresh, new, strict=True)]
            await connection.execute(insert(source_items), rows)
        elif new:
            made = insert(source_items).returning(source_items.c.id, sort_by_parameter_order=True)
            fresh = [row.id for row in await connection.execute(made, new)]
        given = iter(fresh)
        return [next(given) if one.number is None else one.number for one in items]

    async def _remember(self, items: Sequence[Gathered], numbers: Sequence[int]) -> None:
        """Let the items be known by their keys from now on, also by those of another before."""
        rows = {
            key: {
                "source_id": self.source.id,
                "key": key,
                "item_id": number,
                "title_at": self.now if is_title else None,
            }
            for one, number in zip(items, numbers, strict=True)
            for key, is_title in one.keys
        }
        ours = delete(source_keys).filter_by(source_id=self.source.id)
        for some in chunks(list(rows)):
            await self.connection.execute(ours.where(source_keys.c.key.in_(some)))
        if rows:
            await self.connection.execute(insert(source_keys), list(rows.values()))

    async def _become(self, one: Gathered) -> Entry | None:
        """Make an entry of a new item, or bring its link to the entry whose story it tells."""
        if one.draft is None:
            return None
        connection, source = self.connection, self.source
        joined = False
        try:
            if one.joins is not None:
                entry = await self._join(one.joins, Link(one.link, source.name))
                if entry.status not in _OPEN:
                    return None  # that story was taken back, or nobody wanted it
                joined = True
            else:
                entry = await self.entries.add_within(connection, checked(one.draft), self.by)
        except DuplicateEntry as error:
            entry = error.entry
        except (InvalidEntry, EntryNotFound):
            return None
        told = EntrySource(
            entry.id, source.id, source.name, one.title, one.link, self.now, joined, one.offered
        )
        await connection.execute(insert(entry_sources).values(asdict(told)))
        if entry.status is Status.PUBLISHED:
            await renew_version(connection, self.now)
        return entry

    async def _join(self, entry_id: int, link: Link) -> Entry:
        key = url_key(link.url)
        entry_id = await follow(self.connection, entry_id)

        def with_link(entry: Entry) -> EntryDraft | None:
            known = [entry.url, *(one.url for one in entry.links)]
            if entry.status not in _OPEN or key in {url_key(each) for each in known if each}:
                return None
            return replace(entry.draft, links=(*entry.links, link))

        return await self.entries.change_within(self.connection, entry_id, with_link, self.by)

    async def _follow(self, one: Gathered) -> Entry | None:
        """Let a pending entry say what its item says now, where nobody edited that."""
        connection = self.connection
        which = source_items.c.id == one.number
        was = (await connection.execute(select(source_items).where(which))).first()
        if was is None or (was.title, was.link) == (one.title, one.link):
            return None
        await connection.execute(
            update(source_items).where(which).values(title=one.title, link=one.link)
        )
        if was.entry_id is None:
            return None

        changed, touched = False, None

        def followed(entry: Entry) -> EntryDraft | None:
            nonlocal changed
            says_so = (entry.title, entry.url or "") == (clean_line(one.title), one.link)
            changed = entry.status is Status.PUBLISHED and not says_so
            if entry.status is not Status.PENDING:
                return None
            title = one.title if entry.title == clean_line(was.title) else entry.title
            url = one.link if entry.url == was.link else entry.url
            return replace(entry.draft, title=title, url=url)

        with suppress(InvalidEntry, DuplicateEntry, EntryNotFound):
            touched = await self.entries.change_within(connection, was.entry_id, followed, self.by)
        changed_at = self.now if changed else None
        await connection.execute(update(source_items).where(which).values(changed_at=changed_at))
        return touched


class EntrySources(EntryRoom):
    """The sources that tell the stories of entries."""

    async def changed(self, entry_id: int) -> tuple[ChangedItem, ...]:
        """Return what sources say now of a published entry that they said otherwise before."""
        statement = (
            select(source_items, sources.c.name)
            .join(sources, sources.c.id == source_items.c.source_id)
            .where(source_items.c.entry_id == entry_id, source_items.c.changed_at.is_not(None))
            .order_by(source_items.c.changed_at.desc())
        )
        rows = await self._database.fetch(statement)
        return tuple(
            from_row(ChangedItem, row, item_id=row["id"], url=row["link"], at=row["changed_at"])
            for row in rows
        )

    async def settle_change(self, item_id: int) -> None:
        """Ask no more about a change, which a moderator took or refused."""
        await self._database.execute(
            update(source_items).filter_by(id=item_id).values(changed_at=None)
        )

    async def carrying(self, entry_ids: Collection[int]) -> dict[int, tuple[EntrySource, ...]]:
        """Return the sources that tell the stories of entries, the first first."""
        found: dict[int, list[EntrySource]] = {}
        ids = list(entry_ids)
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            asked = {f"id{place}": some[min(place, len(some) - 1)] for place in range(_AT_ONCE)}
            for row in await self._database.rows(_CARRYING, asked):
                found.setdefault(row["entry_id"], []).append(from_row(EntrySource, row))
        return {number: tuple(each) for number, each in found.items()}

    async def split(self, entry_id: int, url: str, by: Actor) -> Entry | None:
        """Make a joined link an entry of its own, which waits for a moderator.

        Returns it; None where no source's item joined the entry with that address.
        """
        async with self._database.write() as connection:
            which = (
                entry_sources.c.entry_id == entry_id,
                entry_sources.c.url == url,
                entry_sources.c.joined,
            )
            row = await first_row(connection, select(entry_sources).where(*which))
            if row is None:
                return None
            key = url_key(url)
            await self._entries.change_within(
                connection,
                entry_id,
                lambda entry: replace(
                    entry.draft, links=tuple(one for one in entry.links if url_key(one.url) != key)
                ),
                by,
            )
            draft = EntryDraft(row["title"], url, added_by=row["name"], status=Status.PENDING)
            try:
                entry = await self._entries.add_within(connection, checked(draft), by)
            except DuplicateEntry as error:
                entry = error.entry
            same = entry_sources.c.id == row["id"]
            await connection.execute(
                update(entry_sources).where(same).values(entry_id=entry.id, joined=False)
            )
            await connection.execute(
                update(source_items)
                .filter_by(entry_id=entry_id, link=url)
                .values(entry_id=entry.id)
            )
        return entry


def _resolved(one: Gathered, touched: Sequence[Entry | None]) -> Gathered:
    """Return an item with the entries that others of its poll became in their places."""

    def entry(number: int | None) -> int | None:
        if number is None or number > 0:
            return number
        became = touched[-number - 1]
        return None if became is None else became.id

    return replace(one, joins=entry(one.joins), offered=entry(one.offered))
