"""What is counted while the bot runs, and `/metrics` for Prometheus, which says it.

To count costs less than a microsecond. Who asks from this machine is answered, and who has the
token; to others there is no such page.
"""

from __future__ import annotations

import asyncio
import hmac
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from bot.port.service import HttpRequest, HttpResponse, Route
from store.errors import StoreError
from store.model import DraftCounts, Figures
from store.store import DigestStore

if TYPE_CHECKING:
    from prometheus_client import Metric


PATH = "/metrics"

_FORWARDED = ("Forwarded", "X-Forwarded-For", "Via")
"""What a proxy on this machine writes: who asks is then somewhere else."""

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
        self.delays.setdefault(platform, Histogram(_SLOW)).observe(max(0.0, delay.total_seconds()))

    async def watch_loop(self) -> None:
        """Measure, until cancelled, how late the event loop does what is due."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _LAG_EVERY
            await asyncio.sleep(_LAG_EVERY)
            self.lag.observe(max(0.0, loop.time() - due))


class Scrape:
    """Answers at `/metrics`. The library is loaded when somebody asks."""

    def __init__(
        self,
        store: DigestStore,
        metrics: Metrics,
        token: str | None,
        begun: Callable[[], tuple[datetime, datetime]],
    ) -> None:
        """`begun` returns when the operator's day and month began: tokens are counted by them."""
        self._begun = begun
        self._store = store
        self._metrics = metrics
        self._token = token
        self.routes = (Route("GET", PATH, self.answer),)

    async def answer(self, request: HttpRequest) -> HttpResponse:
        """Return all figures in Prometheus' text format."""
        if not self._may_read(request):
            if self._token is None:
                return HttpResponse(404, b"not found\n")
            return HttpResponse(401, b"unauthorized\n", {"WWW-Authenticate": "Bearer"})
        try:
            figures = await self._store.overview.figures()
            drafts = await self._store.drafts.counts(*self._begun())
        except StoreError:
            collector = _Collector(self._metrics, None, None)
        else:
            collector = _Collector(self._metrics, figures, drafts)
        body, kind = _written(collector)
        return HttpResponse(body=body, headers={"Content-Type": kind, "Cache-Control": "no-store"})

    def _may_read(self, request: HttpRequest) -> bool:
        if self._token is not None:
            expected = f"Bearer {self._token}".encode()
            said = request.headers.get("Authorization", "").encode(errors="replace")
            return hmac.compare_digest(said, expected)
        if any(name in request.headers for name in _FORWARDED):
            return False
        try:
            return ip_address(request.peer).is_loopback
        except ValueError:
            return False


def _written(collector: _Collector) -> tuple[bytes, str]:
    from prometheus_client import CollectorRegistry, ProcessCollector  # noqa: PLC0415 - see Scrape
    from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest  # noqa: PLC0415 - see Scrape

    registry = CollectorRegistry(auto_describe=False)
    registry.register(collector)
    ProcessCollector(registry=registry)
    return generate_latest(registry), CONTENT_TYPE_PLAIN_0_0_4


@dataclass(eq=False)
class _Collector:
    """What is told at one scrape. Both counts are None where the store does not answer."""

    metrics: Metrics
    figures: Figures | None
    drafts: DraftCounts | None

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        from prometheus_client.core import (  # noqa: PLC0415 - see Scrape
            CounterMetricFamily,
            GaugeMetricFamily,
            HistogramMetricFamily,
        )

        counted = self.metrics
        for name, said, labels, counts in _counters(counted):
            yield _filled(CounterMetricFamily(name, said, labels=labels), counts)
        timed: _Timed = {(name,): one for name, one in counted.delays.items()}
        for name, said, labels, every in (
            ("post_delay", "From when a post was due until it was sent", ("platform",), timed),
            ("search", "How long a search took", (), {(): counted.searches}),
            ("loop_lag", "How late the event loop was, each second", (), {(): counted.lag}),
        ):
            family = HistogramMetricFamily(f"ainews_{name}_seconds", said, labels=labels)
            for values, one in every.items():
                family.add_metric(values, one.buckets, one.total)
            yield family
        up = float(self.figures is not None)
        gauges: list[_Told] = [("ainews_store_up", "Whether the store answered", (), {(): up})]
        if self.figures is not None and self.drafts is not None:
            gauges += _gauges(self.figures, self.drafts)
        for name, said, labels, counts in gauges:
            yield _filled(GaugeMetricFamily(name, said, labels=labels), counts)


_Counts = Mapping[Any, float]
_Timed = Mapping[tuple[str, ...], Histogram]
_Told = tuple[str, str, tuple[str, ...], _Counts]
"""A metric: its name, what it is, its labels, and its values by those of the labels."""


def _filled(family: Metric, counts: _Counts) -> Metric:
    for values, count in counts.items():
        family.add_metric(values, count)  # type: ignore[attr-defined] # all families but the bare one have it
    return family


def _counters(counted: Metrics) -> Iterator[_Told]:
    yield (
        "ainews_platform_answers",
        "What platforms answered when a post was sent, looked for or updated",
        ("platform", "task", "outcome"),
        counted.answers,
    )
    yield (
        "ainews_platform_http_answers",
        "What platforms answered over HTTP, whatever was asked",
        ("platform", "status"),
        counted.http,
    )


def _gauges(figures: Figures, drafts: DraftCounts) -> Iterator[_Told]:
    """Yield what the store says."""
    places = ("platform", "state")
    yield "ainews_posts", "Posts that have not arrived", places, figures.posts
    yield "ainews_channels", "Channels with a schedule", places, figures.channels
    yield "ainews_sources", "Sources", ("state",), _by_one(figures.sources)
    yield "ainews_sources_failing", "Those whose last poll failed", (), {(): figures.failing}
    yield "ainews_entries_pending", "Entries that wait for review", (), {(): figures.pending}
    yield "ainews_votes", "Votes that stand", ("platform",), _by_one(figures.votes)
    yield "ainews_drafts", "Drafts of the model", ("state",), _by_one(drafts.states)
    tokens = {"day": drafts.tokens_day, "month": drafts.tokens_month}
    yield "ainews_draft_tokens", "Tokens that drafts took", ("period",), _by_one(tokens)


def _by_one(counts: Mapping[Any, int]) -> _Counts:
    return {(str(name),): count for name, count in counts.items()}
