"""How the fetcher is found and made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from adapters.http.settings import SETTINGS, read_fetch_settings
from bot.i18n.translator import Translator
from bot.port.platform import CheckLine, PlatformContext, PlatformSetting

if TYPE_CHECKING:
    from adapters.http.fetcher import GuardedFetcher


class HttpPlugin:
    """The entry point `http` of the fetchers."""

    settings: tuple[PlatformSetting, ...] = SETTINGS

    def create(self, context: PlatformContext) -> GuardedFetcher:
        """Make the fetcher, without I/O. Raises SettingsError for a wrong value."""
        settings = read_fetch_settings(context.environment)
        # aiohttp takes longer to load than all else that asks for plugins.
        from adapters.http.fetcher import GuardedFetcher  # noqa: PLC0415 - see above

        return GuardedFetcher(settings)

    async def check(self, context: PlatformContext) -> Sequence[CheckLine]:
        """Say how addresses are asked."""
        words = Translator(context.language)
        settings = read_fetch_settings(context.environment)
        allowed = [*sorted(settings.allowed.hosts), *map(str, settings.allowed.networks)]
        if settings.proxies:
            said = words.gettext(
                "Links and feeds are fetched through the proxy {proxy}. It connects in the "
                "bot's place, so the bot cannot see where names lead: let the proxy refuse "
                "private networks.",
                proxy=settings.proxies.names,
            )
        elif allowed:
            said = words.gettext(
                "Links and feeds may lead to the public network, and to {allowed}.",
                allowed=", ".join(allowed),
            )
        else:
            said = words.gettext(
                "Links and feeds may lead to the public network alone (AINEWS_FETCH_ALLOW)."
            )
        return (CheckLine(said),)
