"""Processes of the bot that begin in milliseconds: forked from one that has loaded it already.

To start Python and to load the bot takes a second of a processor. Here one process does that for
all tests of a worker, and nothing else; each fork of it has a folder, an environment and an output
of its own, and takes and sends signals as any process. How the bot starts from nothing is tested
in `tests/bot/cli/test_processes.py`.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

_OTHERS = ("AINEWS_", "DISCORD_", "SLACK_")
_LOADED = (
    "tests.bytecode",  # of all that follows
    "__main__",  # else each fork would load pytest
    "tests.fakes.warm",
)
_LONGEST = 3600
"""Seconds that a process may last: should nobody be left to end it, it ends by itself."""


class Fork:
    """One process. `output` is what it writes, also on standard error."""

    def __init__(self, process: ForkServerProcess, output: asyncio.StreamReader) -> None:
        self.output = output
        self._process = process
        self._over = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_reader(process.sentinel, self._ended, loop)

    @property
    def pid(self) -> int:
        """Its number."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def code(self) -> int | None:
        """Its exit code once it is over, below 0 for a signal."""
        return self._process.exitcode if self._over.is_set() else None

    def send(self, how: signal.Signals) -> None:
        """Send it a signal, unless it is over."""
        if self._process.exitcode is None:
            os.kill(self.pid, how)

    async def wait(self) -> int:
        """Wait until it is over; return its exit code."""
        await self._over.wait()
        assert self._process.exitcode is not None
        return self._process.exitcode

    def _ended(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.remove_reader(self._process.sentinel)
        self._process.join()
        self._over.set()


async def fork(
    words: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    prepare: Callable[[], None] | None = None,
) -> Fork:
    """Begin what `ainews` with these words is in a folder.

    It sees the variables of this process that are not the bot's, and those of `environment`.
    `prepare` is done there before all else; it must be such that it can be pickled.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OTHERS)}
    context = get_context("forkserver")
    context.set_forkserver_preload(list(_LOADED))
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(
        target=_live, args=(theirs, words, folder, {**kept, **environment}, prepare), daemon=True
    )
    process.start()
    theirs.close()
    output = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(output), os.fdopen(os.dup(ours.fileno()), "rb")
    )
    ours.close()
    return Fork(process, output)


def _live(
    output: Connection,
    words: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    prepare: Callable[[], None] | None,
) -> None:
    """Be the bot."""
    signal.alarm(_LONGEST)
    os.dup2(output.fileno(), 1)
    os.dup2(output.fileno(), 2)
    output.close()
    # Those of the process that was forked remember to what it wrote.
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, "utf-8", "backslashreplace", closefd=False)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:0] = filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))
    sys.argv = ["ainews", *words]
    if prepare is not None:
        prepare()
    sys.exit(importlib.import_module("bot.cli").main())
