"""Metrics: what is counted is told to who may read it; alerts ask for what there is."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.config.settings import read_settings
from bot.metrics import Metrics, Scrape
from bot.port.service import HttpRequest, HttpResponse
from bot.port.settings_error import SettingsErrors
from store.errors import DatabaseMoved
from store.model import EntryDraft, Figures, SearchQuery, SourceRules, Status
from store.posts.overview import Overview
from store.store import DigestStore
from tests.fakes.clock import FakeClock
from tests.fakes.databases import new_store
from tests.store.conftest import ANN

DEPLOY = Path(__file__).parents[2] / "deploy"
TOKEN = "a-token-of-enough-letters"  # noqa: S105 - of these tests


class OverviewAway(Overview):
    """Counts nothing."""

    def __init__(self) -> None:
        pass

    async def figures(self) -> Figures:
        """Raise what a database that is gone raises."""
        raise DatabaseMoved("x")


class StoreAway(DigestStore):
    """A store whose database is gone."""

    def __init__(self) -> None:
        self.overview = OverviewAway()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[DigestStore]:
    store = await new_store(tmp_path / "ainews.db", FakeClock())
    yield store
    await store.close()


def scraping(
    store: DigestStore, metrics: Metrics | None = None, token: str | None = None
) -> Scrape:
    day = FakeClock()().replace(hour=0, minute=0)
    return Scrape(store, metrics or Metrics(), token, lambda: (day, day.replace(day=1)))


async def ask(scrape: Scrape, peer: str = "127.0.0.1", **headers: str) -> HttpResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await scrape.answer(HttpRequest("GET", "/metrics", "", named, b"", peer))


async def samples(scrape: Scrape) -> dict[tuple[str, ...], float]:
    """Return what a monitor reads: by name and the values of the labels."""
    answer = await ask(scrape)
    assert answer.status == 200
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.body.decode())
        for sample in family.samples
    }


async def test_what_is_counted_is_told(store: DigestStore) -> None:
    metrics = Metrics()
    metrics.answered("discord", "publish", "arrived")
    metrics.sent("discord", timedelta(seconds=7))
    for status in (200, 204, 404, 429, 503, 0):
        metrics.met("slack", status)
    store.search.observe(metrics.searches.observe)
    await store.entries.add(EntryDraft("Waits", status=Status.PENDING), ANN)
    await store.sources.add("https://a.example/feed", "A", SourceRules(), ANN)
    await store.search.find(SearchQuery("model"), 5)
    liked = await store.entries.add(EntryDraft("Liked"), ANN)
    await store.votes.toggle(liked.id, ANN)
    told = await samples(scraping(store, metrics))

    assert told["ainews_votes", ANN.platform] == 1
    for kind, count in (("2xx", 2), ("4xx", 1), ("429", 1), ("5xx", 1), ("network", 1)):
        assert told["ainews_platform_http_answers_total", *sorted(("slack", kind))] == count
    assert told["ainews_draft_tokens", "month"] == 0
    assert told["ainews_platform_answers_total", "arrived", "discord", "publish"] == 1
    assert told["ainews_post_delay_seconds_bucket", "5.0", "discord"] == 0
    assert told["ainews_post_delay_seconds_bucket", "10.0", "discord"] == 1
    assert told["ainews_post_delay_seconds_sum", "discord"] == 7
    assert told[("ainews_search_seconds_count",)] == 1
    assert told[("ainews_entries_pending",)] == 1
    assert told["ainews_sources", "active"] == 1
    assert told[("ainews_store_up",)] == 1


async def test_a_store_that_is_away_is_told_and_the_rest_too() -> None:
    told = await samples(scraping(StoreAway()))

    assert told[("ainews_store_up",)] == 0
    assert told[("ainews_search_seconds_count",)] == 0


async def test_only_this_machine_or_the_token_is_answered(store: DigestStore) -> None:
    near, far = "127.0.0.1", "192.0.2.1"
    local = scraping(store)
    guarded = scraping(store, token=TOKEN)

    assert (await ask(local, far)).status == 404
    assert (await ask(local, near, X_Forwarded_For=far)).status == 404
    assert (await ask(local, "nowhere")).status == 404
    assert (await ask(local, "::1")).status == 200
    assert (await ask(guarded, near)).status == 401
    assert (await ask(guarded, far, Authorization=f"Bearer {TOKEN}x")).status == 401
    assert (await ask(guarded, far, Authorization=f"Bearer {TOKEN}")).status == 200


def test_a_token_is_a_secret_that_nobody_guesses() -> None:
    settings = read_settings({"AINEWS_METRICS_TOKEN": TOKEN})
    assert TOKEN in settings.secrets
    assert TOKEN not in repr(settings)
    with pytest.raises(SettingsErrors, match="easy to guess"):
        read_settings({"AINEWS_METRICS_TOKEN": "short"})


async def test_alerts_and_dashboard_ask_for_what_is_told(store: DigestStore) -> None:
    answer = (await ask(scraping(store))).body.decode()
    known = set(re.findall(r"^# TYPE (\S+)", answer, re.MULTILINE))
    rules = yaml.safe_load((DEPLOY / "alerts.yaml").read_text())["groups"][0]["rules"]
    panels = json.loads((DEPLOY / "dashboard.json").read_text())["panels"]
    asked = [rule["expr"] for rule in rules]
    asked += [target["expr"] for panel in panels for target in panel["targets"]]
    names = {
        re.sub(r"_(bucket|count|sum)$", "", name)
        for expression in asked
        for name in re.findall(r"(?:ainews|process)_\w+", expression)
    }

    assert len(rules) > 5
    assert names
    assert names <= known
