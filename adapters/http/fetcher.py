"""The fetcher on aiohttp: connects only where it may, follows redirects by hand, stops at limits.

A name is judged by the addresses that it resolves to, and at the moment when one is connected to:
whatever it resolved to before, and whatever it resolves to afterwards, counts for nothing. That
is done where the socket is made, through which literals, redirects and every retry pass as well.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from ipaddress import ip_address
from time import monotonic
from weakref import WeakValueDictionary

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from adapters.http.addresses import WRONG, followed, literal, web_address
from adapters.http.networks import Allowed
from adapters.http.settings import FetchSettings
from adapters.http.unpacking import CODINGS, PIECE, BrokenPacking, Unpacker
from bot.i18n.translator import N_
from bot.port.fetch import MOST_BYTES, AddressRefused, Fetched, FetchError, TooLarge, Unreachable

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_ERRORS = 400
_MOST_OF_AN_ERROR = 64 * 1024
"""Bytes that are taken of an answer with such a status: enough to see what it is."""

_HEADER = 16 * 1024
_HEADERS = 100
_KEPT = 15.0
"""Seconds for which a connection is kept for the next request."""

_PRIVATE = N_(
    "{host} is in a private network, where only what AINEWS_FETCH_ALLOW names is asked for."
)
_SLOW = N_("{host} did not send its whole answer in time.")


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Seconds: until there is a connection, between two signs of life, for the whole of it.

    `per_host` and `together` are requests at once, `redirects` how many are followed, `largest` the
    bytes of an answer that are taken.
    """

    connect: float = 5.0
    first_byte: float = 10.0
    whole: float = 20.0
    per_host: int = 2
    together: int = 32
    redirects: int = 5
    largest: int = MOST_BYTES


