"""Who asks, and whether they ask too much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import IPv6Address, ip_address, ip_network

from adapters.web.plugin import Networks
from bot.port.service import HttpRequest

_BURST = 10.0
"""Searches that somebody may make at once."""

_A_SECOND = 0.5
"""Searches that they may make a second from then on."""

_MOST = 4096
"""Visitors who are remembered; who was not seen for longest is forgotten first."""

_HOME = 64
"""Bits of an IPv6 address that one household has."""


def visitor_of(request: HttpRequest, proxies: Networks) -> str:
    """Return by what a visitor is known: their address, or the network of an IPv6 household.

    `X-Forwarded-For` is believed only from a known proxy: its last address that is not one itself.
    """
    named = request.headers.get("X-Forwarded-For", "").split(",")
    for address in (request.peer, *reversed([each.strip() for each in named])):
        try:
            ip = ip_address(address)
        except ValueError:
            return request.peer
        if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
            ip = ip.ipv4_mapped
        if not any(ip in network for network in proxies):
            if isinstance(ip, IPv6Address):
                return str(ip_network((ip, _HOME), strict=False))
            return str(ip)
    return request.peer


class TokenBuckets:
    """Lets each visitor do something so often: a few times at once, then at a steady pace."""

    def __init__(self, burst: float = _BURST, pace: float = _A_SECOND) -> None:
        self._burst = burst
        self._pace = pace
        self._left: dict[str, tuple[float, float]] = {}

    def wait(self, visitor: str, now: float) -> float:
        """Take a token. Returns 0, or in how many seconds there is one again. `now` in seconds."""
        left, then = self._left.pop(visitor, (self._burst, now))
        left = min(self._burst, left + max(0.0, now - then) * self._pace)
        granted = left >= 1
        self._left[visitor] = (left - granted, now)
        if len(self._left) > _MOST:
            del self._left[next(iter(self._left))]
        return 0.0 if granted else (1 - left) / self._pace


def preferred_language(headers: Mapping[str, str], known: Iterable[str], usual: str) -> str:
    """Return which of the known languages a browser asks for first (RFC 9110, 12.5.4)."""
    ranges: list[tuple[float, str]] = []
    for each in headers.get("Accept-Language", "").split(",")[:20]:
        tag, _, weight = each.partition(";")
        name, _, number = weight.strip().partition("=")
        try:
            quality = float(number) if name.strip() == "q" else 1.0
        except ValueError:
            continue
        ranges.append((quality, tag.strip().casefold().partition("-")[0]))
    languages = tuple(known)
    best = max(
        (each for each in ranges if each[1] in languages and each[0] > 0),
        key=lambda each: each[0],
        default=None,
    )
    return usual if best is None else best[1]
