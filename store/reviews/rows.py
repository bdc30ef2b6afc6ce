"""Reviews and suggestions as rows, and the order in which entries wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, distinct, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.rows import among, from_row, person_of
from store.db.schema import entries, entry_sources, reviews, suggestions
from store.drafts.rows import current_drafts
from store.entries.rows import entry_of
from store.model import Decision, EntrySource, Review, ReviewItem, Status, Suggestion

WAITS_SINCE: ColumnElement[Any] = func.coalesce(reviews.c.touched_at, entries.c.created_at)
"""From when on an entry waits: since it came, was put off, or a decision was taken back."""

_SOURCES = (
    select(func.count(distinct(entry_sources.c.source_id)))
    .where(entry_sources.c.entry_id == entries.c.id)
    .scalar_subquery()
)
_POSTPONED = reviews.c.postponed.is_(True)


def waiting(*columns: Any) -> Select[Any]:
    """Return a query for the entries that wait for a moderator."""
    return (
        select(*columns)
        .select_from(entries)
        .outerjoin(reviews, reviews.c.entry_id == entries.c.id)
        .where(entries.c.status == Status.PENDING)
    )


def in_order(query: Select[Any]) -> Select[Any]:
    """Return a query of `waiting` in the order in which entries are shown.

    What several sources tell comes first, then what is newest. What was put off stands at the end,
    in the order in which it was put off.
    """
    return query.order_by(
        case((_POSTPONED, 1), else_=0),
        case((_POSTPONED, reviews.c.touched_at), else_=None),
        _SOURCES.desc(),
        entries.c.created_at.desc(),
        entries.c.id.desc(),
    )


async def items_of(
    connection: AsyncConnection, rows: Sequence[Mapping[Any, Any]]
) -> tuple[ReviewItem, ...]:
    """Return rows of `entries` with what was decided about each, and who suggested it."""
    ids = [row["id"] for row in rows]
    found = await among(connection, select(reviews), reviews.c.entry_id, ids)
    decided = {row["entry_id"]: review_of(row) for row in found}
    found = await among(connection, select(suggestions), suggestions.c.entry_id, ids)
    suggested = {row["entry_id"]: from_row(Suggestion, row, by=person_of(row)) for row in found}
    told: dict[int, list[EntrySource]] = {}
    in_turn = select(entry_sources).order_by(entry_sources.c.id)
    for row in await among(connection, in_turn, entry_sources.c.entry_id, ids):
        told.setdefault(row["entry_id"], []).append(from_row(EntrySource, row))
    drafted = await current_drafts(connection, rows)
    return tuple(
        ReviewItem(
            entry_of(row),
            decided.get(row["id"]),
            suggested.get(row["id"]),
            tuple(told.get(row["id"], ())),
            drafted.get(row["id"], ()),
        )
        for row in rows
    )


async def follow(connection: AsyncConnection, entry_id: int) -> int:
    """Return the entry that has the story of one: itself, or that which it joined."""
    seen: set[int] = set()
    while entry_id not in seen:
        seen.add(entry_id)
        into = select(reviews.c.into).where(
            reviews.c.entry_id == entry_id, reviews.c.into.is_not(None)
        )
        entry_id = await connection.scalar(into) or entry_id
    return entry_id


def review_of(values: Mapping[Any, Any]) -> Review:
    """Return the review that a row of `reviews` holds."""
    decision = values["decision"]
    return from_row(
        Review,
        values,
        decision=None if decision is None else Decision(decision),
        by=person_of(values),
        at=values["decided_at"] or values["touched_at"],
    )
