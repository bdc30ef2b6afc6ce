"""What the operator sets for the web."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network

from bot.i18n.translator import N_
from bot.port.platform import PlatformSetting
from bot.port.settings_error import SettingsError

Networks = tuple[IPv4Network | IPv6Network, ...]

PROXY = "AINEWS_WEB_PROXY"


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


SETTINGS = (
    PlatformSetting(
        PROXY,
        N_("Addresses of the proxies before the archive, whose word for who asks is taken"),
        read=read_networks,
    ),
)