class Turns:
    """Hands out turns. Who waits for a busy host holds up no other."""

    def __init__(self, per_host: int, together: int) -> None:
        self._per_host = per_host
        self._together = asyncio.Semaphore(together)
        self._hosts: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for a turn, and keep it for as long as the block runs."""
        own = self._hosts.get(host)
        if own is None:
            own = self._hosts[host] = asyncio.Semaphore(self._per_host)
        async with own, self._together:
            yield


class _Private(OSError):
    """An address was not connected to."""


class GuardedFetcher:
    """Asks addresses that people and feeds wrote. Everything is opened at first use."""

    def __init__(
        self,
        settings: FetchSettings,
        limits: FetchLimits = FetchLimits(),
        resolver: AbstractResolver | None = None,
    ) -> None:
        """`resolver` finds the addresses of names, the system's where None."""
        self._settings = settings
        self._limits = limits
        self._resolver = resolver
        self._turns = Turns(limits.per_host, limits.together)
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def fetch(
        self, url: str, *, headers: Mapping[str, str] | None = None, within: timedelta | None = None
    ) -> Fetched:
        """Ask an address by GET, and follow its redirects.

        `within` is the whole time, counted from the call; where None, the usual one, counted from
        when it is this request's turn. Raises FetchError.
        """
        asked = web_address(url)
        try:
            async with asyncio.timeout(None if within is None else within.total_seconds()):
                return await self._follow(asked, dict(headers or {}))
        except TimeoutError:
            raise Unreachable(_SLOW, host=asked.host) from None

    async def close(self) -> None:
        """Let go of connections."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    async def _follow(self, url: URL, headers: dict[str, str]) -> Fetched:
        left = self._limits.whole
        jar: aiohttp.CookieJar | None = None
        statuses: list[int] = []
        first = url
        while True:
            async with self._turns.turn(url.raw_host or ""):
                began = monotonic()
                try:
                    async with asyncio.timeout(left):
                        sent = {**headers, **_cookie(jar, url)}
                        answer, location, body = await self._ask(url, sent)
                except (aiohttp.ClientError, BrokenPacking, OSError, ValueError) as error:
                    # What the library says itself is never repeated.
                    raise _plain(error, str(url.host)) from None
                left -= monotonic() - began
            if not location:
                break
            statuses.append(answer.status)
            if len(statuses) > self._limits.redirects:
                raise Unreachable(N_("{host} redirects without end."), host=first.host)
            if answer.cookies:
                jar = jar or aiohttp.CookieJar(unsafe=True)  # also of hosts by number
                jar.update_cookies(answer.cookies, url)
            url, headers = followed(url, location, headers)
        permanent = bool(statuses) and set(statuses) <= _PERMANENT
        return Fetched(
            str(url.with_user(None)),  # and without the password
            answer.status,
            answer.headers,
            body,
            str(url) if permanent else None,
        )

    async def _ask(
        self, url: URL, headers: Mapping[str, str]
    ) -> tuple[aiohttp.ClientResponse, str | None, bytes]:
        """Return an answer, where it leads on to, and its body where it does not."""
        proxy = self._settings.proxies.of(url)
        host = url.raw_host or ""
        named = host.removesuffix(".") in self._settings.allowed.hosts
        address = literal(host)
        if address is not None and not named and not self._settings.allowed.admits(address):
            raise AddressRefused(_PRIVATE, host=url.host)
        session = self._session(guarded=not named and proxy is None)
        async with session.get(url, headers=headers, proxy=proxy, allow_redirects=False) as answer:
            location = answer.headers.get("Location") if answer.status in _REDIRECTS else None
            body = b"" if location else await _body(answer, self._limits.largest)
            return answer, location, body

    def _session(self, *, guarded: bool) -> aiohttp.ClientSession:
        """Return the session in which addresses are judged, or that for what needs no judgement."""
        if guarded not in self._sessions:
            limits = self._limits
            contact = self._settings.contact
            product = f"AINews/{version('ainews-bot')}"
            self._sessions[guarded] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=0,  # turns are kept here
                    use_dns_cache=False,
                    keepalive_timeout=_KEPT,
                    resolver=self._resolver,
                    socket_factory=_guard(self._settings.allowed) if guarded else None,
                ),
                timeout=aiohttp.ClientTimeout(
                    total=None, connect=limits.connect, sock_read=limits.first_byte
                ),
                headers={
                    "User-Agent": f"{product} (+{contact})" if contact else product,
                    "Accept-Encoding": CODINGS,
                },
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                max_line_size=_HEADER,
                max_field_size=_HEADER,
                max_headers=_HEADERS,
                trust_env=False,
            )
        return self._sessions[guarded]


def _guard(allowed: Allowed) -> Callable[[aiohttp.AddrInfoType], socket.socket]:
    """Return what makes sockets for addresses that may be asked, and for no other."""

    def make(information: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, _, address = information
        if not allowed.admits(ip_address(address[0])):
            raise _Private("the address is private")
        return socket.socket(family, kind, protocol)

    return make


async def _body(answer: aiohttp.ClientResponse, most: int) -> bytes:
    """Read the answer, unpacked. Raises TooLarge and BrokenPacking."""
    is_error = answer.status >= _ERRORS
    most = min(most, _MOST_OF_AN_ERROR) if is_error else most
    if not is_error and (answer.content_length or 0) > most:
        raise _too_large(most)
    unpacker = Unpacker(answer.headers.get("Content-Encoding", ""))
    pieces: list[bytes] = []
    sent = unpacked = 0
    async for chunk in answer.content.iter_any():
        sent += len(chunk)
        for piece in unpacker.feed(chunk):
            pieces.append(piece)
            unpacked += len(piece)
            if max(sent, unpacked) > most:
                if is_error:
                    return b"".join(pieces)[:most]
                raise _too_large(most)
            if len(piece) >= PIECE:
                await asyncio.sleep(0)
    if pieces and not unpacker.ended:
        raise BrokenPacking
    return b"".join(pieces)


def _too_large(most: int) -> TooLarge:
    return TooLarge(
        N_("The answer is larger than {megabytes} MB."), megabytes=f"{most / 1024 / 1024:.3g}"
    )


def _cookie(jar: aiohttp.CookieJar | None, url: URL) -> dict[str, str]:
    kept = jar.filter_cookies(url).values() if jar is not None else ()
    sent = "; ".join(f"{each.key}={each.coded_value}" for each in kept)
    return {"Cookie": sent} if sent else {}


def _plain(error: Exception, host: str) -> FetchError:
    """Return an error as a sentence."""
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, _Private):
        return AddressRefused(_PRIVATE, host=host)
    if isinstance(error, aiohttp.InvalidURL | UnicodeError):  # no resolver takes such a name
        return AddressRefused(WRONG)
    for kinds, sentence in _SENTENCES:
        if isinstance(error, kinds):
            return Unreachable(sentence, host=host)
    return Unreachable(N_("{host} broke off its answer."), host=host)


_SENTENCES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (aiohttp.ConnectionTimeoutError, N_("{host} did not accept the connection in time.")),
    (aiohttp.ServerTimeoutError, N_("{host} did not answer in time.")),
    (TimeoutError, _SLOW),
    (
        (aiohttp.ClientProxyConnectionError, aiohttp.ClientHttpProxyError),
        N_("The proxy that AINEWS_FETCH_PROXY names did not let the request through."),
    ),
    (aiohttp.ClientConnectorDNSError, N_("There is no host named {host}.")),
    (
        (aiohttp.ClientSSLError, aiohttp.ClientConnectorCertificateError),
        N_("{host} has no certificate that can be trusted."),
    ),
    (aiohttp.ClientConnectorError, N_("{host} did not accept the connection.")),
    (
        (aiohttp.ClientResponseError, BrokenPacking),
        N_("{host} sent an answer that cannot be read."),
    ),
)
"""What is said of an error of the library, the first that fits."""
