"""Which process does what, and what came in before, on each engine."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from store.store import DigestStore
from tests.fakes.clock import FakeClock
from tests.store.conftest import Open


async def test_of_those_that_claim_at_once_one_gets_it(open_store: Open) -> None:
    stores = [await open_store() for _ in range(2)]
    for number, one in enumerate(stores):
        await one.processes.enter(f"p{number}", "host", number, (), shares=("slack",))
    for _ in range(3):
        claims = [
            one.domains.claim(f"p{number}", ("discord", f"own {number}"))
            for _ in range(2)
            for number, one in enumerate(stores)
        ]
        won = ["discord" in each for each in await asyncio.gather(*claims)]
        assert won[0] == won[2] != won[1] == won[3]
        winner, loser = won.index(True), won.index(False)
        found = await stores[loser].domains.look()
        assert found.owned == {
            f"p{winner}": {"discord", f"own {winner}"},
            f"p{loser}": {f"own {loser}"},
        }
        assert found.free(("discord", "sources", "own 0")) == ("sources",)
        # Who leaves has nothing, and who comes back begins anew.
        await stores[winner].processes.leave(f"p{winner}")
        found = await stores[loser].domains.look()
        assert found.owned == {f"p{loser}": {f"own {loser}"}}
        assert found.sharing("slack") == (f"p{loser}",)
        assert await stores[winner].domains.claim(f"p{winner}", ("discord",)) == frozenset()
        await stores[winner].processes.enter(f"p{winner}", "host", winner, (), shares=("slack",))
        assert (await stores[loser].domains.look()).sharing("discord") == ()


async def test_what_is_given_back_is_anybodys(open_store: Open) -> None:
    stores = [await open_store() for _ in range(2)]
    for number, one in enumerate(stores):
        await one.processes.enter(f"p{number}", "host", number, ())
    first, second = (one.domains for one in stores)
    names = frozenset({"slack/0", "slack/1", "slack/2"})
    assert await first.claim("p0", names) == names
    assert await second.claim("p1", names) == frozenset()
    await second.give_back("p1", names)
    assert (await second.look()).owned == {"p0": names, "p1": frozenset()}
    await first.give_back("p0", ("slack/1", "slack/9"))
    assert await second.claim("p1", names) == {"slack/1"}
    assert (await first.look()).owned == {"p0": {"slack/0", "slack/2"}, "p1": {"slack/1"}}


async def test_what_comes_in_twice_is_known_for_an_hour(
    store: DigestStore, clock: FakeClock
) -> None:
    seen = store.deliveries
    first = await asyncio.gather(*(seen.first("slack:Ev1") for _ in range(4)))
    assert sorted(first) == [False, False, False, True]
    assert await seen.first("slack:Ev2")
    clock.now += timedelta(hours=1)
    assert await seen.first("slack:Ev1")
