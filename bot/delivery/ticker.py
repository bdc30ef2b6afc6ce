"""The clockwork: each thing that the bot does by itself is a job, run when it is due or woken.

A job says when it wants to run next; nobody asks the database meanwhile whether something is due.
What other programs write (`ainews add` in a shell, another machine on the same database) and what
a clock does that jumps, or a machine that slept, is noticed by one cheap look every two seconds.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.port.clock import Clock
from store.errors import StoreError

_LOGGER = logging.getLogger(__name__)

LOOK = timedelta(seconds=2)
"""Between two looks whether anybody else wrote something, or the clock jumped."""

_JUMP = 1.0  # second
_AFTER_FAILURE = timedelta(seconds=10)

Run = Callable[[], Awaitable[datetime | None]]
"""Does what is due. Returns when it is to be run next, None: not before it is woken."""

Changes = Callable[[], Awaitable[object]]
"""Returns something that is another thing once anybody has written. Raises StoreError."""


@dataclass(slots=True)
class _Job:
    run: Run
    again: bool = False
    idle: asyncio.Event = field(default_factory=asyncio.Event)


class Ticker:
    """Runs jobs, each when it is due. Runs of one job never overlap."""

    def __init__(self, clock: Clock, changes: Changes, every: timedelta | None = None) -> None:
        """`clock` is the one by which jobs say when; `every` is between two looks at `changes`."""
        # It takes longer to load than all else that a single command needs.
        from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped] # noqa: PLC0415

        self._clock = clock
        self._changes = changes
        self._every = every or LOOK
        self._jobs: dict[str, _Job] = {}
        # Without a grace time a job that comes late is left out without a word. Two at once: a run
        # asks for the next one before the scheduler has taken note that it ended.
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "max_instances": 2}
        )
        self._watch: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Run every job now, and from now on. Needs a running loop."""
        self._scheduler.start()
        self._watch = asyncio.create_task(self._look())
        self.wake()

    def add(self, name: str, run: Run) -> None:
        """Run a job from now on. One that raises is logged, and run again soon."""
        self._jobs[name] = _Job(run)
        self._jobs[name].idle.set()
        self.wake(name)

    async def remove(self, name: str) -> None:
        """Run a job no more, once the run that is under way has ended. May be called twice."""
        job = self._jobs.pop(name, None)
        if job is not None:
            await job.idle.wait()

    def wake(self, *names: str) -> None:
        """Run jobs as soon as possible, all where none is named; after the run under way."""
        for name in names or self._jobs:
            job = self._jobs.get(name)
            if job is not None:
                job.again = True
                if job.idle.is_set():
                    self._schedule(name, self._clock())

    async def stop(self) -> None:
        """Run nothing more, once the runs that are under way have ended. May be called twice."""
        running = self._watch is not None
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
            self._scheduler.pause()
        try:
            for name in tuple(self._jobs):
                await self.remove(name)
        finally:
            if running:
                self._scheduler.shutdown(wait=False)

    def _schedule(self, name: str, at: datetime) -> None:
        if self._watch is not None:
            moment = datetime.now(UTC) + max(at - self._clock(), timedelta())
            self._scheduler.add_job(
                self._run, "date", [name], id=name, run_date=moment, replace_existing=True
            )

    async def _run(self, name: str) -> None:
        job = self._jobs.get(name)
        if job is None or not job.idle.is_set():
            return
        job.idle.clear()
        job.again = True
        following: datetime | None = None
        try:
            while job.again and self._jobs.get(name) is job:
                job.again = False
                following = await job.run()
        except asyncio.CancelledError:
            # Nobody had the time to wait for its end. The scheduler would call that an error.
            return
        except StoreError as error:
            _LOGGER.warning("job cut short name=%s reason=%s", name, error)
            following = self._clock() + _AFTER_FAILURE
        except Exception:
            _LOGGER.exception("job failed name=%s", name)
            following = self._clock() + _AFTER_FAILURE
        finally:
            job.idle.set()
        if following is not None and self._jobs.get(name) is job:
            self._schedule(name, following)

    async def _look(self) -> None:
        """Wake every job when somebody wrote something, or the clock is not where it should be."""
        loop = asyncio.get_running_loop()
        known: object = None
        before = self._clock().timestamp() - loop.time()
        while True:
            await asyncio.sleep(self._every.total_seconds())
            ahead = self._clock().timestamp() - loop.time()
            jumped, before = abs(ahead - before) > _JUMP, ahead
            try:
                seen = await self._changes()
            except StoreError as error:
                _LOGGER.debug("no look at the database reason=%s", error)
                seen = known
            if jumped or seen != known:
                self.wake()
            known = seen
