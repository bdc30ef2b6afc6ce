"""Connections to SQLite files: all rows come, and nothing is left begun."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from store.db.one_hop import OneHopConnection

NUMBERS = (
    "WITH RECURSIVE counted (n) AS (VALUES (0) UNION ALL SELECT n + 1 FROM counted WHERE n < ?)"
    " SELECT n FROM counted"
)
MANY = 2500
"""Rows: more than come with the hop of their statement."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "numbers.db"
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE numbers (n INTEGER PRIMARY KEY)")
    made.close()
    return path


@pytest.fixture
async def connection(path: Path) -> AsyncIterator[OneHopConnection]:
    """A connection that begins nothing by itself."""
    connection = OneHopConnection(
        partial(sqlite3.connect, path, 60, isolation_level=None, check_same_thread=False)
    )
    await connection
    yield connection
    await connection.close()


async def test_all_rows_come_however_they_are_asked_for(connection: OneHopConnection) -> None:
    async with connection.cursor() as cursor:
        await cursor.execute(NUMBERS, (MANY - 1,))
        assert [name for name, *_ in cursor.description] == ["n"]
        found = [await cursor.fetchone(), *await cursor.fetchmany(1500), *await cursor.fetchmany(2)]
        found += await cursor.fetchall()
        assert found == [(n,) for n in range(MANY)]
        assert (await cursor.fetchone(), await cursor.fetchall()) == (None, [])
        await cursor.execute(NUMBERS, (MANY - 1,))
        assert [row async for row in cursor] == found


async def test_what_a_statement_changed_is_known(connection: OneHopConnection) -> None:
    async with connection.cursor() as cursor:
        await cursor.executemany("INSERT INTO numbers VALUES (?)", [(1,), (2,), (7,)])
        assert cursor.rowcount == 3
        await cursor.execute("INSERT INTO numbers VALUES (?)", (9,))
        assert cursor.lastrowid == 9
        await cursor.execute("UPDATE numbers SET n = n + 100 RETURNING n")
        assert (len(await cursor.fetchall()), cursor.rowcount) == (4, 4)
        with pytest.raises(sqlite3.IntegrityError):
            await cursor.execute("INSERT INTO numbers VALUES (109)")


async def test_a_cursor_that_is_closed_amid_its_rows_holds_nothing(
    connection: OneHopConnection, path: Path
) -> None:
    async with connection.cursor() as cursor:
        await cursor.execute(NUMBERS, (MANY,))
    other = sqlite3.connect(path, timeout=0)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("INSERT INTO numbers VALUES (1)")
    other.commit()
    other.close()


async def test_what_is_given_up_while_it_waits_is_rolled_back(
    connection: OneHopConnection, path: Path
) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    async with connection.cursor() as cursor:
        waiting = asyncio.create_task(cursor.execute("BEGIN IMMEDIATE"))
        await asyncio.sleep(0)
        waiting.cancel()
        rolled_back = asyncio.create_task(connection.rollback())
        await asyncio.sleep(0)
        other.execute("COMMIT")
        await rolled_back
    other.execute("BEGIN IMMEDIATE")
    other.close()
    assert waiting.cancelled()
    assert not connection.in_transaction


async def test_what_was_begun_is_rolled_back(connection: OneHopConnection) -> None:
    await connection.rollback()
    async with connection.cursor() as cursor:
        await cursor.execute("BEGIN")
        await cursor.execute("INSERT INTO numbers VALUES (1)")
        await connection.rollback()
        await cursor.execute("SELECT * FROM numbers")
        assert await cursor.fetchall() == []
