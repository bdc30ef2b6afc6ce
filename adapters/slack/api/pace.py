"""How fast calls may follow each other, so that Slack never has to refuse one.

Slack names its limits in its documentation, not in headers: a message a second to a channel,
several hundred a minute in a workspace (chat.postMessage), and fifty a minute and more for the
methods of tier 3 (chat.update, conversations.history). An app that is distributed outside Slack's
Marketplace reads a workspace's history once a minute, fifteen messages at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.i18n.translator import N_
from bot.port.platform import Retryable

POSTS = 4.95
"""Messages a second in a workspace: just below 300 in any minute."""

CHANNEL = 1.0
"""Messages a second to one channel."""

TIER_3 = 45 / 60
"""Calls a second of a method of tier 3, which with those of a burst makes 50 a minute."""

_BURST = 5.0
_MANY = 5_000
_PATIENCE = 20.0
"""The longest wait, in seconds, for a turn to read: whoever waits longer is to come again."""

_READ_LATER = N_("Slack lets the app read a workspace's history once a minute.")


@dataclass(frozen=True, slots=True)
class WorkspaceLimits:
    """What one workspace allows.

    `posts` and `reads` are calls a second, of which so many need no waiting after a rest. `page`
    is the most messages that one look into a history brings.
    """

    posts: float = POSTS
    posts_at_once: float = 1.0
    reads: float = TIER_3
    reads_at_once: float = _BURST
    page: int = 200


INTERNAL = WorkspaceLimits()
"""An app that its own workspace made."""

DISTRIBUTED = WorkspaceLimits(posts=4.7, posts_at_once=15, reads=1 / 60, reads_at_once=1, page=15)
"""An app that many workspaces installed, outside the Marketplace: 297 posts in any minute."""


class SteadyRate:
    """Turns at a steady rate, with a few at once after a rest."""

    def __init__(self, rate: float, burst: float = 1.0) -> None:
        """`rate` is turns a second; after a rest, `burst` turns need no waiting."""
        self._gap = 1 / rate
        self._slack = self._gap * (burst - 1)
        self._free = float("-inf")

    def turn(self, now: float) -> float:
        """Return when the next turn is, in seconds of the caller's clock, and take it."""
        moment = max(now, self._free)
        self._free = max(self._free, now - self._slack) + self._gap
        return moment

    def hold(self, until: float) -> None:
        """Give no turn before a moment."""
        self._free = max(self._free, until)

    def wait(self, now: float) -> float:
        """Return how many seconds it takes to the next turn, without taking it."""
        return max(self._free - now, 0.0)

    def idle(self, now: float) -> bool:
        """Whether the line has nothing left to remember."""
        return self._free + self._slack <= now


class CallPacer:
    """Waits for the turn of each call. `monotonic` and `sleep` are the loop's, in seconds."""

    def __init__(
        self,
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        limits: WorkspaceLimits = INTERNAL,
    ) -> None:
        self.limits = limits
        self._monotonic = monotonic
        self._sleep = sleep
        self._posts = SteadyRate(limits.posts, limits.posts_at_once)
        self._updates = SteadyRate(TIER_3, _BURST)
        self._reads = SteadyRate(limits.reads, limits.reads_at_once)
        self._channels: dict[str, SteadyRate] = {}

    async def post(self, channel: str) -> None:
        """Wait until a message may be posted to a channel."""
        now = self._monotonic()
        first = self._channel(channel, now).turn(now)
        await self._until(max(first, self._posts.turn(now)))

    async def update(self) -> None:
        """Wait until a message may be changed or removed."""
        await self._until(self._updates.turn(self._monotonic()))

    async def read(self) -> None:
        """Wait until a channel's history may be read. Raises Retryable where that takes long."""
        now = self._monotonic()
        delay = self._reads.wait(now)
        if delay > _PATIENCE:
            raise Retryable(_READ_LATER, timedelta(seconds=delay))
        await self._until(self._reads.turn(now))

    def refused(self, channel: str, delay: timedelta | None) -> None:
        """Note that Slack asked to wait before the next message to a channel."""
        now = self._monotonic()
        seconds = 1.0 if delay is None else delay.total_seconds()
        self._channel(channel, now).hold(now + seconds)

    def _channel(self, channel: str, now: float) -> SteadyRate:
        line = self._channels.get(channel)
        if line is None:
            if len(self._channels) >= _MANY:
                self._channels = {
                    name: one for name, one in self._channels.items() if not one.idle(now)
                }
            line = self._channels[channel] = SteadyRate(CHANNEL)
        return line

    async def _until(self, moment: float) -> None:
        delay = moment - self._monotonic()
        if delay > 0:
            await self._sleep(delay)
