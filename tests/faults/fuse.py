"""Kills this process when it comes by a named point of a post's life.

The product knows nothing of it: the log is listened to, the units of work of the store are
watched from outside, and SQLAlchemy tells of each commit.
"""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, event

from store.posts.posts import Posts
from store.processes.processes import Processes
from tests.faults.points import STEPS, UNITS, after_commit, at_step, before_commit

LOG = "bot.delivery"
"""The logger to which every step of a post's life is written."""

_FIRST_FACTS = ("key", "channel", "process")


@dataclass(slots=True)
class _Unit:
    """A unit of work that is under way."""

    name: str
    committed: bool = False


class KillSwitch(logging.Handler):
    """Kills the process, or stops it, when it comes by `point` for the `count`-th time."""

    def __init__(self, point: str, count: int, how: int = signal.SIGKILL) -> None:
        """Watches nothing yet. `how` is the signal."""
        super().__init__()
        self._how = how
        self._point = point
        self._left = count
        self._unit: ContextVar[_Unit | None] = ContextVar("unit", default=None)

    def install(self) -> None:
        """Watch the log, the store's units of work and every commit."""
        logging.getLogger(LOG).addHandler(self)
        for name in UNITS:
            room = Posts if hasattr(Posts, name) else Processes
            setattr(room, name, self._watched(name, getattr(room, name)))
        event.listen(Engine, "commit", self._committing)

    def emit(self, record: logging.LogRecord) -> None:
        """Look which step is being written."""
        message = record.getMessage()
        for step in STEPS:
            if message.startswith(tuple(f"{step} {fact}=" for fact in _FIRST_FACTS)):
                self._passed(at_step(step))

    def _watched(
        self, name: str, method: Callable[..., Awaitable[Any]]
    ) -> Callable[..., Awaitable[Any]]:
        async def watched(*args: Any, **values: Any) -> Any:
            unit = _Unit(name)
            token = self._unit.set(unit)
            try:
                result = await method(*args, **values)
            finally:
                self._unit.reset(token)
            if unit.committed:
                self._passed(after_commit(name))
            return result

        return watched

    def _committing(self, connection: Connection) -> None:
        del connection
        unit = self._unit.get()
        if unit is not None:
            unit.committed = True
            self._passed(before_commit(unit.name))

    def _passed(self, point: str) -> None:
        if point != self._point:
            return
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), self._how)
