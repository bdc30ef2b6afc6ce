"""The index in SQLite: FTS5 without content, which only says what entry holds what term."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

import aiosqlite
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from store.search.index.engine import COUNTING, Engine
from store.search.index.reader import WITHIN, Days, IndexReader
from store.search.query.expressions import Expression, fts5
from store.search.query.plan import Weighted


class SqliteReader(IndexReader):
    """Asks FTS5."""

    number_column = "rowid"

    def written(self, expression: Expression) -> str:
        """Return an expression in the syntax of FTS5."""
        return fts5(expression)

    def finds(self, name: str) -> str:
        """Return the condition that an expression finds a row of the index."""
        return f"search_index_{self._slot} MATCH :{name}"

    def among(self, name: str, kind: str) -> str:
        """Return the condition that a column is one of the values in a place."""
        del kind
        return f"IN (SELECT value FROM json_each(:{name}))"

    def listed(self, values: Collection[Any]) -> str:
        """Return values as such a place takes them."""
        return json.dumps(list(values), ensure_ascii=False)

    def spelt(self, text: str, name: str) -> str:
        """Return the condition that a text is as `pattern` wrote it."""
        return f"{text} GLOB :{name}"

    def pattern(self, syllables: Sequence[str], before: str | None) -> str:
        """Return the pattern of texts with syllables in a row."""
        return f"{'*' if before is None else before}{''.join(syllables)}*"

    def heaviest(self, parts: Weighted, days: Days, *, limit: int, first: int = 0) -> list[int]:
        """Return the ids of entries by the sum of the weights of the expressions that find them."""
        dated = (
            "" if days.unbounded else f"CROSS JOIN entries e WHERE e.id = found.id AND {WITHIN} "
        )
        return self._ids(
            "WITH parts (match, weight) AS MATERIALIZED ("
            "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') "
            "FROM json_each(:parts)), "
            "found (id, weight) AS (SELECT i.rowid, sum(parts.weight) "
            f"FROM parts CROSS JOIN search_index_{self._slot} i "
            f"WHERE search_index_{self._slot} MATCH parts.match AND i.rowid >= :first "
            "GROUP BY i.rowid) "
            f"SELECT found.id FROM found {dated}"
            "ORDER BY found.weight DESC, found.id DESC LIMIT :limit",
            {
                "parts": json.dumps([(fts5(expression), weight) for expression, weight in parts]),
                "limit": limit,
                "first": first,
                **days.bounds,
            },
        )


class SqliteEngine(Engine):
    """Statements for FTS5."""

    reader = SqliteReader

    async def run(
        self, connection: AsyncConnection, statement: str, values: Mapping[str, Any]
    ) -> Sequence[Any]:
        """Run a statement straight in the driver.

        That is one hop into its thread and back, where SQLAlchemy takes four.
        """
        return list(await _driver(connection).execute_fetchall(statement, values))

    async def put(self, connection: AsyncConnection, slot: str, terms: Mapping[int, str]) -> None:
        """Add entries, by id, with their terms, divided by spaces."""
        insert = f"INSERT INTO search_index_{slot} (rowid, terms) VALUES (?, ?)"
        await _driver(connection).executemany(insert, terms.items())

    async def remove(
        self, connection: AsyncConnection, slot: str, terms: Mapping[int, str]
    ) -> None:
        """Take entries out, which were put in with these terms."""
        name = f"search_index_{slot}"
        delete = f"INSERT INTO {name} ({name}, rowid, terms) VALUES ('delete', ?, ?)"
        await _driver(connection).executemany(delete, terms.items())

    async def clear(self, connection: AsyncConnection, slot: str) -> None:
        """Take everything out, the counts too."""
        name = f"search_index_{slot}"
        await self.run(connection, f"INSERT INTO {name} ({name}) VALUES ('delete-all')", {})
        await self.run(connection, f"DELETE FROM search_terms_{slot}", {})

    def numbers(self, terms: Mapping[str, int]) -> Mapping[str, Any]:
        """Return the values of `counting`."""
        return {"terms": json.dumps(terms, ensure_ascii=False)}

    def counting(self, slot: str) -> str:
        """Return the statement that adds to the number of entries that hold each of some terms."""
        return (
            f"INSERT INTO search_terms_{slot} AS known (term, entries) "
            f"SELECT key, value FROM json_each(:terms) WHERE true {COUNTING}"
        )


def _driver(connection: AsyncConnection) -> aiosqlite.Connection:
    pooled = cast("Connection", connection.sync_connection).connection
    return cast("aiosqlite.Connection", pooled.driver_connection)
