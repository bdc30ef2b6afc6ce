"""Processes that run on one store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RunningProcess:
    """A process that brings posts to platforms: which it is, where, since when.

    `kind` is what it does (`bot`). `beat_at` is when it last said that it lives, by the
    database's clock; on SQLite a lock says so, and it is when the row was written last.
    """

    id: str
    host: str
    pid: int
    kind: str
    platforms: tuple[str, ...]
    started_at: datetime
    beat_at: datetime
