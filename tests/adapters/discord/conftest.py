"""A bot on the fake Discord: real discord.py, real HTTP, real websockets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import unused_port
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.platform import DiscordPlatform
from bot.port.platform import PlatformContext
from tests.adapters.discord.starting import started
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
def clock() -> FakeClock:
    """Return the time of Discord and of the bot: that at which the test began."""
    return FakeClock(datetime.now(UTC))


@pytest.fixture
def way() -> str:
    """Return how commands come in: by the gateway, where a test does not say `https`."""
    return "gateway"


@pytest.fixture
async def discord(clock: FakeClock) -> AsyncIterator[FakeDiscord]:
    """Return a Discord whose every request is checked; the test fails for what was wrong."""
    async with FakeDiscord(seconds=lambda: clock().timestamp()) as fake:
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
def context(discord: FakeDiscord, clock: FakeClock, tmp_path: Path, way: str) -> PlatformContext:
    """Return what a platform is made from."""
    called = way == "https"
    settings = discord.called_at(f"127.0.0.1:{unused_port()}") if called else discord.environment
    return PlatformContext(settings, clock, tmp_path)


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
    async with started(context, discord, handler) as platform:
        yield platform


@pytest.fixture
def member(discord: FakeDiscord, guild: Guild) -> DiscordUser:
    """Return somebody without any power."""
    return discord.person(guild)


@pytest.fixture
def moderator(discord: FakeDiscord, guild: Guild) -> DiscordUser:
    """Return somebody who may manage messages."""
    return discord.person(guild, "Jisoo", MANAGE_MESSAGES)
