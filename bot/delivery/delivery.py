"""Brings posts to a platform: makes them when they are due, leases them, retries, reconciles.

So many posts are under way at once and no more, each of another channel: a channel that is slow
takes up one place. Each platform has a delivery of its own, so that one that is slow or away holds
up no other. All that must outlive the process lies in the store: a process that is killed at any
instruction leaves leases that run out, and whoever finds them goes on.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from bot.delivery.events import Event, facts_of, log
from bot.delivery.notifier import Notifier, Notify
from bot.delivery.planner import Planner
from bot.delivery.policy import Chance, Policy
from bot.delivery.recovery import Recovery
from bot.delivery.worker import Render, Worker
from bot.metrics import Metrics
from bot.port.clock import Clock
from bot.port.platform import Platform
from store.errors import StoreError
from store.model import SHARDS, ChannelRef, Entry, Task, Work
from store.store import DigestStore

_LOGGER = logging.getLogger(__name__)

GRACE = timedelta(milliseconds=700)
"""What calls under way are given to end when the process stops: it stops within a second."""

SOON = timedelta(seconds=1)
"""Between two looks while something is under way, or is due and could not be done."""

_WORTH_FILLING = 4


class LeaseOwner(Protocol):
    """Whose the leases are: this process. `id` names it; no two on one store have the same."""

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def shards(self) -> frozenset[int] | None:
        """The shares of workspaces whose posts it may begin with now; None: all."""

    @property
    def leads(self) -> bool:
        """Whether what concerns the whole platform, such as to tell owners, is its own now."""

    def owns(self, channel: ChannelRef) -> bool:
        """Whether posts to a channel are its own, and nobody can count it for dead yet."""


class Delivery:
    """Sees that every due post of a platform is made, and reaches its channel once."""

    def __init__(
        self,
        store: DigestStore,
        platform: Platform,
        clock: Clock,
        *,
        render: Render,
        notify: Notify,
        owner: LeaseOwner,
        pace: Policy | None = None,
        chance: Chance | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self._store = store
        self._name = platform.name
        self._clock = clock
        self._owner = owner
        self._pace = pace or Policy()
        self._recovery = Recovery(store, platform, clock, pace=self._pace)
        self._notifier = Notifier(store, platform, clock, notify=notify, pace=self._pace)
        self._planner = Planner(store, platform, self._pace, self._recovery)
        self._worker = Worker(
            store,
            platform,
            clock,
            render=render,
            recovery=self._recovery,
            metrics=metrics or Metrics(),
            owns=owner.owns,
            pace=self._pace,
            chance=chance or random.SystemRandom().random,
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_hand: dict[int, ChannelRef] = {}
        self._failures = 0
        self._filling = self._refill = False
        self._leasing: Collection[int] = ()
        self._aside: dict[str, asyncio.Task[None]] = {}
        self._closed = False

    async def tick(self) -> datetime | None:
        """Make the posts that are due, and hand out what is to be done. Waits for no platform.

        Returns when it is to be called next, unless something is written before; None: only then.
        """
        if self._closed:
            return None
        shards = self._owner.shards
        if not (shards is None or shards or self._owner.leads):
            # Who gets some wakes whatever runs.
            return None
        try:
            await self._planner.make_due(self._clock(), self._fill, shards)
            told = await self._store.notices.next_due(self._name) if self._owner.leads else None
            moments = (
                await self._store.posts.next_attempt(self._name, shards),
                told,
                channel := await self._store.channels.next_due(self._name, shards),
            )
        except StoreError as error:
            _LOGGER.warning("tick cut short reason=%s", error)
            return self._clock() + SOON
        now = self._clock()
        if told is not None and told <= now:
            self._beside("owners told", self._notifier.run)
        if channel is not None and channel <= now:
            self._beside("channels tried again", functools.partial(self._recovery.run, shards))
        due = min((moment for moment in moments if moment is not None), default=None)
        # What is under way may end, and be due again, at any time.
        busy = self._tasks or not all(task.done() for task in self._aside.values())
        if due is None:
            return now + SOON if busy else None
        if due <= now:
            return now + SOON
        return min(due, now + SOON) if busy else due

    async def close(self, grace: timedelta = GRACE) -> None:
        """Take on no more work. What does not end in time is left to its lease.

        No tick may be under way. May be called twice.
        """
        self._closed = True
        tasks = [*self._tasks, *self._aside.values()]
        if not tasks:
            return
        _, pending = await asyncio.wait(tasks, timeout=grace.total_seconds())
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        if pending:
            _LOGGER.info("stopped amid work, which is left to its lease count=%d", len(pending))

    def abandon(self) -> None:
        """Stop what is under way, here and now: it is another's to look for."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            _LOGGER.warning("let go of what was in hand count=%d", len(self._tasks))

    def busy(self, shard: int) -> bool:
        """Whether a post to a workspace of a share is in hand, or may be just being leased."""
        return shard in self._leasing or any(
            channel.shard == shard for channel in self._in_hand.values()
        )

    def _places(self) -> int:
        """Return how many posts may be under way: one at a time where nothing works."""
        return 1 if self._failures >= self._pace.trouble else self._pace.workers

    def _room(self) -> int:
        return self._places() - len(self._in_hand)

    async def _fill(self) -> None:
        """Lease work for the places that are free, and begin it."""
        self._refill = True
        if self._filling:
            return
        self._filling = True
        try:
            while self._refill and not self._closed:
                self._refill = False
                if (room := self._room()) > 0:
                    await self._begin(room)
        finally:
            self._filling = False

    async def _begin(self, room: int) -> None:
        shards = self._owner.shards
        if shards is not None and not shards:
            return
        self._leasing = range(SHARDS) if shards is None else shards
        try:
            await self._lease(room, shards)
        finally:
            self._leasing = ()

    async def _lease(self, room: int, shards: Collection[int] | None) -> None:
        now = self._clock()
        leased = await self._store.posts.lease(
            self._name,
            now,
            now + self._pace.lease,
            self._owner.id,
            room,
            shards=shards,
            each=self._pace.each_workspace,
            in_hand=Counter(channel.workspace for channel in self._in_hand.values()),
        )
        # Read after the lease: what is edited from now on makes an update of its own.
        numbers = {number for work in leased for number in work.post.entry_ids}
        entries = await self._store.entries.get_many(sorted(numbers)) if numbers else ()
        known = {entry.id: entry for entry in entries}
        for work in leased:
            if work.post.id in self._in_hand:
                # Its lease ran out under a worker of our own, which still has it in hand.
                continue
            if self._closed or not self._owner.owns(work.channel.ref):
                await self._give_back(work)
                continue
            log(_LOGGER, Event.LEASED, **facts_of(work), until=work.until)
            self._in_hand[work.post.id] = work.channel.ref
            task = asyncio.create_task(
                _guarded("posts carried", functools.partial(self._carry, work, known))
            )
            self._tasks.add(task)
            task.add_done_callback(functools.partial(self._done, work.post.id))

    async def _give_back(self, work: Work) -> None:
        """Let another have at once what was leased too late: nothing was done with it."""
        posts, now = self._store.posts, self._clock()
        if work.task is Task.FIND:
            await posts.unknown(work, work.post.reason, now)
        else:
            await posts.retry(work, now, work.post.reason)

    def _done(self, post_id: int, task: asyncio.Task[None]) -> None:
        """Let go of a post: one whose task was cancelled before it began did not do so itself."""
        self._tasks.discard(task)
        self._in_hand.pop(post_id, None)

    async def _carry(self, work: Work, entries: Mapping[int, Entry]) -> None:
        try:
            works = await self._worker.carry(work, entries)
        finally:
            self._in_hand.pop(work.post.id, None)
        if works is not None:
            self._failures = 0 if works else self._failures + 1
        # A lease is a write to the disk: one for several posts, not one for each.
        if not self._in_hand or self._room() * _WORTH_FILLING >= self._places():
            await self._fill()

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
