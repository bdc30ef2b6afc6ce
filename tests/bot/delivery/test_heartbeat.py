"""A process says that it lives, takes over from dead ones, and lets go when it counts for one."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Collection
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from bot.delivery.heartbeat import BEAT, Heartbeat
from store.errors import DatabaseLocked
from store.model import RunningProcess
from store.processes.processes import Beat, DeadProcess
from store.store import DigestStore
from tests.bot.world import DeliveryWorld
from tests.fakes.clock import MORNING, FakeClock

GOOD = timedelta(seconds=10)


class BeatRows:
    """What the store says of processes, as on PostgreSQL; a test says otherwise."""

    def __init__(self) -> None:
        self.entered: list[tuple[str, list[str]]] = []
        self.left: list[str] = []
        self.said: list[Collection[str] | None] = []
        self.good = GOOD
        self.counts_for_dead = False
        self.dead: tuple[DeadProcess, ...] = ()
        self.others: frozenset[str] = frozenset()
        self.next_dies_in: timedelta | None = None
        self.error: Exception | None = None
        self.shares: tuple[str, ...] = ()
        self.meanwhile: Callable[[], None] = lambda: None

    async def enter(
        self, process_id: str, host: str, pid: int, platforms: list[str], *, shares: Collection[str]
    ) -> None:
        assert host
        self.shares = tuple(shares)
        assert pid > 0
        self.entered.append((process_id, platforms))
        self.counts_for_dead = False

    async def beat(self, process_id: str, platforms: Collection[str] | None = None) -> Beat | None:
        if self.error is not None:
            raise self.error
        assert process_id == self.entered[-1][0]
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        self.said.append(platforms)
        if self.counts_for_dead:
            return None
        dead, self.dead = self.dead, ()
        return Beat(self.good, dead, self.others, self.next_dies_in)

    async def leave(self, process_id: str) -> None:
        if self.error is not None:
            raise self.error
        self.left.append(process_id)


class Store:
    """A store with nothing but processes."""

    def __init__(self, processes: BeatRows) -> None:
        self.processes = processes


class HeartbeatBench:
    """A heartbeat, and all around it."""

    def __init__(self) -> None:
        self.processes = BeatRows()
        self.clock = FakeClock()
        self.platforms: set[str] = set()
        self.seconds = 100.0
        self.abandoned = 0
        self.regroupings = 0
        self.heartbeat = Heartbeat(
            cast("DigestStore", Store(self.processes)),
            self.clock,
            self.platforms,
            self._abandon,
            lambda: self.seconds,
            shares=("slack",),
            regrouped=self._regrouped,
        )

    def _abandon(self) -> None:
        self.abandoned += 1

    def _regrouped(self) -> None:
        self.regroupings += 1


@pytest.fixture
async def bench() -> AsyncIterator[HeartbeatBench]:
    made = HeartbeatBench()
    yield made
    await made.heartbeat.leave()


async def test_a_process_has_one_name_as_long_as_it_says_that_it_lives(
    bench: HeartbeatBench,
) -> None:
    heart = bench.heartbeat
    assert not heart.alive()
    assert await heart.run() == MORNING + BEAT
    assert heart.alive()
    name = heart.id
    bench.platforms.update({"slack", "discord"})
    for _ in range(3):
        bench.seconds += 5
        assert heart.alive()
        await heart.run()
    assert bench.processes.entered == [(name, [])]
    assert bench.processes.said == [None, ["discord", "slack"], None, None]
    await heart.leave()
    assert bench.processes.left == [name]
    assert not heart.alive()


async def test_no_two_processes_have_one_name() -> None:
    hearts = [HeartbeatBench().heartbeat for _ in range(3)]
    for heart in hearts:
        await heart.run()
        await heart.leave()
    assert len({heart.id for heart in hearts}) == 3


async def test_one_that_was_silent_for_too_long_goes_on_under_another_name(
    bench: HeartbeatBench, caplog: pytest.LogCaptureFixture
) -> None:
    heart = bench.heartbeat
    await heart.run()
    name = heart.id
    bench.seconds += GOOD.total_seconds()
    assert not heart.alive()
    await heart.run()
    assert heart.alive()
    assert bench.processes.left == [name]
    assert [each for each, _ in bench.processes.entered] == [name, heart.id]
    assert heart.id != name
    assert bench.abandoned == 1
    assert f"process lost process={name}" in caplog.text


async def test_one_that_counts_for_dead_lets_go_and_goes_on_under_another_name(
    bench: HeartbeatBench,
) -> None:
    heart = bench.heartbeat
    await heart.run()
    name = heart.id
    bench.processes.counts_for_dead = True
    await heart.run()
    assert bench.abandoned == 1
    assert heart.id != name
    assert heart.alive()


async def test_while_the_database_is_away_it_counts_for_alive_no_longer_than_it_may(
    bench: HeartbeatBench, caplog: pytest.LogCaptureFixture
) -> None:
    heart = bench.heartbeat
    await heart.run()
    bench.processes.error = DatabaseLocked("digest.db")
    bench.seconds += 9
    assert await heart.run() == MORNING + timedelta(seconds=1)
    assert heart.alive()
    bench.seconds += 1
    assert await heart.run() == MORNING + timedelta(seconds=1)
    assert not heart.alive()
    assert "heart not beaten" in caplog.text
    bench.processes.error = None
    await heart.run()
    assert heart.alive()


async def test_what_is_under_way_is_stopped_before_anything_else_when_the_process_was_frozen() -> (
    None
):
    # As by SIGSTOP: nothing runs, and then everything that was due at once.
    processes = BeatRows()
    processes.good = timedelta(seconds=0.1)
    sending = asyncio.Event()
    sent: list[str] = []

    async def send() -> None:
        await sending.wait()
        sent.append("twice")

    task = asyncio.create_task(send())
    heart = Heartbeat(
        cast("DigestStore", Store(processes)), FakeClock(), (), lambda: cast("None", task.cancel())
    )
    await heart.run()
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_later(0.05, sending.set)
    time.sleep(0.2)  # noqa: ASYNC251 - frozen
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sent == []
    assert not heart.alive()
    await heart.leave()


async def test_one_that_let_go_while_the_database_took_its_time_goes_on_under_another_name(
    bench: HeartbeatBench, caplog: pytest.LogCaptureFixture
) -> None:
    await bench.heartbeat.run()
    name = bench.heartbeat.id
    gone = RunningProcess("other", "attic", 7, ("slack",), MORNING, MORNING)
    bench.processes.dead = (DeadProcess(gone, 3, timedelta()),)

    def slow() -> None:
        bench.seconds += 11
        bench.heartbeat._let_go()

    bench.processes.meanwhile = slow
    with caplog.at_level(logging.INFO):
        await bench.heartbeat.run()
    # What it had done before stands in the log all the same.
    assert "posts taken over process=other host=attic pid=7 posts=3" in caplog.text
    assert bench.heartbeat.alive()
    assert bench.heartbeat.id != name
    assert bench.processes.left == [name]
    # What it owned under the other name, it has to claim.
    assert bench.regroupings == 1


async def test_it_looks_again_when_another_will_count_for_dead(
    bench: HeartbeatBench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.processes.next_dies_in = timedelta(seconds=2)
    following = await bench.heartbeat.run()
    assert following is not None
    assert timedelta(seconds=2) < following - MORNING < timedelta(seconds=2.5)
    bench.processes.next_dies_in = timedelta(seconds=14)
    assert await bench.heartbeat.run() == MORNING + BEAT

    gone = RunningProcess("other", "attic", 7, ("slack",), MORNING, MORNING)
    bench.processes.dead = (DeadProcess(gone, 3, timedelta(seconds=10)),)
    with caplog.at_level(logging.INFO):
        await bench.heartbeat.run()
    assert "posts taken over process=other host=attic pid=7 posts=3 pause=10.0" in caplog.text


async def test_who_does_what_is_looked_at_whenever_others_live_than_before(
    bench: HeartbeatBench,
) -> None:
    await bench.heartbeat.run()
    assert (bench.processes.shares, bench.regroupings) == (("slack",), 0)
    # One comes, one more, and then a third process took over the posts of one that is dead.
    for number, others in enumerate(({"p1"}, {"p1", "p2"}, {"p1"}), 1):
        bench.processes.others = frozenset(others)
        for _ in range(2):
            await bench.heartbeat.run()
            assert bench.regroupings == number


async def test_a_process_that_ends_while_the_database_is_away_ends(bench: HeartbeatBench) -> None:
    await bench.heartbeat.run()
    bench.processes.error = DatabaseLocked("digest.db")
    await bench.heartbeat.leave()
    assert not bench.heartbeat.alive()
    bench.processes.error = None


async def test_on_sqlite_a_process_lives_until_it_ends(
    world: DeliveryWorld, tmp_path: Path
) -> None:
    steady = [0.0]
    heart = Heartbeat(world.store, world.clock, ["fake"], lambda: None, lambda: steady[0])
    await heart.run()
    steady[0] += 1_000_000
    assert heart.alive()
    name = heart.id
    assert await heart.run() is None
    assert heart.id == name
    other = Heartbeat(world.store, world.clock, ["fake"], lambda: None)
    assert await other.run() == world.clock() + BEAT
    # It may be killed: only its lock tells.
    assert await heart.run() == world.clock() + BEAT
    await other.leave()
    assert await heart.run() is None
    assert (tmp_path / f"digest.db-process-{name}").exists()
    await heart.leave()
    assert not (tmp_path / f"digest.db-process-{name}").exists()
