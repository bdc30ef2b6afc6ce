"""Takes due posts to their platform: makes them, leases them, retries, reconciles.

Every platform has a lane of its own: so many posts of it are under way at once and no more, each
of another channel. A platform or a channel that is slow takes up places in its own lane only.
All that must outlive the process lies in the store: a process that is killed at any instruction
leaves leases that run out, and whoever finds them goes on.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from types import MappingProxyType

from bot.delivery.events import Event, Events, facts_of
from bot.delivery.notifier import Notifier, Notify
from bot.delivery.planner import Planner
from bot.delivery.policy import Chance, Policy
from bot.delivery.recovery import Recovery
from bot.delivery.worker import Ending, Render, Worker
from bot.port.clock import Clock
from bot.port.platform import Platform
from store.errors import StoreError
from store.model import Entry, Work
from store.store import DigestStore

_LOGGER = logging.getLogger(__name__)
_EVENTS = Events(_LOGGER)

GRACE = timedelta(milliseconds=700)
"""What calls under way are given to end when the process stops: it stops within a second."""

_WORTH_FILLING = 4


class _Lane:
    """One platform, and the work that is under way on it."""

    def __init__(self, name: str, platform: Platform) -> None:
        self.name = name
        self.platform = platform
        self.tasks: set[asyncio.Task[None]] = set()
        self.posts: set[int] = set()
        self.failures = 0
        self.filling = False
        self.refill = False

    def room(self, pace: Policy) -> int:
        """Return how many more posts may be taken on: one at a time where nothing works."""
        return max(0, self._places(pace) - len(self.posts))

    def worth_filling(self, pace: Policy) -> bool:
        """Whether so many places are free that leasing is worth it; else the next tick does it.

        A lease is a write to the disk: one for several posts, not one for each.
        """
        return not self.posts or self.room(pace) * _WORTH_FILLING >= self._places(pace)

    def _places(self, pace: Policy) -> int:
        return 1 if self.failures >= pace.trouble else pace.workers

    def ended(self, ending: Ending) -> None:
        """Take note of how the platform did."""
        if ending is Ending.WELL:
            self.failures = 0
        elif ending is Ending.BADLY:
            self.failures += 1


class Delivery:
    """Sees that every due post is made, and reaches its channel once."""

    def __init__(
        self,
        store: DigestStore,
        platforms: Mapping[str, Platform],
        clock: Clock,
        *,
        render: Render,
        notify: Notify,
        owner: str,
        pace: Policy | None = None,
        chance: Chance | None = None,
    ) -> None:
        """`owner` names this process in leases: no two that run on one store have the same."""
        self._store = store
        self._clock = clock
        self._owner = owner
        self._pace = pace or Policy()
        self._lanes = {name: _Lane(name, platform) for name, platform in platforms.items()}
        known = MappingProxyType(dict(platforms))
        self._recovery = Recovery(store, known, clock, pace=self._pace)
        self._teller = Notifier(store, known, clock, notify=notify, pace=self._pace)
        self._maker = Planner(store, known, self._pace, self._recovery.broke)
        self._courier = Worker(
            store,
            clock,
            render=render,
            recovery=self._recovery,
            pace=self._pace,
            chance=chance or random.SystemRandom().random,
        )
        self._aside: dict[str, asyncio.Task[None]] = {}
        self._closed = False

    async def tick(self) -> None:
        """Make the posts that are due, and hand out what is to be done. Waits for no platform."""
        if self._closed:
            return
        try:
            await self._maker.make_due(self._clock(), self._fill_all)
        except StoreError as error:
            _LOGGER.warning("tick cut short reason=%s", error)
        self._beside("owners told", self._teller.run)
        self._beside("channels tried again", self._recovery.run)

    async def run_once(self) -> None:
        """Do all that is due now, and return when it is done. Raises StoreError."""
        await self._maker.make_due(self._clock(), self._fill_all)
        while tasks := self._tasks():
            await asyncio.wait(tasks)
        await self._teller.run()
        await self._recovery.run()

    async def close(self, grace: timedelta = GRACE) -> None:
        """Take on no more work. What does not end in time is left to its lease.

        No tick may be under way: the clockwork is stopped first. May be called twice.
        """
        self._closed = True
        tasks = self._tasks()
        tasks += self._aside.values()
        if not tasks:
            return
        _, pending = await asyncio.wait(tasks, timeout=grace.total_seconds())
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        if pending:
            _LOGGER.info("stopped amid work, which is left to its lease count=%d", len(pending))

    def _tasks(self) -> list[asyncio.Task[None]]:
        return [task for lane in self._lanes.values() for task in lane.tasks]

    async def _fill_all(self) -> None:
        for lane in self._lanes.values():
            await self._fill(lane)

    async def _fill(self, lane: _Lane) -> None:
        """Lease work for the places that are free in a lane, and begin it."""
        lane.refill = True
        if lane.filling:
            return
        lane.filling = True
        try:
            while lane.refill and not self._closed:
                lane.refill = False
                if room := lane.room(self._pace):
                    await self._begin(lane, room)
        finally:
            lane.filling = False

    async def _begin(self, lane: _Lane, room: int) -> None:
        now = self._clock()
        leased = await self._store.posts.lease(
            (lane.name,), now, now + self._pace.lease, self._owner, room
        )
        # Read after the lease: what is edited from now on makes an update of its own.
        numbers = {number for work in leased for number in work.post.entry_ids}
        entries = await self._store.entries.get_many(sorted(numbers)) if numbers else ()
        known = {entry.id: entry for entry in entries}
        for work in leased:
            if self._closed or work.post.id in lane.posts:
                # Its lease ran out under a worker of our own, which still has it in hand.
                continue
            lane.posts.add(work.post.id)
            _EVENTS.info(Event.LEASED, **facts_of(work), until=work.until)
            task = asyncio.create_task(self._carry(lane, work, known))
            lane.tasks.add(task)
            task.add_done_callback(lane.tasks.discard)
            task.add_done_callback(_report)

    async def _carry(self, lane: _Lane, work: Work, entries: Mapping[int, Entry]) -> None:
        try:
            ending = await self._courier.carry(work, entries, lane.platform)
        finally:
            lane.posts.discard(work.post.id)
        lane.ended(ending)
        if not lane.worth_filling(self._pace):
            return
        try:
            await self._fill(lane)
        except StoreError as error:
            _LOGGER.warning("no work leased platform=%s reason=%s", lane.name, error)

    def _beside(self, what: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do something beside the posts, unless it is still being done."""
        task = self._aside.get(what)
        if task is None or task.done():
            self._aside[what] = asyncio.create_task(_guarded(what, work))


async def _guarded(what: str, work: Callable[[], Awaitable[None]]) -> None:
    try:
        await work()
    except StoreError as error:
        _LOGGER.warning("not all %s reason=%s", what, error)
    except Exception:
        _LOGGER.exception("not all %s", what)


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _LOGGER.error("worker ended amid work, which is left to its lease", exc_info=error)
