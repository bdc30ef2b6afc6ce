"""How the web service is found, made and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING

from bot.i18n.translator import N_, Translator
from bot.port.archive import Archive
from bot.port.platform import CheckLine, PlatformContext, PlatformSetting
from bot.port.settings_error import SettingsError

if TYPE_CHECKING:
    from adapters.web.service import WebService

Networks = tuple[IPv4Network | IPv6Network, ...]

PROXY = "AINEWS_WEB_PROXY"
_NEEDED = ("AINEWS_HTTP", "AINEWS_WEB_URL")


def read_networks(value: str) -> Networks:
    """Return the addresses and networks that a list names. Raises SettingsError."""
    try:
        return tuple(ip_network(each, strict=False) for each in value.replace(",", " ").split())
    except ValueError:
        raise SettingsError(
            PROXY,
            N_("It does not name addresses of proxies."),
            N_("Write IP addresses or networks with commas between, such as 127.0.0.1."),
        ) from None


class WebPlugin:
    """The entry point `web` of the services."""

    name = "web"
    settings = (
        PlatformSetting(
            PROXY,
            N_("Addresses of the proxies before the archive, whose word for who asks is taken"),
            read=read_networks,
        ),
    )

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
