"""The harness's end of the launcher: lives of the bot are begun, watched and ended."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import psutil

from store.processes.processes import LIFE

_OTHERS = ("AINEWS_", "DISCORD_", "SLACK_")
_PATIENCE = 120.0
_LOOK = 0.02
_OFTEN = timedelta(seconds=0.25)
"""The clock jumps often here."""

Hear = Callable[[str], None]
"""Takes a line of the log."""


@dataclass(slots=True)
class Life:
    """One process of the bot. `code` is its exit code once it is over, below 0 for a signal."""

    pid: int
    code: int | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def killed(self) -> bool:
        """Whether SIGKILL ended it."""
        return self.code == -signal.SIGKILL

    def kill(self) -> None:
        """End it, here and now."""
        self._send(signal.SIGKILL)

    async def stands_still(self) -> None:
        """Wait until it was stopped."""
        process = psutil.Process(self.pid)
        async with asyncio.timeout(_PATIENCE):
            while process.status() != psutil.STATUS_STOPPED and not await self.ended_within(_LOOK):
                pass

    def freeze(self) -> None:
        """Stop it amid whatever it does."""
        self._send(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let one that was stopped go on."""
        self._send(signal.SIGCONT)

    async def stop(self) -> int:
        """Ask it to end, as an operator does. Returns its exit code."""
        self._send(signal.SIGTERM)
        async with asyncio.timeout(_PATIENCE):
            await self.over.wait()
        assert self.code is not None
        return self.code

    async def ended_within(self, seconds: float) -> bool:
        """Whether it is over in so many seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.over.wait()
        return self.over.is_set()

    def _send(self, how: signal.Signals) -> None:
        if self.code is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, how)


class BotProcesses:
    """Where lives begin. Use `open_nursery`.

    `log` is all that they wrote; each line is handed to `hear`, too.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """`process` is the launcher."""
        self.log: list[str] = []
        self.hear: Hear | None = None
        self._process = process
        self._life: Life | None = None
        self._reading = [
            asyncio.create_task(self._listen()),
            asyncio.create_task(self._follow()),
        ]
        self._born = asyncio.Event()

    async def born(
        self, point: str | None = None, count: int = 1, how: signal.Signals = signal.SIGKILL
    ) -> Life:
        """Begin a life, which may have a fuse."""
        assert self._life is None or self._life.over.is_set()
        assert self._process.stdin is not None
        wanted = {
            "arguments": ["run"],
            "point": point,
            "count": count,
            "how": how,
        }
        self._born.clear()
        self._process.stdin.write(json.dumps(wanted).encode() + b"\n")
        async with asyncio.timeout(_PATIENCE):
            await self._born.wait()
        assert self._life is not None
        return self._life

    async def close(self) -> None:
        """End the life that is left, and the launcher."""
        if self._life is not None:
            self._life.kill()
            await self._life.ended_within(_PATIENCE)
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._process.wait()
        finally:
            # With a life that began too late for anybody to know of it.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        await asyncio.gather(*self._reading)

    async def _listen(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            word, _, number = line.decode().strip().partition(" ")
            if word == "born":
                self._life = Life(int(number))
                self._born.set()
            elif word == "dead" and self._life is not None:
                self._life.code = int(number)
                self._life.over.set()

    async def _follow(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
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
    """Start a launcher whose lives have a folder and an environment of their own.

    `life` is how long they count for alive, on PostgreSQL, after they said so; `look` is between
    two looks whether another program wrote something.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OTHERS)}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.faults.launcher",
        str(clock),
        str(life.total_seconds()),
        str(look.total_seconds()),
        cwd=folder,
        env={
            **kept,
            "AINEWS_DATA_FOLDER": str(folder),
            "AINEWS_LOCALE": "en",
            "PYTHONPATH": os.pathsep.join(sys.path),
            **environment,
        },
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    nursery = BotProcesses(process)
    try:
        yield nursery
    finally:
        await nursery.close()
