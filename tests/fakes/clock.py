"""A clock that stands still until it is told to go on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

MORNING = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
"""A Monday: 09:00 in Seoul, no change of clocks near."""


class FakeClock:
    """Call it for the present moment."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return the present moment."""
        return self.now

    def forward(self, **parts: float) -> datetime:
        """Go on by so many `seconds`, `minutes`, `hours`, `days`. Returns the new moment."""
        self.now += timedelta(**parts)
        return self.now
