"""What was typed before, for the arrow keys, in a file of the data folder."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

from prompt_toolkit.history import History

from adapters.terminal.transcript import private

KEPT = 1000
"""Lines that stay in the file from one start to the next."""

_log = logging.getLogger(__name__)


class ChatHistory(History):
    """A line a command, the oldest first. A file that cannot be used costs only the memory."""

    def __init__(self, path: Path, kept: int = KEPT) -> None:
        super().__init__()
        self._path = path
        self._kept = kept

    def load_history_strings(self) -> Iterable[str]:
        """Return the lines, the newest first, and make the file shorter where it is too long."""
        try:
            lines = self._path.read_text("utf-8", "replace").splitlines()
            if len(lines) > self._kept:
                lines = lines[-self._kept :]
                self._write("w", lines)
        except FileNotFoundError:
            return []
        except OSError as error:
            _log.warning("%s cannot be used: %s", self._path, error)
            return []
        return reversed(lines)

    def store_string(self, string: str) -> None:
        """Add a line."""
        try:
            self._write("a", [" ".join(string.splitlines())])
        except OSError as error:
            _log.warning("%s cannot be written: %s", self._path, error)

    def _write(self, mode: str, lines: Iterable[str]) -> None:
        with open(self._path, mode, encoding="utf-8", errors="replace", opener=private) as file:
            file.writelines(f"{line}\n" for line in lines)
