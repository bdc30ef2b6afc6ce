"""Writing in threads: several statements of a unit of work, and what is computed between them.

A hop into the thread of SQLite's driver and back costs more than most statements do, so one is made
for all of them. Those of PostgreSQL are run by the event loop meanwhile.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from typing import Any, TypeVar, cast

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.thread_reads import postgres_rows, whole

T = TypeVar("T")

Run = Callable[[str, Mapping[str, Any]], Sequence[Any]]
"""Runs a statement with its values, and returns its rows."""


async def write_apart(
    connection: AsyncConnection, threads: Executor, work: Callable[[Run], T]
) -> T:
    """Do work within a connection's unit of work: in its driver's thread, else in one of some."""
    if connection.dialect.name != "sqlite":
        rows = postgres_rows(connection)
        return await whole(asyncio.get_running_loop().run_in_executor(threads, work, rows))
    pooled = cast("Connection", connection.sync_connection).connection
    # The driver has no door for more than one statement.
    driver: Any = pooled.driver_connection
    sqlite: sqlite3.Connection = driver._conn  # noqa: SLF001 - see above

    def run(statement: str, values: Mapping[str, Any]) -> Sequence[Any]:
        return sqlite.execute(statement, values).fetchall()

    return cast("T", await driver._execute(work, run))  # noqa: SLF001 - see above
