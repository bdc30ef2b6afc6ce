"""Answers under way: counted, so that the bot ends after them and not in their midst."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine
from typing import Any

from bot.port.platform import PlatformError

_log = logging.getLogger(__name__)


class TaskGroup:
    """The answers under way."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    async def do(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something to its end; what Slack refused on the way is logged."""
        await asyncio.shield(self._begin(work))

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside."""
        self._begin(work)

    async def finish(self, seconds: float) -> None:
        """Wait until everything is done, at most so long, and drop the rest."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in list(self._tasks):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(_logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except PlatformError as error:
        _log.warning("an answer in Slack was lost: %s", error)
    except Exception:  # noqa: BLE001 - one answer's fault is not the bot's end
        _log.exception("an answer in Slack failed")
