"""How each engine is connected to: what every connection is told, and how many are kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from datetime import timedelta

from sqlalchemy import URL, Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from store.db.address import Address

WRITING: Mapping[str, bool] = {"store_begin": True}
"""The options of a connection whose unit of work is to write from its beginning."""

_KEPT = 5  # connections; the others are closed after use
_CONNECTING = 10.0  # seconds that a server has at least to answer who connects
_LET_GO = {
    "idle_in_transaction_session_timeout": "10000",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "2",
}
"""What a program has locked that stands still, or whose machine is gone, would keep all others from
writing: PostgreSQL breaks its unit of work off within 20 seconds, not after hours."""

_PRAGMAS: Mapping[str, str | int] = {
    "foreign_keys": "ON",
    # A commit is on the disk before a post goes out: after a power cut too, none is sent twice.
    "synchronous": "FULL",
    # Pages (of 4 KiB) after which the log is written back: an import changes many of them often.
    "wal_autocheckpoint": 4000,
    # Who was forgotten is in no free part of the file either. Some builds of SQLite do so unasked.
    "secure_delete": "ON",
}


def look_at(url: URL, patience: timedelta) -> None:
    """Open a SQLite file, and read what it is. Raises sqlite3.Error."""
    with closing(connected(url, patience)) as connection:
        connection.execute("PRAGMA schema_version").fetchone()


def connected(url: URL, patience: timedelta) -> sqlite3.Connection:
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


def sqlite_engine(
    address: Address, patience: timedelta, pragmas: Mapping[str, str | int], connections: int
) -> AsyncEngine:
    """Return an engine of so many connections at most, each of which waits so long for another.

    `pragmas` are further ones for each.
    """
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

    def opened(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        del record
        cursor = connection.cursor()
        for name, value in {**_PRAGMAS, **pragmas}.items():
            cursor.execute(f"PRAGMA {name}={value}")
        cursor.close()

    def begun(connection: Connection) -> None:
        if WRITING.items() <= connection.get_execution_options().items():
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    def given_up(
        connection: DBAPIConnection, record: ConnectionPoolEntry, error: BaseException | None
    ) -> None:
        # Closed amid a unit of work, as who waited was cancelled, it would hold the file locked for
        # as long as anybody remembers the error.
        del record, error
        with suppress(sqlite3.Error):
            connection.rollback()

    event.listen(engine.sync_engine, "connect", opened)
    event.listen(engine.sync_engine, "begin", begun)
    event.listen(engine.sync_engine, "invalidate", given_up)
    return engine


def postgres_engine(address: Address, patience: timedelta, connections: int) -> AsyncEngine:
    """Return an engine of so many connections at most, each of which waits so long for another."""
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
