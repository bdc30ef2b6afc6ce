"""Entries: adding, finding, changing, taking back; the list that everybody reads."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, insert, select, tuple_, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.audit import AuditAction
from store.channels.rows import wake_instant
from store.db.database import Database
from store.db.rows import Room, among, counted, execute_many
from store.db.schema import entries
from store.entries import numbering
from store.entries.changes import edited, entry_row, record, refuse_twin, renew
from store.entries.completion import keep_titles
from store.entries.drafts import CheckedDraft, checked
from store.entries.identity import url_key
from store.entries.imports import import_items
from store.entries.public import listed
from store.entries.renditions import without_reviewer
from store.entries.rows import MAXIMUM_ID, Values, entry_of, new_row
from store.entries.tagging import known_tags, reindex, shown
from store.errors import AlreadySo, EntryNotFound
from store.model import Actor, Entry, EntryDraft, ImportItem, ImportOutcome, Listing, Page, Status
from store.posts.rows import mark_changed
from store.search.index.index import SearchIndex

_MANY = 500
"""Items from which on an import is a large one."""

_BY_ID = select(entries).where(entries.c.id == bindparam("id"))


class Entries(Room):
    """The news in the store."""

    def __init__(
        self, database: Database, index: SearchIndex, clock: Callable[[], datetime]
    ) -> None:
        super().__init__(database, clock)
        self._index = index

    async def add(self, draft: EntryDraft, by: Actor) -> Entry:
        """Add an entry.

        Raises:
            InvalidEntry: it cannot be kept as it is.
            DuplicateEntry: its main link or its key is in the store, whatever that one's status.
        """
        kept = checked(draft)
        async with self._database.write() as connection:
            return await self.add_within(connection, kept, by)

    async def add_within(self, connection: AsyncConnection, kept: CheckedDraft, by: Actor) -> Entry:
        """Add an entry in a unit of work that writes. Raises DuplicateEntry."""
        now = self._clock()
        await refuse_twin(connection, kept, None)
        async with numbering.giving(connection) as given:
            row = new_row(kept, given.next_entry(), now)
            if row["status"] == Status.PUBLISHED:
                row |= {"serial": given.next_serial(), "first_published_at": now}
        known = await known_tags(connection, row["tags"], create=True)
        row["tags"] = shown(row["tags"], known)
        await connection.execute(insert(entries), row)
        await reindex(connection, [(None, row)], known)
        await keep_titles(connection, [row], new=True)
        await self._follow(connection, None, row, now)
        await wake_instant(connection, now, row["first_published_at"])
        await record(connection, now, by, AuditAction.ADD, before=None, after=row)
        return entry_of(row)

    async def change_within(
        self,
        connection: AsyncConnection,
        entry_id: int,
        change: Callable[[Entry], EntryDraft | None],
        by: Actor,
    ) -> Entry:
        """Change what an entry says in a unit of work that writes; None: it stays as it is.

        What the change makes of it is as for `edit`. Raises EntryNotFound, InvalidEntry and
        DuplicateEntry.
        """
        before = await entry_row(connection, entry_id)
        draft = change(entry_of(before))
        after = before if draft is None else await edited(connection, before, checked(draft))
        if after != before:
            after["updated_at"] = self._clock()
            if set(after["tags"]) != set(before["tags"]):
                await renew(connection, after)
            await self.replace(connection, before, after, by, AuditAction.EDIT)
        return entry_of(after)

    async def get(self, entry_id: int) -> Entry:
        """Return an entry, whatever its status. Raises EntryNotFound."""
        known = 0 < entry_id <= MAXIMUM_ID
        rows = await self._database.rows(_BY_ID, {"id": entry_id}) if known else ()
        if not rows:
            raise EntryNotFound(entry_id)
        return entry_of(rows[0])

    async def get_many(self, ids: Sequence[int]) -> tuple[Entry, ...]:
        """Return entries in the order of their ids as given; missing ones are left out."""
        known = [number for number in ids if 0 < number <= MAXIMUM_ID]
        async with self._database.read() as connection:
            rows = await among(connection, select(entries), entries.c.id, known)
        found = {row["id"]: entry_of(row) for row in rows}
        return tuple(found[number] for number in ids if number in found)

    async def find_by_link(self, url: str) -> Entry | None:
        """Return the entry of that story, whatever its status; None where there is none."""
        try:
            key = url_key(url.strip())
        except ValueError:
            return None
        row = await self._database.first(select(entries).filter_by(url_key=key))
        return None if row is None else entry_of(row)

    async def recent(self, since: datetime, after: int = 0) -> tuple[Entry, ...]:
        """Return entries that are open (pending or published), added since a moment, by id.

        Only those with a higher id than `after`.
        """
        statement = (
            select(entries)
            .where(
                entries.c.id > after,
                entries.c.created_at >= since,
                entries.c.status.in_((Status.PENDING, Status.PUBLISHED)),
            )
            .order_by(entries.c.id)
        )
        return tuple(map(entry_of, await self._database.fetch(statement)))

    async def latest(self, count: int, *, tag: str | None = None, offset: int = 0) -> Page[Entry]:
        """Return published entries, newest news first; only those with a tag where given.

        By the date of the news (without one, the day on which it was added), then by id.
        """
        return await self._database.page(listed(Listing(tag)), count, offset, entry_of)

    async def edit(self, entry_id: int, draft: EntryDraft, by: Actor) -> Entry:
        """Replace what an entry says. Every post that carries it is to be updated.

        Its key and who added it stay where the draft says nothing of them; its status stays.

        Raises:
            EntryNotFound: there is none of that id.
            InvalidEntry: it cannot be kept as it is.
            DuplicateEntry: the main link or the key is another entry's.
        """
        return await self.change(entry_id, lambda _: draft, by)

    async def change(
        self, entry_id: int, change: Callable[[Entry], EntryDraft | None], by: Actor
    ) -> Entry:
        """Do as `edit` does with what is made of the entry as it stands; None: it stays so."""
        async with self._database.write() as connection:
            return await self.change_within(connection, entry_id, change, by)

    async def retract(self, entry_id: int, by: Actor) -> Entry:
        """Take an entry back. Every post that carries it is to be updated.

        Raises EntryNotFound, and AlreadySo where it is retracted.
        """
        async with self._database.write() as connection:
            before = await entry_row(connection, entry_id)
            if before["status"] == Status.RETRACTED:
                raise AlreadySo(entry_of(before))
            after = {**before, "status": Status.RETRACTED.value, "updated_at": self._clock()}
            await self.replace(connection, before, after, by, AuditAction.RETRACT)
        return entry_of(after)

    async def restore(self, entry_id: int, by: Actor) -> Entry:
        """Publish an entry that was retracted, or that waits for a moderator.

        Raises EntryNotFound, and AlreadySo where it is published.
        """
        now = self._clock()
        async with self._database.write() as connection:
            before = await entry_row(connection, entry_id)
            if before["status"] == Status.PUBLISHED:
                raise AlreadySo(entry_of(before))
            after = {
                **before,
                "status": Status.PUBLISHED.value,
                "updated_at": now,
                "first_published_at": before["first_published_at"] or now,
            }
            await renew(connection, after)
            await self.replace(connection, before, after, by, AuditAction.RESTORE)
        return entry_of(after)

    async def import_batch(
        self, items: Sequence[ImportItem], by: Actor, *, dry_run: bool = False
    ) -> tuple[ImportOutcome, ...]:
        """Add what is new and update what changed, all of it or nothing; an outcome an item.

        An item is known again by its key, else by its main link, else (where neither has one) by
        title and date. The same item as was imported last changes nothing, whatever moderators
        did since; a changed one replaces what it speaks of: a field that it leaves empty stays.
        A retracted entry stays retracted.

        Raises:
            InvalidEntry: an item cannot be kept; `line` says which.
        """
        unit = self._database.read() if dry_run else self._database.write()
        async with unit as connection:
            if len(items) >= _MANY:
                await self._database.expect_much(connection)
            return await import_items(
                connection, self._index, items, by, self._clock(), dry_run=dry_run
            )

    async def all(
        self, statuses: Collection[Status] = (Status.PUBLISHED,), batch: int = 1000
    ) -> AsyncIterator[Entry]:
        """Return every entry of these statuses, in the order of `latest`, read in batches."""
        last: tuple[int, int] | None = None
        while statuses:
            rows = await self._database.fetch(_after(last, statuses, batch))
            for row in rows:
                yield entry_of(row)
            if len(rows) < batch:
                return
            last = rows[-1]["sort_day"], rows[-1]["id"]

    async def count(self) -> dict[Status, int]:
        """Return how many entries there are of each status."""
        async with self._database.read() as connection:
            counts = await counted(connection, entries.c.status)
        return {status: counts.get(status, 0) for status in Status}

    async def replace(
        self,
        connection: AsyncConnection,
        before: Values,
        after: Values,
        by: Actor,
        action: AuditAction,
        *,
        told: Mapping[str, object] | None = None,
    ) -> None:
        """Write a changed row, and bring everything that follows from it up to date.

        `told` is what the log tells besides what changed.
        """
        now = after["updated_at"]
        known = await known_tags(connection, [*before["tags"], *after["tags"]], create=False)
        changed = {name: after[name] for name in after if after[name] != before[name]}
        await connection.execute(update(entries).filter_by(id=after["id"]).values(**changed))
        await reindex(connection, [(before, after)], known)
        await keep_titles(connection, [after], new=False)
        await self._follow(connection, before, after, now)
        if after["serial"] != before["serial"]:
            await wake_instant(connection, now, after["first_published_at"])
        await mark_changed(connection, [after["id"]], now)
        await record(connection, now, by, action, before=before, after=after, told=told)

    async def disown(
        self,
        connection: AsyncConnection,
        authored: Collection[int],
        reviewed: Collection[int],
        names: Collection[str],
        now: datetime,
    ) -> None:
        """Take a person's names from entries by them, and from drafts that they reviewed.

        Posts that carry them are to be updated. The log does not tell: it would say the names.
        """
        changes: list[tuple[Values, Values]] = []
        theirs = sorted({*authored, *reviewed})
        for before in map(dict, await among(connection, select(entries), entries.c.id, theirs)):
            after = dict(before)
            if before["id"] in authored:
                after["added_by"] = ""
            if before["id"] in reviewed:
                after["renditions"] = without_reviewer(before["renditions"], names)
            if after != before:
                changes.append((before, after))
        if not changes:
            return
        await self._database.expect_much(connection)
        which = update(entries).where(entries.c.id == bindparam("number"))
        await execute_many(
            connection,
            which.values(added_by=bindparam("author"), renditions=bindparam("told")),
            ("number", "author", "told"),
            [(row["id"], row["added_by"], row["renditions"]) for _, row in changes],
        )
        await self._index.put(connection, changes)
        await numbering.renew_version(connection, now)
        await mark_changed(connection, [row["id"] for _, row in changes], now)

    async def _follow(
        self, connection: AsyncConnection, before: Values | None, after: Values, now: datetime
    ) -> None:
        """Bring the search index and the public version up to date."""
        await self._index.put(connection, [(before, after)])
        if numbering.concerns_public([(before, after)]):
            await numbering.renew_version(connection, now)


class EntryRoom(Room):
    """The queries of a subject whose units of work change entries too."""

    def __init__(self, database: Database, entries: Entries, clock: Callable[[], datetime]) -> None:
        super().__init__(database, clock)
        self._entries = entries


def _after(last: tuple[int, int] | None, statuses: Collection[Status], batch: int) -> Select[Any]:
    """Return the entries that follow one in the order of `latest`.

    Each status is read along its own index; only what was read is put in order.
    """
    parts = []
    for status in statuses:
        part = select(entries.c.id).filter_by(status=status)
        if last is not None:
            part = part.where(tuple_(entries.c.sort_day, entries.c.id) < last)
        part = part.order_by(entries.c.sort_day.desc(), entries.c.id.desc()).limit(batch)
        parts.append(select(part.subquery().c.id))
    return (
        select(entries)
        .where(entries.c.id.in_(union_all(*parts)))
        .order_by(entries.c.sort_day.desc(), entries.c.id.desc())
        .limit(batch)
    )
