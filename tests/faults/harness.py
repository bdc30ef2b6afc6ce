"""Lives of the bot, one after the other, each killed; then one that is left alone."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler
from sqlalchemy import Interval, literal, select, update

from bot.delivery.events import Event
from store.db.schema import channels, posts, processes
from store.model import ChannelState, PostState
from store.processes.processes import LIFE
from store.store import DigestStore
from tests.fakes.stored import history, next_moment, post_counts, post_states
from tests.faults import transport as answers
from tests.faults.checker import differences, repeated
from tests.faults.clock import SharedClock
from tests.faults.life import Kill
from tests.faults.people import Curators
from tests.faults.points import (
    AT_PLATFORMS,
    POINTS,
    RANDOM,
    Deed,
    Need,
    Point,
    Stage,
    at_platform,
    at_step,
)
from tests.faults.processes import BotProcesses, Life, open_nursery
from tests.faults.servers import FakeServers, a_town

_LONGEST = 15.0
_UNMOVED = 1.3
"""Seconds in which a life must come by its point, and seconds without a line in the log and without
a request after which it never will: then it is killed where it stands. A delivery that is at work
looks each second.
"""
_STARTING, _WORKING = 0.6, 0.8
"""Seconds within which a life is killed by the watch: from its birth, or from its first request
about a post."""
_ALONE = 20.0
"""Seconds that a life lasts at most that is left alone; the next one goes on."""
_ROUNDS = 40
_LOOK = 0.05
_LOOK_AT_STORE = 0.1
_STILL, _STILL_AMID_WORK = 0.3, 1.5
"""Seconds without any change after which nothing moves any more: a message a second is posted to
a channel in Slack."""
_SOON = timedelta(minutes=15)
_LOOKED_AT = 60
"""So many of the newest messages of each channel are looked at after each kill."""
_AT_ONCE = 0.07
"""The part of all kills after which the bot is started again at once, and left alone on a clock
that does not run ahead until what was under way has arrived."""
_IN_TIME = 20.0
"""Seconds, of a real clock, in which that must be."""
_BY_THE_WATCH = 0.25
"""The part of all kills that come at a random moment."""
_LONGEST_PAUSE = timedelta(seconds=45)
_PAUSE = re.compile(r"(?:post (?:looked for|retried) later|posts taken over) .*pause=([\d.]+)")
_HOUR = 3600
_PAUSES: Mapping[tuple[float, float], int] = {
    (1, 120): 2,  # what the killed process had leased is still its own, or was a moment ago
    (200, 600): 4,
    (_HOUR, 6 * _HOUR): 3,
    (20 * _HOUR, 30 * _HOUR): 1,  # what waits is too late by then
}
"""How long nobody starts the bot again, in seconds on its clock, and how often that is so."""
_KEY = re.compile(r"\b[a-z2-7]{25}\b")
_STARTED = re.compile(r"platform=(\w+) started")
_PLATFORMS = {"discord", "slack"}
_UNFORESEEN = re.compile(r"Traceback| ERROR ")
_OF_ASYNCPG = re.compile(r"ERROR asyncio: Future exception .*unexpected connection_lost\(\) call")
"""What it leaves behind where a connection is lost that is just being made, and no more wanted."""
_ARRIVALS = (Stage.ARRIVED, Stage.ACCEPTED, Stage.ANSWERED)


Town = Callable[[Callable[[], float]], AbstractAsyncContextManager[FakeServers]]
"""Opens the servers, by a clock that tells seconds since 1970."""


@dataclass(slots=True)
class Report:
    """What came of a run.

    `kills` counts those at each point; `passed_by` the lives that never came by theirs, and were
    killed where they stood. `arrivals` are the seconds, of a real clock, from a restart until each
    post had arrived that was under way at the kill before. `failures` is what must not be.
    """

    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    passed_by: Counter[str] = field(default_factory=Counter)
    posts: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    messages: int = 0
    stories: int = 0
    shown: int = 0
    days: float = 0.0
    arrivals: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def killed(self) -> int:
        """How often the bot was killed."""
        return self.kills.total() + self.passed_by.total()


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where things stand: when something is due next, and how many requests came so far."""

    next_at: datetime | None
    requests: int
    amid_work: bool


