"""Turns: two at a host, so many in all, and a busy host holds up no other."""

from __future__ import annotations

import asyncio
from collections import Counter

from adapters.http.fetcher import Turns


class _Users:
    """Take turns and keep them until they are let go."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self.inside: Counter[str] = Counter()
        self.let_go = asyncio.Event()

    async def use(self, host: str) -> None:
        async with self._turns.turn(host):
            self.inside[host] += 1
            await self.let_go.wait()
            self.inside[host] -= 1


async def _settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_who_waits_for_a_busy_host_holds_up_no_other() -> None:
    users = _Users(Turns(per_host=2, together=4))
    async with asyncio.TaskGroup() as group:
        for host in ["busy"] * 9 + ["a", "b", "c"]:
            group.create_task(users.use(host))
        await _settled()

        assert users.inside == {"busy": 2, "a": 1, "b": 1}

        users.let_go.set()
    assert not +users.inside


async def test_a_turn_is_given_back_by_who_gives_up() -> None:
    turns = Turns(per_host=1, together=1)
    users = _Users(turns)
    first = asyncio.create_task(users.use("host"))
    second = asyncio.create_task(users.use("host"))
    await _settled()
    first.cancel()
    await _settled()
    second.cancel()
    await asyncio.gather(first, second, return_exceptions=True)

    async with turns.turn("host"):
        assert not second.done() or second.cancelled()
