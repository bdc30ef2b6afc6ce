"""Is the bot alive, and can it do its work? Strangers may ask, so the state is all that is said."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.port.service import HttpRequest, HttpResponse, Route
from store.errors import StoreError
from store.store import DigestStore

LIVE = "/health/live"
READY = "/health/ready"

OK = b"ok\n"
NOT_READY = b"not ready\n"

_PATIENCE = 1.0
"""Seconds in which a store that is well answers."""


class Health:
    """Ready is a bot whose store answers and whose platforms are all connected."""

    def __init__(self, store: DigestStore, connected: Callable[[], bool]) -> None:
        self._store = store
        self._connected = connected
        self._asking: asyncio.Task[bool] | None = None
        self.routes = (Route("GET", LIVE, self._live), Route("GET", READY, self._ready))

    async def _live(self, request: HttpRequest) -> HttpResponse:
        del request
        return HttpResponse(body=OK)

    async def _ready(self, request: HttpRequest) -> HttpResponse:
        del request
        if self._connected() and await self._answers():
            return HttpResponse(body=OK)
        return HttpResponse(status=503, body=NOT_READY)

    async def _answers(self) -> bool:
        """Ask the store. However many wait for a store that hangs, one question is open."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        done, _ = await asyncio.wait({self._asking}, timeout=_PATIENCE)
        return bool(done) and self._asking.result()

    async def _ask(self) -> bool:
        try:
            await self._store.ping()
        except StoreError:
            return False
        return True
