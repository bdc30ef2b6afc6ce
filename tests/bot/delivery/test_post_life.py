"""A post's life, with everything that may happen to it: every entry reaches a channel once."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.port.platform import Permanent, Retryable
from store.model import INSTANT, EntryDraft, Status
from tests.bot.world import CURATOR, DeliveryWorld, a_world
from tests.fakes.fuse import Fuse
from tests.fakes.platform import (
    CallStep,
    FakePlatform,
    Killed,
    lost_answer,
    lost_on_the_way,
    refused,
)

T = TypeVar("T")

SCRIPT = (
    CallStep(),
    lost_answer(),
    refused(Retryable("busy", timedelta(seconds=3))),
    lost_on_the_way(),
)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[DeliveryWorld]:
    async with a_world(tmp_path, FakePlatform(entries_per_message=2)) as made:
        yield made


async def a_life_until(world: DeliveryWorld, fuse: Fuse) -> None:
    """Run a process on a morning full of trouble, until its fuse blows or all is done."""
    world.platform.publishing.then(*SCRIPT)
    watched = {name: fuse.platform(platform) for name, platform in world.platforms.items()}
    delivery = DeliveryWorld(fuse.store(world.store), world.clock, *watched.values()).delivery()
    with suppress(Killed):
        for _ in range(3):
            await delivery.run_once()
            world.clock.forward(seconds=20)
    await delivery.close()
    world.platform.publishing.steps.clear()


async def test_killed_at_any_moment_every_entry_comes_once(world: DeliveryWorld) -> None:
    await world.channel(limit=3)
    await world.channel("now", INSTANT)
    at = 0
    while True:
        for _ in range(3):
            await world.add("entry")
        world.clock.forward(days=1)
        fuse = Fuse(at)
        await a_life_until(world, fuse)
        # Whoever comes next finishes it, before the next morning.
        await world.settle(world.delivery())
        every = list(range(1, 3 * (at + 1) + 1))
        assert sorted(world.platform.shown("chat")) == every, f"killed at {at}"
        assert sorted(world.platform.shown("now")) == every, f"killed at {at}"
        assert world.platform.keys_taken_twice() == [], f"killed at {at}"
        if not fuse.blown:
            break
        at += 1
    assert at > 25


CHANNELS = {
    "daily": ("0 9 * * *", (), 3),
    "often": ("0 */6 * * *", ("b",), 10),
    "instant": (INSTANT, (), 2),
}
TROUBLE = {
    "well": CallStep(),
    "busy": refused(Retryable("busy")),
    "slow": refused(Retryable("slow down", timedelta(minutes=7))),
    "lost answer": lost_answer(),
    "lost on the way": lost_on_the_way(),
    "refused": refused(Permanent("Not allowed.")),
}


class PostLife(RuleBasedStateMachine):
    """People add, edit, retract; time passes; the platform fails; processes are killed."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.titles: dict[int, str] = {}
        self.tags: dict[int, tuple[str, ...]] = {}
        self.gone: set[int] = set()

    def run(self, task: Coroutine[Any, Any, T]) -> T:
        """Do something, all the way."""
        return self.runner.run(task)

    @initialize()
    def begin(self) -> None:
        """Three channels, and nothing to post yet."""
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))

        async def open_it() -> DeliveryWorld:
            world = await self.stack.enter_async_context(
                a_world(folder, FakePlatform(entries_per_message=2))
            )
            for name, (when, tags, limit) in CHANNELS.items():
                await world.channel(name, when, tags=tags, limit=limit)
            return world

        self.world = self.run(open_it())
        self.delivery = self.world.delivery()

    @rule(tag=st.sampled_from("ab"))
    def add(self, tag: str) -> None:
        """Somebody publishes an entry."""
        title = f"entry {len(self.titles) + 1}"
        entry = self.run(self.world.add(title, tag))
        self.titles[entry.id] = title
        self.tags[entry.id] = (tag,)

    @rule(which=st.integers(0, 50))
    def edit(self, which: int) -> None:
        """Somebody edits one."""
        if not self.titles:
            return
        number = list(self.titles)[which % len(self.titles)]
        title = self.titles[number] + "+"
        draft = EntryDraft(title=title, tags=self.tags[number])
        self.run(self.world.store.entries.edit(number, draft, CURATOR))
        self.titles[number] = title

    @rule(which=st.integers(0, 50))
    def retract_or_restore(self, which: int) -> None:
        """Somebody takes one back, or brings it back."""
        if not self.titles:
            return
        number = list(self.titles)[which % len(self.titles)]
        entries = self.world.store.entries
        if number in self.gone:
            assert self.run(entries.restore(number, CURATOR)).status is Status.PUBLISHED
            self.gone.discard(number)
        else:
            self.run(entries.retract(number, CURATOR))
            self.gone.add(number)

    @rule(kind=st.sampled_from(sorted(TROUBLE)), times=st.integers(1, 4), tag=st.sampled_from("ab"))
    def trouble(self, kind: str, times: int, tag: str) -> None:
        """The next calls go so, just as there is news for the instant channel."""
        self.world.platform.publishing.then(*[TROUBLE[kind]] * times)
        if kind != "refused":
            self.world.platform.updating.then(TROUBLE[kind])
        if kind in {"busy", "slow"}:
            self.world.platform.finding.then(TROUBLE[kind])
        self.add(tag)
        self.time_passes(0.1)

    @rule(minutes=st.sampled_from([0.1, 1, 4, 20, 60, 6 * 60, 24 * 60, 30 * 60]))
    def time_passes(self, minutes: float) -> None:
        """A while, with a process at work at its end."""
        self.world.clock.forward(minutes=minutes)
        self.run(self.delivery.run_once())

    @rule(at=st.integers(0, 25))
    def killed(self, at: int) -> None:
        """A process begins, is killed, and another takes its place."""
        fuse = Fuse(at)
        watched = fuse.platform(self.world.platform)
        dying = DeliveryWorld(fuse.store(self.world.store), self.world.clock, watched)
        dying.processes = self.world.processes

        async def live() -> None:
            delivery = dying.delivery()
            with suppress(Killed):
                await delivery.run_once()
            await delivery.close()

        self.run(live())
        self.world.processes = dying.processes
        self.delivery = self.world.delivery()

    @invariant()
    def nothing_comes_twice(self) -> None:
        """Not a post, not an entry."""
        if not hasattr(self, "world"):
            return
        assert self.world.platform.keys_taken_twice() == []
        for name in CHANNELS:
            shown = self.world.platform.shown(name)
            assert len(shown) == len(set(shown)), (name, shown)

    def teardown(self) -> None:
        """At last all is well, and every channel shows what it asked for, as it is now."""
        try:
            if hasattr(self, "world"):
                self.run(self._at_last())
                self.nothing_comes_twice()
                self._all_is_shown()
        finally:
            self.run(self.stack.aclose())
            self.runner.close()

    async def _at_last(self) -> None:
        platform = self.world.platform
        for script in (platform.publishing, platform.updating, platform.finding):
            script.steps.clear()
        # An old post may be given up as too late, and then the next ones carry what it carried.
        for _ in range(8 + len(self.titles) // 3):
            await self.world.settle(self.delivery, hours=1)
            if all(set(self.world.platform.shown(name)) == self._wanted(name) for name in CHANNELS):
                break
            self.world.clock.forward(hours=23)

    def _wanted(self, name: str) -> set[int]:
        tags = set(CHANNELS[name][1])
        return {
            number
            for number, its in self.tags.items()
            if number not in self.gone and (not tags or tags & set(its))
        }

    def _all_is_shown(self) -> None:
        for name in CHANNELS:
            assert set(self.world.platform.shown(name)) == self._wanted(name), name
            for message in self.world.platform.in_channel(name):
                for section in message.card.sections:
                    assert section.entry_id is not None
                    assert section.heading[0].text == self.titles[section.entry_id]


PostLife.TestCase.settings = settings(max_examples=10, stateful_step_count=20, deadline=None)
TestPostLife = PostLife.TestCase
