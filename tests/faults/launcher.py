"""`python -m tests.faults.launcher CLOCK LIFE LOOK`: lives of the bot, one after the other.

LIFE are the seconds that a process counts for alive, on PostgreSQL, after it said so; LOOK those
between two looks whether another program wrote something. Each line on
standard input asks for a life: JSON with `arguments` for `ainews`, and `point`, `count` and the
signal `how` of the fuse, or null. Each life is a process of its own that does what `ainews` does
with these arguments, in this folder and environment; its output goes to standard error. It is
forked from a process that has loaded the bot's modules and done nothing else, so that a life
begins in milliseconds. Standard output says `born PID` and `dead CODE`; a negative code is a
signal.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

import bot.delivery.heartbeat
import bot.delivery.ticker
import bot.port.clock
import store.processes.processes
from tests.faults.clock import SharedClock

_MODULES = (
    "bot.cli",
    "bot.cli.run",
    "adapters.discord.platform",
    "adapters.slack.platform",
    "adapters.terminal.plugin",
    "aiosqlite",
    "apscheduler.schedulers.asyncio",
    "asyncpg",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "alembic.command",
    "tests.faults.fuse",
)

_LONGEST = 3600
"""Seconds that a life may last."""


def main(clock: SharedClock, life: timedelta, look: timedelta) -> None:
    """Load everything, then give birth as often as asked."""
    # Before anybody takes it from there: this is the time that the bot is handed.
    vars(bot.port.clock)["system_clock"] = clock
    for name in _MODULES:
        importlib.import_module(name)
    vars(store.processes.processes).update(LIFE=life, _GOOD=life * 2 / 3)
    vars(bot.delivery.heartbeat).update(BEAT=life / 3)
    vars(bot.delivery.ticker).update(LOOK=look)
    _say("ready")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _live(json.loads(line))
        _say(f"born {child}")
        _, status = os.waitpid(child, 0)
        _say(f"dead {os.waitstatus_to_exitcode(status)}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _live(wanted: Mapping[str, Any]) -> NoReturn:
    """Be the bot, until it ends or the fuse blows."""
    # Should nobody be left to end it, it ends by itself.
    signal.alarm(_LONGEST)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    if wanted["point"] is not None:
        importlib.import_module("tests.faults.fuse").KillSwitch(
            wanted["point"], wanted["count"], wanted["how"]
        ).install()
    sys.argv = ["ainews", *wanted["arguments"]]
    code = importlib.import_module("bot.cli").main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(int(code))


if __name__ == "__main__":
    main(
        SharedClock(Path(sys.argv[1])),
        timedelta(seconds=float(sys.argv[2])),
        timedelta(seconds=float(sys.argv[3])),
    )
