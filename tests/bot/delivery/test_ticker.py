"""The clockwork: jobs run when they are due or woken, never beside themselves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest

from bot.delivery.ticker import Ticker
from bot.port.clock import system_clock
from store.errors import DatabaseLocked, DatabaseUnreachable
from tests.fakes.clock import FakeClock

HOUR = timedelta(hours=1)
OFTEN = timedelta(milliseconds=1)


class Job:
    """Counts its runs, and lets a test hold one up or make it fail."""

    def __init__(self, following: Callable[[], datetime | None] = lambda: None) -> None:
        self.following = following
        self.begun = asyncio.Queue[int]()
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.count = 0
        self.ended = 0
        self.error: Exception | None = None

    async def __call__(self) -> datetime | None:
        self.count += 1
        self.begun.put_nowait(self.count)
        await self.go_on.wait()
        self.ended += 1
        if self.error is not None:
            raise self.error
        return self.following()


class Written:
    """What anybody wrote."""

    def __init__(self) -> None:
        self.version = 0
        self.looked = asyncio.Event()
        self.error: Exception | None = None

    async def __call__(self) -> object:
        self.looked.set()
        if self.error is not None:
            raise self.error
        return self.version


async def nothing() -> object:
    return 0


@asynccontextmanager
async def ticking(
    *jobs: Job,
    clock: Callable[[], datetime] = system_clock,
    changes: Callable[[], Awaitable[object]] = nothing,
    every: timedelta = HOUR,
) -> AsyncIterator[Ticker]:
    """A clockwork whose jobs are called 0, 1 ..., each after its first run."""
    ticker = Ticker(clock, changes, every)
    for number, job in enumerate(jobs):
        ticker.add(str(number), job)
    ticker.start()
    for job in jobs:
        assert await job.begun.get() == 1
    yield ticker
    await ticker.stop()


async def test_a_job_runs_at_the_start_and_when_it_is_woken() -> None:
    one, two = Job(), Job()
    async with ticking(one, two) as ticker:
        ticker.wake("0")
        assert await one.begun.get() == 2
        ticker.wake()
        assert await one.begun.get() == 3
        assert await two.begun.get() == 2
        ticker.wake("nobody")


async def test_a_job_runs_when_it_said_to_the_moment() -> None:
    due = system_clock() + timedelta(seconds=0.2)
    job = Job(lambda: due if system_clock() < due else None)
    async with ticking(job):
        assert await job.begun.get() == 2
        assert timedelta() <= system_clock() - due < timedelta(seconds=0.1)


async def test_a_job_that_was_due_before_runs_again_and_again() -> None:
    job = Job(lambda: system_clock() - HOUR)
    async with ticking(job):
        for count in range(2, 6):
            assert await job.begun.get() == count


async def test_a_job_that_comes_late_is_not_left_out() -> None:
    late = Job(lambda: system_clock() + timedelta(seconds=0.02))
    async with ticking(late):
        for _ in range(2):
            # The machine is busy with something else.
            begun = system_clock()
            while system_clock() - begun < timedelta(seconds=0.05):
                pass
            await late.begun.get()


async def test_a_job_that_is_added_later_runs_at_once() -> None:
    async with ticking(Job()) as ticker:
        job = Job()
        ticker.add("later", job)
        assert await job.begun.get() == 1


async def test_a_wake_during_a_run_makes_one_more_after_it() -> None:
    job = Job()
    job.go_on.clear()
    async with ticking(job) as ticker:
        ticker.wake()
        ticker.wake()
        assert job.begun.empty()
        job.go_on.set()
        assert await job.begun.get() == 2
    assert job.count == 2


async def test_a_job_that_is_removed_ends_its_run_and_has_no_other() -> None:
    job, other = Job(system_clock), Job()
    job.go_on.clear()
    async with ticking(job, other) as ticker:
        ticker.wake("0")
        removing = asyncio.create_task(ticker.remove("0"))
        await asyncio.sleep(0)
        assert not removing.done()
        job.go_on.set()
        await removing
        await ticker.remove("0")
        ticker.wake()
        assert await other.begun.get() == 2
    assert (job.count, job.ended) == (1, 1)


async def test_stopping_waits_for_the_run_under_way_and_no_run_follows() -> None:
    job = Job()
    job.go_on.clear()
    async with ticking(job) as ticker:
        ticker.wake()
        stopping = asyncio.create_task(ticker.stop())
        await asyncio.sleep(0)
        assert not stopping.done()
        job.go_on.set()
        await stopping
        ticker.wake()
    assert (job.count, job.ended) == (1, 1)


async def test_a_run_that_nobody_waits_for_is_stopped_without_a_word(
    caplog: pytest.LogCaptureFixture,
) -> None:
    job = Job()
    job.go_on.clear()
    async with ticking(job) as ticker:
        removing = asyncio.create_task(ticker.remove("0"))
        await asyncio.sleep(0)
        removing.cancel()
        await ticker.stop()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)
    assert (job.count, job.ended) == (1, 0)
    assert caplog.text == ""


async def test_a_clockwork_that_never_ran_stops() -> None:
    ticker = Ticker(system_clock, nothing)
    ticker.add("job", Job())
    ticker.wake()
    await ticker.stop()


@pytest.mark.parametrize("later", range(5))
async def test_stopping_straight_after_starting_leaves_no_run_half_done(
    later: int, caplog: pytest.LogCaptureFixture
) -> None:
    job = Job()
    ticker = Ticker(system_clock, nothing)
    ticker.add("job", job)
    ticker.start()
    for _ in range(later):
        await asyncio.sleep(0)
    await ticker.stop()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0)
    assert job.count == job.ended
    assert caplog.text == ""


async def test_a_job_that_fails_is_logged_and_stops_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    failing, other = Job(), Job()
    failing.error = ValueError("the cause")
    with caplog.at_level(logging.ERROR, logger="bot.delivery.ticker"):
        async with ticking(failing, other) as ticker:
            ticker.wake()
            assert await failing.begun.get() == 2
            assert await other.begun.get() == 2
    assert "job failed name=0" in caplog.text
    assert "the cause" in caplog.text


async def test_a_job_for_which_the_store_does_not_answer_is_cut_short_and_runs_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    job = Job()
    job.error = DatabaseUnreachable("postgresql://db", "nobody there")
    with caplog.at_level(logging.WARNING, logger="bot.delivery.ticker"):
        async with ticking(job) as ticker:
            ticker.wake()
            assert await job.begun.get() == 2
    assert "job cut short name=0 reason=the database postgresql://db" in caplog.text
    assert "Traceback" not in caplog.text


async def test_what_others_write_wakes_every_job() -> None:
    job, written = Job(), Written()
    async with ticking(job, changes=written, every=OFTEN):
        # What was written before the first look counts for new.
        assert await job.begun.get() == 2
        written.version += 1
        assert await job.begun.get() == 3
        written.looked.clear()
        await written.looked.wait()
        assert job.begun.empty()


async def test_a_database_that_does_not_answer_wakes_nobody() -> None:
    job, written = Job(), Written()
    async with ticking(job, changes=written, every=OFTEN):
        assert await job.begun.get() == 2
        written.error = DatabaseLocked("digest.db")
        for _ in range(3):
            written.looked.clear()
            await written.looked.wait()
        assert job.begun.empty()
        written.error = None
        written.version += 1
        assert await job.begun.get() == 3


@pytest.mark.parametrize("hours", [5, -5])
async def test_a_clock_that_jumps_wakes_every_job(hours: int) -> None:
    clock = FakeClock()
    job = Job(lambda: clock.now + HOUR)
    async with ticking(job, clock=clock, every=OFTEN):
        assert await job.begun.get() == 2
        clock.forward(hours=hours)
        assert await job.begun.get() == 3
