"""A backup is put back in the place of a SQLite database; what was there is set aside, whole."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count
from pathlib import Path

from store.db.address import Address
from store.db.driver_errors import trouble_of
from store.db.files import beside, new_number
from store.db.migrations import REVISION_QUERY, SINCE_QUERY, VERSION_TABLE, usable
from store.errors import (
    BackupMissing,
    BackupUnsupported,
    BackupUnusable,
    DatabaseFailure,
    DatabaseFolderMissing,
    DatabaseInUse,
)

if sys.platform != "win32":
    import fcntl

_SHARED_LOCK = (0x40000002, 510)
"""The bytes that every program locks which has a SQLite file open
(https://www.sqlite.org/src/file/src/os.h: SHARED_FIRST, SHARED_SIZE)."""

_BESIDE = ("-wal", "-shm")
_DAMAGED = "it is damaged"
_FOREIGN = "it is not a digest of this program"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back: how many entries it holds, and where the database before it lies."""

    entries: int
    before: Path | None


async def restore_store(url: str, backup: Path, now: datetime) -> Restored:
    """Put a backup in the place of a SQLite database, which no program may have open.

    Nothing is changed where an error is raised: BadDatabaseUrl, BackupUnsupported (PostgreSQL),
    BackupMissing, BackupUnusable, DatabaseInUse, and DatabaseTrouble about the place.
    """
    address = Address.parse(url)
    if address.path is None:
        raise BackupUnsupported(str(backup))
    return await asyncio.to_thread(_restore, address, address.path, backup, now)


def _restore(address: Address, path: Path, backup: Path, now: datetime) -> Restored:
    path = path.resolve()
    if not backup.is_file():
        raise BackupMissing(str(backup))
    if not path.parent.is_dir():
        raise DatabaseFolderMissing(str(path), str(path.parent))
    if path.exists() and path.samefile(backup):
        raise BackupUnusable(str(backup), "it is the database itself")
    if in_use(path):
        raise DatabaseInUse(str(path))
    copy = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        entries = _copied(backup, copy)
        before = _set_aside(path, now)
        # What is set aside is whole by now: from here on, nothing that was kept can be lost.
        for ending in (*_BESIDE, "-id"):
            beside(path, ending).unlink(missing_ok=True)
        copy.replace(path)
    except sqlite3.Error as error:
        raise trouble_of(error, address) from error
    except OSError as error:
        raise DatabaseFailure(str(path), error.strerror or str(error)) from error
    finally:
        for ending in ("", *_BESIDE, "-journal"):
            beside(copy, ending).unlink(missing_ok=True)
    return Restored(entries, before)


def in_use(path: Path) -> bool:
    """Whether any program has a SQLite file open. Windows itself refuses to move such a file."""
    if sys.platform == "win32" or not path.exists():
        return False
    start, length = _SHARED_LOCK
    try:
        with path.open("r+b") as stream:
            fcntl.lockf(stream, fcntl.LOCK_EX | fcntl.LOCK_NB, length, start)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _copied(backup: Path, copy: Path) -> int:
    """Copy a backup, with what its own log holds. Returns how many entries it has."""
    try:
        with (
            closing(sqlite3.connect(f"{backup.absolute().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
            return _checked(target, str(backup))
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}:
            raise
        raise BackupUnusable(str(backup), str(error)) from error
    except sqlite3.DatabaseError as error:
        foreign = error.sqlite_errorcode == sqlite3.SQLITE_NOTADB
        raise BackupUnusable(str(backup), _FOREIGN if foreign else _DAMAGED) from error


def _checked(copy: sqlite3.Connection, name: str) -> int:
    (found,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise BackupUnusable(name, _DAMAGED)
    known = copy.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (VERSION_TABLE,)).fetchone()
    revision = known and copy.execute(REVISION_QUERY).fetchone()
    if not revision:
        raise BackupUnusable(name, _FOREIGN)
    if not usable(revision[0], _since(copy)):
        raise BackupUnusable(name, "a newer version of this program made it")
    copy.execute(f"PRAGMA user_version={new_number()}")
    return int(copy.execute("SELECT count(*) FROM entries").fetchone()[0])


def _since(copy: sqlite3.Connection) -> str | None:
    columns = {row[1] for row in copy.execute("PRAGMA table_info(numbers)")}
    (since,) = copy.execute(SINCE_QUERY).fetchone() if "since" in columns else (None,)
    return since


def _set_aside(path: Path, now: datetime) -> Path | None:
    """Give the database and its log second names. Returns that of the database."""
    name = f"{path.name}.before-restore-{now:%Y%m%d-%H%M%S}"
    endings = chain([""], (f"-{number}" for number in count(2)))
    names = (path.with_name(f"{name}{ending}") for ending in endings)
    aside = next(each for each in names if not each.exists())
    found = [ending for ending in ("", *_BESIDE) if beside(path, ending).exists()]
    for ending in found:
        try:
            os.link(beside(path, ending), beside(aside, ending))
        except OSError:
            # A file system without links.
            shutil.copy2(beside(path, ending), beside(aside, ending))
    return aside if found else None
