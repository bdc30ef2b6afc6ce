"""Answers that are asked for once and remembered for a while."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from bot.port.clock import Clock

K = TypeVar("K")
V = TypeVar("V")

_LIMIT = 10_000


class TtlCache(Generic[K, V]):
    """Asks for the value of a key, at most once at a time and once in a while.

    Many who want the same value wait for one question. A question that failed is not remembered.
    """

    def __init__(
        self, ask: Callable[[K], Awaitable[V]], keep: timedelta, clock: Clock, limit: int = _LIMIT
    ) -> None:
        """`keep` is how long a value is good; the oldest of more than `limit` are forgotten."""
        self._ask = ask
        self._keep = keep
        self._clock = clock
        self._limit = limit
        self._values: OrderedDict[K, tuple[datetime, V]] = OrderedDict()
        self._asking: dict[K, asyncio.Task[V]] = {}

    async def get(self, key: K) -> V:
        """Return the value. Raises what asking raises."""
        known = self._values.get(key)
        if known is not None and self._clock() < known[0]:
            return known[1]
        question = self._asking.get(key)
        if question is None:
            question = asyncio.create_task(self._question(key))
            self._asking[key] = question
        return await asyncio.shield(question)

    def known(self, key: K) -> V | None:
        """Return the value that is remembered, without asking."""
        remembered = self._values.get(key)
        return remembered[1] if remembered is not None else None

    def forget(self, key: K) -> None:
        """Ask anew when the value is wanted next."""
        self._values.pop(key, None)

    async def close(self) -> None:
        """Let go of questions under way."""
        questions = list(self._asking.values())
        for question in questions:
            question.cancel()
        await asyncio.gather(*questions, return_exceptions=True)

    async def _question(self, key: K) -> V:
        try:
            value = await self._ask(key)
            self._values.pop(key, None)
            self._values[key] = (self._clock() + self._keep, value)
            while len(self._values) > self._limit:
                self._values.popitem(last=False)
            return value
        finally:
            self._asking.pop(key, None)
