"""One process, two places: votes of both add up on one entry and bring it to the best of Friday."""

from __future__ import annotations

import json
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from store.store import DigestStore
from tests.fakes.discord import DiscordUser, FakeDiscord, FakeDiscordChannel
from tests.fakes.discord.people import buttons_of, text_of
from tests.fakes.discord.world import MANAGE_CHANNELS
from tests.fakes.slack import FakeChannel, FakePerson, FakeSlack
from tests.fakes.slack.deeds import Deeds, labels
from tests.fakes.stored import scheduled_channels
from tests.scenario.process import Bot, installed, start_on_discord

NEWS = "C0NEWS"
TODAY = datetime.now(UTC).date()
ITEMS = [
    {
        "title": f"Story {number}",
        "url": f"https://site{number}.example/",
        "published": (TODAY - timedelta(days=6 - number)).isoformat(),
    }
    for number in range(1, 5)
]
LEAP_DAY = "0 9 29 2 *"
"""A schedule whose time does not come while a test runs."""

pytestmark = installed("discord", "slack")


@dataclass(frozen=True)
class Places:
    """The two places at which the bot is, and who votes there."""

    slack: FakeSlack
    discord: FakeDiscord
    jun: Deeds
    sora: DiscordUser
    talk: FakeDiscordChannel

    def in_slack(self) -> list[dict[str, Any]]:
        """Return the posts in Slack."""
        return list(self.slack.workspace.channels[NEWS].messages)

    def on_discord(self) -> list[dict[str, Any]]:
        """Return the posts on Discord."""
        posts = self.discord.posts(self.talk)
        return [one for one in posts if "interaction_metadata" not in one]


@pytest.fixture
async def places() -> AsyncIterator[Places]:
    """A workspace and a server; whatever the bot sends is held against their contracts."""
    async with FakeSlack.running() as slack, FakeDiscord() as discord:
        slack.workspace.channel(FakeChannel(NEWS))
        slack.workspace.person(FakePerson("U0JUN", "Jun", admin=True))
        guild = discord.world.guild("Korean AI")
        talk = discord.world.channel(guild, "talk")
        sora = discord.person(guild, "Sora", MANAGE_CHANNELS)
        yield Places(slack, discord, Deeds(slack, "U0JUN", NEWS), sora, talk)
        assert (slack.violations, discord.violations) == ([], [])


@pytest.fixture
async def bot(places: Places, tmp_path: Path) -> AsyncIterator[Bot]:
    """A bot in both places, with four stories in its digest."""
    environment = places.slack.environment(**places.discord.environment)
    bot = Bot(tmp_path, environment, "discord", "slack")
    (tmp_path / "items.jsonl").write_text("\n".join(map(json.dumps, ITEMS)), encoding="utf-8")
    code, printed = await bot.run("import", "items.jsonl")
    assert code == 0, printed
    yield bot
    await bot.close()


async def let_friday_come(folder: Path) -> None:
    """Make this minute the one for which the channels wait."""
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    store = await DigestStore.open(f"sqlite:///{folder / 'ainews.db'}", lambda: datetime.now(UTC))
    for channel in await scheduled_channels(store):
        await store.channels.schedule(channel.ref, channel.subscription, channel.owner, minute)
    await store.close()


async def test_votes_of_two_places_bring_a_story_to_the_best(
    places: Places, bot: Bot, tmp_path: Path
) -> None:
    jun, sora, talk = places.jun, places.sora, places.talk
    await start_on_discord(bot, places.discord)

    shown = await (await jun.type("show 1")).answer()
    counted = await (await jun.press(shown, "👍")).answer()
    assert "1 vote" in str(counted["blocks"])
    details = await sora.slash(talk, "show", id="1")
    counted_there = await sora.click(details.message, "👍 1")
    assert counted_there.message["id"] == details.message["id"]
    assert "👍 2" in buttons_of(counted_there.message)
    # A vote for another is taken back by the same button.
    other = await sora.slash(talk, "show", id="2")
    await sora.click(other.message, "👍")
    await sora.click(other.message, "👍 1")
    best = await (await jun.type("best")).answer()
    assert "Story 1" in str(next(one for one in best["blocks"] if one["type"] == "section"))

    await (await jun.type(f"schedule “{LEAP_DAY}” show:best limit:2")).answer()
    await sora.slash(talk, "schedule", when=LEAP_DAY, show="best", limit=2)
    await let_friday_come(tmp_path)
    await places.slack.until(lambda: bool(places.in_slack()))
    await places.discord.until(lambda: bool(places.on_discord()))
    await bot.stop(signal.SIGKILL)
    await start_on_discord(bot, places.discord)
    voted = await sora.click(places.on_discord()[0], "👍 2")
    assert voted.ephemeral
    assert "Your vote is taken back" in voted.text

    [in_slack], [on_discord] = places.in_slack(), places.on_discord()
    for said in (str(in_slack["blocks"]), text_of(on_discord)):
        assert "The best AI news" in said
        assert said.index("Story 1") < said.index("Story 4")
        assert "Story 2" not in said
        assert "2 more: " in said
    assert labels(in_slack["blocks"])[:3] == ["Details", "Save", "👍 2"]
    assert await bot.stop() == 0
