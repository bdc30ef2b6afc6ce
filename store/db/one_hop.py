"""A connection to a SQLite file by which a statement and its rows take one hop into a thread.

aiosqlite hops for a cursor, for the statement, for its rows and to close the cursor, and again to
roll back where nothing was begun: nine hops for a unit of work that writes one row. A hop costs
more than what is done there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import Any, Self, TypeVar

import aiosqlite

_AT_ONCE = 1000  # rows that come with the hop of their statement; those beyond are fetched
T = TypeVar("T")


class OneHopConnection(aiosqlite.Connection):
    """Await it to connect. `connect` makes a connection that any thread may use."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connect, iter_chunk_size=_AT_ONCE)
        self._thread.daemon = True  # what still waits for a lock keeps no program from ending
        self._at_work = 0

    def cursor(self) -> OneHopCursor:  # type: ignore[override] # aiosqlite's takes a hop
        """Return a cursor."""
        return OneHopCursor(self, self._conn.cursor())

    async def rollback(self) -> None:
        """Roll back what was begun: nothing, where nothing was and nothing is under way."""
        if self._at_work or self._conn.in_transaction:
            await super().rollback()

    async def hop(self, work: Callable[[], T]) -> T:
        """Do work in the thread of the connection, after all that was asked before."""

        def done() -> T:
            try:
                return work()
            finally:
                self._at_work -= 1

        self._at_work += 1
        found: T = await self._execute(done)  # type: ignore[no-untyped-call] # it has no types
        return found


class OneHopCursor:
    """A cursor as SQLAlchemy uses it. Only one statement is under way on it."""

    arraysize = 1

    def __init__(self, connection: OneHopConnection, cursor: sqlite3.Cursor) -> None:
        self._connection = connection
        self._cursor = cursor
        self._rows: list[Any] = []
        self._more = False

    @property
    def description(self) -> Any:
        """The columns of the rows, None where the statement has no rows."""
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        """How many rows the statement changed."""
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The id of the row that was put in last."""
        return self._cursor.lastrowid

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()

    async def execute(self, statement: str, values: Any = ()) -> OneHopCursor:
        """Run a statement, and take its first rows."""
        await self._connection.hop(lambda: self._run(statement, values))
        return self

    async def executemany(self, statement: str, values: Iterable[Any]) -> OneHopCursor:
        """Run a statement with each of some values."""
        await self._connection.hop(lambda: self._cursor.executemany(statement, values))
        return self

    async def fetchone(self) -> Any:
        """Return the next row, or None."""
        rows = await self.fetchmany(1)
        return rows[0] if rows else None

    async def fetchmany(self, size: int | None = None) -> Sequence[Any]:
        """Return the next rows, at most so many."""
        wanted = self.arraysize if size is None else size
        if self._more and len(self._rows) < wanted:
            await self._connection.hop(lambda: self._fetch(max(wanted, _AT_ONCE)))
        taken, self._rows = self._rows[:wanted], self._rows[wanted:]
        return taken

    async def fetchall(self) -> Sequence[Any]:
        """Return all rows that are left."""
        if self._more:
            await self._connection.hop(lambda: self._fetch(None))
        taken, self._rows = self._rows, []
        return taken

    async def __aiter__(self) -> AsyncIterator[Any]:
        while (row := await self.fetchone()) is not None:
            yield row

    async def close(self) -> None:
        """Let go of the rows that are left."""
        self._rows = []
        if self._more:
            self._more = False
            await self._connection.hop(self._cursor.close)

    def _run(self, statement: str, values: Any) -> None:
        self._rows = []
        self._cursor.execute(statement, values)
        if self._cursor.description:
            self._fetch(_AT_ONCE)

    def _fetch(self, count: int | None) -> None:
        rows = self._cursor.fetchall() if count is None else self._cursor.fetchmany(count)
        self._rows += rows
        self._more = count is not None and len(rows) == count
