"""Health: the bot is ready while its store answers and its platforms are connected."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

import bot.health
from bot.health import Health
from bot.port.service import HttpRequest, HttpResponse
from store.errors import DatabaseMoved
from store.store import DigestStore
from tests.fakes.clock import FakeClock
from tests.fakes.databases import new_store


class HangingStore(DigestStore):
    """A store whose database answers when it is let, or raises."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked = 0
        self.let = asyncio.Event()
        self.error = error

    async def ping(self) -> None:
        """Count, wait, answer."""
        self.asked += 1
        if self.error is not None:
            raise self.error
        await self.let.wait()


async def ask(
    health: Health, path: str = "/health/ready", peer: str = "", **headers: str
) -> HttpResponse:
    """Ask as a monitor does."""
    (route,) = (route for route in health.routes if route.path == path)
    return await route.handle(HttpRequest("GET", path, "", headers, b"", peer))


class Balancers:
    """What balancers ask, and what they hear: the statuses by their address."""

    def __init__(self) -> None:
        self.seconds = 100.0
        store = HangingStore()
        store.let.set()
        self.health = Health(store, lambda: True, steady=lambda: self.seconds, last=0)

    async def ask(self, *peers: str, after: float = 1, asks_for: str = "") -> list[int]:
        """Ask, so many seconds later; perhaps for somebody else."""
        self.seconds += after
        headers = {"X-Forwarded-For": asks_for} if asks_for else {}
        return [(await ask(self.health, peer=peer, **headers)).status for peer in peers]


async def test_a_store_that_answers_and_platforms_that_are_connected(tmp_path: Path) -> None:
    store = await new_store(tmp_path / "ainews.db", FakeClock())
    connected = False
    health = Health(store, lambda: connected)

    before = await ask(health)
    connected = True
    after = await ask(health)
    await store.close()

    assert (before.status, before.body) == (503, b"not ready\n")
    assert (after.status, after.body) == (200, b"ok\n")


async def test_a_store_that_is_away() -> None:
    health = Health(HangingStore(DatabaseMoved("x")), lambda: True)

    assert (await ask(health)).status == 503
    assert (await ask(health, "/health/live")).body == b"ok\n"


async def test_a_store_that_hangs_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.health, "_PATIENCE", 0.01)
    store = HangingStore()
    health = Health(store, lambda: True)

    answers = await asyncio.gather(*(ask(health) for _ in range(5)))
    assert {answer.status for answer in answers} == {503}
    assert store.asked == 1

    store.let.set()
    assert (await ask(health)).status == 200


async def test_who_asks_while_the_store_answers_somebody_else() -> None:
    class Busy(HangingStore):
        async def ping(self) -> None:
            await super().ping()
            if self.asked == 1:
                self.let.clear()
                later.append(asyncio.create_task(ask(health)))

    later: list[asyncio.Task[HttpResponse]] = []
    store = Busy()
    health = Health(store, lambda: True)
    first = asyncio.create_task(ask(health))
    store.let.set()

    assert (await first).status == 200
    store.let.set()
    assert (await later[0]).status == 200
    assert store.asked == 2


async def test_who_ends_waits_until_every_balancer_has_heard() -> None:
    balancers = Balancers()
    for _ in range(2):
        assert await balancers.ask("10.0.0.1", "10.0.0.2") == [200, 200]
    leaving = asyncio.create_task(balancers.health.leave())
    await asyncio.sleep(0)

    assert await balancers.ask("10.0.0.1", "10.0.0.1") == [503, 503]
    # Somebody asks through the other.
    assert await balancers.ask("10.0.0.2", asks_for="203.0.113.9") == [503]
    assert not leaving.done()
    assert await balancers.ask("10.0.0.2") == [503]
    await leaving


async def test_who_asks_seldom_or_asks_no_more_is_not_waited_for() -> None:
    balancers = Balancers()
    await balancers.ask("10.0.0.1")
    await balancers.ask("10.0.0.1")
    await balancers.ask("10.0.0.2", after=30)
    await balancers.ask(*(f"10.0.1.{number}" for number in range(200)))

    leaving = asyncio.create_task(balancers.health.leave())
    await asyncio.sleep(0)

    assert leaving.done()
    assert await balancers.ask("10.0.0.1") == [503]


async def test_a_balancer_that_went_away_keeps_nobody_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    balancers = Balancers()
    for _ in range(2):
        await balancers.ask("10.0.0.1", after=0)
    monkeypatch.setattr(bot.health, "OFTEN", 0.01)

    await balancers.health.leave()
