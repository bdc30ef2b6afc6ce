"""How fast requests go out: evenly, below Discord's limit for a whole bot, and never in a storm.

Each goes through a bucket of its own, too, as Discord's headers describe them.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Timer:
    """A clock that never goes back, in seconds, and waiting on it."""

    now: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]


TIMER = Timer(time.monotonic, asyncio.sleep)
"""The machine's."""


ALLOWED = 50.0
"""Requests in any second that Discord allows a bot."""

_SHARE = 0.985
"""The part of that at which requests leave; the rest is for timers and journeys that vary."""
_MADE_UP = 0.5
"""The part of the time between two requests by which a timer may ring late without a loss."""
_LONGEST_JOURNEY = 1.0
"""Seconds after which a request without an answer counts as having arrived."""
_JOURNEYS = 64
"""So many journeys there and back are looked at for the shortest."""
_SURE = 0.9
"""The part of the shortest journey that the way there of one request and the way back of another
are taken to need together."""

REFUSALS = 8000
REFUSAL_WINDOW = 600.0
"""Discord bans an address for 10,000 answers of 401, 403 or 429 within ten minutes."""


@dataclass(slots=True)
class Departure:
    """When a request left, and when its answer came."""

    left: float
    answered: float | None = None


class RequestPacer:
    """Lets one request go at a time, evenly spaced, in the order in which they came.

    Even spacing is not enough where a limit holds for any second: requests that were held up on
    their way arrive together. So the request that is `allowed` places behind another leaves only
    when it cannot arrive within a second of it: a second after the other's answer, less the
    shortest journey there and back.
    """

    def __init__(self, allowed: float, ticker: Timer) -> None:
        """`allowed` is how many requests Discord allows in any second."""
        self._interval = 1.0 / (allowed * _SHARE)
        self._now = ticker.now
        self._sleep = ticker.sleep
        self._next = 0.0
        self._door = asyncio.Lock()
        self._departures: deque[Departure] = deque(maxlen=max(1, int(allowed)))
        self._journeys: deque[float] = deque(maxlen=_JOURNEYS)

    async def turn(self) -> Departure:
        """Wait until the next request may go. `answered` must follow."""
        async with self._door:
            began = self._now()
            waited_for = self._next
            while (wait := self._wait()) > 0:
                await self._sleep(wait)
            # A timer that rings a little late is made up for; a pause is not.
            late = _MADE_UP * self._interval if began < waited_for else 0.0
            self._next = max(self._next, self._now() - late) + self._interval
            departure = Departure(self._now())
            self._departures.append(departure)
            return departure

    def answered(self, departure: Departure) -> None:
        """Note that an answer came, or that none will."""
        departure.answered = self._now()
        self._journeys.append(departure.answered - departure.left)

    def passed(self) -> None:
        """Count a request that was sent without a turn, and has just been answered."""
        now = self._now()
        self._departures.append(Departure(now, now))

    def hold(self, seconds: float) -> None:
        """Let nothing go for a while: Discord said that the bot as a whole is too fast."""
        self._next = max(self._next, self._now() + seconds)

    def _wait(self) -> float:
        """Return the seconds until the next request may go, or until it is worth looking again."""
        now = self._now()
        wait = self._next - now
        if len(self._departures) < (self._departures.maxlen or 0):
            return wait
        other = self._departures[0]
        arrived = other.answered
        if arrived is None:
            arrived = other.left + _LONGEST_JOURNEY
            if now < arrived:
                return max(wait, self._interval)
        journey = _SURE * min(self._journeys, default=0.0)
        return max(wait, arrived + 1.0 - journey - now)


class Refusals:
    """Counts refusals, and says when to stop before Discord bans the address."""

    def __init__(
        self, ticker: Timer, limit: int = REFUSALS, window: float = REFUSAL_WINDOW
    ) -> None:
        """`limit` is how many refusals within `window` seconds are too many."""
        self._now = ticker.now
        self._limit = limit
        self._window = window
        self._moments: deque[float] = deque(maxlen=limit)

    def add(self) -> None:
        """Note an answer of 401, 403 or 429."""
        self._moments.append(self._now())

    def wait(self) -> float:
        """Return the seconds for which nothing should be sent; 0 where all is well."""
        if len(self._moments) < self._limit:
            return 0.0
        return max(0.0, self._moments[0] + self._window - self._now())


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
