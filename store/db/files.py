"""The files of a SQLite database: whether they are still there, and belong to each other.

A database is three files: its own, the write-ahead log (`-wal`) and that log's index (`-shm`).
SQLite itself notices neither that the first was moved away under an open connection, nor that
another was copied to its place while a log of the old one lies beside it. So every database has a
number of its own in its header (`PRAGMA user_version`), which a backup does not share, and a file
(`-id`) beside the log says whose log it is.
"""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from store.errors import DatabaseMixed, DatabaseMoved


class DatabaseFiles:
    """The files of one database, while it is open."""

    def __init__(self, path: Path, where: str) -> None:
        self._path = path
        self._where = where
        self._log = beside(path, "-wal")
        self._file: tuple[int, int] | None = None
        self._logged = False

    def opened(self, *, logged: bool) -> None:
        """Remember which file is open; `logged`: a write-ahead log lies beside it from now on."""
        self._file = _identity(self._path)
        self._logged = logged

    def check(self) -> None:
        """Raise DatabaseMoved where the file of that name is not the one that was opened."""
        if self._file is not None and _identity(self._path) != self._file:
            raise DatabaseMoved(self._where)

    def check_written(self) -> None:
        """Raise DatabaseMoved where what is being written would be in no file of that name."""
        self.check()
        if self._logged and not self._log.exists():
            raise DatabaseMoved(self._where)

    def check_log(self) -> None:
        """Raise DatabaseMixed where the log that was left belongs to another database."""
        with suppress(OSError, ValueError, sqlite3.Error):
            owner = int(beside(self._path, "-id").read_text("ascii"))
            if self._log.stat().st_size > 0 and number_of(self._path) not in {0, owner}:
                raise DatabaseMixed(self._where, str(self._log))

    def own_log(self, number: int) -> None:
        """Write down that the log beside the file is that of the database of this number."""
        with suppress(OSError):
            beside(self._path, "-id").write_text(str(number), "ascii")


def beside(path: Path, ending: str) -> Path:
    """Return the file beside a database that has its name and an ending."""
    return path.with_name(f"{path.name}{ending}")


def number_of(path: Path) -> int:
    """Return the number in a file's own header; 0 where it has none. Raises sqlite3.Error.

    It is read by SQLite itself: who closed a handle of their own would take away the locks that
    this process has on the file (https://www.sqlite.org/howtocorrupt.html, 2.2).
    """
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def new_number() -> int:
    """Return a number that no other database has."""
    return secrets.randbelow(2**31 - 1) + 1


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
