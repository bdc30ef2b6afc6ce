"""What this process does alone: each platform, and the polling of sources, has one owner.

Several processes on one store would be counted together by a platform's limits and would each hear
every command. So each claims what nobody has; the others stand by, and take over within seconds
when its owner leaves or counts for dead (`heartbeat`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from bot.delivery.events import Event, log
from bot.delivery.heartbeat import BEAT, Heartbeat
from bot.port.clock import Clock, steady_clock
from store.errors import StoreError
from store.store import DigestStore

_LOGGER = logging.getLogger(__name__)

STANDING_BY = timedelta(seconds=1.5)
"""Between two looks of a process that waits for a domain."""

_MODESTY = 1.5
"""Seconds for which a process leaves a free domain to others, for each that it has already."""


class Leadership:
    """The domains that this process owns."""

    def __init__(
        self,
        store: DigestStore,
        heartbeat: Heartbeat,
        clock: Clock,
        wanted: Collection[str],
        changed: Callable[[], None],
        *,
        steady: Callable[[], float] = steady_clock,
    ) -> None:
        """`wanted` is all that this process can do; `changed` is told when it owns another set."""
        self._store = store
        self._heartbeat = heartbeat
        self._clock = clock
        self._wanted = tuple(wanted)
        self._changed = changed
        self._steady = steady
        self._owned: frozenset[str] = frozenset()
        self._owner = ""
        self._free_since: dict[str, float] = {}
        self._moved = asyncio.Condition()

    def owns(self, name: str) -> bool:
        """Whether a domain is this process's, and nobody can count that for dead yet."""
        ours = self._owner == self._heartbeat.id and self._heartbeat.alive()
        return ours and name in self._owned

    async def gained(self, name: str) -> None:
        """Wait until a domain is this process's."""
        async with self._moved:
            await self._moved.wait_for(lambda: name in self._owned)

    async def lost(self, name: str) -> None:
        """Wait until a domain is another process's."""
        async with self._moved:
            await self._moved.wait_for(lambda: name not in self._owned)

    async def run(self) -> datetime:
        """Look who does what, and claim what nobody does. Returns when to do so again.

        While the store does not answer, or this process counts for dead, what it owned it keeps:
        it sends nothing then, and another may not have taken it.
        """
        process_id = self._heartbeat.id
        if not self._heartbeat.alive():
            return self._clock() + STANDING_BY
        try:
            owned = await self._claimed(process_id)
        except StoreError as error:
            _LOGGER.warning("domains not claimed reason=%s", error)
            return self._clock() + STANDING_BY
        for name in sorted(owned ^ self._owned):
            step = Event.GAINED if name in owned else Event.GIVEN_UP
            log(_LOGGER, step, domain=name, process=process_id)
        self._owner = process_id
        if owned != self._owned:
            async with self._moved:
                self._owned = owned
                self._moved.notify_all()
            self._changed()
        return self._clock() + (BEAT if owned.issuperset(self._wanted) else STANDING_BY)

    async def _claimed(self, process_id: str) -> frozenset[str]:
        claims = await self._store.domains.look(process_id, self._wanted)
        now, owned = self._steady(), set(claims.owned)
        self._free_since = {
            name: self._free_since.get(name, now) for name in self._wanted if name in claims.free
        }
        for name, since in self._free_since.items():
            waits = _MODESTY * len(owned) if claims.others else 0.0
            if now - since >= waits and await self._store.domains.claim(process_id, name):
                owned.add(name)
        return frozenset(owned)


class DomainOwner:
    """Whose the leases on one domain are: `id` is the process's name in them."""

    def __init__(self, heartbeat: Heartbeat, leadership: Leadership, name: str) -> None:
        self._heartbeat = heartbeat
        self._leadership = leadership
        self._name = name

    @property
    def id(self) -> str:
        """The name of this process."""
        return self._heartbeat.id

    def alive(self) -> bool:
        """Whether the domain is surely this process's."""
        return self._leadership.owns(self._name)
