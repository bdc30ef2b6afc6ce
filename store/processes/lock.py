"""A file that its process holds locked: the lock ends with the process, however that ends."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class LifeLock:
    """The lock of one process. Others take it to see whether that process is dead."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[bytes] | None = None

    def hold(self) -> None:
        """Hold it for as long as this process lives. Raises OSError where no file can be made."""
        self._file = self.path.open("ab")
        self._try(self._file)

    def take(self) -> bool:
        """Take it from a dead process. False: its process lives, or nobody can know."""
        try:
            self._file = self.path.open("r+b")
        except FileNotFoundError:
            return True
        except OSError:
            return False
        if self._try(self._file):
            return True
        self.let_go(remove=False)
        return False

    def let_go(self, *, remove: bool = True) -> None:
        """Let go of it, and take the file away. May be called twice."""
        if self._file is not None:
            self._file.close()
            self._file = None
            if remove:
                self.path.unlink(missing_ok=True)

    def _try(self, file: IO[bytes]) -> bool:
        try:
            _lock(file)
        except OSError:
            # Held, or a file system without locks: there, what is left waits for its lease.
            return False
        return True


def life_lock(database: Path, process_id: str) -> LifeLock:
    """Return the lock of a process that works on a SQLite file: it lies beside that."""
    return LifeLock(database.with_name(f"{database.name}-process-{process_id}"))


def alive(database: Path, process_id: str) -> bool:
    """Whether a process lives that works on a SQLite file."""
    lock = life_lock(database, process_id)
    try:
        return not lock.take()
    finally:
        lock.let_go(remove=False)


def any_alive(database: Path) -> bool:
    """Whether any process lives that works on a SQLite file, by the locks beside it alone."""
    beginning = f"{database.name}-process-"
    try:
        names = [path.name for path in database.parent.iterdir()]
    except OSError:
        return False
    return any(
        alive(database, name.removeprefix(beginning))
        for name in names
        if name.startswith(beginning)
    )
