"""What SQLite and PostgreSQL say, as the store's own errors."""

from __future__ import annotations

import os
import shutil
import sqlite3

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from store.db.address import Address
from store.errors import (
    DatabaseDamaged,
    DatabaseFailure,
    DatabaseFolderMissing,
    DatabaseLocked,
    DatabaseReadOnly,
    DatabaseTrouble,
    DatabaseUnreachable,
    DiskFull,
    NotADatabase,
)

DRIVER_ERRORS = (SQLAlchemyError, OSError, sqlite3.Error)
"""What may come out of the engine: its own errors, the network's while it connects, and those of
sqlite3 where it is asked without SQLAlchemy between."""

_PRIMARY = 0xFF  # an extended result code of SQLite holds the primary one in its lowest byte
_LITTLE_ROOM = 1 << 20  # bytes; a failed write with less than that left is for want of room
_LONGEST_REASON = 300

_Plain = DatabaseLocked | DatabaseReadOnly | DatabaseDamaged | NotADatabase | DiskFull

_SQLITE_CODES: dict[int, type[_Plain]] = {
    sqlite3.SQLITE_BUSY: DatabaseLocked,
    sqlite3.SQLITE_LOCKED: DatabaseLocked,
    sqlite3.SQLITE_READONLY: DatabaseReadOnly,
    sqlite3.SQLITE_PERM: DatabaseReadOnly,
    sqlite3.SQLITE_AUTH: DatabaseReadOnly,
    sqlite3.SQLITE_FULL: DiskFull,
    sqlite3.SQLITE_NOTADB: NotADatabase,
    sqlite3.SQLITE_CORRUPT: DatabaseDamaged,
}
_POSTGRES_STATES: dict[str, type[_Plain]] = {
    "55P03": DatabaseLocked,  # lock_not_available
    "40P01": DatabaseLocked,  # deadlock_detected
    "25006": DatabaseReadOnly,  # read_only_sql_transaction
    "42501": DatabaseReadOnly,  # insufficient_privilege
    "53100": DiskFull,  # disk_full
    "XX001": DatabaseDamaged,  # data_corrupted
    "XX002": DatabaseDamaged,  # index_corrupted
}
# Connection exceptions, wrong credentials, no such database, too many connections, shutting down.
_POSTGRES_UNREACHABLE = ("08", "28", "3D", "53300", "57P0")


def trouble_of(
    error: SQLAlchemyError | OSError | sqlite3.Error, address: Address
) -> DatabaseTrouble:
    """Return the store's error for one of `DRIVER_ERRORS` or of sqlite3."""
    said = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(said, sqlite3.Error):
        return _of_sqlite(said, address)
    if isinstance(error, DBAPIError) and not address.is_sqlite:
        return _of_postgres(error, address)
    if isinstance(error, PoolTimeout):
        return DatabaseLocked(address.where)
    if isinstance(error, OSError):
        return DatabaseUnreachable(address.where, _reason(error))
    return DatabaseFailure(address.where, _reason(said or error))


def _of_sqlite(error: sqlite3.Error, address: Address) -> DatabaseTrouble:
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    if code in _SQLITE_CODES:
        return _SQLITE_CODES[code](address.where)
    if address.path is not None and address.path.exists() and not address.path.is_file():
        return NotADatabase(address.where)
    if code == sqlite3.SQLITE_CANTOPEN:
        return _unopened(error, address)
    if code == sqlite3.SQLITE_IOERR and _little_room(address):
        return DiskFull(address.where)
    return DatabaseFailure(address.where, _reason(error))


def _unopened(error: sqlite3.Error, address: Address) -> DatabaseTrouble:
    path = address.path
    if path is None:
        return DatabaseFailure(address.where, _reason(error))
    if not path.parent.is_dir():
        return DatabaseFolderMissing(address.where, str(path.parent))
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        return DatabaseReadOnly(address.where)
    if not path.exists():
        return DatabaseUnreachable(address.where, "there is no such file")
    return DatabaseUnreachable(address.where, _reason(error))


def _little_room(address: Address) -> bool:
    return address.path is not None and shutil.disk_usage(address.path.parent).free < _LITTLE_ROOM


def _of_postgres(error: DBAPIError, address: Address) -> DatabaseTrouble:
    state = str(getattr(error.orig, "sqlstate", None) or "")
    reason = _reason(getattr(error.orig, "__cause__", None) or error.orig or error)
    if state in _POSTGRES_STATES:
        return _POSTGRES_STATES[state](address.where)
    if not state or error.connection_invalidated or state.startswith(_POSTGRES_UNREACHABLE):
        return DatabaseUnreachable(address.where, reason)
    return DatabaseFailure(address.where, reason)


def _reason(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(text).split())[:_LONGEST_REASON]
