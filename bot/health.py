"""Is the bot alive, and can it do its work? Strangers may ask, so the state is all that is said."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from bot.port.clock import steady_clock
from bot.port.service import HttpRequest, HttpResponse, Route
from store.errors import StoreError
from store.store import DigestStore

LIVE = "/health/live"
READY = "/health/ready"

OK = b"ok\n"
NOT_READY = b"not ready\n"

_PATIENCE = 1.0
"""Seconds in which a store that is well answers."""

OFTEN = 5.0
"""Seconds between two questions of a balancer, at most: it hears so soon that the bot ends."""

_LAST = 0.5
"""Seconds after a balancer heard that, in which its last requests arrive."""

_MANY = 100
"""Of those who asked, so many are remembered."""


@dataclass(slots=True)
class _Asker:
    """When somebody asked last and before that, in seconds."""

    last: float
    before: float = float("-inf")

    def waits(self, now: float) -> bool:
        """Whether it asks often, and so is about to ask again."""
        return now - self.last <= OFTEN and self.last - self.before <= OFTEN


class Health:
    """Ready is a bot whose store answers and whose platforms are all connected, until it ends."""

    def __init__(
        self,
        store: DigestStore,
        connected: Callable[[], bool],
        *,
        steady: Callable[[], float] = steady_clock,
        last: float = _LAST,
    ) -> None:
        """`last` is the seconds in which requests arrive that were sent before all had heard."""
        self._store = store
        self._connected = connected
        self._steady = steady
        self._last = last
        self._asking: asyncio.Task[bool] | None = None
        self._askers: dict[str, _Asker] = {}
        self._untold: set[str] | None = None
        self._told = asyncio.Event()
        self.routes = (Route("GET", LIVE, self._live), Route("GET", READY, self._ready))

    async def leave(self) -> None:
        """Be not ready, and wait until every balancer has heard it, so that it sends nothing more.

        A balancer is who asks every few seconds. Where there is none, nobody is waited for.
        """
        now = self._steady()
        self._untold = {peer for peer, asker in self._askers.items() if asker.waits(now)}
        if not self._untold:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._told.wait(), OFTEN)
        await asyncio.sleep(self._last)

    async def _live(self, request: HttpRequest) -> HttpResponse:
        del request
        return HttpResponse(body=OK)

    async def _ready(self, request: HttpRequest) -> HttpResponse:
        self._note(request)
        if self._untold is None and self._connected() and await self._answers():
            return HttpResponse(body=OK)
        return HttpResponse(status=503, body=NOT_READY)

    def _note(self, request: HttpRequest) -> None:
        """Remember who asks, and who has heard; but not who asks through a balancer."""
        if "X-Forwarded-For" in request.headers:
            return
        if self._untold is not None:
            self._untold.discard(request.peer)
            if not self._untold:
                self._told.set()
            return
        known = self._askers.pop(request.peer, None)
        if len(self._askers) >= _MANY:
            del self._askers[next(iter(self._askers))]
        now = self._steady()
        self._askers[request.peer] = _Asker(now) if known is None else _Asker(now, known.last)

    async def _answers(self) -> bool:
        """Ask the store. However many wait for a store that hangs, one question is open."""
        asking = self._asking
        if asking is None or asking.done():
            asking = self._asking = asyncio.create_task(self._ask())
        done, _ = await asyncio.wait({asking}, timeout=_PATIENCE)
        return bool(done) and asking.result()

    async def _ask(self) -> bool:
        try:
            await self._store.ping()
        except StoreError:
            return False
        return True
