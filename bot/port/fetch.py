"""The port of the guarded fetcher: the only door through which addresses from outside are asked.

An adapter that implements it is found by the entry-point group `ainews.fetchers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from bot.port.platform import Declaring, PlatformContext
from bot.port.problems import ReasonedError

FETCHERS = "ainews.fetchers"
"""The entry-point group."""

MOST_BYTES = 5 * 1024 * 1024
"""Of one answer, unpacked, that are kept."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server answered in the end, whatever its status.

    `url` is the address that answered, after redirects, without a name and password; `permanent`
    where permanent redirects (301, 308) alone lead, None where there were none or others among
    them. `headers` are found
    however their names are cased. `body` is unpacked;
    of an error's, only the beginning is there.
    """

    url: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    permanent: str | None = None


class FetchError(ReasonedError):
    """An address did not bring an answer that may be used.

    FetchError
    ├── AddressRefused   it may not be asked: another protocol, a private network, a wrong address
    ├── Unreachable      no connection, no whole answer in time, a broken one
    └── TooLarge         the answer is larger than is kept
    """


class AddressRefused(FetchError):
    """The address may not be asked."""


class Unreachable(FetchError):
    """No whole answer came."""


class TooLarge(FetchError):
    """The answer is larger than is kept."""


class Fetcher(Protocol):
    """Asks addresses that people and feeds wrote."""

    async def fetch(
        self, url: str, *, headers: Mapping[str, str] | None = None, within: timedelta | None = None
    ) -> Fetched:
        """Ask an address by GET, and follow its redirects.

        `within` is the whole time, counted from the call; where None, the usual one, counted from
        when it is this request's turn. Raises FetchError.
        """

    async def close(self) -> None:
        """Let go of connections."""


class FetcherPlugin(Declaring, Protocol):
    """How the fetcher is found and made."""

    def create(self, context: PlatformContext) -> Fetcher:
        """Make it, without I/O. Raises SettingsError for a wrong value."""