class Harness:
    """Everything around the bot's lives. Use `open_harness`."""

    def __init__(
        self,
        town: FakeServers,
        store: DigestStore,
        nursery: BotProcesses,
        clock: SharedClock,
        *,
        rng: random.Random,
        report: Report,
    ) -> None:
        """`store` is the harness's own, on the bot's database."""
        self.town = town
        self.people = Curators(store)
        self.report = report
        self.clock = clock
        self.store = store
        self.nursery = nursery
        self._rng = rng
        self._not_updated: set[str] = set()
        self._heard = 0
        self._started: set[str] = set()
        self.hear_errors = True
        self.hastens = True
        nursery.hear = self.hear

    def plan(self) -> Iterator[Point]:
        """Yield where to kill, for ever: every point in turn, and random moments between."""
        while True:
            for point in self._rng.sample(POINTS, len(POINTS)):
                if self._rng.random() < _BY_THE_WATCH:
                    yield RANDOM
                before = self._before(point)
                if before is not None:
                    yield before
                yield point

    async def life(self, point: Point) -> None:
        """Let people work, begin a life, and kill it at a point."""
        await self._pass(self._pause(point.need))
        await self._prepare(point.need)
        self._arrange(point.need)
        life = await self._begin(point)
        meanwhile = asyncio.create_task(self._meanwhile(life))
        if point is RANDOM:
            reached = await self._by_the_watch(life)
        else:
            reached = await self._comes_by(life)
        life.kill()
        await life.over()
        await meanwhile
        for transport in self.town.wires.values():
            transport.clear()
            await transport.idle()
        self._tally(point, life, reached=reached)
        self.town.tidy()
        if self._rng.random() < _AT_ONCE:
            await self._restart()

    async def _pass(self, pause: timedelta) -> None:
        """Let time pass while no process runs: also on the database's own clock."""
        self.clock.advance(pause)
        if not self.store._database.is_sqlite:
            async with self.store._database.write_post() as connection:
                await connection.execute(
                    update(processes).values(beat_at=processes.c.beat_at - literal(pause, Interval))
                )

    async def _restart(self) -> None:
        """Begin a life straight after a kill; note when what was under way has arrived."""
        under_way = await self.under_way()
        if not under_way:
            return
        loop = asyncio.get_running_loop()
        self.hastens = False
        life = await self.nursery.born()
        begun = loop.time()
        while under_way and not await life.ended_within(_LOOK):
            seconds = loop.time() - begun
            states = await post_states(self.store, under_way)
            arrived = {number for number, state in states.items() if state is PostState.SENT}
            self.report.arrivals += [seconds] * len(arrived)
            given_up = {number for number, state in states.items() if state is PostState.FAILED}
            under_way -= arrived | given_up
            if seconds > _IN_TIME:
                self.report.failures.append(f"LATE: {len(under_way)} posts under way at a kill")
                break
        self.hastens = True
        life.kill()
        await life.over()
        for transport in self.town.wires.values():
            await transport.idle()
        self.town.tidy()

    async def under_way(self) -> set[int]:
        """Return the posts that a process had in hand when it was killed."""
        leased = (
            select(posts.c.id)
            .join(channels, channels.c.id == posts.c.channel_id)
            .where(
                posts.c.lease_owner.is_not(None),
                posts.c.due_at > self.clock(),
                posts.c.state.in_((PostState.SENDING, PostState.UNKNOWN)),
                channels.c.state == ChannelState.ACTIVE,
            )
        )
        async with self.store._database.read() as connection:
            return set((await connection.execute(leased)).scalars())

    async def settle(self, *others: BotProcesses) -> None:
        """Leave the bot alone until every channel has what it is due, and then for days more.

        `others` are where further processes of it live.
        """
        await self._edit_again()
        found: list[str] = []
        for attempt in range(_ROUNDS):
            await self.alone(self.nursery, *others)
            found = await differences(self.town, self.people, self.store)
            if not found or any("REPEATED" in each for each in found):
                break
            self.clock.advance(timedelta(hours=26 if attempt % 2 else 6))
        for _ in range(2):
            self.clock.advance(timedelta(days=2))
            await self.alone(self.nursery, *others)
        self.report.failures += found or await differences(self.town, self.people, self.store)

    async def count(self) -> None:
        """Note how much there is."""
        report = self.report
        held = [one for place in self.town.places for one in self.town.held(place)]
        report.messages = len(held)
        report.shown = sum(len(one.stories) for one in held)
        report.stories = len(self.people.stories)
        report.requests = sum(transport.requests for transport in self.town.wires.values())
        counts: Mapping[PostState, int] = await post_counts(self.store)
        report.posts = Counter({state.value: count for state, count in counts.items()})

    def evidence(self, count: int = 40) -> list[str]:
        """Return what the log says of the posts that failures name, and its end."""
        return evidence(self.report, self.nursery.log, count)

    def _before(self, point: Point) -> Point | None:
        """Return where the process before is killed, where that matters."""
        match point.need:
            case Need.LOOK:
                return self._publishing(point)
            case Need.TOO_LATE:
                return _named(at_step(Event.MADE))
            case Need.BACK:
                return _named(at_step(Event.BROKEN))
            case _:
                return None

    def _publishing(self, point: Point) -> Point:
        """Return a point amid a publish, on the platform that is to be asked later."""
        platforms = [name for name in self.town.wires if point.name.startswith(name)]
        platform = self._rng.choice(platforms or list(self.town.wires))
        return _named(at_platform(platform, Deed.PUBLISH, self._rng.choice(_ARRIVALS)))

    def _pause(self, need: Need) -> timedelta:
        """Return how long nobody starts the bot again."""
        rng = self._rng
        if need is Need.DIGEST:
            return timedelta(hours=rng.uniform(24.5, 27))
        if need in {Need.LOOK, Need.BACK}:
            return timedelta(minutes=rng.uniform(4, 10))
        if need is Need.TOO_LATE:
            return timedelta(hours=rng.uniform(28, 30))
        [choice] = rng.choices(tuple(_PAUSES), tuple(_PAUSES.values()))
        return timedelta(seconds=rng.uniform(*choice))

    async def _prepare(self, need: Need) -> None:
        """Let people work while the bot is down."""
        rng = self._rng
        await self.people.publish(
            rng.randint(11, 16) if need is Need.DIGEST else rng.randint(1, 3), rng
        )
        if need in {Need.EDIT, Need.NO_EDIT} or rng.random() < 0.3:
            await self.people.edit(rng)
        if rng.random() < 0.15:
            await self.people.retract_or_restore(rng)

    def _arrange(self, need: Need) -> None:
        """Let the platforms make the trouble that a point needs; now and then another one."""
        rng = self._rng
        wires = self.town.wires.values()
        match need:
            case Need.DELAY:
                for transport in wires:
                    transport.trouble(Deed.PUBLISH, answers.limited(30), times=rng.randint(1, 2))
            case Need.NO_ANSWER:
                self.town.wires["slack"].trouble(Deed.PUBLISH, answers.lost)
                # A message is sent again at once, with its nonce; a thread has none.
                self.town.wires["discord"].trouble(Deed.PUBLISH, answers.lost, path="/threads")
            case Need.REFUSAL:
                no = answers.refused((403, 50013), "restricted_action")
                for transport in wires:
                    transport.trouble(Deed.PUBLISH, no)
            case Need.NO_EDIT:
                for transport in wires:
                    transport.trouble(Deed.UPDATE, self._no_update)
            case _ if rng.random() < 0.3:
                self._accident()

    def _accident(self) -> None:
        rng = self._rng
        answer = rng.choice(
            (answers.lost, answers.unheard, answers.limited(2), answers.status(502, "<html>"))
        )
        transport = rng.choice(list(self.town.wires.values()))
        transport.trouble(rng.choice((Deed.PUBLISH, Deed.FIND, Deed.UPDATE)), answer)

    async def _no_update(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        key = answers.key_in(await request.text())
        if key is not None:
            self._not_updated.add(key)
        return await answers.refused((403, 50013), "cant_update_message")(request, handler)

    async def _begin(self, point: Point) -> Life:
        """Begin a life that is killed at a point."""
        rng = self._rng
        self._started.clear()
        count = rng.choice((1, 1, 2, 3)) if point.need is Need.NEWS else 1
        if point is RANDOM:
            return await self.nursery.born()
        if point not in AT_PLATFORMS:
            return await self.nursery.born(Kill(point.name, count))
        # The process begins its first request long after this returns.
        life = await self.nursery.born()
        left = count

        def watch(platform: str, deed: Deed, stage: Stage) -> bool:
            nonlocal left
            if at_platform(platform, deed, stage) != point.name:
                return False
            left -= 1
            if left:
                return False
            life.kill()
            return True

        for name, transport in self.town.wires.items():
            transport.watch = lambda deed, stage, name=name: watch(name, deed, stage)
        return life

    async def _by_the_watch(self, life: Life) -> bool:
        """Wait for a random moment, of the start or of the work."""
        if self._rng.random() < 0.7:
            await self._at_work(life)
            return await life.ended_within(self._rng.uniform(0, _WORKING))
        return await life.ended_within(self._rng.uniform(0, _STARTING))

    async def _comes_by(self, life: Life, enough: Callable[[], bool] = lambda: False) -> bool:
        """Whether a life comes by its point, and so to its end, before it is `enough`."""
        loop = asyncio.get_running_loop()
        moved, begun = -1, loop.time()
        since = begun
        while not await life.ended_within(_LOOK) and not enough():
            now = loop.time()
            if self._movements() != moved:
                moved, since = self._movements(), now
            elif now - begun > _LONGEST or (self._started >= _PLATFORMS and now - since > _UNMOVED):
                return False
        return life.code is not None

    def _movements(self) -> int:
        return self._heard + sum(transport.requests for transport in self.town.wires.values())

    async def _meanwhile(self, life: Life) -> None:
        """Let people work once the bot is at work, or was."""
        rng = self._rng
        await self._at_work(life)
        await self.people.publish(rng.randint(0, 1), rng)
        if rng.random() < 0.2:
            await self.people.edit(rng)

    async def _at_work(self, life: Life) -> None:
        """Wait for the first request about a post, for nothing to come, or for the life's end."""
        begun = self._deeds()
        await self._comes_by(life, lambda: self._deeds() > begun)

    def _deeds(self) -> int:
        return sum(transport.deeds.total() for transport in self.town.wires.values())

    def _tally(self, point: Point, life: Life, *, reached: bool) -> None:
        report = self.report
        if not life.killed:
            report.failures.append(f"a life ended by itself with {life.code} ({point.name})")
        counted = report.kills if reached or point is RANDOM else report.passed_by
        counted[point.name] += 1
        report.failures += [
            f"after the kill number {report.killed} ({point.name}): {each}"
            for each in repeated(self.town, _LOOKED_AT)
        ]

    async def started(self, life: Life) -> None:
        """Wait until a life is connected to every platform."""
        await self._comes_by(life, lambda: self._started >= _PLATFORMS)

    async def alone(self, *nurseries: BotProcesses) -> None:
        """Let a process live in each nursery until nothing is left to do, and end them in order.

        The clock goes ahead to what is due within minutes, once nothing moves any more.
        """
        # Whoever was killed last is known to be dead.
        await self._pass(LIFE)
        self._started.clear()
        lives = [await nursery.born() for nursery in nurseries]
        for life in lives:
            await self.started(life)
        await self._still(lives[0])
        for life in lives:
            code = await life.stop()
            if code != 0:
                self.report.failures.append(f"a life that was asked to end ended with {code}")

    async def _still(self, life: Life) -> None:
        """Wait until nothing moves any more, and nothing will for a while."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _ALONE
        seen: object = None
        since = loop.time()
        while loop.time() < deadline and not await life.ended_within(_LOOK_AT_STORE):
            standing = await self._standing()
            if standing != seen:
                seen, since = standing, loop.time()
                continue
            if loop.time() - since < (_STILL_AMID_WORK if standing.amid_work else _STILL):
                continue
            until = standing.next_at - self.clock() if standing.next_at else _SOON
            if until >= _SOON:
                break
            self.clock.advance(max(until, timedelta()) + timedelta(seconds=1))

    async def _standing(self) -> _Standing:
        counts = await post_counts(self.store)
        return _Standing(
            await next_moment(self.store, self.town.wires),
            sum(transport.requests for transport in self.town.wires.values()),
            bool(counts[PostState.SENDING] or counts[PostState.UNKNOWN]),
        )

    async def _edit_again(self) -> None:
        """Edit what a platform refused to update: what it shows is as old as it allowed."""
        by_entry = {story.entry_id: story for story in self.people.stories.values()}
        for place in self.town.places:
            channel = await self.store.channels.get(place.ref)
            for post in await history(self.store, channel.id, 1_000_000):
                if post.key in self._not_updated:
                    await self.people.revise(by_entry[post.entry_ids[0]])

    def hear(self, line: str) -> None:
        """Let the time pass for which the bot waits; keep what should never be logged."""
        self._heard += 1
        self._started |= set(_STARTED.findall(line))
        found = _PAUSE.search(line)
        if found is not None and self.hastens:
            pause = timedelta(seconds=float(found[1]) + 0.5)
            self.clock.advance(min(pause, _LONGEST_PAUSE))
        if self.hear_errors and _UNFORESEEN.search(line) and not _OF_ASYNCPG.search(line):
            self.report.failures.append(f"unforeseen: {line}")


def evidence(report: Report, log: Sequence[str], count: int) -> list[str]:
    """Return what a log says of the posts that failures name, and its end."""
    keys = set(_KEY.findall(" ".join(report.failures)))
    lives = [line for line in log if keys & set(_KEY.findall(line))]
    return [*lives, "The end of the log:", *log[-count:]]


def _named(name: str) -> Point:
    return next(one for one in POINTS if one.name == name)


@asynccontextmanager
async def open_harness(
    folder: Path, url: str, seed: int, life: timedelta = LIFE, *, town: Town = a_town
) -> AsyncIterator[Harness]:
    """Open everything on an empty database. `life` is that of `open_nursery`."""
    path = folder / "clock"
    with SharedClock(path) as clock:
        begun = clock()
        store = await DigestStore.open(url, clock)
        try:
            async with town(clock.seconds) as servers:
                environment = {**servers.environment, "AINEWS_DATABASE_URL": url}
                async with open_nursery(folder, path, environment, life) as nursery:
                    report = Report(seed)
                    await servers.schedule(store, clock())
                    rng = random.Random(seed)
                    yield Harness(servers, store, nursery, clock, rng=rng, report=report)
                    report.days = (clock() - begun) / timedelta(days=1)
        finally:
            await store.close()
