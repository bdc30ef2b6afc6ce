"""Tags: one name for each, how often it is used, and which published entries carry it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.rows import among, execute_many, from_row
from store.db.schema import entry_tags, tags
from store.model import Status
from store.text import tag_key


@dataclass(frozen=True, slots=True)
class KnownTag:
    """A tag in the store. `name` is the form that is shown: the one that was seen first."""

    id: int
    name: str


async def known_tags(
    connection: AsyncConnection, names: Iterable[str], *, create: bool
) -> dict[str, KnownTag]:
    """Return the tags of these names by their key; `create` makes those that are missing."""
    wanted = {tag_key(name): name for name in reversed(list(names))}
    found = await _found(connection, wanted)
    missing = [key for key in wanted if key not in found]
    if missing and create:
        rows = [{"key": key, "name": wanted[key], "used": 0} for key in reversed(missing)]
        await connection.execute(insert(tags), rows)
        found |= await _found(connection, missing)
    return found


def shown(names: Iterable[str], known: Mapping[str, KnownTag]) -> list[str]:
    """Return each tag in the form that is shown."""
    return [known[tag_key(name)].name for name in names]


async def reindex(
    connection: AsyncConnection,
    changes: Sequence[tuple[Mapping[str, Any] | None, Mapping[str, Any]]],
    known: Mapping[str, KnownTag],
) -> None:
    """Bring the index of published entries from what rows of `entries` were to what they are.

    `changes` are rows before (None for new ones) and after; `known` has every tag of both.
    """
    used: Counter[int] = Counter()
    gone: list[tuple[int, int, int]] = []
    come: list[tuple[int, int, int]] = []
    for before, after in changes:
        old, new = _places(before, known), _places(after, known)
        gone += old - new
        come += new - old
        used.update(place[0] for place in new - old)
        used.subtract(place[0] for place in old - new)
    await execute_many(
        connection,
        delete(entry_tags).where(
            entry_tags.c.tag_id == bindparam("tag"),
            entry_tags.c.sort_day == bindparam("day"),
            entry_tags.c.entry_id == bindparam("entry"),
        ),
        ("tag", "day", "entry"),
        gone,
    )
    await execute_many(connection, insert(entry_tags), ("tag_id", "sort_day", "entry_id"), come)
    await execute_many(
        connection,
        update(tags)
        .where(tags.c.id == bindparam("tag"))
        .values(used=tags.c.used + bindparam("more")),
        ("tag", "more"),
        [(tag, count) for tag, count in used.items() if count],
    )


def _places(
    row: Mapping[str, Any] | None, known: Mapping[str, KnownTag]
) -> set[tuple[int, int, int]]:
    if row is None or row["status"] != Status.PUBLISHED:
        return set()
    return {(known[tag_key(name)].id, row["sort_day"], row["id"]) for name in row["tags"]}


async def _found(connection: AsyncConnection, keys: Iterable[str]) -> dict[str, KnownTag]:
    rows = await among(connection, select(tags), tags.c.key, keys)
    return {row["key"]: from_row(KnownTag, row) for row in rows}
