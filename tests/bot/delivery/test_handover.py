"""Shards go from one process to another while posts are on their way: each post comes once.

One process is made to wait at each thing in turn that it asks of the store or of the platform, and
meanwhile another comes, or the first one is asked to end.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.delivery.delivery import Delivery
from bot.delivery.heartbeat import Heartbeat
from bot.delivery.leadership import Leadership, ShardOwner, shards_of
from bot.port.card import Card
from bot.port.platform import Retryable
from store.db.schema import channels, posts
from store.model import ChannelRef, Receipt
from tests.bot.world import DeliveryWorld, a_world, notify, render
from tests.fakes.deliveries import run_once
from tests.fakes.fuse import Fuse, Wait
from tests.fakes.platform import CallStep, FakePlatform, lost_answer, lost_on_the_way, refused

TEAMS = ("T1", "T4")
"""Workspaces of two shards, of which a second process that comes gets one."""
TROUBLE = (
    CallStep(),
    lost_answer(),
    refused(Retryable("busy", timedelta(seconds=3))),
    lost_on_the_way(),
)


class Process:
    """A process that brings posts to the workspaces of its shards."""

    def __init__(self, world: DeliveryWorld, fuse: Fuse | None = None) -> None:
        fuse = fuse or Fuse()
        store, clock = fuse.store(world.store), world.clock
        self.world = world
        self.looking = self.ended = False
        self.heartbeat = Heartbeat(
            world.store,
            clock,
            ("slack",),
            lambda: self.delivery.abandon(),  # noqa: PLW0108 - it is made later
            self._seconds,
            shares=("slack",),
        )
        self.leadership = Leadership(
            store,
            self.heartbeat,
            clock,
            (),
            lambda: None,
            busy=lambda domain: self.delivery.busy(int(domain.partition("/")[2])),
            steady=self._seconds,
        )
        self.delivery = Delivery(
            store,
            fuse.platform(_Questions(world.platform, self.owns)),
            clock,
            render=render,
            notify=notify,
            owner=ShardOwner(self.heartbeat, self.leadership, "slack"),
            chance=lambda: 0.5,
        )

    async def look(self) -> None:
        """Beat, and look who does what, unless it is just looking."""
        await self.heartbeat.run()
        if not self.looking:
            self.looking = True
            try:
                await self.leadership.run()
            finally:
                self.looking = False

    async def work(self) -> None:
        """Look, and do what is due."""
        await self.look()
        await run_once(self.delivery)

    async def end(self) -> None:
        """End, as the bot does that is asked to."""
        self.ended = True
        await self.delivery.close(timedelta())
        await self.heartbeat.leave()

    async def owns(self, shard: int) -> bool:
        """Whether a shard is this process's, as the store has it."""
        claims = await self.world.store.domains.look()
        return shards_of("slack")[shard] in claims.owned.get(self.heartbeat.id, ())

    async def leases_elsewhere(self) -> list[str]:
        """Return the posts that it has leased to workspaces that are not its own."""
        leased = (
            select(posts.c.key, channels.c.shard)
            .join(channels, channels.c.id == posts.c.channel_id)
            .where(posts.c.lease_owner == self.heartbeat.id)
        )
        async with self.world.store._database.read() as connection:
            rows = (await connection.execute(leased)).all()
        return [key for key, shard in rows if not await self.owns(shard)]

    def _seconds(self) -> float:
        return self.world.clock().timestamp()


class _Questions:
    """The platform, which sees to it that nobody posts where they are not the owner."""

    def __init__(self, real: FakePlatform, owns: Callable[[int], Awaitable[bool]]) -> None:
        self._real = real
        self._owns = owns
        self.name = real.name
        self.entries_per_message = real.entries_per_message
        self.find = real.find
        self.update = real.update
        self.tell = real.tell
        self.obstacles = real.obstacles

    async def publish(
        self, channel: ChannelRef, card: Card, key: str, under: Receipt | None = None
    ) -> Receipt:
        """Post."""
        assert await self._owns(channel.shard), f"{key} is another's to send"
        return await self._real.publish(channel, card, key, under)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[DeliveryWorld]:
    """A store, a clock, and one Slack."""
    async with a_world(tmp_path, FakePlatform("slack", entries_per_message=2)) as made:
        assert {ChannelRef("slack", team, "C1").shard < 8 for team in TEAMS} == {True, False}
        for team in TEAMS:
            await made.channel(team, platform="slack", workspace=team)
        yield made


async def a_morning(
    world: DeliveryWorld, at: int, between: Callable[[Process, Process], Awaitable[None]]
) -> bool:
    """Let a process bring three entries; at a moment it waits for what happens `between`.

    All that is left is done within 90 seconds. Returns whether it came to that moment.
    """
    for title in "abc":
        await world.add(title)
    world.clock.forward(days=1)
    world.platform.publishing.then(*TROUBLE)

    async def meanwhile() -> None:
        await between(first, second)

    wait = Wait(at, meanwhile)
    async with AsyncExitStack() as stack:
        first, second = Process(world, wait), Process(world)
        for each in (first, second):
            stack.push_async_callback(each.heartbeat.leave)
        for _ in range(9):
            for each in (first, second):
                if not each.ended:
                    await each.work()
                if wait.over is not None:
                    await wait.over
            if await world.store.posts.next_attempt("slack") is None:
                break
            world.clock.forward(seconds=10)
    world.platform.publishing.steps.clear()
    return wait.over is not None


async def another_comes(first: Process, second: Process) -> None:
    """Let a second process take its part, and bring what is due there."""
    for _ in range(2):
        await second.heartbeat.run()
        await first.look()
        assert await first.leases_elsewhere() == []
        await second.work()


async def it_ends(first: Process, second: Process) -> None:
    """Let the first end, and a second process take everything."""
    await second.heartbeat.run()
    await first.end()
    await second.work()
    assert all([await second.owns(shard) for shard in range(16)])


@pytest.mark.parametrize("between", [another_comes, it_ends])
async def test_whenever_shards_move_every_entry_comes_once(
    world: DeliveryWorld, between: Callable[[Process, Process], Awaitable[None]]
) -> None:
    at = 0
    while await a_morning(world, at, between):
        every = list(range(1, 3 * (at + 1) + 1))
        for team in TEAMS:
            assert world.platform.shown(team) == every, f"{team}, at {at}"
        assert world.platform.keys_taken_twice() == [], f"at {at}"
        at += 1
    assert at > 12
