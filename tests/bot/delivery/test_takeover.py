"""How long nobody has what a process had that was killed: what it still counted for alive.

The rows are those of PostgreSQL, by a clock that goes on from one job of a process to the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from hypothesis import example, given
from hypothesis import strategies as st

from bot.delivery.heartbeat import Heartbeat
from bot.delivery.leadership import STANDING_BY, Leadership, shards_of
from bot.delivery.ticker import LOOK
from store.domains import Claims
from store.processes.processes import LIFE, Beat
from store.store import DigestStore
from tests.fakes.clock import FakeClock

WANTED = ("discord", "slack", "sources", "drafts")
SHARDS = shards_of("slack")
SETTLED = timedelta(seconds=30)
"""After so long everything has an owner, whenever each process began."""
JUST_AFTER = timedelta(seconds=0.2)
"""In which a process looks once another counts for dead, beside how late its loop is."""
GOOD = timedelta(seconds=10)


@dataclass
class Row:
    """A process as the database has it."""

    beat_at: datetime
    shares: frozenset[str]
    owned: set[str] = field(default_factory=set)


class LifeRows:
    """Who lives and who has what, by the database's clock."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._rows: dict[str, Row] = {}
        self.writes = 0

    @property
    def processes(self) -> LifeRows:
        """The rows of processes."""
        return self

    @property
    def domains(self) -> LifeRows:
        """The rows of domains."""
        return self

    async def enter(
        self,
        process_id: str,
        host: str,
        pid: int,
        platforms: Collection[str],
        *,
        shares: Collection[str],
    ) -> None:
        del host, pid, platforms
        self._rows[process_id] = Row(self._clock(), frozenset(shares))

    async def beat(self, process_id: str, platforms: Collection[str] | None = None) -> Beat | None:
        del platforms
        if process_id not in self._living():
            return None
        self._rows[process_id].beat_at = self._clock()
        living = self._living()
        self._rows = {name: self._rows[name] for name in living}
        ends = [
            row.beat_at + LIFE - self._clock()
            for name, row in self._rows.items()
            if name != process_id
        ]
        return Beat(GOOD, (), frozenset(living) - {process_id}, min(ends, default=None))

    async def leave(self, process_id: str) -> None:
        self.writes += 1
        self._rows.pop(process_id, None)

    async def look(self) -> Claims:
        living = {name: self._rows[name] for name in self._living()}
        return Claims(
            {name: frozenset(row.owned) for name, row in living.items()},
            {name: row.shares for name, row in living.items()},
        )

    async def claim(self, process_id: str, names: Collection[str]) -> frozenset[str]:
        await asyncio.sleep(0)  # others have looked by now as well
        free = (await self.look()).free(names)
        if process_id not in self._living():
            return frozenset()
        self.writes += 1
        self._rows[process_id].owned.update(free)
        return frozenset(self._rows[process_id].owned.intersection(names))

    async def give_back(self, process_id: str, names: Collection[str]) -> None:
        self.writes += 1
        self._rows[process_id].owned.difference_update(names)

    def _living(self) -> list[str]:
        return [name for name, row in self._rows.items() if row.beat_at > self._clock() - LIFE]


class LiveProcess:
    """A process, as far as it lives and claims. `due` is when each of its jobs is to run.

    One job is the look of the clockwork whether anybody has written.
    """

    def __init__(self, rows: LifeRows, clock: FakeClock, begins: datetime, wanted: Sequence[str]):
        self._rows = rows
        self._clock = clock
        self._known = 0
        self.killed = False
        self.due = {"process": begins, "domains": begins, "written": begins}
        self.heartbeat = Heartbeat(
            cast("DigestStore", rows),
            clock,
            (),
            lambda: None,
            self._seconds,
            shares=("slack",),
            regrouped=self._look,
        )
        self.leadership = Leadership(
            cast("DigestStore", rows),
            self.heartbeat,
            clock,
            wanted,
            lambda: None,
            steady=self._seconds,
        )

    async def run(self, job: str) -> None:
        """Run a job, which says when it is to run again."""
        del self.due[job]
        run = {
            "process": self.heartbeat.run,
            "domains": self.leadership.run,
            "written": self._written,
        }[job]
        following = await run()
        if following is not None:
            self.due[job] = min(self.due.get(job, following), following)

    def has(self) -> set[str]:
        """Return what it surely owns."""
        return {name for name in (*WANTED, *SHARDS) if self.leadership.owns(name)}

    async def _written(self) -> datetime:
        if self._rows.writes != self._known:
            self._known = self._rows.writes
            self._look()
        return self._clock() + LOOK

    def _look(self) -> None:
        self.due["domains"] = self._clock()

    def _seconds(self) -> float:
        return self._clock().timestamp()


async def go_on(
    every: Sequence[LiveProcess], clock: FakeClock, until: datetime, late: timedelta
) -> None:
    """Let the processes run their jobs, each as late as it may be, until a moment."""
    living = [one for one in every if not one.killed]
    while (moment := min(due for one in living for due in one.due.values()) + late) <= until:
        clock.now = max(clock.now, moment)
        # Those that are late by then run together.
        due = [(one, job) for one in living for job, due in one.due.items() if due <= clock.now]
        await asyncio.gather(*(one.run(job) for one, job in due))
    clock.now = until


@st.composite
def struck(draw: st.DrawFn) -> tuple[list[float], frozenset[int], float]:
    """Return when processes begin, which of them are killed, and when, in seconds."""
    begins = draw(st.lists(st.floats(0, 9), min_size=2, max_size=4))
    last = len(begins) - 1
    killed = draw(st.frozensets(st.integers(0, last), min_size=1, max_size=last))
    return begins, killed, draw(st.floats(0, 9))


@given(struck(), st.floats(0, 0.3), st.booleans())
@example(([0.0, 1.0, 2.0], frozenset({0}), 3.0), 0.0, True)  # its shards are claimed at once by two
@example(([0.0, 1.0, 2.0, 3.0], frozenset({0, 2}), 3.0), 0.0, True)
async def test_what_killed_processes_had_is_anothers_as_soon_as_they_count_for_dead(
    blow: tuple[list[float], frozenset[int], float], late: float, wants_all: bool
) -> None:
    begins, killed, at = blow
    clock, delay = FakeClock(), timedelta(seconds=late)
    rows, begun = LifeRows(clock), clock.now
    # One that is left may not want what it is dealt.
    picky = None if wants_all else next(iter(set(range(len(begins))) - killed))
    every = [
        LiveProcess(
            rows,
            clock,
            begun + timedelta(seconds=seconds),
            WANTED[1:] if number == picky and len(begins) > len(killed) + 1 else WANTED,
        )
        for number, seconds in enumerate(begins)
    ]
    await go_on(every, clock, begun + SETTLED + timedelta(seconds=at), delay)
    for number in killed:
        every[number].killed = True
    bound = LIFE + JUST_AFTER + 3 * delay
    if picky is not None:
        bound += STANDING_BY
    await go_on(every, clock, clock.now + bound, delay)

    owned = [one.has() for one in every if not one.killed]
    assert sum(map(len, owned)) == len(set().union(*owned))
    assert set().union(*owned) == {*WANTED, *SHARDS}
    for one in every:
        await one.heartbeat.leave()
