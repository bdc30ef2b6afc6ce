"""What is counted while the bot runs, for `/metrics`. To count costs less than a microsecond."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections import Counter
from datetime import timedelta
from itertools import accumulate

_LAG_EVERY = 1.0
"""Seconds between two looks at how late the event loop is."""

_TOO_MANY = 429
_QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_SLOW = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0)


class Histogram:
    """How often something took how long, in seconds. A bound counts what took at most so long."""

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, seconds: float) -> None:
        """Count one."""
        self._counts[bisect_left(self._bounds, seconds)] += 1
        self.total += seconds

    @property
    def buckets(self) -> list[tuple[str, float]]:
        """The bounds as Prometheus writes them, each with how many took at most so long."""
        names = (*map(str, self._bounds), "+Inf")
        return list(zip(names, map(float, accumulate(self._counts)), strict=True))


class Metrics:
    """The counters. Made once, and told by whoever does the work."""

    def __init__(self) -> None:
        self.answers: Counter[tuple[str, str, str]] = Counter()
        """Answers of platforms: platform, task, outcome."""
        self.http: Counter[tuple[str, str]] = Counter()
        """HTTP answers of platforms: platform, class of the status."""
        self.delays: dict[str, Histogram] = {}
        """From when a post was due until it was sent, by platform."""
        self.searches = Histogram(_QUICK)
        self.lag = Histogram(_QUICK)

    def answered(self, platform: str, task: str, outcome: str) -> None:
        """Count what a platform answered."""
        self.answers[platform, task, outcome] += 1

    def met(self, platform: str, status: int) -> None:
        """Count what an HTTP request to a platform met with; 0: no answer came."""
        kind = str(status) if status == _TOO_MANY else f"{status // 100}xx"
        self.http[platform, kind if status else "network"] += 1

    def sent(self, platform: str, delay: timedelta) -> None:
        """Count a post that was sent so long after it was due."""
        delays = self.delays.setdefault(platform, Histogram(_SLOW))
        delays.observe(max(0.0, delay.total_seconds()))

    async def watch_loop(self) -> None:
        """Measure, until cancelled, how late the event loop does what is due."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _LAG_EVERY
            await asyncio.sleep(_LAG_EVERY)
            self.lag.observe(max(0.0, loop.time() - due))
