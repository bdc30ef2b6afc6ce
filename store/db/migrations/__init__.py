"""Bringing a database to the shape that this program knows, while the one before still runs.

A shape changes in two steps. Most revisions expand it: tables, indexes and columns come, and what a
program of the revision before writes and reads stays good. What nothing uses any more goes a
release later, in a revision that contracts, which says so (`steps.since`). Since when programs can
work with a shape stands in the database (`numbers.since`): a program opens a newer one where that
revision is known to it, so an upgrade rolls from machine to machine, and the way back stays open.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from store.db.backup import back_up_before
from store.db.database import Database
from store.db.schema import REVISION, REVISIONS
from store.errors import DatabaseMissing, DatabaseNewer

VERSION_TABLE = "ainews_revision"
"""A name of our own: other programs that migrate with Alembic may share the database."""

REVISION_QUERY = f"SELECT version_num FROM {VERSION_TABLE}"  # noqa: S608 - a name of ours
"""What the database says of itself."""

SINCE_QUERY = "SELECT since FROM numbers"
"""The oldest revision whose programs work with the shape."""


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
            if await connection.run_sync(_known, database) != REVISION:
                # Alembic is large, and seldom has anything to do.
                from store.db.migrations.run import upgrade  # noqa: PLC0415 - see above

                await connection.run_sync(upgrade, VERSION_TABLE)


async def found_revision(database: Database) -> str | None:
    """Return the database's revision, None where it has none yet. Raises DatabaseNewer.

    One that a newer program has expanded counts as the newest that this program knows.
    """
    await database.probe()
    async with database.read() as connection:
        return await connection.run_sync(_known, database)


def usable(revision: str, since: str | None) -> bool:
    """Whether this program can work with a shape, by what `numbers.since` says of it."""
    return revision in REVISIONS or since in REVISIONS


def _known(connection: Connection, database: Database) -> str | None:
    """Return the revision that this program takes the database for. Raises DatabaseNewer."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    revision = connection.execute(text(REVISION_QUERY)).scalar()
    if revision is None or revision in REVISIONS:
        return revision
    if usable(revision, _since(connection)):
        return REVISION
    raise DatabaseNewer(database.address.where, revision)


def _since(connection: Connection) -> str | None:
    columns = {column["name"] for column in inspect(connection).get_columns("numbers")}
    return connection.execute(text(SINCE_QUERY)).scalar() if "since" in columns else None
