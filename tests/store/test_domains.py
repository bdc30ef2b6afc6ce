"""Which process does what, and what came in before, on each engine."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from store.domains import Claims
from store.store import DigestStore
from tests.fakes.clock import FakeClock
from tests.store.conftest import Open


async def test_of_those_that_claim_at_once_one_gets_it(open_store: Open) -> None:
    stores = [await open_store() for _ in range(2)]
    for number, one in enumerate(stores):
        await one.processes.enter(f"p{number}", "host", number, "bot", ())
    for _ in range(3):
        claims = [
            one.domains.claim(f"p{number}", "discord")
            for _ in range(2)
            for number, one in enumerate(stores)
        ]
        won = await asyncio.gather(*claims)
        assert won[0] == won[2] != won[1] == won[3]
        loser = won.index(False)
        found = await stores[loser].domains.look(f"p{loser}", ("discord", "slack"))
        assert found == Claims(frozenset(), frozenset({"slack"}), 1)
        # Who leaves has nothing, and who comes back begins anew.
        winner = won.index(True)
        await stores[winner].processes.leave(f"p{winner}")
        found = await stores[loser].domains.look(f"p{loser}", ("discord", "slack"))
        assert found == Claims(frozenset(), frozenset({"discord", "slack"}), 0)
        await stores[winner].processes.enter(f"p{winner}", "host", winner, "bot", ())


async def test_what_comes_in_twice_is_known_for_an_hour(
    store: DigestStore, clock: FakeClock
) -> None:
    seen = store.deliveries
    first = await asyncio.gather(*(seen.first("slack:Ev1") for _ in range(4)))
    assert sorted(first) == [False, False, False, True]
    assert await seen.first("slack:Ev2")
    clock.now += timedelta(hours=1)
    assert await seen.first("slack:Ev1")
