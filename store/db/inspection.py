"""A look at a store that changes nothing."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from sqlalchemy import Column
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.address import Address
from store.db.database import Database
from store.db.migrations import found_revision
from store.db.rows import counted
from store.db.schema import REVISION, channels, entries, posts
from store.errors import DatabaseDamaged, DatabaseFolderMissing
from store.model import ChannelState, Inspection, PostState, Status
from store.processes.processes import running
from store.search.index.rebuild import outdated

T = TypeVar("T", bound=StrEnum)


async def inspect_store(url: str, *, thorough: bool = False) -> Inspection:
    """Look at a store without changing anything, not even its revision.

    Where it is `thorough`, the whole of a SQLite file is read. Raises BadDatabaseUrl, DatabaseNewer
    and other DatabaseTrouble.
    """
    address = Address.parse(url)
    if address.path is not None and not address.path.exists():
        if not address.path.parent.is_dir():
            raise DatabaseFolderMissing(address.where, str(address.path.parent))
        return Inspection(address.where, exists=False, revision=None, current=False)
    database = Database(address.untouched())
    try:
        revision = await found_revision(database)
        if revision != REVISION:
            return Inspection(address.where, revision is not None, revision, current=False)
        async with database.read() as connection:
            if thorough and database.is_sqlite:
                found = await connection.exec_driver_sql("PRAGMA quick_check(1)")
                if found.scalar_one() != "ok":
                    raise DatabaseDamaged(address.where)
            return Inspection(
                where=address.where,
                exists=True,
                revision=revision,
                current=True,
                entries=await _counts(connection, entries.c.status, Status),
                channels=await _counts(connection, channels.c.state, ChannelState),
                posts=await _counts(connection, posts.c.state, PostState),
                index_outdated=await outdated(connection),
                running=await running(connection, address.path),
            )
    finally:
        await database.close()


async def _counts(connection: AsyncConnection, column: Column[str], kinds: type[T]) -> dict[T, int]:
    counts = await counted(connection, column)
    return {kind: counts.get(kind, 0) for kind in kinds}
