"""The index in SQLite: FTS5 without content, which only says what entry holds what term."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

import aiosqlite
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from store.model import Status
from store.search.index.engine import COUNTING, RANKED, WITHIN, Days, Engine, Row
from store.search.query.expressions import Expression, fts5


class SqliteEngine(Engine):
    """Statements for FTS5."""

    number_column = "rowid"

    async def rows(
        self, connection: AsyncConnection, statement: str, values: Mapping[str, Any]
    ) -> Sequence[Sequence[Any]]:
        """Run a statement and return its rows.

        It goes straight to the driver: one hop into its thread and back, where SQLAlchemy takes
        four, which cost more than the statement.
        """
        pooled = await connection.get_raw_connection()
        driver = cast("aiosqlite.Connection", pooled.driver_connection)
        return list(await driver.execute_fetchall(statement, values))

    def written(self, expression: Expression) -> str:
        """Return an expression in the syntax of FTS5."""
        return fts5(expression)

    def finds(self, slot: str, name: str) -> str:
        """Return the condition that an expression finds a row of the index."""
        return f"search_index_{slot} MATCH :{name}"

    async def put(
        self, connection: AsyncConnection, slot: str, terms: Mapping[int, Sequence[str]]
    ) -> None:
        """Add entries, by id, with their terms."""
        if terms:
            await self.rows(
                connection,
                f"INSERT INTO search_index_{slot} (rowid, terms) "
                "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') "
                "FROM json_each(:entries)",
                {"entries": json.dumps([(one, " ".join(some)) for one, some in terms.items()])},
            )

    async def remove(
        self, connection: AsyncConnection, slot: str, terms: Mapping[int, Sequence[str]]
    ) -> None:
        """Take entries out, which were put in with these terms."""
        if terms:
            await connection.execute(
                text(
                    f"INSERT INTO search_index_{slot} (search_index_{slot}, rowid, terms) "
                    "VALUES ('delete', :id, :terms)"
                ),
                [{"id": number, "terms": " ".join(some)} for number, some in terms.items()],
            )

    async def clear(self, connection: AsyncConnection, slot: str) -> None:
        """Take everything out, the counts too."""
        await connection.execute(
            text(f"INSERT INTO search_index_{slot} (search_index_{slot}) VALUES ('delete-all')")
        )
        await connection.execute(text(f"DELETE FROM search_terms_{slot}"))

    async def count(
        self, connection: AsyncConnection, slot: str, terms: Mapping[str, int], times: int
    ) -> None:
        """Add to the number of entries that hold each term; less than nothing takes away."""
        if terms:
            await self.rows(
                connection,
                f"INSERT INTO search_terms_{slot} AS known (term, entries) "
                "SELECT key, value FROM json_each(:terms) WHERE true " + COUNTING,
                {"terms": json.dumps(terms), "times": times},
            )

    async def counts(
        self, connection: AsyncConnection, slot: str, terms: Collection[str]
    ) -> dict[str, int]:
        """Return the number of entries that hold each term; those that none holds are left out."""
        rows = await self.rows(
            connection,
            f"SELECT term, entries FROM search_terms_{slot} "
            "WHERE term IN (SELECT value FROM json_each(:terms)) AND entries > 0",
            {"terms": json.dumps(list(terms))},
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
        dated = (
            "" if days.unbounded else f"CROSS JOIN entries e WHERE e.id = found.id AND {WITHIN} "
        )
        rows = await self.rows(
            connection,
            "WITH parts (match, weight) AS MATERIALIZED ("
            "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') "
            "FROM json_each(:parts)), "
            "found (id, weight) AS (SELECT i.rowid, sum(parts.weight) "
            f"FROM parts CROSS JOIN search_index_{slot} i "
            f"WHERE search_index_{slot} MATCH parts.match AND i.rowid >= :first "
            "GROUP BY i.rowid) "
            f"SELECT found.id FROM found {dated}"
            "ORDER BY found.weight DESC, found.id DESC LIMIT :limit",
            {
                "parts": json.dumps([(fts5(expression), weight) for expression, weight in parts]),
                "limit": limit,
                "first": first,
                **({} if days.unbounded else days.values),
            },
        )
        return [row[0] for row in rows]

    async def texts(self, connection: AsyncConnection, ids: Sequence[int]) -> list[Row]:
        """Return what is ranked of published entries, in any order."""
        rows = await self.rows(
            connection,
            # The plus keeps SQLite from reading every published entry by the index of statuses.
            f"SELECT {', '.join(RANKED)} FROM entries "
            "WHERE id IN (SELECT value FROM json_each(:ids)) AND +status = :status",
            {"ids": json.dumps(ids), "status": Status.PUBLISHED.value},
        )
        return [
            {
                **dict(zip(RANKED, row, strict=True)),
                "tags": json.loads(row[3]),
                "links": json.loads(row[5]),
            }
            for row in rows
        ]
