"""A platform that runs for as long as a test needs it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.discord.interactions.answers import USUAL, Patience
from adapters.discord.platform import DiscordPlatform
from adapters.discord.setup.settings import read_discord_settings
from bot.config.readers import read_http
from bot.http import Listener
from bot.port.platform import CommandHandler, PlatformContext
from tests.fakes.discord import FakeDiscord


@asynccontextmanager
async def started(
    context: PlatformContext,
    discord: FakeDiscord,
    handler: CommandHandler,
    patience: Patience = USUAL,
) -> AsyncIterator[DiscordPlatform]:
    """Start a platform, wait until commands reach it, and close it at the end."""
    settings = read_discord_settings(context.environment)
    platform = DiscordPlatform(settings, context, patience)
    known = discord.gateway.identified
    async with listening(context, platform):
        await platform.start(handler)
        if not platform.routes:
            await discord.gateway.identified_times(known + 1)
        try:
            yield platform
        finally:
            await platform.close()


@asynccontextmanager
async def listening(context: PlatformContext, platform: DiscordPlatform) -> AsyncIterator[None]:
    """Let Discord call a platform, where that is to be called."""
    if not platform.routes:
        yield
        return
    listener = Listener(read_http(context.environment["AINEWS_HTTP"]), platform.routes)
    await listener.start()
    try:
        yield
    finally:
        await listener.close()
