"""How fast requests go out: evenly, below Discord's limit for a whole bot, and never in a storm."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


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
