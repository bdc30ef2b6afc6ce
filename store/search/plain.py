"""Plain matching: every word must occur somewhere in the text, as it is written.

Words are data: what a pattern language would read as a wildcard stands for itself. Found entries
come newest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import Database, chunks
from store.dates import PublishedDate
from store.links import host
from store.model import Entry, Page, SearchQuery, Status
from store.records import entry_of
from store.schema import entries, entry_tags, plain_texts, tags
from store.text import folded, tag_key

_MOST_WORDS = 20


class PlainSearch:
    """Finds published entries by words."""

    def __init__(self, database: Database) -> None:
        """Reads only; `put` is what keeps the texts."""
        self._database = database

    async def search(self, query: SearchQuery, count: int, offset: int = 0) -> Page[Entry]:
        """Return the published entries that hold every word, newest first.

        Words after the twentieth are not looked at. Without words, a tag or dates choose alone.
        """
        statement = _newest(query).limit(count + 1).offset(offset)
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        return Page(tuple(map(entry_of, rows[:count])), more=len(rows) > count)


def holding(column: ColumnElement[str], words: str) -> list[ColumnElement[bool]]:
    """Return a condition for each word of a text: it occurs in the folded column."""
    return [
        column.contains(word, autoescape=True)
        for word in dict.fromkeys(folded(words).split()[:_MOST_WORDS])
    ]


async def put(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]], *, new: bool) -> None:
    """Keep the texts of rows of `entries`. `new`: none of them was kept before."""
    if not new:
        for some in chunks([row["id"] for row in rows]):
            await connection.execute(delete(plain_texts).where(plain_texts.c.entry_id.in_(some)))
    if rows:
        await connection.execute(insert(plain_texts), [_text_row(row) for row in rows])


def _text_row(row: Mapping[str, Any]) -> dict[str, Any]:
    title = folded(row["title"])
    hosts = dict.fromkeys(map(host, _addresses(row)))
    rest = folded("\n".join([row["note"], " ".join(row["tags"]), " ".join(hosts)]))
    return {"entry_id": row["id"], "title": title, "text": f"{title}\n{rest}"}


def _addresses(row: Mapping[str, Any]) -> Iterable[str]:
    if row["url"]:
        yield row["url"]
    yield from (url for url, _ in row["links"])


def _newest(query: SearchQuery) -> Select[Any]:
    conditions = holding(plain_texts.c.text, query.words)
    statement = select(entries)
    if conditions:
        statement = statement.join(plain_texts, plain_texts.c.entry_id == entries.c.id)
    if query.tag is None:
        day, number = entries.c.sort_day, entries.c.id
        conditions.append(entries.c.status == Status.PUBLISHED)
    else:
        day, number = entry_tags.c.sort_day, entry_tags.c.entry_id
        statement = statement.join(entry_tags, entry_tags.c.entry_id == entries.c.id)
        tag = select(tags.c.id).where(tags.c.key == tag_key(query.tag)).scalar_subquery()
        conditions.append(entry_tags.c.tag_id == tag)
    conditions += _within(day, query.since, query.until)
    return statement.where(and_(*conditions)).order_by(day.desc(), number.desc())


def _within(
    day: ColumnElement[int], since: PublishedDate | None, until: PublishedDate | None
) -> Iterable[ColumnElement[bool]]:
    """Return the conditions for dates that may lie between two others, both included.

    A month or a year lies there when a day of it does.
    """
    if since is not None:
        first = since.first_day
        year, month = first.year * 10_000, first.year * 10_000 + first.month * 100
        yield day >= year
        yield or_(day >= month + first.day, day.in_((year, month)))
    if until is not None:
        last = until.last_day
        yield day <= last.year * 10_000 + last.month * 100 + last.day
