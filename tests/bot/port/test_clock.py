"""The clock that all programs on one database go by."""

from __future__ import annotations

from datetime import timedelta

from bot.port.clock import CommonClock
from tests.fakes.clock import MORNING, FakeClock


def test_it_is_the_machines_own_until_another_is_told_and_steady_from_then_on() -> None:
    own, seconds = FakeClock(), 7.0
    clock = CommonClock(own, lambda: seconds)
    own.forward(hours=1)
    assert clock() == own()
    assert clock.ahead == timedelta()

    clock.correct(MORNING)
    seconds += 2.5
    own.forward(days=1)

    assert clock() == MORNING + timedelta(seconds=2.5)
    assert clock.ahead == timedelta(days=1, hours=1) - timedelta(seconds=2.5)

    clock.correct(MORNING - timedelta(minutes=1))
    assert clock() == MORNING - timedelta(minutes=1)
