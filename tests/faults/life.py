"""What is unlike in a bot that the harness starts: its clock, its beat, and a fuse."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import bot.cli.session
import bot.delivery.heartbeat
import bot.delivery.leadership
import bot.delivery.ticker
import store.processes.processes
from bot.config.installation import Installation
from tests.faults.clock import SharedClock
from tests.faults.fuse import KillSwitch


@dataclass(frozen=True, slots=True)
class Kill:
    """The signal `how` comes when the process comes by `point` for the `count`-th time."""

    point: str
    count: int = 1
    how: signal.Signals = signal.SIGKILL


def begin_life(clock: Path, life: timedelta, look: timedelta, fuse: Kill | None) -> None:
    """Change what has to be, before the bot begins.

    `clock` is the file of a `SharedClock`. `life` is how long a process counts for alive, on
    PostgreSQL, after it said so; `look` is between two looks whether another program wrote
    something.
    """
    shared = SharedClock(clock)
    vars(bot.cli.session).update(Installation=partial(Installation, clock=shared))
    vars(store.processes.processes).update(LIFE=life, _GOOD=life * 2 / 3)
    for module in (bot.delivery.heartbeat, bot.delivery.leadership):
        vars(module).update(BEAT=life / 3)
    vars(bot.delivery.ticker).update(LOOK=look)
    if fuse is not None:
        KillSwitch(fuse.point, fuse.count, fuse.how).install()
