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


async def ask(health: Health, path: str = "/health/ready") -> HttpResponse:
    """Ask as a monitor does."""
    (route,) = (route for route in health.routes if route.path == path)
    return await route.handle(HttpRequest("GET", path, "", {}, b""))


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
