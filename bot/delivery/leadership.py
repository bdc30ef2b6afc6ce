"""What this process does alone: each platform, and the polling of sources, has one owner.

Several processes on one store would be counted together by a platform's limits and would each hear
every command. So what nobody has is claimed at once by the process that has least, which all know
by the same rows; the others stand by until its owner leaves or counts for dead (`heartbeat`). The
workspaces of a platform that counts each by itself are dealt out besides, in shards: each process
that lives has as many as any other.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from itertools import islice

from bot.delivery.events import Event, log
from bot.delivery.heartbeat import Heartbeat
from bot.port.clock import Clock, steady_clock
from store.domains import Claims
from store.errors import StoreError
from store.model import SHARDS, ChannelRef
from store.store import DigestStore

_LOGGER = logging.getLogger(__name__)

STANDING_BY = timedelta(seconds=1.5)
"""Between two looks of a process that waits for a domain."""

_MODESTY = 1.0
"""Seconds for which a process leaves a free domain to the one that is to have it: that may want
none, or stand still. Less than between two looks, so that the second one ends it."""


def shards_of(platform: str) -> tuple[str, ...]:
    """Return the domains that the workspaces of a platform are dealt out in."""
    return tuple(f"{platform}/{number}" for number in range(SHARDS))


def fair_share(process_id: str, sharing: Collection[str]) -> int:
    """Return how many of the shards a process has where each of those sharing has as many.

    What does not divide goes to those that are named first.
    """
    each, rest = divmod(SHARDS, len(sharing))
    return each + (list(sharing).index(process_id) < rest)


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
        busy: Callable[[str], bool] = lambda _: False,
        steady: Callable[[], float] = steady_clock,
    ) -> None:
        """`wanted` is all that this process can do alone.

        `changed` is told whenever that is other than before on which work may be begun, and where
        this process goes on under another id. Of the platforms that `heartbeat` shares in, it wants
        its part of the shards besides. A shard is given back once it is no longer `busy`: nothing
        of it is in hand here.
        """
        self._store = store
        self._heartbeat = heartbeat
        self._clock = clock
        self._wanted = tuple(wanted)
        self._changed = changed
        self._busy = busy
        self._steady = steady
        self._owned: frozenset[str] = frozenset()
        self._leaving: frozenset[str] = frozenset()
        self._begun_on: set[tuple[str, str]] = set()
        self._lacks = False
        self._owner = ""
        self._free_since: dict[str, float] = {}
        self._moved = asyncio.Condition()

    def owns(self, name: str) -> bool:
        """Whether a domain is this process's, and nobody can count that for dead yet.

        This is what is asked before something is sent: the owner's id in the store is that of
        this process's present life, and another is the owner only once this life counts for dead.
        """
        ours = self._owner == self._heartbeat.id and self._heartbeat.alive()
        return ours and name in self._owned

    def shards(self, platform: str) -> frozenset[int]:
        """Return which shards of a platform new work may be begun on, by their numbers."""
        names = enumerate(shards_of(platform))
        return frozenset(
            number for number, name in names if self.owns(name) and name not in self._leaving
        )

    def runs(self, platform: str) -> bool:
        """Whether a platform, or some of its shards, were this process's at the last look."""
        return not self._owned.isdisjoint((platform, *shards_of(platform)))

    def leads(self, name: str) -> bool:
        """Whether a domain was this process's at the last look."""
        return name in self._owned

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds of what this process owns."""
        async with self._moved:
            await self._moved.wait_for(holds)

    async def run(self) -> datetime | None:
        """Look who does what, and claim what nobody does. Returns when to do so again.

        None: once somebody has written, or the heartbeat tells of others. While the store does not
        answer, or this process counts for dead, what it owned it keeps: it sends nothing then, and
        another may not have taken it.
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
        begun_on = {(process_id, name) for name in owned - self._leaving}
        if begun_on != self._begun_on:
            self._begun_on = begun_on
            self._changed()
        return self._next_look()

    def _next_look(self) -> datetime | None:
        if not (self._leaving & self._owned or self._free_since or self._lacks):
            return None
        now = self._steady()
        # However often it is woken meanwhile, it takes what is left to it no later.
        waited = (now - since for since in self._free_since.values() if now - since < _MODESTY)
        return self._clock() + STANDING_BY - timedelta(seconds=max(waited, default=0.0))

    async def _claimed(self, process_id: str) -> frozenset[str]:
        claims = await self._store.domains.look()
        wanted = self._due(claims, process_id)
        owned = claims.owned.get(process_id, frozenset())
        leaving: set[str] = set()
        shares = 0
        for platform in self._heartbeat.shares:
            more, surplus, share = _balance(claims, process_id, platform)
            wanted += more
            shares += share
            leaving.update(surplus)
        # From here on nothing new is begun on them; what is in hand is ended first.
        self._leaving = frozenset(leaving)
        if wanted:
            owned |= await self._store.domains.claim(process_id, wanted)
        if idle := {name for name in leaving if not self._busy(name)}:
            await self._store.domains.give_back(process_id, idle)
            owned -= idle
        shards = {name for each in self._heartbeat.shares for name in shards_of(each)}
        self._lacks = len(owned & shards) < shares
        return owned

    def _due(self, claims: Claims, process_id: str) -> list[str]:
        """Return which of the domains to claim that one process has whole."""
        now = self._steady()
        dealt = deal(claims, self._wanted)
        self._free_since = {
            name: self._free_since.get(name, now)
            for name, whose in dealt.items()
            if whose != process_id
        }
        left = (name for name, since in self._free_since.items() if now - since >= _MODESTY)
        return [*(name for name in dealt if name not in self._free_since), *left]


