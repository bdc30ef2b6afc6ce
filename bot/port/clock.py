"""The time, injected: nothing else in the product asks the machine what time it is."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

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
