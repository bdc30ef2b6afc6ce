"""Titles as completion compares them: folded, beside the entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.database import chunks
from store.db.schema import folded_titles
from store.text import folded

_MOST_WORDS = 20


def holding(words: str) -> list[ColumnElement[bool]]:
    """Return a condition for each word of a text: it occurs in the folded title."""
    return [
        folded_titles.c.title.contains(word, autoescape=True)
        for word in dict.fromkeys(folded(words).split()[:_MOST_WORDS])
    ]


async def put(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]], *, new: bool) -> None:
    """Keep the titles of rows of `entries`. `new`: none of them was kept before."""
    if not new:
        for some in chunks([row["id"] for row in rows]):
            await connection.execute(
                delete(folded_titles).where(folded_titles.c.entry_id.in_(some))
            )
    if rows:
        titles = [{"entry_id": row["id"], "title": folded(row["title"])} for row in rows]
        await connection.execute(insert(folded_titles), titles)
