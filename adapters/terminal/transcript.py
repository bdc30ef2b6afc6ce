"""What was posted to the terminal: its channel's history, a database in the data folder.

A terminal forgets what was written to it, so the history is the channel and the screen is a view
of it. A post is published when it is on the disk; after that it is shown, and then marked as
shown. Killed before: nothing was published, `find` finds nothing, and the post is sent again.
Killed after: `find` finds it, so that it is never sent twice, and whatever has no mark is shown at
the next start, so that it is never lost. Writing to a screen and marking the history cannot be one
step; killed just between them, the same post is shown once more at the next start, and said to be
from before. Several processes may have one history; while another is alive, what it has not shown
yet is its own to show.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.port.invocation import LOCAL_CHANNEL
from store.model import ChannelRef

KEPT = 1000
"""Posts that stay in the history; those not yet shown stay besides."""

FILE = "terminal-transcript.db"

LOCK_FILE = "terminal.lock"

TROUBLE = (OSError, sqlite3.Error)
"""What every method may raise."""

_PATIENCE = 5.0
"""Seconds in which another process has written what it writes."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS posts (
    number INTEGER PRIMARY KEY,
    workspace TEXT NOT NULL,
    channel TEXT NOT NULL,
    key TEXT NOT NULL,
    at TEXT NOT NULL,
    text TEXT NOT NULL,
    revision INTEGER NOT NULL DEFAULT 1,
    shown INTEGER NOT NULL DEFAULT 0,
    UNIQUE (workspace, channel, key)
)
"""
_POSTS = "SELECT workspace, channel, key, at, text, revision, shown FROM posts"


@dataclass(frozen=True, slots=True)
class TranscriptMessage:
    """A post as it stands in the channel.

    `revision` counts its edits, from 1; `shown` is the revision that the screen has had, 0 for
    none.
    """

    channel: ChannelRef
    key: str
    at: datetime
    text: str
    revision: int = 1
    shown: int = 0

    @property
    def waits(self) -> bool:
        """Whether somebody at the terminal has still to see it."""
        return self.shown < self.revision


class Transcript:
    """The history. Every method blocks, and may raise one of `TROUBLE`."""

    def __init__(self, folder: Path, kept: int = KEPT) -> None:
        self.path = folder / FILE
        self._lock_path = folder / LOCK_FILE
        self._kept = kept
        self._lock: sqlite3.Connection | None = None

    def open(self) -> tuple[TranscriptMessage, ...]:
        """Take part in the channel, and return what earlier processes left unshown.

        That is nothing while another process takes part, and nothing the second time. Who does is
        known by SQLite's locks on a database without tables: they are alike on every system, and
        end with their process.
        """
        if self._lock is not None:
            return ()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = _connect(self._lock_path, patience=0)
        self._lock.isolation_level = None
        left = self._unshown() if _held_alone(self._lock) else ()
        _share(self._lock)
        return left

    def close(self) -> None:
        """Leave the channel. May be called twice, or unopened."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def find(self, channel: ChannelRef, key: str) -> TranscriptMessage | None:
        """Return the post of that key as it stands, None where there is none."""
        with self._database() as database:
            return _found(database, channel, key)

    def record(self, channel: ChannelRef, key: str, text: str, at: datetime) -> TranscriptMessage:
        """Publish a post. One that is there already is returned as it is."""
        with self._database() as database:
            database.execute(
                "INSERT OR IGNORE INTO posts (workspace, channel, key, at, text) "
                "VALUES (?, ?, ?, ?, ?)",
                (*_place(channel, key), at.isoformat(), text),
            )
            database.execute(
                "DELETE FROM posts WHERE shown >= revision AND number NOT IN "
                "(SELECT number FROM posts ORDER BY number DESC LIMIT ?)",
                (self._kept,),
            )
            message = _found(database, channel, key)
        return message or TranscriptMessage(channel, key, at, text)

    def edit(self, channel: ChannelRef, key: str, text: str) -> TranscriptMessage | None:
        """Change what a post says, unless it says so already. Returns None where there is none."""
        with self._database() as database:
            database.execute(
                "UPDATE posts SET text = ?, revision = revision + 1 "
                "WHERE text <> ? AND workspace = ? AND channel = ? AND key = ?",
                (text, text, *_place(channel, key)),
            )
            return _found(database, channel, key)

    def remove(self, channel: ChannelRef, key: str) -> TranscriptMessage | None:
        """Take a post away. Returns it as it was, None where there is none."""
        with self._database() as database:
            known = _found(database, channel, key)
            database.execute(
                "DELETE FROM posts WHERE workspace = ? AND channel = ? AND key = ?",
                _place(channel, key),
            )
            return known

    def mark_shown(self, message: TranscriptMessage) -> None:
        """Remember that the screen has had this revision of a post."""
        with self._database() as database:
            database.execute(
                "UPDATE posts SET shown = max(shown, ?) "
                "WHERE workspace = ? AND channel = ? AND key = ?",
                (message.revision, *_place(message.channel, message.key)),
            )

    def _unshown(self) -> tuple[TranscriptMessage, ...]:
        with self._database() as database:
            rows = database.execute(f"{_POSTS} WHERE shown < revision ORDER BY number")
            return tuple(map(_message, rows))

    @contextlib.contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        """Do something as one transaction, which is on the disk when it has ended."""
        with contextlib.closing(_connect(self.path, _PATIENCE)) as database, database:
            database.execute("PRAGMA synchronous = EXTRA")
            database.execute(_SCHEMA)
            yield database


def private(path: str, flags: int) -> int:
    """Open a file, made if need be for its owner alone: an `opener` for `open`."""
    return os.open(path, flags, 0o600)


def _connect(path: Path, patience: float) -> sqlite3.Connection:
    """Open a database that nobody but its owner may read."""
    os.close(private(str(path), os.O_RDWR | os.O_CREAT))
    return sqlite3.connect(path, timeout=patience, check_same_thread=False)


def _held_alone(lock: sqlite3.Connection) -> bool:
    """Try to be alone, and say whether that is so. `_share` must follow."""
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        return False
    return True


def _share(lock: sqlite3.Connection) -> None:
    """Be there among others, who may just try whether they are alone."""
    if lock.in_transaction:
        lock.execute("ROLLBACK")
    lock.execute(f"PRAGMA busy_timeout = {_PATIENCE * 1000:.0f}")
    lock.execute("BEGIN")
    lock.execute("SELECT count(*) FROM sqlite_master").fetchone()


def _place(channel: ChannelRef, key: str) -> tuple[str, str, str]:
    return channel.workspace, channel.id, key


def _found(database: sqlite3.Connection, channel: ChannelRef, key: str) -> TranscriptMessage | None:
    query = f"{_POSTS} WHERE workspace = ? AND channel = ? AND key = ?"
    row = database.execute(query, _place(channel, key)).fetchone()
    return _message(row) if row is not None else None


def _message(row: tuple[str, str, str, str, str, int, int]) -> TranscriptMessage:
    workspace, channel, key, at, text, revision, shown = row
    place = ChannelRef(LOCAL_CHANNEL.platform, workspace, channel)
    return TranscriptMessage(place, key, datetime.fromisoformat(at), text, revision, shown)
