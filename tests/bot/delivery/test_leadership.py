"""What one process alone does: who owns it, who takes it over, and how shares are dealt out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.heartbeat import Heartbeat
from bot.delivery.leadership import (
    STANDING_BY,
    DomainOwner,
    Leadership,
    ProcessOwner,
    ShardOwner,
    fair_share,
    shards_of,
)
from store.model import SHARDS, ChannelRef
from store.store import DigestStore
from tests.fakes.clock import FakeClock
from tests.fakes.databases import new_store

WANTED = ("discord", "slack", "sources")
HERE = ChannelRef("slack", "T0HOME", "C1")


class OneProcess:
    """A process, as far as it claims domains. What is in `in_hand` it has not ended yet."""

    def __init__(self, store: DigestStore, clock: FakeClock, shares: tuple[str, ...]) -> None:
        self.store = store
        self.seconds = 100.0
        self.changes = 0
        self.in_hand: set[str] = set()
        self.heartbeat = Heartbeat(
            store, clock, (), lambda: None, lambda: self.seconds, shares=shares
        )
        self.leadership = Leadership(
            store,
            self.heartbeat,
            clock,
            WANTED,
            self._changed,
            busy=self.in_hand.__contains__,
            steady=lambda: self.seconds,
        )

    def _changed(self) -> None:
        self.changes += 1

    async def look(self, seconds: float = 0.0) -> set[str]:
        """Beat and look, so many seconds later. Returns what it owns, but for shards."""
        self.seconds += seconds
        await self.heartbeat.run()
        await self.leadership.run()
        return {name for name in WANTED if self.leadership.owns(name)}

    @property
    def shards(self) -> frozenset[int]:
        """On which shards it begins something."""
        return self.leadership.shards("slack")


@asynccontextmanager
async def living(
    store: DigestStore, clock: FakeClock, count: int = 2, shares: tuple[str, ...] = ()
) -> AsyncIterator[list[OneProcess]]:
    """So many processes on one store."""
    async with AsyncExitStack() as stack:
        every = [OneProcess(store, clock, shares) for _ in range(count)]
        for each in every:
            stack.push_async_callback(each.heartbeat.leave)
        yield every


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still."""
    return FakeClock()


@pytest.fixture
async def store(tmp_path: Path, clock: FakeClock) -> AsyncIterator[DigestStore]:
    """The store of all."""
    opened = await new_store(tmp_path / "ainews.db", clock)
    yield opened
    await opened.close()


async def test_who_is_alone_does_all(store: DigestStore, clock: FakeClock) -> None:
    async with living(store, clock) as (first, second):
        assert await first.look() == set(WANTED)
        assert first.changes == 1
        for _ in range(5):
            assert await second.look(5) == set()
        assert await first.look() == set(WANTED)
        assert (first.changes, second.changes) == (1, 0)


async def test_it_looks_again_only_while_something_may_become_its_own(
    store: DigestStore, clock: FakeClock
) -> None:
    async with living(store, clock) as (first, second):
        await first.heartbeat.run()
        clock.forward(seconds=1)
        await second.look()
        assert await second.leadership.run() == clock() + STANDING_BY
        second.seconds += 0.5
        # Woken early, it does not wait any longer than it would have.
        assert await second.leadership.run() == clock() + STANDING_BY - timedelta(seconds=0.5)
        await first.look()
        assert await second.leadership.run() is None
        assert await first.leadership.run() is None


async def test_who_goes_on_under_another_id_begins_anew(
    store: DigestStore, clock: FakeClock
) -> None:
    async with living(store, clock) as (first, _):
        await first.look()
        first.heartbeat._let_go()
        await first.look()
        assert {name for name in WANTED if first.leadership.owns(name)} == set(WANTED)
        assert first.changes == 2


async def test_who_leaves_hands_all_over(store: DigestStore, clock: FakeClock) -> None:
    async with living(store, clock) as (first, second):
        await first.look()
        await second.look()
        waiting = asyncio.create_task(
            second.leadership.until(lambda: second.leadership.runs("slack"))
        )
        await asyncio.sleep(0)
        assert not waiting.done()
        await first.heartbeat.leave()
        assert not first.leadership.owns("slack")
        assert await second.look() == set(WANTED)
        await waiting


async def test_those_that_begin_together_share(store: DigestStore, clock: FakeClock) -> None:
    async with living(store, clock) as (first, second):
        await first.heartbeat.run()
        clock.forward(seconds=1)
        await second.heartbeat.run()
        assert await first.look() == {"discord", "sources"}
        assert await second.look() == {"slack"}


