"""The time, injected: nothing else in the product asks the machine what time it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the present moment, in UTC."""


def system_clock() -> datetime:
    """Return the machine's own time, in UTC."""
    return datetime.now(UTC)
