"""Reading in threads: for what asks the database often and computes with what it says.

The thread of whoever asks runs the statements of SQLite itself: a hop into a driver's thread and
back costs more than most of them. Those of PostgreSQL are run by the event loop meanwhile.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, Protocol, TypeVar

from sqlalchemy import Column, Dialect, Select, text
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")


class Rows(Protocol):
    """Runs a statement, each for itself, and returns its rows."""

    def __call__(
        self, statement: str, values: Mapping[str, Any], columns: Sequence[Column[Any]] = ()
    ) -> Sequence[Any]:
        """`columns` are those of a table that the statement returns, where their types matter."""


class _Written(NamedTuple):
    """A statement in SQL: the values that it has of itself, and what its rows hold.

    `fit` makes values fit for the driver, by the names of their places.
    """

    sql: str
    usual: dict[str, Any]
    fit: Mapping[str, Callable[[Any], Any]]
    names: tuple[str, ...]
    columns: tuple[Column[Any], ...]


class SqliteReads:
    """Connections to a file for any thread: as many as there are threads that read at once."""

    def __init__(self, connect: Callable[[], sqlite3.Connection], dialect: Dialect) -> None:
        """`connect` makes a connection that threads may share."""
        self._connect = connect
        self._dialect = dialect
        self._idle: list[sqlite3.Connection] = []
        self._watching: sqlite3.Connection | None = None
        self._readers: dict[tuple[Column[Any], ...], list[Callable[[Any], Any]]] = {}
        self._written: dict[Select[Any], _Written] = {}

    def select(
        self, statement: Select[Any], values: Mapping[str, Any]
    ) -> Sequence[Mapping[str, Any]]:
        """Return the rows of a statement that is made once: how it is written in SQL is kept."""
        written = self._written.get(statement) or self._write(statement, values)
        given = written.usual | _fitted(values, written.fit)
        found = self.do(lambda rows: rows(written.sql, given, written.columns))
        return [dict(zip(written.names, row, strict=True)) for row in found]

    def _write(self, statement: Select[Any], values: Mapping[str, Any]) -> _Written:
        kind: Any = type(self._dialect)
        compiled = statement.compile(dialect=kind(paramstyle="named"))
        expanded = compiled.construct_expanded_state(dict(values))
        own = {name: each for name, each in expanded.parameters.items() if name not in values}
        columns: Any = tuple(statement.selected_columns)
        names = tuple(column.key for column in columns)
        fit = {
            each: process
            for name, place in compiled.binds.items()
            if (process := place.type.dialect_impl(self._dialect).bind_processor(self._dialect))
            for each in expanded.parameter_expansion.get(name, [name])
        }
        written = _Written(expanded.statement, _fitted(own, fit), fit, names, columns)
        return self._written.setdefault(statement, written)

    def do(self, work: Callable[[Rows], T]) -> T:
        """Do work with one of the connections."""
        connection = None
        with suppress(IndexError):  # another thread may be quicker
            connection = self._idle.pop()
        connection = connection or self._connect()

        def rows(
            statement: str, values: Mapping[str, Any], columns: Sequence[Column[Any]] = ()
        ) -> Sequence[Any]:
            found = connection.execute(statement, values).fetchall()
            return self._typed(found, columns) if columns else found

        try:
            return work(rows)
        finally:
            self._idle.append(connection)

    def version(self) -> int:
        """Return what is another number once any connection has written. Waits for nothing."""
        if self._watching is None:
            self._watching = self._connect()
            self._watching.execute("PRAGMA busy_timeout = 0")
        [[number]] = self._watching.execute("PRAGMA data_version")
        return int(number)

    def close(self) -> None:
        """Close every connection. Nothing may be under way."""
        if self._watching is not None:
            self._watching.close()
            self._watching = None
        while self._idle:
            self._idle.pop().close()

    def _typed(
        self, found: Sequence[Sequence[Any]], columns: Sequence[Column[Any]]
    ) -> Sequence[Any]:
        readers = self._readers.get(columns := tuple(columns))
        if readers is None:
            kinds = [column.type.dialect_impl(self._dialect) for column in columns]
            readers = [kind.result_processor(self._dialect, None) or _same for kind in kinds]
            self._readers[columns] = readers
        return [[read(value) for read, value in zip(readers, row, strict=True)] for row in found]


def postgres_rows(connection: AsyncConnection) -> Rows:
    """Return what runs statements on a connection of the running event loop, from a thread."""
    loop = asyncio.get_running_loop()

    async def run(
        statement: str, values: Mapping[str, Any], columns: Sequence[Column[Any]]
    ) -> Sequence[Any]:
        found = await connection.execute(text(statement).columns(*columns), values)
        return found.all() if found.returns_rows else ()

    def rows(
        statement: str, values: Mapping[str, Any], columns: Sequence[Column[Any]] = ()
    ) -> Sequence[Any]:
        return asyncio.run_coroutine_threadsafe(run(statement, values, columns), loop).result()

    return rows


async def whole(done: asyncio.Future[T]) -> T:
    """Return what a thread does. It ends before its connection, also where nobody waits for it."""
    try:
        return await asyncio.shield(done)
    except asyncio.CancelledError:
        await asyncio.wait([done])
        raise


def _fitted(values: Mapping[str, Any], fit: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    return {
        name: value if value is None else fit.get(name, _same)(value)
        for name, value in values.items()
    }


def _same(value: Any) -> Any:
    return value
