"""What a person made of drafts: shown, accepted or rejected."""

from __future__ import annotations

from sqlalchemy import select

from store import audit
from store.audit import AuditAction
from store.db.rows import first_row
from store.db.schema import drafts, entries
from store.drafts.rows import (
    PUBLISHED,
    current_drafts,
    draft_of,
    log_of,
    redraw_desks,
    settle,
    take_over,
)
from store.entries.changes import entry_row, renew
from store.entries.entries import EntryRoom
from store.entries.rows import entry_of
from store.errors import DraftDecided
from store.model import Actor, DraftState, Entry, ModelDraft

_MOST = 200
"""Entries that are looked at: what more waits has its turn when these are decided about."""


class DraftReviews(EntryRoom):
    """The drafts that wait for a moderator, and what was decided about them."""

    async def of_entry(self, entry_id: int) -> tuple[Entry, tuple[ModelDraft, ...]]:
        """Return an entry with the drafts of what it says now. Raises EntryNotFound."""
        async with self._database.read() as connection:
            row = await entry_row(connection, entry_id)
            return entry_of(row), (await current_drafts(connection, [row])).get(entry_id, ())

    async def next_ready(self, after: int = 0) -> int | None:
        """Return the next published entry of which a draft waits for a moderator."""
        drafted = select(drafts.c.entry_id).filter_by(state=DraftState.READY)
        later = entries.c.id.in_(drafted.where(drafts.c.entry_id > after))
        ready = select(entries).where(PUBLISHED, later).order_by(entries.c.id).limit(_MOST)
        async with self._database.read() as connection:
            rows = (await connection.execute(ready)).mappings().all()
            found = await current_drafts(connection, rows)
        every = (one for each in found.values() for one in each)
        return min((one.entry_id for one in every if one.state is DraftState.READY), default=None)

    async def accept(
        self, entry_id: int, draft_id: int, by: Actor, words: tuple[str, str] | None = None
    ) -> Entry:
        """Let an entry be told as a draft has it, or in the title and note that a person gave.

        Posts that carry it are to be updated. Raises EntryNotFound, DraftDecided, InvalidEntry.
        """
        now = self._clock()
        async with self._database.write() as connection:
            before = await entry_row(connection, entry_id)
            after, told = await take_over(connection, before, [draft_id], by, now, words=words)
            after["updated_at"] = now
            if after["tags"] != before["tags"]:
                await renew(connection, after)
            await self._entries.replace(
                connection, before, after, by, AuditAction.ACCEPT_DRAFT, told={"drafts": told}
            )
        return entry_of(after)

    async def reject(self, entry_id: int, draft_id: int, by: Actor) -> Entry:
        """Let nobody be offered a draft any more. Raises EntryNotFound, DraftDecided."""
        now = self._clock()
        async with self._database.write() as connection:
            entry = await entry_row(connection, entry_id)
            query = select(drafts).filter_by(id=draft_id, entry_id=entry_id)
            row = await first_row(connection, query)
            if row is None or row["state"] != DraftState.READY:
                raise DraftDecided(None if row is None else draft_of(row))
            await settle(connection, [draft_id], DraftState.REJECTED, now, by)
            await redraw_desks(connection, entry_id, now)
            told = {"drafts": [log_of(row)]}
            action = AuditAction.REJECT_DRAFT
            await audit.record(connection, now, by, action, f"entry:{entry_id}", details=told)
        return entry_of(entry)
