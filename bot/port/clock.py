"""The time, injected: nothing else in the product asks the machine what time it is."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Returns the present moment, in UTC."""


def system_clock() -> datetime:
    """Return the machine's own time, in UTC."""
    return datetime.now(UTC)


def steady_clock() -> float:
    """Return seconds that nobody sets: on Linux, they go on while the machine sleeps."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class CommonClock:
    """The time that all programs on one database go by. Call it for the present moment, in UTC.

    It is the machine's own until `correct` is told another; from then on it goes on steadily from
    there, whatever is done to the machine's. So what one process put off, another does not do too
    soon (`store/posts`), however wrong the clock of either is.
    """

    def __init__(
        self, own: Clock = system_clock, steady: Callable[[], float] = steady_clock
    ) -> None:
        self._own = own
        self._steady = steady
        self._told: tuple[datetime, float] | None = None

    def __call__(self) -> datetime:
        """Return the present moment."""
        if self._told is None:
            return self._own()
        moment, then = self._told
        return moment + timedelta(seconds=self._steady() - then)

    @property
    def ahead(self) -> timedelta:
        """How far the machine's own clock is ahead of it."""
        return self._own() - self()

    def correct(self, moment: datetime) -> None:
        """Go on from a moment, which is the present one."""
        self._told = (moment, self._steady())
