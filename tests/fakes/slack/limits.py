"""The documented limits of the Web API, enforced."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class SlackLimits:
    """A message a second to a channel, 300 a minute in the workspace, tier 3.

    `refused` counts answers of 429.
    """

    seconds: Callable[[], float] = time.monotonic
    channel_gap: float = 1.0
    posts_a_minute: int = 300
    tier_3_a_minute: int = 50
    history_a_minute: int = 50
    refused: int = 0
    _last: dict[str, float] = field(default_factory=dict)
    _minutes: dict[str, list[float]] = field(default_factory=dict)

    def refuse(self, method: str, channel: str) -> int | None:
        """Return for how many seconds a call is refused, None where it is let through."""
        now = self.seconds()
        most = {
            "chat.postMessage": self.posts_a_minute,
            "chat.update": self.tier_3_a_minute,
            "conversations.history": self.history_a_minute,
        }.get(method)
        if most is None:
            return None
        recent = [one for one in self._minutes.get(method, []) if one > now - 60]
        wait = 0.0
        if len(recent) >= most:
            wait = recent[0] + 60 - now
        if method == "chat.postMessage":
            # A little tolerance: the network does not keep distances to the millisecond.
            wait = max(wait, self._last.get(channel, -math.inf) + 0.95 * self.channel_gap - now)
        if wait > 0:
            self.refused += 1
            return math.ceil(wait)
        self._minutes[method] = [*recent, now]
        if method == "chat.postMessage":
            self._last[channel] = now
        return None
