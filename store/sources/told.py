"""What sources tell of entries: which of them, what they say now, and what was not the same."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import bindparam, select, update

from store.db.rows import first_row, from_row
from store.db.schema import entry_sources, source_items, sources
from store.entries.drafts import checked
from store.entries.entries import EntryRoom
from store.entries.identity import url_key
from store.errors import DuplicateEntry
from store.model import Actor, ChangedItem, Entry, EntryDraft, EntrySource, Status

_AT_ONCE = 25
"""Entries whose sources one statement finds, always the same one: as many as a page shows."""

_CARRYING = (
    select(entry_sources)
    .where(entry_sources.c.entry_id.in_([bindparam(f"id{place}") for place in range(_AT_ONCE)]))
    .order_by(entry_sources.c.id)
)


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
