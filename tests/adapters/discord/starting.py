"""A platform that runs for as long as a test needs it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.discord.interactions.answers import Patience
from adapters.discord.platform import DiscordPlatform
from adapters.discord.setup.settings import read_discord_settings
from bot.i18n.translator import Translators
from bot.port.platform import CommandHandler, PlatformContext
from tests.fakes.discord import FakeDiscord


@asynccontextmanager
async def started(
    context: PlatformContext,
    discord: FakeDiscord,
    handler: CommandHandler,
    patience: Patience | None = None,
) -> AsyncIterator[DiscordPlatform]:
    """Start a platform, wait until the gateway is open, and close it at the end."""
    settings = read_discord_settings(context.environment)
    platform = DiscordPlatform(settings, context, Translators("en"), patience)
    known = discord.gateway.identified
    await platform.start(handler)
    await discord.gateway.identified_times(known + 1)
    try:
        yield platform
    finally:
        await platform.close()
