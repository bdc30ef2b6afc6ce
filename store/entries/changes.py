"""What a change of an entry needs in its unit of work: its row, its twins, its serial, the log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store import audit
from store.audit import AuditAction
from store.db.rows import first_row
from store.db.schema import entries
from store.entries import numbering
from store.entries.drafts import CheckedDraft
from store.entries.rows import AUDITED, MAXIMUM_ID, Values, content, entry_of
from store.entries.tagging import known_tags, shown
from store.errors import DuplicateEntry, EntryNotFound
from store.model import Actor, Status


async def edited(connection: AsyncConnection, before: Values, kept: CheckedDraft) -> Values:
    """Return a row with what a draft says in the place of what it said. Raises DuplicateEntry."""
    await refuse_twin(connection, kept, before["id"])
    known = await known_tags(connection, [*before["tags"], *kept.draft.tags], create=True)
    return {
        **before,
        **content(kept, before["created_at"]),
        "tags": shown(kept.draft.tags, known),
        "added_by": kept.draft.added_by or before["added_by"],
        "key": kept.draft.key or before["key"],
    }


async def renew(connection: AsyncConnection, row: Values) -> None:
    """Give a row that more channels may want now a new serial, if it is published."""
    if row["status"] == Status.PUBLISHED:
        async with numbering.giving(connection) as given:
            row["serial"] = given.next_serial()


async def entry_row(connection: AsyncConnection, entry_id: int) -> Values:
    """Return the row of an entry. Raises EntryNotFound."""
    if 0 < entry_id <= MAXIMUM_ID:
        row = await first_row(connection, select(entries).filter_by(id=entry_id))
        if row is not None:
            return row
    raise EntryNotFound(entry_id)


async def refuse_twin(
    connection: AsyncConnection, kept: CheckedDraft, entry_id: int | None
) -> None:
    """Raise DuplicateEntry where another entry has the draft's main link or its key."""
    same: list[ColumnElement[bool]] = []
    if kept.url_key:
        same.append(entries.c.url_key == kept.url_key)
    if kept.draft.key:
        same.append(entries.c.key == kept.draft.key)
    if same:
        statement = select(entries).where(or_(*same)).order_by(entries.c.url_key.is_(None))
        for row in (await connection.execute(statement)).mappings():
            if row["id"] != entry_id:
                raise DuplicateEntry(entry_of(row))


async def record(
    connection: AsyncConnection,
    now: datetime,
    by: Actor,
    action: AuditAction,
    *,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    told: Mapping[str, object] | None = None,
) -> None:
    """Keep in the log what somebody did to an entry; `told` besides what changed."""
    details = {**audit.differences(before, after, AUDITED), **(told or {})}
    await audit.record(connection, now, by, action, f"entry:{after['id']}", details=details)
