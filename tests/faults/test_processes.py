"""Whole processes of the bot: two on one store, and one whose token is revoked while it runs."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from tests.faults.harness import Harness, open_harness
from tests.faults.processes import open_nursery
from tests.scenario.process import installed

SEED = 4

pytestmark = installed("discord", "slack")


@pytest.mark.timeout(180)  # half a minute on a busy machine
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_two_processes_on_one_store(
    request: pytest.FixtureRequest, tmp_path: Path, database: str
) -> None:
    url: str = request.getfixturevalue(database)
    rng = random.Random(SEED)
    async with open_harness(tmp_path, url, SEED) as harness:
        environment = {**harness.town.environment, "AINEWS_DATABASE_URL": url}
        async with open_nursery(tmp_path, tmp_path / "clock", environment) as second:
            second.hear = harness.hear
            await harness.people.publish(24, rng)
            harness.clock.advance(timedelta(hours=25))
            await harness.alone(second)
            await harness.people.publish(6, rng)
            await harness.people.edit(rng)
            await harness.settle(second)
            leased = [line for line in (*harness.nursery.log, *second.log) if "post sent" in line]
            assert second.log
        assert harness.report.failures == []
        await harness.count()
        # Each post was sent by one of them, once.
        assert len(leased) == harness.report.posts["sent"]
        assert any("post sent" in line for line in second.log)
        assert any("post sent" in line for line in harness.nursery.log)


@pytest.mark.parametrize("platform", ["discord", "slack"])
async def test_a_token_is_revoked_while_the_bot_runs(
    sqlite: str, tmp_path: Path, platform: str
) -> None:
    rng = random.Random(SEED)
    async with open_harness(tmp_path, sqlite, SEED) as harness:
        harness.hear_errors = False
        slack, discord = harness.town.slack, harness.town.discord
        token = slack.bot_token
        life = await harness.nursery.born()
        await harness.started(life)
        discord.revoked = platform == "discord"
        slack.bot_token = "xoxb-another" if platform == "slack" else token
        way = harness.town.wires[platform]
        before = way.requests
        await harness.people.publish(6, rng)
        await other_has_it_all(harness, platform)
        harness.clock.advance(timedelta(minutes=6))
        await life.ended_within(2.5)
        assert life.code is None
        assert way.requests - before <= 40
        assert any("token" in line for line in harness.nursery.log)
        discord.revoked, slack.bot_token = False, token
        assert await life.stop() == 0
        await harness.settle()
        assert harness.report.failures == []


async def other_has_it_all(harness: Harness, platform: str) -> None:
    """Wait until the instant channels of the other platform show every story."""
    town = harness.town
    [other] = set(town.wires) - {platform}
    places = [
        place
        for place in town.places
        if place.ref.platform == other and place.wants.rule == "instant"
    ]

    def shown() -> bool:
        return all(
            set(harness.people.wanted(place.wants))
            == {number for one in town.held(place) for number, _ in one.stories}
            for place in places
        )

    while not shown():
        await town.wires[other].moved()
