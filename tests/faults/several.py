"""Several processes on one PostgreSQL: killed, frozen, cut off, asked to end, while news comes."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from bot.delivery.leadership import shards_of
from store.errors import DatabaseLocked
from store.model import INSTANT, SHARDS, ChannelRef
from tests.fakes.discord.world import ANNOUNCEMENT, FORUM, TEXT
from tests.faults.checker import repeated
from tests.faults.gate import Gate, open_gate
from tests.faults.harness import Harness, evidence, open_harness
from tests.faults.processes import BotProcesses, Life, open_nursery
from tests.faults.servers import FakeServers, OnDiscord, ServedChannel, Wants, a_town

_PATIENCE = 90.0
"""Seconds, of a real clock, in which what is due must have arrived, whatever happened."""
_LOOK = 0.1
_LOOKED_AT = 60
_AGAIN = (0.0, 4.0)
"""Seconds after which a process is begun again that ended."""
_OF_TWO, _OF_ALL = 0.15, 0.05
"""The part of all kills that hit two processes at once, or every one."""

TEAMS: Mapping[str, str] = {f"C0TEAM{number}": f"T0TEAM{number}" for number in range(10)}
"""A channel in each of some workspaces, which belong to shards of all processes."""
IN_SLACK: Mapping[str, Wants] = {
    **dict.fromkeys(TEAMS, Wants(INSTANT, "Asia/Seoul", 10)),
    "C0DIGEST": Wants("0 */3 * * *", "Asia/Seoul", 30),
}
ON_DISCORD: OnDiscord = {
    "at-once": (ANNOUNCEMENT, Wants(INSTANT, "Asia/Seoul", 10)),
    "forum": (FORUM, Wants(INSTANT, "Asia/Seoul", 10)),
    "digest": (TEXT, Wants("0 */3 * * *", "Asia/Seoul", 30)),
}


class Blow(StrEnum):
    """What is done to a process."""

    KILL = "killed"
    FREEZE = "frozen"
    CUT = "cut off from the database"
    SWALLOW = "its words to the database swallowed"
    STOP = "asked to end"


_BLOWS: Mapping[Blow, int] = {
    Blow.KILL: 12, Blow.FREEZE: 2, Blow.CUT: 2, Blow.SWALLOW: 2, Blow.STOP: 2,
}  # fmt: skip
"""How often each is done."""


class LastStep(StrEnum):
    """What comes between a kill and the next post, by what the log says last of it."""

    DEAD = "posts taken over"
    CLAIMED = "domain taken"
    STARTED = "platform=discord started"
    MADE = "post made"


@dataclass(frozen=True, slots=True)
class Pace:
    """How quickly things go, in seconds.

    `life` is how long a process counts for alive after it said so, `look` between two looks
    whether another wrote something, `frozen` how long one stands still or is cut off.
    """

    life: float = 15.0
    look: float = 2.0
    frozen: float = 60.0


@dataclass(slots=True)
class SeveralReport:
    """What came of it: how often each blow was struck, and the seconds that posts took.

    `arrivals` are those from a blow until what was published right after it stood in the
    channels that the struck processes owned; `others` in those of the rest. `stages` are the
    seconds from a kill until the last of each stage that was on that way.
    """

    blows: Counter[Blow] = field(default_factory=Counter)
    arrivals: dict[Blow, list[float]] = field(default_factory=lambda: {each: [] for each in Blow})
    others: list[float] = field(default_factory=list)
    stages: dict[LastStep, list[float]] = field(
        default_factory=lambda: {each: [] for each in LastStep}
    )


@dataclass(slots=True)
class Member:
    """One of the processes: where it lives, and its way to the database."""

    nursery: BotProcesses
    gate: Gate
    life: Life | None = None

    async def begin(self) -> None:
        """Begin a life."""
        self.life = await self.nursery.born()


class SeveralLives:
    """Some processes at work. Use `open_several`."""

    def __init__(self, harness: Harness, members: Sequence[Member], pace: Pace) -> None:
        self.harness = harness
        self.members = members
        self.report = SeveralReport()
        self._pace = pace
        self._rng = random.Random(harness.report.seed)
        self._heard: list[tuple[float, LastStep]] = []
        for member in members:
            member.nursery.hear = self._hear

    async def begin(self) -> None:
        """Begin every process, and wait until everything has an owner."""
        await asyncio.gather(*(member.begin() for member in self.members))
        await self.owned()

    async def owned(self) -> None:
        """Wait until every platform has an owner, and each shard, as many as any other."""
        wanted = {"discord", "slack", *shards_of("slack")}
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _PATIENCE
        while loop.time() < deadline:
            owned = (await self.harness.store.domains.look()).owned
            counts = [len(each.intersection(shards_of("slack"))) for each in owned.values()]
            if (
                len(owned) == len(self.members)
                and frozenset().union(*owned.values()) >= wanted
                and max(counts) - min(counts) <= 1
                and sum(counts) == SHARDS
            ):
                return
            await asyncio.sleep(_LOOK)
        self.harness.report.failures.append(f"LATE: not dealt out: {owned}")

    async def strike(self, blow: Blow | None = None) -> None:
        """Do something to one of the processes, or several, while news comes in."""
        rng, people = self._rng, self.harness.people
        blow = blow or rng.choices(list(_BLOWS), list(_BLOWS.values()))[0]
        struck = self._struck(blow)
        lived = [member.life for member in struck if member.life is not None]
        await self._write(lambda: people.publish(1, rng))
        await asyncio.sleep(rng.uniform(0, 0.5))
        theirs = await self._channels_of(lived)
        loop = asyncio.get_running_loop()
        begun = loop.time()
        self._heard.clear()
        mending = [asyncio.create_task(self._do(blow, member)) for member in struck]
        await self._write(lambda: people.publish(1, rng))
        number = len(people.stories)
        if rng.random() < 0.3:
            await self._write(lambda: people.edit(rng))
        every = [each for each in self.harness.town.places if each.wants.rule == INSTANT]
        took = await asyncio.gather(*(self._arrived(each, number, begun) for each in every))
        for place, seconds in zip(every, took, strict=True):
            if place.ref in theirs:
                self.report.arrivals[blow].append(seconds)
            else:
                self.report.others.append(seconds)
        if blow is Blow.KILL:
            self._note_stages(begun, begun + max(took))
        await asyncio.gather(*mending)
        self.report.blows[blow] += len(struck) if blow is Blow.KILL else 1
        await self.owned()
        self.harness.town.tidy()
        self.harness.report.failures += [
            f"after {blow.value}: {each}" for each in repeated(self.harness.town, _LOOKED_AT)
        ]

    async def end(self) -> None:
        """Ask every process to end."""
        await asyncio.gather(*map(self._stop, self.members))

    async def _write(self, what: Callable[[], Awaitable[None]]) -> None:
        """Let people write, as often as it takes: who is frozen may keep all waiting."""
        while True:
            try:
                return await what()
            except DatabaseLocked:
                continue

    def evidence(self) -> list[str]:
        """Return what the logs say of the posts that failures name."""
        return [
            f"process {number}: {line}"
            for number, member in enumerate(self.members)
            for line in evidence(self.harness.report, member.nursery.log, 60)
        ]

    def _struck(self, blow: Blow) -> list[Member]:
        chance = self._rng.random()
        count = 1
        if blow is Blow.KILL and chance < _OF_TWO + _OF_ALL:
            count = len(self.members) if chance < _OF_ALL else 2
        return self._rng.sample(list(self.members), min(count, len(self.members)))

    async def _channels_of(self, lives: Collection[Life]) -> frozenset[ChannelRef]:
        """Return the channels that some processes bring posts to."""
        pids = {life.pid for life in lives}
        running = await self.harness.store.processes.running()
        owned = (await self.harness.store.domains.look()).owned
        names = frozenset().union(*(owned.get(one.id, ()) for one in running if one.pid in pids))
        return frozenset(
            place.ref
            for place in self.harness.town.places
            if place.ref.platform in names - {"slack"}
            or f"{place.ref.platform}/{place.ref.shard}" in names
        )

    async def _do(self, blow: Blow, member: Member) -> None:
        """Do something to a process, and see to it that all is well again after a while."""
        life, pace = member.life, self._pace
        assert life is not None
        match blow:
            case Blow.KILL:
                life.kill()
                await life.over()
                await asyncio.sleep(self._rng.uniform(*_AGAIN))
                await member.begin()
            case Blow.STOP:
                await self._stop(member)
                await asyncio.sleep(self._rng.uniform(*_AGAIN))
                await member.begin()
            case Blow.FREEZE:
                life.freeze()
                await asyncio.sleep(pace.frozen)
                life.go_on()
            case Blow.CUT | Blow.SWALLOW:
                member.gate.shut(silent=blow is Blow.SWALLOW)
                await asyncio.sleep(pace.frozen)
                member.gate.open()

    def _hear(self, line: str) -> None:
        moment = asyncio.get_running_loop().time()
        self._heard += ((moment, stage) for stage in LastStep if f": {stage}" in line)
        self.harness.hear(line)

    def _note_stages(self, begun: float, until: float) -> None:
        """Note when each stage was over that a kill led to, before its last post was there."""
        for stage in LastStep:
            heard = [when for when, what in self._heard if what is stage and when <= until]
            if heard:
                self.report.stages[stage].append(max(heard) - begun)

    async def _stop(self, member: Member) -> None:
        assert member.life is not None
        code = await member.life.stop()
        if code != 0:
            self.harness.report.failures.append(f"a process asked to end ended with {code}")

    async def _arrived(self, place: ServedChannel, number: int, begun: float) -> float:
        """Wait until a story stands in a channel; return the seconds since a moment."""
        loop, town = asyncio.get_running_loop(), self.harness.town
        try:
            async with asyncio.timeout_at(begun + _PATIENCE):
                while not any(number in dict(one.stories) for one in town.held(place, _LOOKED_AT)):
                    await town.wires[place.ref.platform].moved()
        except TimeoutError:
            self.harness.report.failures.append(f"LATE: story {number} in {place.name}")
        return loop.time() - begun


def _town(seconds: Callable[[], float]) -> AbstractAsyncContextManager[FakeServers]:
    return a_town(seconds, ON_DISCORD, IN_SLACK, TEAMS)


@asynccontextmanager
async def open_several(
    folder: Path, url: str, seed: int, count: int, pace: Pace
) -> AsyncIterator[SeveralLives]:
    """Open everything on an empty database of PostgreSQL, and begin so many processes."""
    life, look = timedelta(seconds=pace.life), timedelta(seconds=pace.look)
    async with (
        open_harness(folder, url, seed, life, town=_town) as harness,
        AsyncExitStack() as stack,
    ):
        harness.hastens = False
        members = []
        for number in range(count):
            gate, address = await stack.enter_async_context(open_gate(url))
            own = folder / f"process-{number}"
            own.mkdir()
            environment = {**harness.town.environment, "AINEWS_DATABASE_URL": address}
            nursery = await stack.enter_async_context(
                open_nursery(own, folder / "clock", environment, life, look)
            )
            members.append(Member(nursery, gate))
        several = SeveralLives(harness, members, pace)
        await several.begin()
        yield several
