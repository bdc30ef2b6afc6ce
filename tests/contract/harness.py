"""What an adapter supplies so that the contract suite can look at it from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.port.platform import Platform
from store.model import Actor, ChannelRef, Receipt
from tests.fakes.clock import FakeClock
from tests.fakes.handler import FakeHandler


class PlatformHarness(Protocol):
    """A platform that is not started yet, on a place of its own, and a person who uses it there.

    The place (a fake server, a folder) outlives the platform. Its time is `clock`'s.
    """

    @property
    def platform(self) -> Platform:
        """The platform under test; another one after `restart`."""

    @property
    def channel(self) -> ChannelRef:
        """A channel that the platform may post to."""

    @property
    def person(self) -> Actor:
        """Who gives the commands."""

    @property
    def clock(self) -> FakeClock:
        """The time of the place and of the platform."""

    @property
    def handler(self) -> FakeHandler:
        """What `start` hands to the platform."""

    async def start(self) -> None:
        """Start the platform with the handler."""

    async def restart(self) -> None:
        """Leave the platform as a killed process would, and start another at the same place."""

    async def message(self, receipt: Receipt) -> str | None:
        """Return the words that readers of the channel see of a post; None where it is gone."""

    async def messages(self) -> Sequence[str]:
        """Return the words of every post that the channel shows, the oldest first."""

    async def answer(self, command: str, arguments: Mapping[str, str]) -> str:
        """Let the person give a command. Returns the words of the answer."""

    async def offers(self, command: str, parameter: str, typed: str) -> Sequence[str]:
        """Let the person begin a value. Returns the values that are offered."""

    async def fill_in(self, command: str, *tries: Mapping[str, str]) -> str:
        """Let the person open a command's form and send it off, once for each of `tries`.

        Every try but the last is answered with errors; fields that it leaves out stay as they
        were. Returns the words of the last answer.
        """

    async def told(self) -> str:
        """Return the words of the last card that the person was told in private."""

    async def obeyed(self) -> Sequence[str]:
        """Return what the place did that only hostile text in a card can have asked for.

        Mentions, escape sequences, links that lead elsewhere than the card says.
        """
