"""What the operator sets for how addresses from outside are asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from adapters.http.networks import Allowed
from bot.i18n.translator import N_
from bot.port.fetch import AddressRefused
from bot.port.platform import PlatformSetting
from bot.port.settings_error import SettingsError

if TYPE_CHECKING:
    from yarl import URL

ALLOW = "AINEWS_FETCH_ALLOW"
PROXY = "AINEWS_FETCH_PROXY"
CONTACT = "AINEWS_FETCH_CONTACT"
ENVIRONMENT = "environment"
"""The value of `AINEWS_FETCH_PROXY` for what HTTP_PROXY, HTTPS_PROXY and NO_PROXY say."""

_SHOWN = 60
_CONTACT = re.compile(r"(?:https?://|mailto:)[\x21-\x27\x2a-\x7e]{3,200}")


@dataclass(frozen=True, slots=True)
class Proxies:
    """The proxy of each scheme, where there is one. `direct` are hosts without, as in NO_PROXY."""

    http: str | None = field(default=None, repr=False)
    https: str | None = field(default=None, repr=False)
    direct: str = ""

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.http or self.https)

    def of(self, url: URL) -> str | None:
        """Return the proxy through which an address is asked, None where directly."""
        host = f".{url.raw_host}"
        for each in self.direct.lower().replace(",", " ").split():
            if each == "*" or host.endswith("." + each.removeprefix("*").removeprefix(".")):
                return None
        return self.https if url.scheme == "https" else self.http

    @property
    def names(self) -> str:
        """The proxies' hosts, without what may be secret."""
        hosts = (urlsplit(each).hostname or "" for each in (self.https, self.http) if each)
        return ", ".join(dict.fromkeys(hosts))


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """The settings, checked. `contact` is where a site's owner finds who runs the bot."""

    allowed: Allowed = field(default_factory=Allowed)
    proxies: Proxies = field(default_factory=Proxies)
    contact: str = ""


def read_fetch_settings(environment: Mapping[str, str]) -> FetchSettings:
    """Return the settings. Raises SettingsError for the first that cannot be used."""
    return FetchSettings(
        _allowed(environment.get(ALLOW, "")),
        _proxies(environment.get(PROXY, ""), environment),
        _contact(environment.get(CONTACT, "")),
    )


def _allowed(text: str) -> Allowed:
    hosts, networks = set(), []
    for part in text.replace(",", " ").split():
        try:
            networks.append(ip_network(part.strip("[]"), strict=False))
        except ValueError:
            hosts.add(_host(part))
    return Allowed(frozenset(hosts), tuple(networks))


def _host(part: str) -> str:
    try:
        url = _web_address(f"http://{part}")
        if part.lower() in {url.host, url.raw_host}:
            return url.raw_host or ""
    except AddressRefused:
        pass
    raise SettingsError(
        ALLOW,
        N_("“{value}” is neither a host nor a network."),
        N_("Write names such as wiki.example.com and networks such as 10.0.0.0/8, with commas."),
        value=part[:_SHOWN],
    )


def _web_address(text: str) -> URL:
    # Who sets nothing does not wait for what reads addresses.
    from adapters.http.addresses import web_address  # noqa: PLC0415 - see above

    return web_address(text)


def _proxies(text: str, environment: Mapping[str, str]) -> Proxies:
    if text.casefold() != ENVIRONMENT:
        proxy = _proxy(text)
        return Proxies(proxy, proxy)
    http, https, every, direct = (
        environment.get(name) or environment.get(name.upper()) or ""
        for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
    )
    return Proxies(_proxy(http or every), _proxy(https or every), direct)


def _proxy(text: str) -> str | None:
    if not text:
        return None
    try:
        return str(_web_address(text if "://" in text else f"http://{text}"))
    except AddressRefused:
        # What is wrong is not repeated: it may hold a password.
        raise SettingsError(
            PROXY,
            N_("It is not the address of an HTTP proxy."),
            N_("Write one such as http://proxy.example.com:3128, or “environment”."),
        ) from None


def _contact(text: str) -> str:
    if text and not _CONTACT.fullmatch(text):
        raise SettingsError(
            CONTACT,
            N_("“{value}” is not an address."),
            N_("Write a page (https://…) or a mailbox (mailto:…), or leave it out."),
            value=text[:_SHOWN],
        )
    return text


SETTINGS = (
    PlatformSetting(
        ALLOW,
        N_(
            "Hosts and networks, separated by commas, that links and feeds may lead to although "
            "they are private, such as an intranet's. Not set: none."
        ),
        read=_allowed,
    ),
    PlatformSetting(
        PROXY,
        N_(
            "The proxy through which links and feeds are fetched, or “environment” for that of "
            "HTTPS_PROXY. It connects in the bot's place, so private networks are its to refuse."
        ),
        secret=True,
        read=lambda text: _proxies(text, {}),
    ),
    PlatformSetting(
        CONTACT,
        N_("A page or mailbox (mailto:…) of who runs the bot, told to every site that it asks."),
        read=_contact,
    ),
)
