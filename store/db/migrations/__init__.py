"""Bringing a database to the shape that this program knows."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from store.db.backup import back_up_before
from store.db.database import Database
from store.db.schema import REVISION, REVISIONS
from store.errors import DatabaseMissing, DatabaseNewer

VERSION_TABLE = "ainews_revision"
"""A name of our own: other programs that migrate with Alembic may share the database."""


async def migrate(database: Database, *, make: bool = True) -> None:
    """Bring the database to the newest revision, in one transaction.

    Programs that start at once wait for each other. Raises DatabaseNewer for a revision that this
    program does not know, DatabaseMissing where none is there or to be made, and other
    DatabaseTrouble.
    """
    path = database.address.path
    there = make or path is None or path.exists()
    found = await found_revision(database) if there else None
    if found is None and not make:
        raise DatabaseMissing(database.address.where)
    await database.write_ahead()
    if found != REVISION:
        if found is not None:
            await back_up_before(database, found)
        async with database.migration() as connection:
            if known(await connection.run_sync(revision_of), database) != REVISION:
                # Alembic is large, and seldom has anything to do.
                from store.db.migrations.run import upgrade  # noqa: PLC0415 - see above

                await connection.run_sync(upgrade, VERSION_TABLE)


async def found_revision(database: Database) -> str | None:
    """Return the database's revision, None where it has none yet. Raises DatabaseNewer."""
    await database.probe()
    async with database.read() as connection:
        return known(await connection.run_sync(revision_of), database)


def known(revision: str | None, database: Database) -> str | None:
    """Return a revision that this program knows. Raises DatabaseNewer."""
    if revision is not None and revision not in REVISIONS:
        raise DatabaseNewer(database.address.where, revision)
    return revision


def revision_of(connection: Connection) -> str | None:
    """Return what the database says of itself."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - a name of ours
    return None if found is None else str(found)
