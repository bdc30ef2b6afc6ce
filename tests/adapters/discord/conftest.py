"""A bot on the fake Discord: real discord.py, real HTTP, real websockets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord import plugin
from adapters.discord.platform import DiscordPlatform
from bot.port.platform import PlatformContext
from tests.fakes.clock import FakeClock
from tests.fakes.discord import DiscordUser, FakeDiscord, FakeDiscordChannel, Guild
from tests.fakes.discord.world import MANAGE_MESSAGES
from tests.fakes.handler import FakeHandler


@pytest.fixture(autouse=True)
def _discord_as_it_was() -> Iterator[None]:
    """Put back the addresses that discord.py keeps for a whole process."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    yield
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


@pytest.fixture
async def discord() -> AsyncIterator[FakeDiscord]:
    """Return a Discord whose every request is checked; the test fails for what was wrong."""
    async with FakeDiscord() as fake:
        yield fake
        assert fake.violations == []


@pytest.fixture
def guild(discord: FakeDiscord) -> Guild:
    """Return a server with the bot in it."""
    return discord.world.guild()


@pytest.fixture
def channel(discord: FakeDiscord, guild: Guild) -> FakeDiscordChannel:
    """Return a text channel."""
    return discord.world.channel(guild, "news")


@pytest.fixture
def handler() -> FakeHandler:
    """Return the commands that the bot has."""
    return FakeHandler()


@pytest.fixture
def context(discord: FakeDiscord, tmp_path: Path) -> PlatformContext:
    """Return what a platform is made from."""
    return PlatformContext(discord.environment, FakeClock(), tmp_path)


@pytest.fixture
async def bot(
    discord: FakeDiscord,
    guild: Guild,
    channel: FakeDiscordChannel,
    handler: FakeHandler,
    context: PlatformContext,
) -> AsyncIterator[DiscordPlatform]:
    """Return a bot that is connected."""
    del guild, channel
    platform = plugin.create(context)
    await platform.start(handler)
    await discord.gateway.connected()
    yield platform
    await platform.close()


@pytest.fixture
def member(discord: FakeDiscord, guild: Guild) -> DiscordUser:
    """Return somebody without any power."""
    return discord.person(guild)


@pytest.fixture
def moderator(discord: FakeDiscord, guild: Guild) -> DiscordUser:
    """Return somebody who may manage messages."""
    return discord.person(guild, "Jisoo", MANAGE_MESSAGES)
