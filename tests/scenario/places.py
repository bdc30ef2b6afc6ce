"""Slack and Discord on loopback, and one bot at both: what scenarios of two places begin with."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from store.store import DigestStore
from tests.fakes.discord import DiscordUser, FakeDiscord, FakeDiscordChannel
from tests.fakes.discord.world import MANAGE_CHANNELS, MANAGE_MESSAGES
from tests.fakes.slack import FakeChannel, FakePerson, FakeSlack
from tests.fakes.slack.deeds import Deeds
from tests.fakes.stored import scheduled_channels
from tests.scenario.process import Bot

NEWS = "C0NEWS"
LEAP_DAY = "0 9 29 2 *"
"""A schedule whose time does not come while a test runs."""


@dataclass(frozen=True)
class Places:
    """The two places at which the bot is, and who curates there."""

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


@asynccontextmanager
async def two_places() -> AsyncIterator[Places]:
    """A workspace and a server; whatever the bot sends is held against their contracts."""
    async with FakeSlack.running() as slack, FakeDiscord() as discord:
        slack.workspace.channel(FakeChannel(NEWS))
        slack.workspace.person(FakePerson("U0JUN", "Jun", admin=True))
        guild = discord.world.guild("Korean AI")
        talk = discord.world.channel(guild, "talk")
        sora = discord.person(guild, "Sora", MANAGE_CHANNELS | MANAGE_MESSAGES)
        yield Places(slack, discord, Deeds(slack, "U0JUN", NEWS), sora, talk)
        assert (slack.violations, discord.violations) == ([], [])


def bot_at(places: Places, folder: Path) -> Bot:
    """Return a bot that has both tokens."""
    environment = places.slack.environment(**places.discord.environment)
    return Bot(folder, environment, "discord", "slack")


async def bring(bot: Bot, folder: Path, items: Sequence[Mapping[str, object]]) -> None:
    """Import entries."""
    (folder / "items.jsonl").write_text("\n".join(map(json.dumps, items)), encoding="utf-8")
    code, printed = await bot.run("import", "items.jsonl")
    assert code == 0, printed


async def let_the_time_come(folder: Path) -> None:
    """Make this minute the one for which the channels wait."""
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    store = await DigestStore.open(f"sqlite:///{folder / 'ainews.db'}", lambda: datetime.now(UTC))
    for channel in await scheduled_channels(store):
        assert channel.next_at is not None
        assert channel.next_at > minute
        await store.channels.schedule(channel.ref, channel.subscription, channel.owner, minute)
    await store.close()
