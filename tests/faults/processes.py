"""Lives of the bot are begun, watched and ended."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import psutil

from store.processes.processes import LIFE
from tests.fakes.forks import Fork, fork
from tests.faults.life import Kill, begin_life

_PATIENCE = 120.0
_LOOK = 0.02
_OFTEN = timedelta(seconds=0.25)
"""The clock jumps often here."""

Hear = Callable[[str], None]
"""Takes a line of the log."""


class Life:
    """One process of the bot."""

    def __init__(self, process: Fork) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def code(self) -> int | None:
        """Its exit code once it is over, below 0 for a signal."""
        return self._process.code

    @property
    def killed(self) -> bool:
        """Whether SIGKILL ended it."""
        return self.code == -signal.SIGKILL

    def kill(self) -> None:
        """End it, here and now."""
        self._process.send(signal.SIGKILL)

    async def stands_still(self) -> None:
        """Wait until it was stopped."""
        process = psutil.Process(self._process.pid)
        async with asyncio.timeout(_PATIENCE):
            while process.status() != psutil.STATUS_STOPPED and not await self.ended_within(_LOOK):
                pass

    def freeze(self) -> None:
        """Stop it amid whatever it does."""
        self._process.send(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let one that was stopped go on."""
        self._process.send(signal.SIGCONT)

    async def stop(self) -> int:
        """Ask it to end, as an operator does. Returns its exit code."""
        self._process.send(signal.SIGTERM)
        return await self.over()

    async def over(self) -> int:
        """Wait until it is over. Returns its exit code."""
        async with asyncio.timeout(_PATIENCE):
            return await self._process.wait()

    async def ended_within(self, seconds: float) -> bool:
        """Whether it is over in so many seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._process.wait()
        return self.code is not None


class BotProcesses:
    """Where lives begin, one after the other. Use `open_nursery`.

    `log` is all that they wrote; each line is handed to `hear`, too.
    """

    def __init__(
        self, folder: Path, environment: Mapping[str, str], begin: Callable[[Kill | None], None]
    ) -> None:
        """`begin` is done in each life before all else."""
        self.log: list[str] = []
        self.hear: Hear | None = None
        self._folder = folder
        self._environment = {
            "AINEWS_DATA_FOLDER": str(folder),
            "AINEWS_LOCALE": "en",
            **environment,
        }
        self._begin = begin
        self._life: Life | None = None
        self._reading: list[asyncio.Task[None]] = []

    async def born(self, fuse: Kill | None = None) -> Life:
        """Begin a life, which may have a fuse."""
        assert self._life is None or self._life.code is not None
        begin = partial(self._begin, fuse)
        process = await fork(["run"], self._folder, self._environment, begin)
        self._reading.append(asyncio.create_task(self._follow(process.output)))
        self._life = Life(process)
        return self._life

    async def close(self) -> None:
        """End the life that is left."""
        if self._life is not None:
            self._life.kill()
            await self._life.over()
        await asyncio.gather(*self._reading)

    async def _follow(self, output: asyncio.StreamReader) -> None:
        async for line in output:
            said = line.decode(errors="replace").rstrip()
            self.log.append(said)
            if self.hear is not None:
                self.hear(said)


@asynccontextmanager
async def open_nursery(
    folder: Path,
    clock: Path,
    environment: Mapping[str, str],
    life: timedelta = LIFE,
    look: timedelta = _OFTEN,
) -> AsyncIterator[BotProcesses]:
    """Open a place for lives that have a clock, a folder and an environment of their own.

    `life` is how long they count for alive, on PostgreSQL, after they said so; `look` is between
    two looks whether another program wrote something.
    """
    nursery = BotProcesses(folder, environment, partial(begin_life, clock, life, look))
    try:
        yield nursery
    finally:
        await nursery.close()
