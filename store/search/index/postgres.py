"""The index in PostgreSQL: a tsvector of ready terms under GIN, which only finds candidates."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    Double,
    Integer,
    Text,
    TextClause,
    bindparam,
    column,
    select,
    table,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from store.db.schema import entries
from store.model import Status
from store.search.index.engine import COUNTING, RANKED, WITHIN, Days, Engine, Row
from store.search.query.expressions import Expression, tsquery

_TYPES: Mapping[str, TypeEngine[Any]] = {
    "terms": ARRAY(Text),
    "numbers": ARRAY(Integer),
    "matches": ARRAY(Text),
    "weights": ARRAY(Double),
}
"""The types of the places in a statement that hold a list."""


class PostgresEngine(Engine):
    """Statements for tsvector."""

    number_column = "entry_id"

    async def rows(
        self, connection: AsyncConnection, statement: str, values: Mapping[str, Any]
    ) -> Sequence[Sequence[Any]]:
        """Run a statement and return its rows."""
        return (await connection.execute(_prepared(statement, values), values)).all()

    def written(self, expression: Expression) -> str:
        """Return an expression in the syntax of tsquery."""
        return tsquery(expression)

    def finds(self, slot: str, name: str) -> str:
        """Return the condition that an expression finds a row of the index."""
        del slot
        return f"i.terms @@ CAST(:{name} AS tsquery)"

    async def put(
        self, connection: AsyncConnection, slot: str, terms: Mapping[int, Sequence[str]]
    ) -> None:
        """Add entries, by id, with their terms."""
        if terms:
            rows = [{"id": number, "terms": list(some)} for number, some in terms.items()]
            statement = (
                f"INSERT INTO search_index_{slot} (entry_id, terms) "
                "VALUES (:id, array_to_tsvector(:terms)) "
                "ON CONFLICT (entry_id) DO UPDATE SET terms = excluded.terms"
            )
            await connection.execute(_prepared(statement, rows[0]), rows)

    async def remove(
        self, connection: AsyncConnection, slot: str, terms: Mapping[int, Sequence[str]]
    ) -> None:
        """Take entries out, whatever terms they were put in with."""
        if terms:
            index = table(f"search_index_{slot}", column("entry_id"))
            await connection.execute(index.delete().where(index.c.entry_id.in_(terms)))

    async def clear(self, connection: AsyncConnection, slot: str) -> None:
        """Take everything out, the counts too."""
        await connection.execute(text(f"TRUNCATE search_index_{slot}, search_terms_{slot}"))

    async def count(
        self, connection: AsyncConnection, slot: str, terms: Mapping[str, int], times: int
    ) -> None:
        """Add to the number of entries that hold each term; less than nothing takes away."""
        if terms:
            values = {"terms": list(terms), "numbers": list(terms.values()), "times": times}
            statement = (
                f"INSERT INTO search_terms_{slot} AS known (term, entries) "
                "SELECT * FROM unnest(:terms, :numbers) " + COUNTING
            )
            await connection.execute(_prepared(statement, values), values)

    async def counts(
        self, connection: AsyncConnection, slot: str, terms: Collection[str]
    ) -> dict[str, int]:
        """Return the number of entries that hold each term; those that none holds are left out."""
        rows = await self.rows(
            connection,
            f"SELECT term, entries FROM search_terms_{slot} "
            "WHERE term = ANY(:terms) AND entries > 0",
            {"terms": list(terms)},
        )
        return {row[0]: row[1] for row in rows}

    async def heaviest(
        self,
        connection: AsyncConnection,
        slot: str,
        parts: Sequence[tuple[Expression, float]],
        days: Days,
        *,
        limit: int,
        first: int,
    ) -> list[int]:
        """Return the ids of entries by the sum of the weights of the expressions that find them."""
        dated = "" if days.unbounded else f"JOIN entries e ON e.id = found.id WHERE {WITHIN} "
        rows = await self.rows(
            connection,
            "WITH found (id, weight) AS (SELECT i.entry_id, sum(parts.weight) "
            "FROM unnest(:matches, :weights) AS parts (match, weight) "
            "CROSS JOIN LATERAL (SELECT entry_id "
            f"FROM search_index_{slot} "
            "WHERE terms @@ CAST(parts.match AS tsquery) AND entry_id >= :first) i "
            "GROUP BY i.entry_id) "
            f"SELECT found.id FROM found {dated}"
            "ORDER BY found.weight DESC, found.id DESC LIMIT :limit",
            {
                "matches": [tsquery(expression) for expression, _ in parts],
                "weights": [weight for _, weight in parts],
                "limit": limit,
                "first": first,
                **({} if days.unbounded else days.values),
            },
        )
        return [row[0] for row in rows]

    async def texts(self, connection: AsyncConnection, ids: Sequence[int]) -> list[Row]:
        """Return what is ranked of published entries, in any order."""
        wanted = select(*(entries.c[name] for name in RANKED)).where(
            entries.c.id.in_(ids), entries.c.status == Status.PUBLISHED.value
        )
        return [dict(row) for row in (await connection.execute(wanted)).mappings()]


def _prepared(statement: str, values: Mapping[str, Any]) -> TextClause:
    """Return a statement that knows the types of its lists."""
    places: list[BindParameter[Any]] = [
        bindparam(name, type_=kind) for name, kind in _TYPES.items() if name in values
    ]
    return text(statement).bindparams(*places)
