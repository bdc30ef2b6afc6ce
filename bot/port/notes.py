"""What an adapter writes down for its other processes and its next start."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

_MOST = 200
"""Notes of a process that keeps its own; the oldest goes first. A form holds 30 KB at most."""


class Notes(Protocol):
    """Texts by their keys. Never raises: what cannot be kept or read is not there."""

    async def write(self, key: str, text: str, keep: timedelta) -> None:
        """Keep a text so long, in place of what was kept by this key."""

    async def read(self, key: str) -> str | None:
        """Return a text that is kept, None where there is none."""


class OwnNotes:
    """The notes of one process, where there is no store for them. They end with it."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    async def write(self, key: str, text: str, keep: timedelta) -> None:
        """Keep a text, the latest of so many."""
        del keep
        self._texts.pop(key, None)
        self._texts[key] = text
        if len(self._texts) > _MOST:
            del self._texts[next(iter(self._texts))]

    async def read(self, key: str) -> str | None:
        """Return a text that is kept, None where there is none."""
        return self._texts.get(key)
