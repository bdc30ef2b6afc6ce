"""The bot as an operator runs it: its own process, with a folder and settings of its own."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from bot.port.platform import ENTRY_POINT_GROUP
from tests.fakes.databases import new_database
from tests.fakes.discord import FakeDiscord
from tests.fakes.forks import Fork, fork
from tests.patience import PATIENCE


def installed(*platforms: str) -> pytest.MarkDecorator:
    """Return the mark that skips tests where one of these platforms is not installed."""
    missing = set(platforms) - entry_points(group=ENTRY_POINT_GROUP).names
    return pytest.mark.skipif(
        bool(missing),
        reason=f"not among the installed entry points: {sorted(missing)}: run `uv sync`",
    )


class Bot:
    """The `ainews` command line with a folder of its own, in which an empty database lies.

    `platforms` are those that `ainews run` starts with this environment. `log` is what every
    `ainews run` so far has written.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str], *platforms: str) -> None:
        self.log: list[str] = []
        self._folder = folder
        self._platforms = platforms
        self._environment = {
            "AINEWS_DATA_FOLDER": str(folder),
            "AINEWS_LOCALE": "en",
            **environment,
        }
        self._running: Fork | None = None
        self._reading: asyncio.Task[None] | None = None
        self._wrote = asyncio.Event()
        file = folder / "ainews.db"
        if "AINEWS_DATABASE_URL" not in environment and not file.exists():
            new_database(file)

    @property
    def pid(self) -> int:
        """The id of the process that runs."""
        assert self._running is not None
        return self._running.pid

    async def run(self, *words: str) -> tuple[int, str]:
        """Run one command to its end; return its exit code and what it printed."""
        process = await self._begin(*words)
        async with asyncio.timeout(PATIENCE):
            written = await process.output.read()
            return await process.wait(), written.decode()

    async def begin(self) -> None:
        """Run `ainews run`, and do not wait for what comes of it."""
        process = self._running = await self._begin("run")
        self._reading = asyncio.create_task(self._read(process.output))

    async def start(self) -> None:
        """Run `ainews run` until every platform has started."""
        process = self._running = await self._begin("run")
        waiting = set(self._platforms)
        async with asyncio.timeout(PATIENCE):
            while waiting:
                line = (await process.output.readline()).decode()
                assert line, "".join(self.log)
                self.log.append(line)
                waiting -= {each for each in waiting if f"platform={each} started" in line}
        self._reading = asyncio.create_task(self._read(process.output))

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it, and return its exit code."""
        assert self._running is not None
        assert self._reading is not None
        self._running.send(how)
        code = await asyncio.wait_for(self._running.wait(), PATIENCE)
        await self._reading
        assert "Traceback" not in "".join(self.log)
        return code

    async def close(self) -> None:
        """Kill what still runs."""
        if self._running is not None and self._running.code is None:
            self._running.send(signal.SIGKILL)
            await self._running.wait()
        if self._reading is not None:
            await self._reading

    async def logs(self, words: str) -> None:
        """Wait until the log has some words."""
        while not any(words in line for line in self.log):
            self._wrote.clear()
            await self._wrote.wait()

    async def _read(self, lines: asyncio.StreamReader) -> None:
        async for line in lines:
            self.log.append(line.decode())
            self._wrote.set()

    async def _begin(self, *words: str) -> Fork:
        return await fork(words, self._folder, self._environment)


async def start_on_discord(bot: Bot, discord: FakeDiscord) -> None:
    """Run `ainews run` until Discord hands it commands: the gateway opens after the start."""
    known = discord.gateway.identified
    await bot.start()
    if not discord.calls.urls:
        await discord.gateway.identified_times(known + 1)
