"""Processes say that they live; what a dead one had in hand is another's, once and soon."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from bot.port.clock import CommonClock, steady_clock
from store.db.schema import processes
from store.model import EntryDraft, PostPlan, PostState, Receipt, Task, Work
from store.processes.lock import LifeLock
from store.processes.processes import LIFE, DeadProcess
from store.store import DigestStore
from tests.fakes.clock import FakeClock
from tests.fakes.databases import new_database
from tests.fakes.stored import history, make_posts
from tests.store.conftest import ANN, Open, Postgres, scheduled

LEASE = timedelta(minutes=3)
SETTLED = timedelta(seconds=10)


async def entered(store: DigestStore, name: str, *platforms: str) -> None:
    await store.processes.enter(name, "machine", 42, platforms)


async def dead_seen(store: DigestStore, name: str) -> tuple[DeadProcess, ...]:
    """Let a process say that it lives; return whom it took over from."""
    beat = await store.processes.beat(name)
    assert beat is not None
    return beat.dead


async def others_of(store: DigestStore, name: str) -> frozenset[str]:
    """Let a process say that it lives; return which others do."""
    beat = await store.processes.beat(name)
    assert beat is not None
    return beat.others


async def in_hand(store: DigestStore, clock: FakeClock, owner: str) -> Work:
    """Let a process have a post in hand."""
    entry = await store.entries.add(EntryDraft("one"), ANN)
    channel = await scheduled(store)
    await make_posts(store, channel, [PostPlan(1, 1, (entry.id,))], next_at=None, seen=1)
    (work,) = await store.posts.lease("discord", clock.now, clock.now + LEASE, owner, 9)
    return work


async def die(store: DigestStore, name: str) -> None:
    """End a process, as a kill does, and let the time pass until others know."""
    database = store._database
    if database.is_sqlite:
        store.processes._locks.pop(name).let_go(remove=False)
    else:
        await age(store, name, LIFE)


async def age(store: DigestStore, name: str, by: timedelta) -> None:
    """Let time pass on the database's clock since a process on PostgreSQL said that it lives."""
    async with store._database.write_post() as connection:
        beaten = func.now() - by
        await connection.execute(
            update(processes).where(processes.c.id == name).values(beat_at=beaten)
        )


async def rows(store: DigestStore) -> dict[str, tuple[object, ...]]:
    async with store._database.read() as connection:
        found = await connection.execute(select(processes))
        return {
            row.id: (row.host, row.pid, row.kind, tuple(row.platforms), row.started_at)
            for row in found
        }


def beside(store: DigestStore) -> list[str]:
    """Return the locks that lie beside a SQLite database."""
    path = store._database.address.path
    return sorted(one.name for one in path.parent.glob("*-process-*")) if path else []


async def test_a_row_says_which_process_runs_what_where_since_when(
    store: DigestStore, clock: FakeClock
) -> None:
    begun = clock.now
    await entered(store, "a")
    clock.forward(minutes=1)
    assert await store.processes.beat("a", ["slack", "discord"]) is not None
    assert await store.processes.beat("a") is not None
    assert await rows(store) == {"a": ("machine", 42, "bot", ("discord", "slack"), begun)}
    await store.processes.leave("a")
    assert await rows(store) == {}
    assert beside(store) == []


async def test_a_process_hears_which_others_live(open_store: Open) -> None:
    one, two = await open_store(), await open_store()
    await entered(one, "one")
    await entered(two, "two")
    assert await others_of(one, "one") == {"two"}
    await two.processes.leave("two")
    assert await others_of(one, "one") == set()
    await entered(two, "again")
    assert await others_of(one, "one") == {"again"}
    await die(two, "again")
    for _ in range(2):
        assert await others_of(one, "one") == set()


