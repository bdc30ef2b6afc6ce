"""Discord's rate limit buckets, as its headers describe them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.discord.rest.pace import Timer

_FORGOTTEN_AT_ONCE = 2
"""Buckets looked at for forgetting whenever a new one is made, so that memory stays flat."""


class BucketFull(Exception):
    """A bucket has nothing left. `after` is the time until it has, in seconds."""

    def __init__(self, after: float) -> None:
        """`after` is in seconds."""
        super().__init__(f"nothing left for {after:.1f} s")
        self.after = after


_SAME = 0.05
"""Seconds by which two answers may differ about when one window ends."""


@dataclass(slots=True)
class Bucket:
    """How many requests may go until when. Unknown until the first answer: one at a time.

    `reset_at` is when the window ends, None while a new one has not been heard of; `over_at` is
    when the one before ended.
    """

    remaining: int = 1
    limit: int = 1
    known: bool = False
    reset_at: float | None = None
    over_at: float = float("-inf")
    under_way: int = 0
    waiting: list[asyncio.Event] = field(default_factory=list)

    @property
    def idle(self) -> bool:
        """Whether nobody uses it."""
        return not self.under_way and not self.waiting


class Buckets:
    """Every bucket that is in use, by route and channel."""

    def __init__(self, ticker: Timer) -> None:
        self._now = ticker.now
        self._sleep = ticker.sleep
        self._names: dict[str, str] = {}
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def __len__(self) -> int:
        """Return how many buckets are remembered."""
        return len(self._buckets)

    async def enter(self, route: str, major: str, patience: float) -> Bucket:
        """Wait for a place in the bucket of a route. `leave` must follow.

        Raises BucketFull at once where it would take longer than `patience` seconds.
        """
        bucket = self._bucket(route, major)
        while True:
            self._refill(bucket)
            if bucket.remaining > 0:
                bucket.remaining -= 1
                bucket.under_way += 1
                return bucket
            await self._wait(bucket, patience)

    def leave(self, bucket: Bucket, route: str, major: str, headers: Mapping[str, str]) -> None:
        """Learn from an answer's headers; empty where there was no answer."""
        bucket.under_way -= 1
        try:
            limit = int(headers["X-RateLimit-Limit"])
            remaining = int(headers["X-RateLimit-Remaining"])
            reset_at = self._now() + float(headers["X-RateLimit-Reset-After"])
        except (KeyError, ValueError):
            if bucket.reset_at is None:
                bucket.remaining = max(bucket.remaining, 1)
        else:
            _learn(bucket, limit, remaining, reset_at)
            self._learn_name(bucket, route, major, headers.get("X-RateLimit-Bucket"))
        for event in bucket.waiting:
            event.set()

    def exhaust(self, bucket: Bucket, seconds: float) -> None:
        """Let nothing go through a bucket for a while: Discord said so."""
        bucket.remaining = 0
        bucket.reset_at = self._now() + seconds

    def _bucket(self, route: str, major: str) -> Bucket:
        name = (self._names.get(route, route), major)
        bucket = self._buckets.get(name)
        if bucket is None:
            self._forget_some()
            bucket = self._buckets[name] = Bucket()
        return bucket

    def _learn_name(self, bucket: Bucket, route: str, major: str, name: str | None) -> None:
        """Remember which bucket a route belongs to; several routes may share one."""
        known = self._names.get(route, route)
        if name is None or name == known:
            return
        self._names[route] = name
        self._buckets.pop((known, major), None)
        self._buckets.setdefault((name, major), bucket)

    def _forget_some(self) -> None:
        for _ in range(min(_FORGOTTEN_AT_ONCE, len(self._buckets))):
            name, bucket = next(iter(self._buckets.items()))
            del self._buckets[name]
            over = bucket.reset_at is None or self._now() >= bucket.reset_at
            if not (bucket.idle and over):
                self._buckets[name] = bucket

    def _refill(self, bucket: Bucket) -> None:
        if bucket.reset_at is not None and self._now() >= bucket.reset_at:
            # What is under way may be counted in the new window.
            bucket.remaining = max(0, bucket.limit - bucket.under_way)
            bucket.over_at, bucket.reset_at = bucket.reset_at, None

    async def _wait(self, bucket: Bucket, patience: float) -> None:
        if bucket.reset_at is not None:
            after = bucket.reset_at - self._now()
            if after > patience:
                raise BucketFull(after)
            await self._sleep(max(after, 0.0))
            return
        event = asyncio.Event()
        bucket.waiting.append(event)
        try:
            await event.wait()
        finally:
            bucket.waiting.remove(event)


def _learn(bucket: Bucket, limit: int, remaining: int, reset_at: float) -> None:
    """Take in what an answer says of its window. Answers may overtake each other."""
    bucket.limit = limit
    if reset_at <= bucket.over_at + _SAME:
        # It was counted in the window that is over, not in this one.
        bucket.remaining = min(bucket.remaining + 1, limit)
        return
    bucket.remaining = min(bucket.remaining, remaining) if bucket.known else remaining
    bucket.reset_at = reset_at if bucket.reset_at is None else max(bucket.reset_at, reset_at)
    bucket.known = True