async def test_what_its_process_does_not_take_another_takes_after_a_while(
    store: DigestStore, clock: FakeClock
) -> None:
    async with living(store, clock) as (first, second):
        await first.heartbeat.run()
        clock.forward(seconds=1)
        # The first one, which was to take the others, stands still.
        assert await second.look() == {"slack"}
        assert await second.look(0.9) == {"slack"}
        assert await second.look(0.6) == set(WANTED)
        assert await first.look() == set()


async def test_who_counted_for_dead_has_nothing_until_it_looks_again(
    store: DigestStore, clock: FakeClock
) -> None:
    async with living(store, clock, shares=("slack",)) as (first, second):
        await first.look()
        await second.look()
        await first.look()
        owners = (
            ProcessOwner(first.heartbeat),
            DomainOwner(first.heartbeat, first.leadership, "discord"),
            ShardOwner(first.heartbeat, first.leadership, "slack"),
        )
        assert all(each.leads and each.owns(HERE) for each in owners)
        assert [each.shards for each in owners] == [None, None, frozenset(range(8))]
        # It stood still; the others found it dead, and one took over.
        name = first.heartbeat.id
        await store.processes.leave(name)
        assert await second.look() == set(WANTED)
        assert second.shards == frozenset(range(SHARDS))
        lost = asyncio.create_task(
            first.leadership.until(lambda: not first.leadership.leads("discord"))
        )
        first.heartbeat._let_go()
        assert not any(each.leads or each.owns(HERE) for each in owners)
        assert first.shards == frozenset()
        # Whoever it is when it goes on, it is not who owned that.
        assert await first.look(60) == set()
        assert first.heartbeat.id != name
        assert not any(each.leads or each.owns(HERE) for each in owners[1:])
        assert owners[0].leads
        await lost


@pytest.mark.parametrize("count", [1, 2, 3, 5])
async def test_shards_are_dealt_out_evenly(
    store: DigestStore, clock: FakeClock, count: int
) -> None:
    async with living(store, clock, count, ("slack",)) as every:
        for turn in range(3):
            for each in every:
                await each.look()
                # Nobody has what another has, at any time.
                owned = [number for one in every for number in one.shards]
                assert len(owned) == len(set(owned))
            if turn:
                assert sorted(owned) == list(range(SHARDS))
        counts = [len(each.shards) for each in every]
        assert max(counts) - min(counts) <= 1


async def test_what_is_in_hand_is_ended_before_a_shard_is_given_back(
    store: DigestStore, clock: FakeClock
) -> None:
    async with living(store, clock, shares=("slack",)) as (first, second):
        await first.look()
        assert first.shards == frozenset(range(SHARDS))
        first.in_hand |= {"slack/9", "slack/10"}
        await second.heartbeat.run()
        await first.look()
        # Nothing more is begun on them, and what was begun may still be sent.
        assert first.shards == frozenset(range(8))
        assert first.leadership.owns("slack/9")
        assert not first.leadership.owns("slack/8")
        await second.look()
        assert second.shards == {8, *range(11, SHARDS)}
        first.in_hand.remove("slack/9")
        await first.look()
        await second.look()
        assert second.shards == {8, 9, *range(11, SHARDS)}
        # The second ends, and the first goes on with what it had not given back yet.
        await second.heartbeat.leave()
        await first.look()
        assert first.shards == frozenset(range(SHARDS))


async def test_a_shard_is_left_to_those_that_bring_posts_there(
    store: DigestStore, clock: FakeClock
) -> None:
    first, other = OneProcess(store, clock, ("slack",)), OneProcess(store, clock, ())
    try:
        await other.look()
        await first.look()
        assert first.shards == frozenset(range(SHARDS))
        assert other.shards == frozenset()
        assert (first.leadership.runs("slack"), first.leadership.leads("slack")) == (True, False)
    finally:
        await first.heartbeat.leave()
        await other.heartbeat.leave()


@given(st.lists(st.integers(), min_size=1, max_size=40, unique=True))
def test_fair_shares_are_all_shards_together(numbers: list[int]) -> None:
    names = [str(each) for each in numbers]
    shares = [fair_share(name, names) for name in names]
    assert sum(shares) == SHARDS == len(shards_of("slack"))
    assert shares == sorted(shares, reverse=True)
    assert shares[0] - shares[-1] <= 1


def test_a_workspace_has_the_same_shard_for_good() -> None:
    """The store keeps them: what these come to may never change."""
    homes = ("", "T0HOME", "T0AWAY", "801")
    assert [ChannelRef("slack", home, "C1").shard for home in homes] == [3, 1, 5, 9]
