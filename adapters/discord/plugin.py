"""How the program finds Discord. What it needs is imported only when it is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from adapters.discord.setup.settings import SECRET_SHAPES, SETTINGS, TOKEN, read_discord_settings
from bot.port.platform import CheckLine, PlatformContext, PlatformSetting

if TYPE_CHECKING:
    from adapters.discord.platform import DiscordPlatform


class DiscordPlugin:
    """The entry point of the platform `discord`."""

    name = "discord"
    settings: tuple[PlatformSetting, ...] = SETTINGS
    secret_shapes: tuple[str, ...] = SECRET_SHAPES
    local = False
    shared = False

    def configured(self, environment: Mapping[str, str]) -> bool:
        """Whether there is a token."""
        return bool(environment.get(TOKEN))

    def create(self, context: PlatformContext) -> DiscordPlatform:
        """Make the platform, without I/O. Raises SettingsError for a wrong value."""
        # discord.py takes half a second to import: only who uses it waits for it.
        from adapters.discord.platform import DiscordPlatform  # noqa: PLC0415 - see above

        return DiscordPlatform(read_discord_settings(context.environment), context)

    async def check(self, context: PlatformContext) -> Sequence[CheckLine]:
        """Look at what is configured, without changing anything."""
        from adapters.discord.setup.check import check_discord  # noqa: PLC0415 - as in create
        from bot.i18n.translator import Translator  # noqa: PLC0415 - as in create

        settings = read_discord_settings(context.environment)
        return await check_discord(settings, Translator(context.language))
