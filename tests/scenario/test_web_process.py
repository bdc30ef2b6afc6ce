"""The archive in the bot's own process: what it loads, how soon it says no, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import unused_port

from bot.port.platform import DRAINING
from tests.bytecode import KEPT
from tests.fakes.discord import FakeDiscord
from tests.patience import PATIENCE
from tests.scenario.process import Bot, installed, start_on_discord

pytestmark = installed("discord")

ONLY_WHEN_ON = ("jinja2", "feedgenerator")
CONNECTIONS = 100
SLOW = 20
"""Of the connections, so many ask and read nothing."""
_BETWEEN = 0.02
"""Seconds between two questions whether the bot is ready."""


@pytest.fixture
async def discord() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as fake:
        fake.world.channel(fake.world.guild(), "news")
        yield fake


class WebBot:
    """A bot with a listener, and with the archive where it is `public`."""

    def __init__(self, folder: Path, discord: FakeDiscord, *, public: bool = True) -> None:
        self.port = unused_port()
        self.url = f"http://127.0.0.1:{self.port}"
        on = {"AINEWS_WEB_URL": self.url} if public else {}
        listening = {"AINEWS_HTTP": f"127.0.0.1:{self.port}"}
        self.environment = {**discord.environment, **listening, **on}
        self.bot = Bot(folder, self.environment, "discord")

    async def status(self, path: str) -> int:
        """Return with what a path is answered."""
        # As one of many behind a balancer: for a balancer itself the bot would wait at its end.
        visitor = {"X-Forwarded-For": "192.0.2.1"}
        asking = aiohttp.request("GET", f"{self.url}{path}", headers=visitor)
        async with asking as answer:
            return answer.status

    async def until(self, status: int, within: float = PATIENCE) -> None:
        """Ask whether the bot is ready until the answer has a status.

        The seconds are counted in answers, so that a machine that stalls takes none of them.
        """
        for _ in range(round(within / _BETWEEN)):
            if await self.status("/health/ready") == status:
                return
            await asyncio.sleep(_BETWEEN)
        raise AssertionError(f"it never answered {status}")


@pytest.mark.parametrize("public", [False, True])
async def test_only_who_has_an_archive_loads_it(
    discord: FakeDiscord, tmp_path: Path, *, public: bool
) -> None:
    site = WebBot(tmp_path, discord, public=public)
    # From nothing: where tests fork the bot, all of it is loaded. Python says what it imports.
    command = (sys.executable, "-X", "importtime", "-m", "bot.cli", "run")
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "AINEWS_DATA_FOLDER": str(tmp_path),
        **KEPT,
        **site.environment,
    }
    with (tmp_path / "imports").open("wb") as imports:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=tmp_path,
            env=environment,
            stderr=imports,
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            await discord.gateway.identified_times(1)
            await site.until(200)
            assert await site.status("/ko") == (200 if public else 404)
            process.terminate()
            assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    told = (tmp_path / "imports").read_text().splitlines()
    loaded = {line.rpartition("|")[2].strip() for line in told if line.startswith("import time:")}
    assert "aiohttp" in loaded  # that what it says is understood
    assert loaded & set(ONLY_WHEN_ON) == (set(ONLY_WHEN_ON) if public else set())
    assert "prometheus_client" not in loaded


async def test_it_says_within_two_seconds_that_it_is_not_ready(
    discord: FakeDiscord, tmp_path: Path
) -> None:
    site = WebBot(tmp_path, discord)
    database = tmp_path / "ainews.db"
    try:
        await start_on_discord(site.bot, discord)
        await site.until(200)
        assert await site.status("/ko") == 200

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
    site = WebBot(tmp_path, discord)
    opened = []
    try:
        await start_on_discord(site.bot, discord)
        await site.until(200)
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
    # It takes a quarter of a second, but waits so long for what it is asked.
    assert took < DRAINING
