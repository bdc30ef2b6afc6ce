"""Which processes are at the terminal's files: known by a lock that ends with its process."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import IO

if sys.platform != "win32":
    import fcntl

_log = logging.getLogger(__name__)


class Presence:
    """A lock file that every process at the terminal shares.

    Who holds it alone may rewrite what the others only add to. On Windows, which has no shared
    locks, and on file systems without locks nobody knows of others: there, one process at a time.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None

    def enter(self) -> None:
        """Come in. Raises OSError where the file cannot be made."""
        if self._file is None:
            self._file = self._path.open("ab")

    def alone(self) -> bool:
        """Try to hold the lock alone, and say whether that is so. `share` must follow."""
        if self._file is None:
            return False
        if sys.platform == "win32":
            return True
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            _log.debug("%s: no locks here (%s)", self._path, error)
        return True

    def share(self) -> None:
        """Be there among others."""
        if self._file is None or sys.platform == "win32":
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_SH)
        except OSError as error:
            _log.debug("%s: no locks here (%s)", self._path, error)

    def leave(self) -> None:
        """Go. May be called twice."""
        if self._file is not None:
            self._file.close()
            self._file = None
