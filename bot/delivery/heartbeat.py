"""This process says that it lives, and takes over what dead ones had in hand.

A lease counts as long as its process lives, so this process sends nothing once others may count it
for dead: it was stopped or slept, or the database could not be reached. Then it lets go of all
that it has in hand, and goes on under another name.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from bot.delivery.events import Event, log
from bot.port.clock import Clock, steady_clock
from store.errors import StoreError
from store.processes.processes import Beat
from store.store import DigestStore

_LOGGER = logging.getLogger(__name__)

BEAT = timedelta(seconds=5)
_AGAIN = timedelta(seconds=1)
_JUST_AFTER = timedelta(milliseconds=100)


class Heartbeat:
    """Whose the leases of this process are. `id` is its name in them."""

    def __init__(
        self,
        store: DigestStore,
        clock: Clock,
        platforms: Collection[str],
        abandon: Callable[[], None],
        steady: Callable[[], float] = steady_clock,
        *,
        shares: Collection[str] = (),
        regrouped: Callable[[], None] = lambda: None,
    ) -> None:
        """`platforms` are those that run now; `abandon` lets go of all that is in hand.

        `shares` are the platforms of whose workspaces this process takes a share. `regrouped` is
        told when others live than before: what those owned that are gone is nobody's then, also
        where a third one was quicker to take over their posts. And when this process goes on under
        another name.
        """
        self._store = store
        self._clock = clock
        self._platforms = platforms
        self._abandon = abandon
        self._steady = steady
        self._regrouped = regrouped
        self._others: frozenset[str] = frozenset()
        self.shares = tuple(shares)
        self._good_until = 0.0
        self._said: list[str] = []
        self._timer: asyncio.TimerHandle | None = None
        self.id = ""

    def alive(self) -> bool:
        """Whether nobody can count this process for dead yet."""
        return self._steady() < self._good_until

    async def run(self) -> datetime | None:
        """Say that this process lives, and look for dead ones. Returns when to do so again.

        None: once somebody has written. Who is alone on SQLite says so once, and whoever comes
        writes that.
        """
        before = self.id
        try:
            beat = await self._beat()
        except StoreError as error:
            _LOGGER.warning("heart not beaten reason=%s", error)
            return self._clock() + _AGAIN
        if beat.others != self._others or before not in {"", self.id}:
            self._others = beat.others
            self._regrouped()
        if beat.good == timedelta.max and not beat.others:
            return None
        look = BEAT if beat.next_look is None else min(BEAT, beat.next_look + _JUST_AFTER)
        return self._clock() + look

    async def leave(self) -> None:
        """Say that this process ends. What it has in hand is another's."""
        self._let_go()
        try:
            await self._store.processes.leave(self.id)
        except StoreError as error:
            _LOGGER.warning("process not signed off reason=%s", error)

    async def _beat(self) -> Beat:
        begun = self._steady()
        processes, platforms = self._store.processes, sorted(self._platforms)
        changed = None if platforms == self._said else platforms
        beat = await processes.beat(self.id, changed) if self.alive() else None
        _say_dead(beat)
        # Whoever let go while the database took its time has leases that nobody works on: those
        # of a name that lives would stand until they run out.
        if beat is None or not self.alive():
            if self.id:
                log(_LOGGER, Event.LOST, process=self.id)
                self._let_go()
                await processes.leave(self.id)
            begun, self.id = self._steady(), secrets.token_hex(8)
            await processes.enter(
                self.id, socket.gethostname(), os.getpid(), platforms, shares=self.shares
            )
            beat = await processes.beat(self.id) or Beat(timedelta())
            _say_dead(beat)
        self._said = platforms
        self._good_until = begun + beat.good.total_seconds()
        if self._timer is not None:
            self._timer.cancel()
        if beat.good < timedelta.max:
            left = self._good_until - self._steady()
            self._timer = asyncio.get_running_loop().call_later(left, self._let_go)
        return beat

    def _let_go(self) -> None:
        """Send nothing more, and stop what is being sent."""
        self._good_until = 0.0
        if self._timer is not None:
            self._timer.cancel()
        self._abandon()


def _say_dead(beat: Beat | None) -> None:
    """Say whose posts were taken over: at once, as this process may be found to be late itself."""
    for each in () if beat is None else beat.dead:
        log(
            _LOGGER,
            Event.TAKEN_OVER,
            process=each.process.id,
            host=each.process.host,
            pid=each.process.pid,
            posts=each.posts,
            pause=each.pause,
        )