async def test_what_a_dead_process_had_in_hand_is_looked_for_by_another(
    open_store: Open, clock: FakeClock
) -> None:
    one, two = await open_store(), await open_store()
    await entered(one, "one", "discord")
    await entered(two, "two")
    work = await in_hand(one, clock, "one")
    assert await dead_seen(two, "two") == ()
    await die(one, "one")
    (dead,) = await dead_seen(two, "two")
    assert (dead.process.id, dead.process.host, dead.process.platforms, dead.posts) == (
        "one", "machine", ("discord",), 1
    )  # fmt: skip
    settled = clock.now + (SETTLED if two._database.is_sqlite else timedelta())
    assert await two.posts.next_attempt("discord") == settled
    assert await dead_seen(two, "two") == ()

    (found,) = await two.posts.lease("discord", settled, settled + LEASE, "two", 9)
    assert (found.task, found.post.id) == (Task.FIND, work.post.id)
    assert not await one.posts.sent(work, Receipt("discord", {}))
    assert await two.posts.sent(found, Receipt("discord", {}))
    assert list(await rows(two)) == ["two"]
    assert len(beside(two)) == (1 if two._database.is_sqlite else 0)


async def test_two_who_see_a_process_dead_take_over_once(open_store: Open) -> None:
    stores = [await open_store() for _ in range(3)]
    await entered(stores[0], "dead")
    for number, store in enumerate(stores[1:]):
        await entered(store, str(number))
    await die(stores[0], "dead")
    found = await asyncio.gather(
        *(dead_seen(store, str(number)) for number, store in enumerate(stores[1:]))
    )
    assert sorted(map(len, found)) == [0, 1]


async def test_a_process_that_ends_leaves_what_it_has_in_hand_to_be_looked_for(
    store: DigestStore, clock: FakeClock
) -> None:
    await entered(store, "one")
    work = await in_hand(store, clock, "one")
    await store.processes.leave("one")
    assert await store.posts.next_attempt("discord") == clock.now + SETTLED
    assert not await store.posts.retry(work, clock.now, "")
    await store.processes.leave("one")
    (post,) = await history(store, work.channel.id, 1)
    assert post.state is PostState.SENDING


async def test_what_a_process_leased_after_others_found_it_dead_is_free_when_it_sees_that(
    open_store: Open, clock: FakeClock
) -> None:
    """It stood still amid a lease, whose commit came when it went on."""
    first, second = await open_store(), await open_store()
    await entered(first, "one")
    await entered(second, "two")
    await die(first, "one")
    [dead] = await dead_seen(second, "two")
    assert (dead.process.id, dead.posts) == ("one", 0)
    work = await in_hand(first, clock, "one")
    await first.processes.leave("one")
    assert await second.posts.next_attempt("discord") == clock.now + SETTLED
    clock.forward(seconds=10)
    [found] = await second.posts.lease("discord", clock.now, clock.now + LEASE, "two", 9)
    assert (found.post.key, found.task) == (work.post.key, Task.FIND)


async def test_a_lease_that_runs_out_sooner_is_left_as_it_is(
    open_store: Open, clock: FakeClock
) -> None:
    one, two = await open_store(), await open_store()
    await entered(one, "one")
    work = await in_hand(one, clock, "one")
    clock.now = work.until - timedelta(seconds=1)
    await entered(two, "two")
    await die(one, "one")
    await two.processes.beat("two")
    expected = work.until if two._database.is_sqlite else clock.now
    assert await two.posts.next_attempt("discord") == expected


async def test_one_whose_row_ran_out_is_told_so_and_may_come_again(store: DigestStore) -> None:
    if store._database.is_sqlite:
        pytest.skip("on SQLite a lock says who lives")
    await entered(store, "one")
    await entered(store, "two")
    await age(store, "one", LIFE - timedelta(seconds=2))
    seen = await store.processes.beat("two")
    assert seen is not None
    assert seen.next_look is not None
    assert timedelta(seconds=1) < seen.next_look <= timedelta(seconds=2)
    assert seen.others == {"one"}
    assert await store.processes.beat("one") is not None
    assert await dead_seen(store, "two") == ()

    await age(store, "one", LIFE)
    assert await store.processes.beat("one") is None
    seen = await store.processes.beat("two")
    assert seen is not None
    assert [each.process.id for each in seen.dead] == ["one"]
    assert (seen.others, seen.next_look) == (frozenset(), None)
    assert await store.processes.beat("one") is None
    await entered(store, "again")
    assert await store.processes.beat("again") is not None


