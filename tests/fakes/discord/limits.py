"""Discord's rate limits as documented: per bot, per channel and route, and the ban that follows."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DiscordLimits:
    """How fast the bot may be. None: no such limit.

    `whole` is requests a second for the whole bot; `messages` is how many messages in five
    seconds a channel takes.
    """

    whole: int | None = 50
    messages: int | None = 5
    window: float = 5.0


OFF = DiscordLimits(whole=None, messages=None)


@dataclass(frozen=True, slots=True)
class LimitVerdict:
    """Whether a request is let through, and what its headers say."""

    allowed: bool
    after: float
    scope: str
    headers: dict[str, str]


class RateLimiter:
    """Counts requests on one clock."""

    def __init__(self, limits: DiscordLimits, now: Callable[[], float]) -> None:
        self.limits = limits
        self._now = now
        self._whole: deque[float] = deque()
        self._buckets: dict[str, tuple[float, int]] = {}
        self.refused = 0

    def ask(self, route: str, major: str) -> LimitVerdict:
        """Count a request; refuse it where it is one too many."""
        now = self._now()
        if self.limits.whole is not None:
            while self._whole and self._whole[0] <= now - 1.0:
                self._whole.popleft()
            if len(self._whole) >= self.limits.whole:
                self.refused += 1
                return LimitVerdict(False, self._whole[0] + 1.0 - now, "global", {})
            self._whole.append(now)
        if self.limits.messages is None or not major:
            return LimitVerdict(True, 0.0, "", {})
        return self._in_bucket(f"{route} {major}", route, now)

    def _in_bucket(self, name: str, route: str, now: float) -> LimitVerdict:
        limit = self.limits.messages or 0
        reset, used = self._buckets.get(name, (0.0, 0))
        if now >= reset:
            reset, used = now + self.limits.window, 0
        allowed = used < limit
        used += allowed
        self._buckets[name] = (reset, used)
        headers = {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(limit - used),
            "X-RateLimit-Reset-After": f"{reset - now:.3f}",
            "X-RateLimit-Reset": "0",
            "X-RateLimit-Bucket": f"{hash(route) & 0xFFFFFFFF:x}",
        }
        if not allowed:
            self.refused += 1
        return LimitVerdict(allowed, reset - now, "user", headers)
