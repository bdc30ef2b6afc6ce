"""Addresses of the web as people and feeds write them, made plain.

An IPv4 address has many spellings (`127.1`, `0x7f.0.0.1`, `2130706433`). The URL Standard has it
that a host whose last label is a number is an IPv4 address or none at all; here each is rewritten
in the usual form.
"""

from __future__ import annotations

import re
import socket
from ipaddress import IPv6Address, ip_address

from yarl import URL

from adapters.http.networks import Address
from bot.i18n.translator import N_
from bot.port.fetch import AddressRefused

_SECRET = frozenset({"authorization", "cookie", "proxy-authorization"})
"""Headers that stay with their own origin."""

WRONG = N_("This is not a web address: one begins with https:// or http://.")

_MOST_CHARACTERS = 8_000
_ESCAPED = re.compile("[\udc80-\udcff]")
_NUMBER = re.compile(r"(?:0[xX][0-9a-fA-F]*|[0-9]+)")
_NAME = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?")
_LONGEST_NAME = 253


def web_address(written: str, base: URL | None = None) -> URL:
    """Return an address of http or https in full, its host in the usual form.

    `base` is what a relative one belongs to. Raises AddressRefused where it is none.
    """
    try:
        # Bytes of an unknown encoding, as headers may have them, go back as they came.
        url = URL(_ESCAPED.sub(lambda each: f"%{ord(each[0]) - 0xDC00:02X}", written.strip()))
        url = url if base is None else base.join(url)
        if url.scheme not in {"http", "https"} or not url.raw_host or not url.port:
            raise AddressRefused(WRONG)
        host = _usual_host(url.raw_host)
        url = url if host == url.raw_host else url.with_host(host)
    except (ValueError, OSError):  # UnicodeError among them
        raise AddressRefused(WRONG) from None
    if len(str(url)) > _MOST_CHARACTERS:
        raise AddressRefused(WRONG)
    return url.with_fragment(None)


def literal(host: str) -> Address | None:
    """Return the address that the host of a `web_address` is, None where it is a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def followed(url: URL, location: str, headers: dict[str, str]) -> tuple[URL, dict[str, str]]:
    """Return the address that a redirect leads to, and the headers to send there.

    Name, password and secret headers stay with their own origin. Raises AddressRefused.
    """
    target = web_address(location, url)
    if url.origin() == target.origin():
        if target.user is None and url.user is not None:
            target = target.with_user(url.user).with_password(url.password)
        return target, headers
    public = {name: value for name, value in headers.items() if name.lower() not in _SECRET}
    has_secret = url.user is not None or public != headers
    if has_secret and (url.scheme, target.scheme) == ("https", "http"):
        raise AddressRefused(
            N_("{host} leads from https to http, which would send its password in the open."),
            host=url.host,
        )
    return target, public


def _usual_host(host: str) -> str:
    """Return the host as it is asked for. Raises ValueError or OSError where it is none."""
    if ":" in host:
        if "%" in host:  # an interface of this machine
            raise ValueError(host)
        return str(IPv6Address(host))
    name = host.lower()
    last = name.removesuffix(".").rpartition(".")[2]
    if _NUMBER.fullmatch(last):
        return socket.inet_ntoa(socket.inet_aton(name.removesuffix(".")))
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        raise ValueError(host)
    return name
