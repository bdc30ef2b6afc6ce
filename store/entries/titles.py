"""Titles as completion compares them: folded, beside the entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, or_
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.database import chunks
from store.db.rows import execute_many
from store.db.schema import folded_titles
from store.search.text import hangul
from store.text import folded

_MOST_WORDS = 20


def holding(words: str, *also: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    """Return a condition for each word of a text: it occurs in the folded title.

    Or as it is, in any case of letters, in one of the columns `also`. A word of initial consonants
    also occurs where syllables begin with them, one after another.
    """
    title = folded_titles.c.title
    conditions: list[ColumnElement[bool]] = []
    for word in dict.fromkeys(words.split()):
        held: list[ColumnElement[bool]] = [
            or_(
                title.contains(part, autoescape=True),
                *(func.lower(each).contains(word.lower(), autoescape=True) for each in also),
            )
            for part in folded(word).split()
        ]
        if syllables := hangul.initials(word):
            held = [or_(*held, title.regexp_match(hangul.within(syllables)))]
        conditions += held
    return conditions[:_MOST_WORDS]


async def put(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]], *, new: bool) -> None:
    """Keep the titles of rows of `entries`. `new`: none of them was kept before."""
    if not new:
        for some in chunks([row["id"] for row in rows]):
            await connection.execute(
                delete(folded_titles).where(folded_titles.c.entry_id.in_(some))
            )
    titles = [(row["id"], folded(row["title"])) for row in rows]
    await execute_many(connection, insert(folded_titles), ("entry_id", "title"), titles)
