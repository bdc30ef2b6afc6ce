"""Drafts as rows, and what accepting one makes of its entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.database import chunks
from store.db.rows import among, first_row, from_row, person_of, person_row
from store.db.schema import drafts, entries
from store.entries.drafts import checked_rendition
from store.entries.identity import text_key
from store.entries.renditions import merged_renditions
from store.entries.rows import Values
from store.entries.tagging import known_tags, shown
from store.errors import DraftDecided
from store.model import Actor, DraftFlag, DraftState, ModelDraft, Rendition, Status
from store.posts.rows import mark_changed

# By the status alone SQLite would walk through all that is published: adding nothing sees to that.
PUBLISHED = entries.c.status.concat("") == Status.PUBLISHED.value
"""Which rows of `entries` are published."""


def draft_of(values: Mapping[Any, Any]) -> ModelDraft:
    """Return the draft that a row of `drafts` holds."""
    return from_row(
        ModelDraft,
        values,
        state=DraftState(values["state"]),
        tags=tuple(values["tags"]),
        flags=tuple(DraftFlag(said, words) for said, words in values["flags"]),
        by=None if values["platform"] is None else person_of(values),
    )


def of_text(draft: Mapping[Any, Any], entry: Mapping[Any, Any]) -> bool:
    """Whether a draft is of what its entry says now."""
    return bool(draft["of"] == text_key(entry["title"], entry["note"]))


async def current_drafts(
    connection: AsyncConnection, rows: Iterable[Mapping[Any, Any]]
) -> dict[int, tuple[ModelDraft, ...]]:
    """Return the drafts of what rows of `entries` say now, by entry, the latest of a language."""
    entries = {row["id"]: row for row in rows}
    found: dict[int, dict[str, ModelDraft]] = {}
    query = select(drafts).order_by(drafts.c.id)
    for row in await among(connection, query, drafts.c.entry_id, entries):
        if of_text(row, entries[row["entry_id"]]):
            found.setdefault(row["entry_id"], {})[row["language"]] = draft_of(row)
    return {number: tuple(each.values()) for number, each in found.items()}


async def take_over(
    connection: AsyncConnection,
    entry: Values,
    draft_ids: Sequence[int],
    by: Actor,
    now: datetime,
    *,
    words: tuple[str, str] | None = None,
) -> tuple[Values, list[dict[str, object]]]:
    """Accept drafts of an entry, or one in the title and note that a person gave instead.

    Returns the entry's row with them, and what the log tells of each. An entry without tags gets
    theirs. Raises DraftDecided where one is not to be decided about any more, and InvalidEntry.
    """
    told: list[dict[str, object]] = []
    after = dict(entry)
    for number in draft_ids:
        query = select(drafts).filter_by(id=number, entry_id=entry["id"])
        row = await first_row(connection, query)
        if row is None or row["state"] != DraftState.READY or not of_text(row, entry):
            raise DraftDecided(None if row is None else draft_of(row))
        title, note = words or (row["title"], row["note"])
        edited = (title, note) != (row["title"], row["note"])
        rendition = checked_rendition(
            Rendition(row["language"], title, note, row["model"], by.name or by.id, now)
        )
        after["renditions"] = merged_renditions(
            after["renditions"], [rendition], entry["title"], entry["note"]
        )
        if row["tags"] and not after["tags"]:
            known = await known_tags(connection, row["tags"], create=True)
            after["tags"] = shown(row["tags"], known)
        state = DraftState.EDITED if edited else DraftState.ACCEPTED
        await settle(connection, [number], state, now, by)
        told.append(log_of(row, edited=edited))
    return after, told


async def settle(
    connection: AsyncConnection,
    draft_ids: Sequence[int],
    state: DraftState,
    now: datetime,
    by: Actor | None = None,
) -> None:
    """Write what became of drafts."""
    values: dict[str, Any] = {"state": state.value, "at": now, "due_at": None}
    if by is not None:
        values |= person_row(by)
    for some in chunks(draft_ids):
        await connection.execute(update(drafts).where(drafts.c.id.in_(some)).values(**values))


def log_of(row: Mapping[Any, Any], *, edited: bool = False) -> dict[str, object]:
    """Return what the log tells of a draft that was decided about."""
    return {"language": row["language"], "model": row["model"], "edited": edited}


async def redraw_desks(connection: AsyncConnection, entry_id: int, now: datetime) -> None:
    """Let desks show how the drafts of an entry stand that waits there."""
    waits = select(entries.c.id).filter_by(id=entry_id, status=Status.PENDING)
    if (await connection.execute(waits)).first() is not None:
        await mark_changed(connection, [entry_id], now)
