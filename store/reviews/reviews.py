"""What moderators decide about the entries that wait for them.

A decision is one unit of work with all that follows from it: of two who decide at once, one does,
and the other learns who it was. It can be taken back while nothing else was changed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import audit
from store.audit import AuditAction
from store.db.rows import first_row, person_row
from store.db.schema import entries, entry_sources, folded_titles, reviews, source_items, sources
from store.drafts.rows import current_drafts, settle, take_over
from store.entries import limits
from store.entries.changes import edited, entry_row, renew
from store.entries.completion import titles_holding
from store.entries.drafts import checked
from store.entries.entries import EntryRoom
from store.entries.rows import Values, entry_of
from store.errors import AlreadyDecided, EntryNotFound, Flaw, InvalidEntry, NotUndoable
from store.model import (
    Actor,
    Decision,
    DraftState,
    Entry,
    EntryDraft,
    ReviewItem,
    ReviewQueue,
    Status,
)
from store.reviews.rows import WAITS_SINCE, in_order, items_of, review_of, waiting
from store.votes import carry_back, carry_over

_STATUS = {
    Decision.PUBLISHED: Status.PUBLISHED,
    Decision.SKIPPED: Status.SKIPPED,
    Decision.JOINED: Status.SKIPPED,
}
_ACTIONS = {
    Decision.PUBLISHED: AuditAction.PUBLISH,
    Decision.SKIPPED: AuditAction.SKIP,
    Decision.JOINED: AuditAction.JOIN,
}


class Reviews(EntryRoom):
    """The entries that wait for a moderator, and what became of those that did."""

    async def queue(self, since: datetime) -> ReviewQueue:
        """Return what waits for a moderator since a moment; what waits longer is only counted."""
        fresh = since <= WAITS_SINCE
        counted = waiting(fresh, func.count()).group_by(fresh)
        first = in_order(waiting(entries).where(fresh)).limit(1)
        async with self._database.read() as connection:
            counts = {bool(row[0]): row[1] for row in await connection.execute(counted)}
            rows = (await connection.execute(first)).mappings().all()
            items = await items_of(connection, rows)
        return ReviewQueue(items[0] if items else None, counts.get(True, 0), counts.get(False, 0))

    async def of_source(self, name: str, since: datetime) -> tuple[Entry, ...]:
        """Return what waits since a moment of the source of that name; nothing where there is none.

        In the order of the queue.
        """
        brought = entries.c.added_by.in_(select(sources.c.name).filter_by(name=name))
        query = in_order(waiting(entries).where(since <= WAITS_SINCE, brought))
        return tuple(map(entry_of, await self._database.fetch(query)))

    async def get(self, entry_ids: Collection[int]) -> dict[int, ReviewItem]:
        """Return entries with what was decided about each, by id; missing ones are left out."""
        query = select(entries).where(entries.c.id.in_(list(entry_ids)))
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
            items = await items_of(connection, rows)
        return {item.entry.id: item for item in items}

    async def recent(self, after: datetime, limit: int) -> tuple[Entry, ...]:
        """Return the entries that may be told again: published or waiting, newest first."""
        living = (Status.PUBLISHED.value, Status.PENDING.value)
        query = (
            select(entries)
            .where(entries.c.status.in_(living), entries.c.created_at >= after)
            .order_by(entries.c.created_at.desc(), entries.c.id.desc())
            .limit(limit)
        )
        return tuple(map(entry_of, await self._database.fetch(query)))

    async def find(self, words: str, limit: int) -> tuple[Entry, ...]:
        """Return what waits, however long, and what was skipped, that holds every word.

        In its title, its note, its address or the name of who brought it. Newest first.
        """
        query = (
            select(entries)
            .join(folded_titles, folded_titles.c.entry_id == entries.c.id)
            .where(
                entries.c.status.in_((Status.PENDING.value, Status.SKIPPED.value)),
                *titles_holding(words, entries.c.note, entries.c.url, entries.c.added_by),
            )
            .order_by(entries.c.created_at.desc(), entries.c.id.desc())
            .limit(limit)
        )
        return tuple(map(entry_of, await self._database.fetch(query)))

    async def publish(
        self,
        entry_id: int,
        by: Actor,
        draft: EntryDraft | None = None,
        *,
        drafts: Sequence[int] | None = None,
        words: tuple[str, str] | None = None,
    ) -> Entry:
        """Publish an entry that waits, as a draft has it where one is given.

        `drafts` are the model's that are accepted, one in a person's title and note where there
        are `words`; others wait on. Where it names none, all are rejected; None: all wait on.

        Raises EntryNotFound, AlreadyDecided, DraftDecided and, for what was written, InvalidEntry
        and DuplicateEntry.
        """
        kept = None if draft is None else checked(draft)
        now = self._clock()
        async with self._database.write() as connection:
            row = await self._waiting(connection, entry_id)
            after = row if kept is None else await edited(connection, row, kept)
            told = None
            if drafts is not None:
                known = (await current_drafts(connection, [row])).get(entry_id, ())
                left = [one.id for one in known if one.state is DraftState.READY and not drafts]
                after, accepted = await take_over(connection, row, drafts, by, now, words=words)
                await settle(connection, left, DraftState.REJECTED, now, by)
                told = {"drafts": accepted}
            return await self._decide(connection, row, after, by, Decision.PUBLISHED, told=told)

    async def skip(self, entry_id: int, by: Actor) -> Entry:
        """Let an entry that waits never come again. Raises EntryNotFound and AlreadyDecided."""
        async with self._database.write() as connection:
            row = await self._waiting(connection, entry_id)
            return await self._decide(connection, row, row, by, Decision.SKIPPED)

    async def join(self, entry_id: int, into: int, by: Actor) -> Entry:
        """Let an entry that waits be the same as another, which gets its links and is returned.

        Posts that carry the other are to be updated. Raises EntryNotFound for either, also where
        the other is neither published nor waiting, AlreadyDecided where the first does not wait,
        and InvalidEntry where the other cannot hold so many links.
        """
        async with self._database.write() as connection:
            row = await self._waiting(connection, entry_id)
            other = await entry_row(connection, into)
            if into == entry_id or other["status"] not in {Status.PUBLISHED, Status.PENDING}:
                raise EntryNotFound(into)
            known = {other["url"], *(url for url, _ in other["links"])}
            source = select(sources.c.id).filter_by(name=row["added_by"])
            named = (await connection.execute(source)).first() is not None
            offered = [[row["url"], row["added_by"] if named else row["title"]], *row["links"]]
            joined = [link for link in offered if link[0] and link[0] not in known]
            if len(other["links"]) + len(joined) > limits.LINKS:
                raise InvalidEntry("links", Flaw.TOO_MANY, limits.LINKS)
            moved = await _move_sources(connection, entry_id, into)
            voted = await carry_over(connection, entry_id, into, self._clock())
            went = {"links": joined, "sources": moved, "votes": voted}
            more: Values = {"into": into, "joined": went}
            await self._decide(connection, row, row, by, Decision.JOINED, more=more)
            after = {**other, "links": [*other["links"], *joined], "updated_at": self._clock()}
            await self._entries.replace(connection, other, after, by, AuditAction.EDIT)
        return entry_of(after)

    async def postpone(self, entry_id: int, by: Actor) -> Entry:
        """Put an entry at the end of the queue. Raises EntryNotFound and AlreadyDecided."""
        async with self._database.write() as connection:
            row = await self._waiting(connection, entry_id)
            await self._write(connection, entry_id, by, {"postponed": True})
        return entry_of(row)

    async def star(self, entry_id: int, by: Actor) -> Entry:
        """Mark an entry that waits or is published as a pick; take the mark back where it has it.

        Raises EntryNotFound for any other.
        """
        async with self._database.write() as connection:
            row = await entry_row(connection, entry_id)
            if row["status"] not in {Status.PUBLISHED, Status.PENDING}:
                raise EntryNotFound(entry_id)
            after = {**row, "starred": not row["starred"]}
            action = AuditAction.STAR if after["starred"] else AuditAction.UNSTAR
            await connection.execute(
                update(entries).filter_by(id=entry_id).values(starred=after["starred"])
            )
            await audit.record(connection, self._clock(), by, action, f"entry:{entry_id}")
        return entry_of(after)

    async def undo(self, entry_id: int, by: Actor) -> Entry:
        """Take the decision about an entry back: it waits again.

        Raises EntryNotFound, and NotUndoable where nothing was decided or something, in it or in
        the entry that it joined, was changed since.
        """
        now = self._clock()
        async with self._database.write() as connection:
            row = await entry_row(connection, entry_id)
            found = await _decided(connection, entry_id)
            if found is None or not ReviewItem(entry_of(row), review_of(found)).undoable:
                raise NotUndoable(entry_of(row))
            if found["into"] is not None:
                other = await entry_row(connection, found["into"])
                if other["updated_at"] != found["decided_at"]:
                    raise NotUndoable(entry_of(other))
                joined = found["joined"]
                links = [link for link in other["links"] if link not in joined["links"]]
                await _put_sources(connection, row["id"], joined["sources"])
                await carry_back(connection, other["id"], joined.get("votes", ()), now)
                without = {**other, "links": links, "updated_at": now}
                await self._entries.replace(connection, other, without, by, AuditAction.UNDO)
            after = {
                **row,
                "status": Status.PENDING.value,
                "serial": None,
                "first_published_at": None,
                "updated_at": now,
            }
            await self._write(connection, entry_id, by, {})
            await self._entries.replace(connection, row, after, by, AuditAction.UNDO)
        return entry_of(after)

    async def _waiting(self, connection: AsyncConnection, entry_id: int) -> Values:
        """Return the row of an entry that waits. Raises EntryNotFound and AlreadyDecided."""
        row = await entry_row(connection, entry_id)
        if row["status"] != Status.PENDING:
            decided = await _decided(connection, entry_id)
            raise AlreadyDecided(entry_of(row), None if decided is None else review_of(decided))
        return row

    async def _decide(
        self,
        connection: AsyncConnection,
        before: Values,
        after: Values,
        by: Actor,
        decision: Decision,
        *,
        more: Mapping[str, Any] | None = None,
        told: Mapping[str, object] | None = None,
    ) -> Entry:
        now = self._clock()
        after = {**after, "status": _STATUS[decision].value, "updated_at": now}
        if decision is Decision.PUBLISHED:
            after["first_published_at"] = now
            await renew(connection, after)
        values = {"decision": decision.value, "decided_at": now, **(more or {})}
        await self._write(connection, before["id"], by, values)
        await self._entries.replace(connection, before, after, by, _ACTIONS[decision], told=told)
        return entry_of(after)

    async def _write(
        self, connection: AsyncConnection, entry_id: int, by: Actor, values: Mapping[str, Any]
    ) -> None:
        """Write what was done with an entry in the place of what was done before."""
        await connection.execute(delete(reviews).filter_by(entry_id=entry_id))
        nothing = {"postponed": False, "decision": None, "decided_at": None, "into": None}
        row = {"entry_id": entry_id, "touched_at": self._clock(), **person_row(by), **nothing}
        await connection.execute(insert(reviews).values({**row, "joined": None, **values}))


async def _decided(connection: AsyncConnection, entry_id: int) -> dict[str, Any] | None:
    """Return the row of what was done with an entry last, None where nothing was."""
    return await first_row(connection, select(reviews).filter_by(entry_id=entry_id))


async def _move_sources(connection: AsyncConnection, entry_id: int, into: int) -> list[list[int]]:
    """Let what sources told of an entry be of another. Returns what was moved, to move it back."""
    told = select(entry_sources.c.id).filter_by(entry_id=entry_id)
    items = select(source_items.c.id).filter_by(entry_id=entry_id)
    moved = [list(await connection.scalars(each)) for each in (told, items)]
    await _put_sources(connection, into, moved)
    return moved


async def _put_sources(
    connection: AsyncConnection, entry_id: int, moved: Sequence[Sequence[int]]
) -> None:
    for table, numbers in zip((entry_sources, source_items), moved, strict=True):
        these = update(table).where(table.c.id.in_(numbers))
        await connection.execute(these.values(entry_id=entry_id))
