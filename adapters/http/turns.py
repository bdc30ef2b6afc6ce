"""Turns: so many requests at once to one host, and so many in all."""

from __future__ import annotations

from asyncio import Semaphore
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary


class Turns:
    """Hands out turns. Who waits for a busy host holds up no other."""

    def __init__(self, per_host: int, together: int) -> None:
        self._per_host = per_host
        self._together = Semaphore(together)
        self._hosts: WeakValueDictionary[str, Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for a turn, and keep it for as long as the block runs."""
        own = self._hosts.get(host)
        if own is None:
            own = self._hosts[host] = Semaphore(self._per_host)
        async with own, self._together:
            yield
