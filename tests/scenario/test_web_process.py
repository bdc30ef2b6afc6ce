"""The archive in the bot's own process: what it loads, how soon it says no, and how it ends."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import unused_port

from tests.fakes.discord import FakeDiscord
from tests.scenario.process import Bot, installed, start_on_discord

pytestmark = installed("discord")

ONLY_WHEN_ON = ("jinja2", "feedgenerator")
CONNECTIONS = 100
SLOW = 20
"""Of the connections, so many ask and read nothing."""


@pytest.fixture
async def discord() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as fake:
        fake.world.channel(fake.world.guild(), "news")
        yield fake


class Site:
    """A bot with a listener, and with the archive where it is `public`."""

    def __init__(self, folder: Path, discord: FakeDiscord, *, public: bool = True) -> None:
        self.port = unused_port()
        self.url = f"http://127.0.0.1:{self.port}"
        on = {"AINEWS_WEB_URL": self.url} if public else {}
        # Python itself says what it imports.
        watched = {"AINEWS_HTTP": f"127.0.0.1:{self.port}", "PYTHONPROFILEIMPORTTIME": "1"}
        self.bot = Bot(folder, {**discord.environment, **watched, **on}, "discord")

    async def status(self, path: str) -> int:
        """Return with what a path is answered."""
        async with aiohttp.ClientSession() as session, session.get(f"{self.url}{path}") as answer:
            return answer.status

    async def until(self, status: int, within: float) -> None:
        """Ask whether the bot is ready until the answer has a status."""
        async with asyncio.timeout(within):
            while await self.status("/health/ready") != status:
                pass

    def loaded(self, library: str) -> bool:
        """Whether the bot's process has loaded a library so far."""
        return any(line.split("|")[-1].strip() == library for line in self.bot.log)

    async def has_loaded(self, library: str) -> None:
        """Wait until what the process wrote says so."""
        async with asyncio.timeout(10):
            while not self.loaded(library):
                await self.status("/health/live")


async def test_who_has_no_archive_loads_nothing_of_it(discord: FakeDiscord, tmp_path: Path) -> None:
    site = Site(tmp_path, discord, public=False)
    try:
        await start_on_discord(site.bot, discord)
        await site.until(200, 10)
        assert await site.status("/ko") == 404
        assert await site.bot.stop() == 0
    finally:
        await site.bot.close()
    assert site.loaded("aiohttp")  # that what it says is understood
    assert not [each for each in (*ONLY_WHEN_ON, "prometheus_client") if site.loaded(each)]


async def test_it_says_within_two_seconds_that_it_is_not_ready(
    discord: FakeDiscord, tmp_path: Path
) -> None:
    site = Site(tmp_path, discord)
    database = tmp_path / "ainews.db"
    try:
        await start_on_discord(site.bot, discord)
        await site.until(200, 10)
        assert await site.status("/ko") == 200
        assert await site.status("/metrics") == 200
        for library in (*ONLY_WHEN_ON, "prometheus_client"):
            await site.has_loaded(library)

        database.rename(tmp_path / "elsewhere.db")
        await site.until(503, 2)
        assert await site.status("/ko") == 503
        (tmp_path / "elsewhere.db").rename(database)
        await site.until(200, 2)
        await discord.stop()
        await site.until(503, 2)
        assert await site.status("/ko") == 200
    finally:
        await site.bot.close()


async def test_it_ends_at_once_with_a_hundred_open_connections(
    discord: FakeDiscord, tmp_path: Path
) -> None:
    site = Site(tmp_path, discord)
    opened = []
    try:
        await start_on_discord(site.bot, discord)
        await site.until(200, 10)
        for number in range(CONNECTIONS):
            sock = socket.socket()
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            sock.connect(("127.0.0.1", site.port))
            opened.append(sock)
            asked = b"GET /ko/about HTTP/1.1\r\nHost: x\r\n\r\n"
            # Those who read nothing ask for more than all buffers between hold.
            sock.sendall(asked * (400 if number < SLOW else 1))
        for sock in opened[SLOW:]:
            assert (await asyncio.to_thread(sock.recv, 12)) == b"HTTP/1.1 200"

        began = time.monotonic()
        assert await site.bot.stop() == 0
        took = time.monotonic() - began
    finally:
        await site.bot.close()
        for sock in opened:
            sock.close()
    # It takes a quarter of a second; tests share their processors.
    assert took < 2
