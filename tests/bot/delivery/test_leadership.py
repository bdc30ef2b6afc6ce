"""What one process alone does: who owns it, and who takes it over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.delivery.heartbeat import Heartbeat
from bot.delivery.leadership import DomainOwner, Leadership
from store.store import DigestStore
from tests.fakes.clock import FakeClock
from tests.fakes.databases import new_store

WANTED = ("discord", "slack", "sources")


class OneProcess:
    """A process, as far as it claims domains."""

    def __init__(self, store: DigestStore, clock: FakeClock) -> None:
        self.store = store
        self.seconds = 100.0
        self.changes = 0
        self.heartbeat = Heartbeat(store, clock, (), lambda: None, lambda: self.seconds)
        self.leadership = Leadership(
            store, self.heartbeat, clock, WANTED, self._changed, steady=lambda: self.seconds
        )

    def _changed(self) -> None:
        self.changes += 1

    async def look(self, seconds: float = 0.0) -> set[str]:
        """Beat and look, so many seconds later. Returns what it owns."""
        self.seconds += seconds
        await self.heartbeat.run()
        await self.leadership.run()
        return {name for name in WANTED if self.leadership.owns(name)}


@asynccontextmanager
async def two(store: DigestStore, clock: FakeClock) -> AsyncIterator[tuple[OneProcess, OneProcess]]:
    """Two processes on one store."""
    both = OneProcess(store, clock), OneProcess(store, clock)
    try:
        yield both
    finally:
        for each in both:
            await each.heartbeat.leave()


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still."""
    return FakeClock()


@pytest.fixture
async def store(tmp_path: Path, clock: FakeClock) -> AsyncIterator[DigestStore]:
    """The store of both."""
    opened = await new_store(tmp_path / "ainews.db", clock)
    yield opened
    await opened.close()


async def test_who_is_alone_does_all(store: DigestStore, clock: FakeClock) -> None:
    async with two(store, clock) as (first, second):
        assert await first.look() == set(WANTED)
        assert first.changes == 1
        for _ in range(5):
            assert await second.look(5) == set()
        assert await first.look() == set(WANTED)
        assert (first.changes, second.changes) == (1, 0)


async def test_who_leaves_hands_all_over(store: DigestStore, clock: FakeClock) -> None:
    async with two(store, clock) as (first, second):
        await first.look()
        await second.look()
        waiting = asyncio.create_task(second.leadership.gained("slack"))
        await asyncio.sleep(0)
        assert not waiting.done()
        await first.heartbeat.leave()
        assert not first.leadership.owns("slack")
        assert await second.look() == set(WANTED)
        await asyncio.wait_for(waiting, 5)


async def test_those_that_begin_together_share(store: DigestStore, clock: FakeClock) -> None:
    async with two(store, clock) as (first, second):
        await first.heartbeat.run()
        await second.heartbeat.run()
        assert await first.look() == {"discord"}
        assert await second.look() == {"slack"}
        # Nobody else wants the third, so who looks next after a while has it.
        assert await second.look(10) == {"slack", "sources"}
        assert await first.look(10) == {"discord"}


async def test_who_counted_for_dead_has_nothing_until_it_looks_again(
    store: DigestStore, clock: FakeClock
) -> None:
    async with two(store, clock) as (first, second):
        await first.look()
        await second.look()
        owner = DomainOwner(first.heartbeat, first.leadership, "discord")
        assert owner.alive()
        # It stood still; the others found it dead, and one took over.
        await store.processes.leave(first.heartbeat.id)
        assert await second.look() == set(WANTED)
        lost = asyncio.create_task(first.leadership.lost("discord"))
        first.heartbeat._let_go()
        assert not owner.alive()
        assert await first.look(60) == set()
        assert not owner.alive()
        await asyncio.wait_for(lost, 5)
