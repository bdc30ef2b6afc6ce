"""What completes what somebody has typed: tags by use, entries by number and folded title."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.database import chunks
from store.db.rows import Room, execute_many
from store.db.schema import entries, folded_titles, tags
from store.entries.public import listed
from store.entries.rows import MAXIMUM_ID, entry_of
from store.model import Entry, Listing, Status, TagCount
from store.search.text import hangul
from store.text import folded, tag_key

_NEWEST_FOR_COMPLETION = 10_000
"""Titles that completion looks through: it is asked at every key, and has to be quick."""

_MOST_WORDS = 20  # of what is looked for in titles
_MOST_USED = (
    select(tags.c.name, tags.c.used)
    .where(tags.c.used > 0)
    .order_by(tags.c.used.desc(), tags.c.key)
    .limit(bindparam("count"))
)


class Completion(Room):
    """Tags and published entries for the beginning of a word."""

    async def tags(self, prefix: str = "", limit: int = 25) -> tuple[TagCount, ...]:
        """Return the tags of published entries that begin so, most used first.

        Korean ones also by their initial consonants (ㄴㅁ for 논문).
        """
        rows: Sequence[Mapping[Any, Any]]
        if prefix.strip():
            begins = tags.c.key.startswith(tag_key(prefix), autoescape=True)
            if syllables := hangul.initials(prefix.strip()):
                begins |= tags.c.key.regexp_match("^" + hangul.within(syllables))
            rows = await self._database.fetch(_MOST_USED.where(begins).params(count=limit))
        else:
            rows = await self._database.rows(_MOST_USED, {"count": limit})
        return tuple(TagCount(row["name"], row["used"]) for row in rows)

    async def entries(self, prefix: str, limit: int = 25) -> tuple[Entry, ...]:
        """Return published entries for what somebody has typed so far.

        First those whose id begins so, then the newest whose title holds every word, among the
        newest 10,000. Without words, the newest.
        """
        typed = prefix.strip()
        statements = [_titled(typed, limit) if typed else listed(Listing())]
        if typed.isdecimal() and len(typed) < len(str(MAXIMUM_ID)) and int(typed) > 0:
            statements.insert(0, _numbered(int(typed), limit))
        found: dict[int, Entry] = {}
        async with self._database.read() as connection:
            for statement in statements:
                rows = await connection.execute(statement.limit(limit))
                for row in rows.mappings():
                    found.setdefault(row["id"], entry_of(row))
                if len(found) >= limit:
                    break
        return tuple(found.values())[:limit]


def _titled(words: str, limit: int) -> Select[Any]:
    """Return the published entries whose title holds every word, of the newest ones."""
    newest = (
        select(entries.c.id, entries.c.sort_day)
        .filter_by(status=Status.PUBLISHED)
        .order_by(entries.c.sort_day.desc(), entries.c.id.desc())
        .limit(_NEWEST_FOR_COMPLETION)
        .subquery()
    )
    found = (
        select(newest.c.id)
        .join(folded_titles, folded_titles.c.entry_id == newest.c.id)
        .where(*titles_holding(words))
        .order_by(newest.c.sort_day.desc(), newest.c.id.desc())
        .limit(limit)
    )
    return (
        select(entries)
        .where(entries.c.id.in_(found))
        .order_by(entries.c.sort_day.desc(), entries.c.id.desc())
    )


def _numbered(number: int, limit: int) -> Select[Any]:
    """Return the published entries whose id begins with a number, lowest first."""
    parts = []
    lowest, highest = number, number
    # Adding nothing keeps SQLite from walking through all the entries of that status.
    published = entries.c.status.concat("") == Status.PUBLISHED
    while highest <= MAXIMUM_ID:
        within = select(entries.c.id).where(entries.c.id.between(lowest, highest), published)
        parts.append(select(within.order_by(entries.c.id).limit(limit).subquery().c.id))
        lowest, highest = lowest * 10, highest * 10 + 9
    return select(entries).where(entries.c.id.in_(union_all(*parts))).order_by(entries.c.id)


def titles_holding(words: str, *also: ColumnElement[Any]) -> list[ColumnElement[bool]]:
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


async def keep_titles(
    connection: AsyncConnection, rows: Sequence[Mapping[str, Any]], *, new: bool
) -> None:
    """Keep the titles of rows of `entries`. `new`: none of them was kept before."""
    if not new:
        for some in chunks([row["id"] for row in rows]):
            await connection.execute(
                delete(folded_titles).where(folded_titles.c.entry_id.in_(some))
            )
    titles = [(row["id"], folded(row["title"])) for row in rows]
    await execute_many(connection, insert(folded_titles), ("entry_id", "title"), titles)
