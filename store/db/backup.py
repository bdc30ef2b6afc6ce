"""A copy of a SQLite database, made while it is in use."""

from __future__ import annotations

import asyncio
import glob
import logging
import os
import secrets
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from store.db.address import Address
from store.db.database import Database
from store.db.driver_errors import DRIVER_ERRORS, trouble_of
from store.db.files import new_number
from store.errors import (
    BackupExists,
    BackupUnsupported,
    DatabaseFailure,
    DatabaseFolderMissing,
    DatabaseTrouble,
)

_LOGGER = logging.getLogger(__name__)
_BEFORE = ".before-migration-"
_KEPT = 3


async def back_up(database: Database, path: Path) -> None:
    """Write the whole database, as it is at one moment, to a new file.

    The file appears under its name when it is complete and on the disk.
    """
    if not database.is_sqlite:
        raise BackupUnsupported(str(path))
    copy = await asyncio.to_thread(_place, path)
    unfinished = copy.with_name(f".{copy.name}.{secrets.token_hex(4)}")
    try:
        await _copy(database, unfinished, copy)
        await asyncio.to_thread(_keep, unfinished, copy)
    finally:
        unfinished.unlink(missing_ok=True)


async def back_up_before(database: Database, revision: str) -> None:
    """Copy a SQLite database that is about to be migrated; the newest of such copies are kept."""
    path = database.address.path
    if path is None:
        return
    taken = datetime.now(UTC)
    copy = path.with_name(f"{path.name}{_BEFORE}{revision}-{taken:%Y%m%d-%H%M%S}")
    await back_up(database, copy)
    _LOGGER.info("backup before migration file=%s", copy)
    await asyncio.to_thread(_forget_old, path)


def _forget_old(path: Path) -> None:
    copies = path.parent.glob(f"{glob.escape(path.name)}{_BEFORE}*")
    for old in sorted(copies, key=lambda copy: copy.stat().st_mtime)[:-_KEPT]:
        old.unlink(missing_ok=True)


def _place(path: Path) -> Path:
    copy = path.absolute()
    if not copy.parent.is_dir():
        raise DatabaseFolderMissing(str(copy), str(copy.parent))
    if copy.exists() or copy.is_symlink():
        raise BackupExists(str(copy))
    return copy


async def _copy(database: Database, unfinished: Path, copy: Path) -> None:
    try:
        async with database.read() as connection:
            await connection.execute(text("VACUUM INTO :path"), {"path": str(unfinished)})
    except DatabaseTrouble as error:
        # What went wrong went wrong where the copy lies: the database itself was only read.
        cause = error.__cause__
        if isinstance(cause, DRIVER_ERRORS):
            there = Address(database.address.url, str(copy), copy)
            raise trouble_of(cause, there) from cause
        raise


def _keep(unfinished: Path, copy: Path) -> None:
    # A copy is a database of its own: no log of the original may ever be read as its own.
    with closing(sqlite3.connect(unfinished)) as connection:
        connection.execute(f"PRAGMA user_version={new_number()}")
    with unfinished.open("rb") as written:
        os.fsync(written.fileno())
    try:
        os.link(unfinished, copy)
    except FileExistsError:
        raise BackupExists(str(copy)) from None
    except OSError:
        # A file system without links.
        if copy.exists():
            raise BackupExists(str(copy)) from None
        try:
            unfinished.rename(copy)
        except OSError as error:
            raise DatabaseFailure(str(copy), error.strerror or str(error)) from error
