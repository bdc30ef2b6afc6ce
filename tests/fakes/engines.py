"""Engines that cost a test less: statements are put into SQL once, and SQLite needs no threads.

SQLAlchemy remembers a statement's SQL for one engine, and in a test each database has an engine of
its own: a fifth of what tests of the store take would go into the same statements again. aiosqlite
hops into a thread and back at least four times for a statement, which costs more than most of them.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Generator
from functools import partial
from typing import Any, Self, TypeVar

import aiosqlite
from sqlalchemy import URL, Dialect, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

T = TypeVar("T")
_RETRY = 0.005  # seconds between two tries to get what another connection has locked


class LightEngines:
    """Makes engines as SQLAlchemy does. All of one driver remember statements together.

    `in_loop`: connections to SQLite run their statements in the event loop, else as the bot's do.
    """

    def __init__(self) -> None:
        self.in_loop = False
        self._first: dict[str, tuple[Dialect, Any]] = {}

    def engine(self, url: URL, **options: Any) -> AsyncEngine:
        """Return an engine."""
        if self.in_loop and url.get_backend_name() == "sqlite":
            options["connect_args"] = {**options["connect_args"], "async_creator_fn": _connection}
        made = create_async_engine(url, **options)
        engine = made.sync_engine
        driver = f"{engine.name}+{engine.driver}"
        if driver in self._first:
            # What is remembered belongs to a dialect, which knows its server once one engine of it
            # was connected. No option sets either.
            engine.dialect, engine._compiled_cache = self._first[driver]
            engine.pool._dialect = engine.dialect
        else:

            @event.listens_for(engine, "engine_connect", once=True)
            def connected(_: object) -> None:
                self._first.setdefault(driver, (engine.dialect, engine._compiled_cache))

        return made


class InLoopConnection(aiosqlite.Connection):
    """A connection whose statements run in the event loop.

    Others work between a statement and its answer, as with a thread, and for who was cancelled
    meanwhile it is done. `timeout` is how many seconds it waits for what another has locked.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection], timeout: float) -> None:
        """`connect` makes a connection that does not wait for locks itself."""
        super().__init__(connect, iter_chunk_size=64)
        self._timeout = timeout

    def __await__(self) -> Generator[Any, None, Self]:
        return self._opened().__await__()

    def cursor(self) -> aiosqlite.Cursor:  # type: ignore[override] # aiosqlite's can be awaited
        """Return a cursor."""
        return aiosqlite.Cursor(self, self._conn.cursor())

    def stop(self) -> None:
        """Close it, whatever is under way."""
        self._running = False
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def _opened(self) -> Self:
        self._connection = self._connector()
        return self

    async def _execute(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        if self._connection is None:
            raise ValueError("Connection closed")
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._timeout
        while True:
            try:
                done = fn(*args, **kwargs)
                break
            except sqlite3.OperationalError as error:
                if not _will_end(error) or loop.time() >= deadline:
                    raise
            await asyncio.sleep(_RETRY)
        if fn.__name__ not in _AFTERWARDS:
            await asyncio.sleep(0)
        return done


_AFTERWARDS = frozenset({"close", "fetchall", "fetchmany", "fetchone", "rollback"})
"""What comes with a statement: one break for others is enough."""


def _will_end(error: sqlite3.OperationalError) -> bool:
    """Whether SQLite itself would wait: for a lock, or for who mends what a killed one left."""
    code = error.sqlite_errorcode
    return code & 0xFF == sqlite3.SQLITE_BUSY and code != sqlite3.SQLITE_BUSY_SNAPSHOT


def _connection(name: str, timeout: float, **options: Any) -> InLoopConnection:
    return InLoopConnection(partial(sqlite3.connect, name, timeout=0, **options), timeout)