def deal(claims: Claims, wanted: Collection[str]) -> dict[str, str]:
    """Return who is to have each of some domains that is free: one after the other, who has least.

    Of those that have as much, it is who started first.
    """
    has = {name: len(owned.intersection(wanted)) for name, owned in claims.owned.items()}
    dealt: dict[str, str] = {}
    for domain in claims.free(wanted) if has else ():
        dealt[domain] = least = min(has, key=has.__getitem__)
        has[least] += 1
    return dealt


def _balance(
    claims: Claims, process_id: str, platform: str
) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    """Return the shards of a platform that a process claims, those that it gives back, its share.

    What is free is dealt to all that have too few: no two of them claim the same.
    """
    names = shards_of(platform)
    sharing = claims.sharing(platform)
    if process_id not in sharing:
        return (), (), 0
    free = iter(claims.free(names))
    for one in sharing:
        owned = [name for name in names if name in claims.owned.get(one, ())]
        share = fair_share(one, sharing)
        dealt = tuple(islice(free, max(share - len(owned), 0)))
        if one == process_id:
            break
    return dealt, tuple(owned[share:]), share


class ProcessOwner:
    """Whose the leases on a platform are that every process has of its own."""

    def __init__(self, heartbeat: Heartbeat) -> None:
        self._heartbeat = heartbeat

    @property
    def id(self) -> str:
        """The name of this process."""
        return self._heartbeat.id

    @property
    def leads(self) -> bool:
        """Whether nobody can count this process for dead yet."""
        return self._heartbeat.alive()

    @property
    def shards(self) -> frozenset[int] | None:
        """All shards."""
        return None

    def owns(self, channel: ChannelRef) -> bool:
        """Whether a channel is surely this process's: as all of the platform is."""
        del channel
        return self.leads


class DomainOwner(ProcessOwner):
    """Whose the leases on a platform are that one process has whole."""

    def __init__(self, heartbeat: Heartbeat, leadership: Leadership, name: str) -> None:
        super().__init__(heartbeat)
        self._leadership = leadership
        self._name = name

    @property
    def leads(self) -> bool:
        """Whether the domain is surely this process's."""
        return self._leadership.owns(self._name)

    @property
    def shards(self) -> frozenset[int] | None:
        """All shards, or none."""
        return None if self.leads else frozenset()


class ShardOwner(DomainOwner):
    """Whose the leases on a platform are whose workspaces are dealt out."""

    @property
    def shards(self) -> frozenset[int]:
        """Those of this process."""
        return self._leadership.shards(self._name)

    def owns(self, channel: ChannelRef) -> bool:
        """Whether the shard of a channel is surely this process's."""
        return self._leadership.owns(shards_of(self._name)[channel.shard])
