"""How the web service is found, made and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from adapters.web.settings import PROXY, SETTINGS, read_networks
from bot.i18n.translator import Translator
from bot.port.archive import Archive
from bot.port.platform import CheckLine, PlatformContext, PlatformSetting

if TYPE_CHECKING:
    from adapters.web.service import WebService

_NEEDED = ("AINEWS_HTTP", "AINEWS_WEB_URL")


class WebPlugin:
    """The entry point `web` of the services."""

    name = "web"
    settings: tuple[PlatformSetting, ...] = SETTINGS

    def configured(self, environment: Mapping[str, str]) -> bool:
        """Whether there is an address to listen at, and one for the public."""
        return all(environment.get(each, "").strip() for each in _NEEDED)

    def create(self, context: PlatformContext, archive: Archive) -> WebService:
        """Make the service, without I/O. Raises SettingsError for a wrong value."""
        proxies = read_networks(context.environment.get(PROXY, ""))
        # The templates' library is loaded only where there are pages.
        from adapters.web.service import WebService  # noqa: PLC0415 - see above

        return WebService(archive, context.clock, context.language, proxies)

    async def check(self, context: PlatformContext) -> Sequence[CheckLine]:
        """Say whether there is an archive on the web, and where."""
        words = Translator(context.language)
        if not self.configured(context.environment):
            said = words.gettext(
                "There is no archive on the web. For one, set {variables}.",
                variables=", ".join(_NEEDED),
            )
            return (CheckLine(said),)
        url = context.environment["AINEWS_WEB_URL"]
        lines = [CheckLine(words.gettext("Everybody can read the archive at {url}.", url=url))]
        if context.environment.get("AINEWS_WEB_CREDITS", "").casefold() == "yes":
            lines.append(CheckLine(words.gettext("The archive names who added an entry.")))
        return lines
