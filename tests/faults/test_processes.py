"""Whole processes of the bot: two on one store, and one whose token is revoked while it runs."""

from __future__ import annotations

import random
import signal
from datetime import timedelta
from pathlib import Path

import pytest

from bot.delivery.events import Event
from tests.faults.checker import repeated
from tests.faults.harness import Harness, open_harness
from tests.faults.life import Kill
from tests.faults.points import after_commit, at_step
from tests.faults.processes import open_nursery
from tests.scenario.process import installed

SEED = 4

pytestmark = installed("discord", "slack")


@pytest.mark.timeout(300)  # half a minute on a busy machine, minutes on one that stalls
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
            await harness.alone(harness.nursery, second)
            # The first one may have sent it all, so the other one goes on without it.
            await harness.people.publish(2, rng)
            harness.clock.advance(timedelta(hours=25))
            await harness.alone(second)
            await harness.people.publish(6, rng)
            await harness.people.edit(rng)
            await harness.settle(second)
            leased = [line for line in (*harness.nursery.log, *second.log) if "post sent" in line]
        assert harness.report.failures == []
        await harness.count()
        # Each post was sent by one of them, once.
        assert len(leased) == harness.report.posts["sent"]
        assert any("post sent" in line for line in second.log)


@pytest.mark.timeout(300)  # a process must count for dead first, by a real clock
@pytest.mark.parametrize(
    ("database", "point"),
    [
        ("sqlite", at_step(Event.SENDING)),
        ("postgresql", at_step(Event.SENDING)),
        ("postgresql", at_step(Event.LEASED)),
        ("postgresql", after_commit("lease")),
    ],
)
async def test_a_process_that_stands_still_amid_its_work_sends_nothing_twice(
    request: pytest.FixtureRequest, tmp_path: Path, database: str, point: str
) -> None:
    url: str = request.getfixturevalue(database)
    life = timedelta(seconds=3)
    async with open_harness(tmp_path, url, SEED, life) as harness:
        harness.hastens = False
        environment = {**harness.town.environment, "AINEWS_DATABASE_URL": url}
        async with open_nursery(tmp_path, tmp_path / "clock", environment, life) as other:
            other.hear = harness.hear
            await harness.people.publish(4, random.Random(SEED))
            frozen = await harness.nursery.born(Kill(point, how=signal.SIGSTOP))
            await frozen.stands_still()
            under_way = await harness.under_way()
            second = await other.born()
            if database == "sqlite":
                # One machine: it holds its lock, and its leases run as long as they are.
                await harness.started(second)
                assert under_way <= await harness.under_way()
            else:
                while under_way <= await harness.under_way():
                    await second.ended_within(0.1)
                    await end_units_that_stand_still(harness)
            frozen.go_on()
            for platform in harness.town.wires:
                await has_it_all(harness, platform)
            await frozen.ended_within(0.5)
            for each in (frozen, second):
                assert await each.stop() == 0
        assert repeated(harness.town) == []
        assert harness.report.failures == []
        taken_over = any("posts taken over" in line for line in other.log)
        lost = any("process lost" in line for line in harness.nursery.log)
        assert (taken_over, lost) == (database == "postgresql", database == "postgresql")


async def end_units_that_stand_still(harness: Harness) -> None:
    """Do what the server does by itself, sooner: nobody waits for a lock of one that is frozen."""
    async with harness.store._database.read() as connection:
        await connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name='ainews'"
            " AND datname = current_database() AND wait_event = 'ClientRead'"
            " AND xact_start < now() - interval '1 second'"
        )


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
        [other] = set(harness.town.wires) - {platform}
        await has_it_all(harness, other)
        harness.clock.advance(timedelta(minutes=6))
        await life.ended_within(2.5)
        assert life.code is None
        assert way.requests - before <= 40
        assert any("token" in line for line in harness.nursery.log)
        discord.revoked, slack.bot_token = False, token
        assert await life.stop() == 0
        await harness.settle()
        assert harness.report.failures == []


async def has_it_all(harness: Harness, platform: str) -> None:
    """Wait until the instant channels of a platform show every story."""
    town = harness.town
    places = [
        place
        for place in town.places
        if place.ref.platform == platform and place.wants.rule == "instant"
    ]

    def shown() -> bool:
        return all(
            set(harness.people.wanted(place.wants))
            == {number for one in town.held(place) for number, _ in one.stories}
            for place in places
        )

    while not shown():
        await town.wires[platform].moved()
