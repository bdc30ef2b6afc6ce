"""`/metrics` for Prometheus: what was counted here, and what the store says at that moment.

Who asks from this machine is answered, and who has the token; to others there is no such page.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from ipaddress import ip_address
from typing import TYPE_CHECKING

from bot.metrics import Histogram, Metrics
from bot.port.service import HttpRequest, HttpResponse, Route
from store.errors import StoreError
from store.model import Figures
from store.store import DigestStore

if TYPE_CHECKING:
    from prometheus_client import Metric

PATH = "/metrics"

_FORWARDED = ("Forwarded", "X-Forwarded-For", "Via")
"""What a proxy on this machine writes: who asks is then somewhere else."""


class Scrape:
    """Answers at `/metrics`. The library is loaded when somebody asks."""

    def __init__(self, store: DigestStore, metrics: Metrics, token: str | None) -> None:
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
        except StoreError:
            figures = None
        body, kind = _written(_Collector(self._metrics, figures))
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
    from prometheus_client.exposition import (  # noqa: PLC0415
        CONTENT_TYPE_PLAIN_0_0_4,
        generate_latest,
    )

    registry = CollectorRegistry(auto_describe=False)
    registry.register(collector)
    ProcessCollector(registry=registry)
    return generate_latest(registry), CONTENT_TYPE_PLAIN_0_0_4


class _Collector:
    """What is told at one scrape. `figures` are None where the store does not answer."""

    def __init__(self, metrics: Metrics, figures: Figures | None) -> None:
        self._metrics = metrics
        self._figures = figures

    def describe(self) -> Iterator[Metric]:
        """Return nothing: the registry need not look for doubles."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        from prometheus_client.core import (  # noqa: PLC0415 - see Scrape
            CounterMetricFamily,
            GaugeMetricFamily,
            HistogramMetricFamily,
        )

        def histogram(name: str, help_: str, every: dict[tuple[str, ...], Histogram]) -> Metric:
            labels = ("platform",) if any(every) else ()
            family = HistogramMetricFamily(name, help_, labels=labels)
            for values, one in every.items():
                family.add_metric(values, one.buckets, one.total)
            return family

        counted = self._metrics
        answers = CounterMetricFamily(
            "ainews_platform_answers",
            "What platforms answered when a post was sent, looked for or updated",
            labels=("platform", "task", "outcome"),
        )
        for values, count in counted.answers.items():
            answers.add_metric(values, count)
        yield answers
        yield histogram(
            "ainews_post_delay_seconds",
            "From when a post was due until it was sent",
            {(name,): one for name, one in counted.delays.items()},
        )
        yield histogram("ainews_search_seconds", "How long a search took", {(): counted.searches})
        yield histogram(
            "ainews_loop_lag_seconds",
            "How late the event loop was, looked at each second",
            {(): counted.lag},
        )
        figures = self._figures
        yield GaugeMetricFamily(
            "ainews_store_up", "Whether the store answered", value=float(figures is not None)
        )
        if figures is None:
            return
        posts = GaugeMetricFamily(
            "ainews_posts", "Posts that have not arrived", labels=("platform", "state")
        )
        for (platform, state), count in figures.posts.items():
            posts.add_metric((platform, state), count)
        yield posts
        channels = GaugeMetricFamily(
            "ainews_channels", "Channels with a schedule", labels=("platform", "state")
        )
        for (platform, state), count in figures.channels.items():
            channels.add_metric((platform, state), count)
        yield channels
        sources = GaugeMetricFamily("ainews_sources", "Sources", labels=("state",))
        for state, count in figures.sources.items():
            sources.add_metric((state,), count)
        yield sources
        yield GaugeMetricFamily(
            "ainews_sources_failing", "Sources whose last poll failed", value=figures.failing
        )
        yield GaugeMetricFamily(
            "ainews_entries_pending", "Entries that wait for a moderator", value=figures.pending
        )
        votes = GaugeMetricFamily("ainews_votes", "Votes that stand", labels=("platform",))
        for platform, count in figures.votes.items():
            votes.add_metric((platform,), count)
        yield votes