HOLDING = """
import pathlib, sys
from store.processes.lock import LifeLock
lock = LifeLock(pathlib.Path(sys.argv[1]))
lock.hold()
print("held", flush=True)
sys.stdin.read()
"""


def test_a_lock_ends_with_its_process_and_not_while_that_stands_still(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    lock = LifeLock(path)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"held\n"
            process.send_signal(signal.SIGSTOP)
            assert not lock.take()
        finally:
            process.kill()
    assert lock.take()
    lock.let_go()
    assert not path.exists()
    assert lock.take()


async def test_a_process_of_a_backup_is_dead_where_it_is_put_back(
    open_store: Open, clock: FakeClock
) -> None:
    one, two = await open_store(), await open_store()
    await entered(one, "one")
    await in_hand(one, clock, "one")
    if one._database.is_sqlite:
        one.processes._locks.pop("one").let_go()
    else:
        await age(one, "one", LIFE)
    await entered(two, "two")
    (dead,) = await dead_seen(two, "two")
    assert (dead.process.id, dead.posts) == ("one", 1)


class Machine:
    """A machine on PostgreSQL whose clock is wrong. `seconds` go on besides its own."""

    def __init__(self, ahead: timedelta) -> None:
        self.seconds = 0.0
        own = FakeClock(datetime.now(UTC) + ahead)
        self.clock = CommonClock(own, lambda: steady_clock() + self.seconds)

    @asynccontextmanager
    async def store(self, url: str) -> AsyncIterator[DigestStore]:
        """Open the store as the bot does."""
        store = await DigestStore.open(url, self.clock, correct=self.clock.correct)
        try:
            yield store
        finally:
            await store.close()

    async def lease(self, store: DigestStore, owner: str) -> tuple[Work, ...]:
        """Lease what is due now."""
        now = self.clock()
        return await store.posts.lease("discord", now, now + LEASE, owner, 9)


@pytest.mark.parametrize("hours", [-1, 1])
async def test_leases_go_by_the_clock_of_the_database(postgres: Postgres, hours: int) -> None:
    """Who comes after finds nothing due too soon, however far apart the machines' clocks are."""
    postgres.empty()
    here, there = Machine(timedelta(hours=hours)), Machine(timedelta(hours=-hours))
    async with here.store(postgres.url) as first, there.store(postgres.url) as second:
        entry = await first.entries.add(EntryDraft("one"), ANN)
        channel = await scheduled(first)
        await make_posts(first, channel, [PostPlan(1, 1, (entry.id,))], next_at=None, seen=1)
        await entered(first, "one")
        await entered(second, "two")
        assert [work.task for work in await here.lease(first, "one")] == [Task.PUBLISH]
        assert await there.lease(second, "two") == ()

        await first.processes.leave("one")
        there.seconds = SETTLED.total_seconds() - 5
        assert await there.lease(second, "two") == ()
        there.seconds += 5
        assert [work.task for work in await there.lease(second, "two")] == [Task.FIND]

        # Each beat says what time it is.
        assert await second.processes.beat("two")
        assert abs(there.clock() - here.clock()) < timedelta(seconds=2)


async def test_on_sqlite_the_clock_is_the_machines_own(tmp_path: Path) -> None:
    machine = Machine(timedelta(hours=1))
    async with machine.store(new_database(tmp_path / "digest.db")) as store:
        await entered(store, "one")
        assert await store.processes.beat("one")
        assert machine.clock.ahead == timedelta()
        await store.processes.leave("one")
