"""Deliveries of Slack: each is taken in once, and its answer is given before the bot ends."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import Coroutine, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.port.clock import Clock
from bot.port.platform import PlatformError

_log = logging.getLogger(__name__)

_KEPT = timedelta(hours=1)
"""Slack's last repetition of an event comes within an hour of the first."""

_LIMIT = 20_000


def delivery_id(body: Mapping[str, Any]) -> str | None:
    """Return by what a delivery is recognised, None for one that names nothing.

    Events have an id; every interaction has a trigger of its own. What is typed into a select
    (`block_suggestion`) has neither, and may be answered twice.
    """
    event = body.get("event_id")
    if event:
        return f"event:{event}"
    trigger = body.get("trigger_id")
    return f"trigger:{trigger}" if trigger else None


class Dedupe:
    """The deliveries of the last hour, and how each was acknowledged."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: OrderedDict[str, tuple[datetime, asyncio.Future[Mapping[str, Any]]]]
        self._seen = OrderedDict()

    def first(self, identifier: str) -> bool:
        """Whether this is the first delivery; from then on it is known."""
        now = self._clock()
        while self._seen:
            oldest = next(iter(self._seen))
            if len(self._seen) < _LIMIT and now < self._seen[oldest][0]:
                break
            del self._seen[oldest]
        if identifier in self._seen:
            return False
        answer = asyncio.get_running_loop().create_future()
        self._seen[identifier] = (now + _KEPT, answer)
        return True

    def settle(self, identifier: str | None, answer: Mapping[str, Any]) -> None:
        """Note how a delivery was acknowledged."""
        known = self._seen.get(identifier) if identifier is not None else None
        if known is not None and not known[1].done():
            known[1].set_result(answer)

    async def answer(self, identifier: str) -> Mapping[str, Any]:
        """Return how the first delivery was acknowledged, once it is."""
        known = self._seen.get(identifier)
        return await asyncio.shield(known[1]) if known is not None else {}


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
