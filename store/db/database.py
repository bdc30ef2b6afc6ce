"""Connections and units of work, on either engine.

A unit of work has a connection of its own. Units that write queue: on SQLite all of them, behind
`BEGIN IMMEDIATE`; on PostgreSQL those that touch more than one post, behind the row of `numbers`,
so that serials are committed in their order and no two units can wait for each other.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import asynccontextmanager, closing, contextmanager, nullcontext, suppress
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Delete, Insert, RowMapping, Select, Update, event, update
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from store.db.address import Address
from store.db.driver_errors import DRIVER_ERRORS, trouble_of
from store.db.files import DatabaseFiles, new_number
from store.db.schema import numbers
from store.db.thread_reads import Rows, SqliteReads, postgres_rows, whole
from store.errors import DatabaseLocked
from store.model import Page

PATIENCE = timedelta(seconds=10)
"""How long a unit of work waits for another program that holds the database."""

_CONNECTING = 10.0  # seconds that a server has at least to answer who connects
_LET_GO = {
    "idle_in_transaction_session_timeout": "10000",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "2",
}
"""What a program has locked that stands still, or whose machine is gone, would keep all others from
writing: PostgreSQL breaks its unit of work off within 20 seconds, not after hours."""
CONNECTIONS = 15
"""The most that a program has open at a time."""

_KEPT = 5  # of them; the others are closed after use
_RETRY = 0.02  # seconds between two tries to switch the write-ahead log on
_BEGIN = "store_begin"
_IN_ONE_STATEMENT = 5_000  # values; SQLite takes 32,766 and PostgreSQL 32,767
T = TypeVar("T")
_PRAGMAS: Mapping[str, str | int] = {
    "foreign_keys": "ON",
    # A commit is on the disk before a post goes out: after a power cut too, none is sent twice.
    "synchronous": "FULL",
    # Pages (of 4 KiB) after which the log is written back: an import changes many of them often.
    "wal_autocheckpoint": 4000,
    # Who was forgotten is in no free part of the file either. Some builds of SQLite do so unasked.
    "secure_delete": "ON",
}
_LARGE_CACHE = 64 * 1024  # KiB: the indexes of a million entries, which an import fills at random


class Database:
    """One database: its connections, its units of work, and its errors in the store's words."""

    def __init__(
        self,
        address: Address,
        *,
        patience: timedelta = PATIENCE,
        pragmas: Mapping[str, str | int] | None = None,
        connections: int = CONNECTIONS,
    ) -> None:
        """Connects to nothing yet. `pragmas` are further ones for each connection to SQLite.

        `connections` are the most that are open at a time.
        """
        self.address = address
        self.writes = 0
        """Units of work by which this program has written."""
        self._patience = patience
        self._turn = asyncio.Lock()
        self._aside: AsyncConnection | None = None
        self._aside_turn = asyncio.Lock()
        self._engine = (
            _sqlite_engine(address, patience, {**_PRAGMAS, **(pragmas or {})}, connections)
            if address.is_sqlite
            else _postgres_engine(address, patience, connections)
        )
        self._files = None if address.path is None else DatabaseFiles(address.path, address.where)
        self._reads = SqliteReads(
            partial(_connected, self._engine.url, patience), self._engine.dialect
        )

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite; else it is PostgreSQL."""
        return self.address.is_sqlite

    async def close(self) -> None:
        """Let go of every connection."""
        if self._aside is not None:
            await self._aside.close()
        self._reads.close()
        await self._engine.dispose()

    async def probe(self) -> None:
        """Open a SQLite file once, without a pool. Raises DatabaseTrouble.

        aiosqlite leaves the thread of a connection that could not be opened behind, and that
        complains when the event loop is gone by the time it ends.
        """
        if self._files is not None:
            self._files.check_log()
            with self._own_words():
                await asyncio.to_thread(_look, self._engine.url, self._patience)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open a unit of work that only reads, each statement for itself."""
        with self._own_words():
            async with self._engine.connect() as connection:
                if not self.is_sqlite:
                    await connection.execution_options(isolation_level="AUTOCOMMIT")
                yield connection

    async def fetch(self, statement: Select[Any]) -> Sequence[RowMapping]:
        """Return the rows of a statement, by the names of their columns."""
        async with self.read() as connection:
            found: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
            return found

    async def first(self, statement: Select[Any]) -> RowMapping | None:
        """Return a statement's first row by the names of its columns; None where there is none."""
        async with self.read() as connection:
            found: RowMapping | None = (await connection.execute(statement)).mappings().first()
            return found

    async def page(
        self, statement: Select[Any], count: int, offset: int, of: Callable[[RowMapping], T]
    ) -> Page[T]:
        """Return some of the rows of a statement, each as `of` reads it."""
        rows = await self.fetch(statement.limit(count + 1).offset(offset))
        return Page(tuple(map(of, rows[:count])), more=len(rows) > count)

    async def scalar(
        self, statement: Select[Any], values: Mapping[str, Any] | None = None
    ) -> Any | None:
        """Return the first value of a statement's first row; None where there is no row."""
        async with self.read() as connection:
            return await connection.scalar(statement, values)

    async def rows(
        self, statement: Select[Any], values: Mapping[str, Any]
    ) -> Sequence[Mapping[str, Any]]:
        """Return the rows of a statement that is asked often, with values for its parameters.

        It has to be the same object each time, so that it is put into SQL once, and on SQLite the
        one hop into a thread is what it costs.
        """
        if self._files is None:
            async with self.read() as connection:
                found: Any = await connection.execute(statement, values)
                return list(found.mappings())
        with self._own_words():
            loop = asyncio.get_running_loop()
            return await whole(loop.run_in_executor(None, self._reads.select, statement, values))

    async def read_apart(self, threads: Executor, work: Callable[[Rows], T]) -> T:
        """Do work that only reads, each statement for itself, in one of some threads."""
        loop = asyncio.get_running_loop()
        if self._files is not None:
            with self._own_words():
                return await whole(loop.run_in_executor(threads, self._reads.do, work))
        async with self.read() as connection:
            rows = postgres_rows(connection)
            return await whole(loop.run_in_executor(threads, work, rows))

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Open a unit of work that is done whole or not at all, one at a time in all programs."""
        async with self._turn, self._transaction() as connection:
            if not self.is_sqlite:
                await connection.execute(update(numbers).values(writes=numbers.c.writes + 1))
            yield connection

    async def execute(self, statement: Insert | Update | Delete) -> int:
        """Do one statement in a unit of work that writes. Returns how many rows it changed."""
        async with self.write() as connection:
            return (await connection.execute(statement)).rowcount

    @asynccontextmanager
    async def write_post(self) -> AsyncIterator[AsyncConnection]:
        """Open a unit of work that leases posts or writes a single one.

        On PostgreSQL it does not queue: it locks rows of posts only, and waits for none.
        """
        turn = self._turn if self.is_sqlite else nullcontext()
        async with turn, self._transaction() as connection:
            yield connection

    @asynccontextmanager
    async def aside(self) -> AsyncIterator[AsyncConnection]:
        """Open a unit of work of one statement, on a connection kept for what is asked often."""
        async with self._aside_turn:
            with self._own_words():
                if self._aside is None:
                    self._aside = await self._engine.connect()
                    if not self.is_sqlite:
                        await self._aside.execution_options(isolation_level="AUTOCOMMIT")
                try:
                    # Who asks often must learn soon that nobody answers.
                    async with asyncio.timeout(self._patience.total_seconds()):
                        yield self._aside
                except BaseException as error:
                    # Also where nobody waits for the answer any more: it would come to the next.
                    lost, self._aside = self._aside, None
                    await lost.invalidate()
                    await lost.close()
                    if isinstance(error, DRIVER_ERRORS) or not isinstance(error, Exception):
                        raise
                    # PostgreSQL's driver was asked without SQLAlchemy between.
                    raise ConnectionError(str(error)) from error

    async def version(self) -> object:
        """Return what is another number once a unit of work of any program has written.

        On PostgreSQL, one that `write` opened. SQLite is asked here and now, as that takes less
        than a hop into a thread; where it is locked, it raises DatabaseLocked.
        """
        if self._files is None:
            return await self._number("SELECT writes FROM numbers")
        with self._own_words():
            self._files.check()
            return self._reads.version()

    async def public_version(self) -> int:
        """Return the version of what everybody may read."""
        return await self._number("SELECT version FROM numbers")

    async def _number(self, asked: str) -> int:
        async with self.aside() as connection:
            # SQLAlchemy would take several times as long.
            driver: Any = (await connection.get_raw_connection()).driver_connection
            if not self.is_sqlite:
                return int(await driver.fetchval(asked))
            [[number]] = await driver.execute_fetchall(asked)
            return int(number)

    @asynccontextmanager
    async def migration(self) -> AsyncIterator[AsyncConnection]:
        """Open a unit of work for which every other program that migrates waits."""
        async with self._turn, self._transaction() as connection:
            if not self.is_sqlite:
                await connection.exec_driver_sql(
                    "SELECT pg_advisory_xact_lock(hashtext('ainews migration'))"
                )
            yield connection

    async def expect_much(self, connection: AsyncConnection) -> None:
        """Give a connection the room to write many rows in no order of their indexes."""
        if self.is_sqlite:
            await connection.exec_driver_sql(f"PRAGMA cache_size=-{_LARGE_CACHE}")

    async def write_ahead(self) -> None:
        """See to it that readers and the writer of a SQLite file do not wait for each other."""
        if self._files is None or self.address.read_only:
            return
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._patience.total_seconds()
        while True:
            try:
                async with self.read() as connection:
                    logged = await self._logged(connection)
            except DatabaseLocked:
                # Here SQLite does not wait by itself: two who switch at once would wait for ever.
                if loop.time() >= deadline:
                    raise
                await asyncio.sleep(_RETRY)
            else:
                self._files.opened(logged=logged)
                return

    async def _logged(self, connection: AsyncConnection) -> bool:
        """Turn the write-ahead log on. Returns whether it is."""
        number = int((await connection.exec_driver_sql("PRAGMA user_version")).scalar() or 0)
        mode = (await connection.exec_driver_sql("PRAGMA journal_mode")).scalar()
        if not number:
            number = new_number()
            await connection.exec_driver_sql(f"PRAGMA user_version={number}")
            await connection.exec_driver_sql("PRAGMA wal_checkpoint(FULL)")
        if mode != "wal":
            mode = (await connection.exec_driver_sql("PRAGMA journal_mode=WAL")).scalar()
        if self._files is not None:
            self._files.own_log(number)
        return mode == "wal"

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        with self._own_words():
            async with self._engine.connect() as connection:
                await connection.execution_options(**{_BEGIN: True})
                async with connection.begin():
                    yield connection
                    if self._files is not None:
                        # The last moment at which nothing is confirmed yet.
                        self._files.check_written()
                self.writes += 1

    @contextmanager
    def _own_words(self) -> Iterator[None]:
        """Raise the store's errors: also where the file is no longer the one that was opened."""
        if self._files is not None:
            self._files.check()
        try:
            yield
        except DRIVER_ERRORS as error:
            raise trouble_of(error, self.address) from error


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut values into pieces that fit into one statement."""
    for start in range(0, len(values), _IN_ONE_STATEMENT):
        yield values[start : start + _IN_ONE_STATEMENT]


def _look(url: URL, patience: timedelta) -> None:
    with closing(_connected(url, patience)) as connection:
        connection.execute("PRAGMA schema_version").fetchone()


def _connected(url: URL, patience: timedelta) -> sqlite3.Connection:
    """Return a connection to a SQLite file that any thread may use."""
    uri = url.query.get("uri") == "true"
    name = str(url.database)
    if uri:
        options = "&".join(f"{key}={value}" for key, value in url.query.items() if key != "uri")
        name = f"{name}?{options}"
    return sqlite3.connect(
        name,
        timeout=patience.total_seconds(),
        isolation_level=None,
        check_same_thread=False,
        uri=uri,
    )


def _sqlite_engine(
    address: Address, patience: timedelta, pragmas: Mapping[str, str | int], connections: int
) -> AsyncEngine:
    engine = create_async_engine(
        address.url,
        hide_parameters=True,
        pool_size=min(_KEPT, connections),
        max_overflow=max(connections - _KEPT, 0),
        # The one that was used last knows the most of the file: what others write, it reads anew.
        pool_use_lifo=True,
        # No isolation level: sqlite3 begins nothing by itself, and `begin` below does.
        connect_args={"timeout": patience.total_seconds(), "isolation_level": None},
    )

    def connected(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        del record
        cursor = connection.cursor()
        for name, value in pragmas.items():
            cursor.execute(f"PRAGMA {name}={value}")
        cursor.close()

    def begun(connection: Connection) -> None:
        if connection.get_execution_options().get(_BEGIN):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    def given_up(
        connection: DBAPIConnection, record: ConnectionPoolEntry, error: BaseException | None
    ) -> None:
        # Closed amid a unit of work, as who waited was cancelled, it would hold the file locked for
        # as long as anybody remembers the error.
        del record, error
        with suppress(sqlite3.Error):
            connection.rollback()

    event.listen(engine.sync_engine, "connect", connected)
    event.listen(engine.sync_engine, "begin", begun)
    event.listen(engine.sync_engine, "invalidate", given_up)
    return engine


def _postgres_engine(address: Address, patience: timedelta, connections: int) -> AsyncEngine:
    seconds = patience.total_seconds()
    return create_async_engine(
        address.url,
        hide_parameters=True,
        pool_size=min(_KEPT, connections),
        max_overflow=max(connections - _KEPT, 0),
        pool_pre_ping=True,
        connect_args={
            "timeout": max(seconds, _CONNECTING),
            "server_settings": {
                "application_name": "ainews",
                "jit": "off",
                "lock_timeout": str(int(seconds * 1000)),
                **_LET_GO,
            },
        },
    )
