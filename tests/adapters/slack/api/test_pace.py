"""How fast calls follow each other."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from adapters.slack.api.pace import CallPacer, SteadyRate
from tests.fakes.slack.limits import SlackLimits


class Time:
    """A clock that jumps to the next moment that anybody waits for."""

    def __init__(self) -> None:
        self.now = 0.0
        self._waiting: list[tuple[float, asyncio.Future[None]]] = []

    def __call__(self) -> float:
        """Return the present moment."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock gets there."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((self.now + seconds, future))
        await future

    async def run(self, *work: asyncio.Task[None]) -> None:
        """Let time pass until all work is done."""
        while True:
            for _ in range(3):
                await asyncio.sleep(0)
            if all(task.done() for task in work):
                break
            self._waiting.sort(key=lambda one: one[0])
            self.now, future = self._waiting.pop(0)
            future.set_result(None)
        await asyncio.gather(*work)


async def test_a_digest_to_a_thousand_channels_draws_no_refusal() -> None:
    time = Time()
    pace = CallPacer(time, time.sleep)
    limits = SlackLimits(seconds=time)

    async def post(channel: str) -> None:
        await pace.post(channel)
        assert limits.refuse("chat.postMessage", channel) is None

    await time.run(*(asyncio.create_task(post(f"C{number}")) for number in range(1000)))
    assert limits.refused == 0
    assert time.now == pytest.approx(202, abs=2)


async def test_messages_to_one_channel_are_a_second_apart() -> None:
    time = Time()
    pace = CallPacer(time, time.sleep)
    limits = SlackLimits(seconds=time)

    async def post() -> None:
        await pace.post("C1")
        assert limits.refuse("chat.postMessage", "C1") is None

    await time.run(*(asyncio.create_task(post()) for _ in range(5)))
    assert time.now == pytest.approx(4)


async def test_a_channel_that_slack_holds_back_holds_back_no_other() -> None:
    time = Time()
    pace = CallPacer(time, time.sleep)
    order: list[str] = []

    async def post(channel: str) -> None:
        await pace.post(channel)
        order.append(channel)

    pace.refused("C1", timedelta(seconds=30))
    await time.run(*(asyncio.create_task(post(channel)) for channel in ("C1", "C2", "C3")))
    assert order == ["C2", "C3", "C1"]
    assert time.now == pytest.approx(30)


async def test_changes_stay_below_tier_3() -> None:
    time = Time()
    pace = CallPacer(time, time.sleep)
    limits = SlackLimits(seconds=time)

    async def update() -> None:
        await pace.update()
        assert limits.refuse("chat.update", "C1") is None

    await time.run(*(asyncio.create_task(update()) for _ in range(200)))
    assert time.now == pytest.approx(195 / 0.75, abs=2)


def test_a_rest_is_worth_a_few_turns_at_once_and_no_more() -> None:
    line = SteadyRate(rate=1.0, burst=3.0)
    assert [line.turn(100.0) for _ in range(5)] == [100, 100, 100, 101, 102]
    assert not line.idle(102.0)
    assert line.idle(200.0)
    line.hold(300.0)
    assert line.turn(200.0) == 300.0
