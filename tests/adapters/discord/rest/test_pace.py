"""How fast requests go, on a clock of the test's own."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from bisect import bisect_left
from collections.abc import Callable, Coroutine
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.rest.pace import BucketFull, Buckets, Refusals, RequestPacer, Timer


class StoppedTime:
    """A clock that jumps to where somebody waits."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let others run, then let the time pass."""
        wanted = self.now + seconds
        await asyncio.sleep(0)
        self.now = max(self.now, wanted)

    @property
    def ticker(self) -> Timer:
        """This clock as the pace takes it."""
        return Timer(self, self.sleep)


class Journeys:
    """A network on a clock of its own: requests and answers take their time."""

    def __init__(self) -> None:
        self.now = 100.0
        self.arrivals: list[float] = []
        self._alarms: list[tuple[float, int, asyncio.Event]] = []
        self._count = itertools.count()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Wait on this clock."""
        event = asyncio.Event()
        heapq.heappush(self._alarms, (self.now + seconds, next(self._count), event))
        await event.wait()

    async def run(self, *tasks: Coroutine[None, None, None]) -> None:
        """Let time pass until all is done."""
        under_way = [asyncio.create_task(task) for task in tasks]
        while not all(task.done() for task in under_way):
            for _ in range(4):
                await asyncio.sleep(0)
            if self._alarms:
                moment, _, event = heapq.heappop(self._alarms)
                self.now = max(self.now, moment)
                event.set()
        for task in under_way:
            task.result()

    def busiest_second(self) -> int:
        """Return the most requests that arrived within any second, to a hundredth of it."""
        moments = sorted(self.arrivals)
        return max(bisect_left(moments, each + 0.99) - at for at, each in enumerate(moments))


async def send_all(
    times: Journeys, count: int, journeys: Callable[[], tuple[float, float]], passed: int = 0
) -> float:
    """Send requests, sixteen at a time. Returns how many left in a second.

    So many have just `passed` without a turn.
    """
    pace = RequestPacer(50.0, Timer(times, times.sleep))
    for _ in range(passed):
        pace.passed()
    times.arrivals += [times.now] * passed
    numbers = iter(range(count))

    async def worker() -> None:
        for _ in numbers:
            departure = await pace.turn()
            there, back = journeys()
            times.arrivals.append(times.now + there)
            await times.sleep(there + back)
            pace.answered(departure)

    began = times.now
    await times.run(*(worker() for _ in range(16)))
    return count / (times.now - began)


async def test_on_an_even_road_next_to_nothing_is_lost() -> None:
    times = Journeys()

    rate = await send_all(times, 1000, lambda: (0.1, 0.1))

    assert times.busiest_second() <= 50
    assert rate >= 0.97 * 50


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_no_second_holds_more_than_discord_allows(seed: int) -> None:
    random = Random(seed)

    def journey() -> tuple[float, float]:
        """Return how long a request and its answer take: now and then very long."""
        slow = random.random() < 0.02
        return (0.02 + random.random() * (0.5 if slow else 0.02), 0.02 + random.random() * 0.1)

    times = Journeys()
    asyncio.run(send_all(times, 300, journey))

    assert times.busiest_second() <= 50


async def test_what_discord_py_asked_at_the_start_counts() -> None:
    times = Journeys()

    await send_all(times, 200, lambda: (0.0, 0.0), passed=5)

    assert times.busiest_second() <= 50


async def test_an_answer_that_never_comes_holds_nobody_up_for_long() -> None:
    times = Journeys()
    lost = iter([30.0])

    rate = await send_all(times, 500, lambda: (0.05, next(lost, 0.05)))

    assert times.busiest_second() <= 50
    assert rate > 12


async def test_a_pause_is_not_saved_up() -> None:
    time = StoppedTime()
    pace = RequestPacer(50.0, time.ticker)
    pace.answered(await pace.turn())
    time.now += 60.0
    moments = []
    for _ in range(100):
        pace.answered(await pace.turn())
        moments.append(time.now)

    assert sum(each < moments[0] + 1.0 for each in moments) <= 50


async def test_a_pause_that_discord_asked_for_holds_everything() -> None:
    time = StoppedTime()
    pace = RequestPacer(50.0, time.ticker)
    await pace.turn()
    pace.hold(30.0)

    await pace.turn()

    assert time.now >= 130.0


def test_too_many_refusals_stop_everything_until_they_are_forgotten() -> None:
    time = StoppedTime()
    refusals = Refusals(time.ticker, limit=3, window=600.0)
    assert refusals.wait() == 0.0
    for _ in range(3):
        refusals.add()
        time.now += 10.0

    assert refusals.wait() == pytest.approx(570.0)
    time.now += 571.0
    assert refusals.wait() == 0.0


def headers(
    remaining: int, reset_after: float = 5.0, bucket: str = "b", limit: int = 5
) -> dict[str, str]:
    """Return headers as Discord sends them."""
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset-After": str(reset_after),
        "X-RateLimit-Bucket": bucket,
    }


async def test_an_unknown_bucket_is_tried_with_one_request() -> None:
    time = StoppedTime()
    buckets = Buckets(time.ticker)
    first = await buckets.enter("POST /m", "1", 3.0)
    second = asyncio.create_task(buckets.enter("POST /m", "1", 3.0))
    await asyncio.sleep(0)
    assert not second.done()

    buckets.leave(first, "POST /m", "1", headers(4))

    assert (await second).remaining == 3


async def test_a_full_bucket_is_waited_for_or_refused() -> None:
    time = StoppedTime()
    buckets = Buckets(time.ticker)
    bucket = await buckets.enter("POST /m", "1", 3.0)
    buckets.leave(bucket, "POST /m", "1", headers(0))

    with pytest.raises(BucketFull) as full:
        await buckets.enter("POST /m", "1", 3.0)
    assert full.value.after == pytest.approx(5.0)

    await buckets.enter("POST /m", "1", 6.0)
    assert time.now >= 105.0


async def test_other_channels_do_not_wait() -> None:
    time = StoppedTime()
    buckets = Buckets(time.ticker)
    bucket = await buckets.enter("POST /m", "1", 3.0)
    buckets.leave(bucket, "POST /m", "1", headers(0))

    await buckets.enter("POST /m", "2", 3.0)

    assert time.now == 100.0


async def test_routes_that_share_a_bucket_share_what_is_left() -> None:
    time = StoppedTime()
    buckets = Buckets(time.ticker)
    for route in ("POST /m", "PATCH /m"):
        bucket = await buckets.enter(route, "1", 3.0)
        buckets.leave(bucket, route, "1", headers(0, bucket="shared"))

    with pytest.raises(BucketFull):
        await buckets.enter("PATCH /m", "1", 3.0)


async def test_an_answer_without_headers_lets_the_next_one_try() -> None:
    buckets = Buckets(StoppedTime().ticker)
    bucket = await buckets.enter("POST /m", "1", 3.0)
    buckets.leave(bucket, "POST /m", "1", {})

    assert await buckets.enter("POST /m", "1", 3.0) is bucket


async def test_answers_that_overtake_each_other_leave_nothing_twice() -> None:
    buckets = Buckets(StoppedTime().ticker)
    first = await buckets.enter("POST /m", "1", 3.0)
    buckets.leave(first, "POST /m", "1", headers(4))
    for _ in range(4):
        await buckets.enter("POST /m", "1", 3.0)
    buckets.leave(first, "POST /m", "1", headers(3))

    assert first.remaining == 0


async def test_an_answer_of_the_window_before_opens_no_other() -> None:
    time = StoppedTime()
    buckets = Buckets(time.ticker)
    bucket = await buckets.enter("POST /m", "1", 3.0)
    buckets.leave(bucket, "POST /m", "1", headers(2, reset_after=1.0, limit=3))
    for _ in range(2):
        await buckets.enter("POST /m", "1", 3.0)
    time.now += 1.0
    # Two are under way, and may count in the window that has begun: only one may go.
    await buckets.enter("POST /m", "1", 3.0)
    assert bucket.remaining == 0

    # They did not: their answers are of the window before, and end no other.
    buckets.leave(bucket, "POST /m", "1", headers(1, reset_after=0.0, limit=3))
    buckets.leave(bucket, "POST /m", "1", headers(0, reset_after=0.0, limit=3))

    assert bucket.remaining == 2
    assert bucket.reset_at is None


async def test_buckets_of_the_past_are_forgotten() -> None:
    time = StoppedTime()
    buckets = Buckets(time.ticker)
    for number in range(5000):
        bucket = await buckets.enter("POST /m", str(number), 3.0)
        buckets.leave(bucket, "POST /m", str(number), headers(4))
        time.now += 0.02

    assert len(buckets) < 600
