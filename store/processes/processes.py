"""Processes: each says that it lives, and what dead ones had in hand goes on at once.

A lease ends with its process. On PostgreSQL a process renews its row every few seconds, by the
database's clock; one whose row was not renewed for `LIFE` counts for dead. On SQLite all processes
are on one machine, and each holds a file beside the database locked: the lock ends with the
process, at any instruction, and nothing need be written meanwhile. A process that is stopped
(SIGSTOP) keeps its lock, and so its leases until they run out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.database import Database
from store.db.driver_errors import trouble_of
from store.db.rows import Room, from_row
from store.db.schema import domains, drafts, posts, processes, sources
from store.model import INTERRUPTED, DraftState, RunningProcess
from store.processes.lock import LifeLock, alive, life_lock

LIFE = timedelta(seconds=15)
"""How long a process on PostgreSQL counts for alive after it said so."""

_GOOD = timedelta(seconds=10)
"""How long it sends something after it said so: what it sent last stands in the channel's history
by the time that another looks."""

_SETTLED = timedelta(seconds=10)
"""How long after its process was killed a post is looked for: what a platform was sent until then
stands in the channel's history. On PostgreSQL so much has passed once a process counts for dead."""

_AT_ONCE = 1.0
"""Seconds in which a server must say what time it is, so that it still is when that arrives."""


@dataclass(frozen=True, slots=True)
class DeadProcess:
    """A process that died, how many posts it had in hand, and after which pause they go on."""

    process: RunningProcess
    posts: int
    pause: timedelta


@dataclass(frozen=True, slots=True)
class Beat:
    """What came of saying that a process lives.

    `good`: for how long after it was said the process may count on that, `timedelta.max` where it
    may until it ends. `dead` are those whose posts were taken over, `others` those that live, by
    their ids. `next_look`: when the next one counts for dead, unless it says that it lives; None
    where that cannot be known.
    """

    good: timedelta
    dead: tuple[DeadProcess, ...] = ()
    others: frozenset[str] = frozenset()
    next_look: timedelta | None = None


class Processes(Room):
    """The processes that run on this store."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        correct: Callable[[datetime], None] | None = None,
    ) -> None:
        """`correct` is told the time of PostgreSQL's server whenever it is heard."""
        super().__init__(database, clock)
        self._correct = correct
        self._locks: dict[str, LifeLock] = {}
        self._looked = False
        self._settled = _SETTLED if database.is_sqlite else timedelta()

    async def tell_time(self) -> None:
        """Tell the time of PostgreSQL's server to whoever goes by it."""
        if self._correct is None or self._database.is_sqlite:
            return
        asked = asyncio.get_running_loop().time()
        async with self._database.read() as connection:
            now = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
        self._correct(now + self._half_since(asked))

    @staticmethod
    def _half_since(asked: float) -> timedelta:
        """Return how long an answer took to come, taken for half of what has passed."""
        return timedelta(seconds=(asyncio.get_running_loop().time() - asked) / 2)

    async def enter(
        self,
        process_id: str,
        host: str,
        pid: int,
        platforms: Collection[str],
        *,
        shares: Collection[str] = (),
    ) -> None:
        """Say that a process lives from now on.

        `process_id` is what it is called in leases: no two have the same, also on other machines.
        `shares` are the platforms of whose workspaces it takes a share (`store/domains`).
        Raises DatabaseTrouble, also where its lock cannot be made.
        """
        if self._database.is_sqlite:
            # Before the row: whoever sees the row finds the lock.
            lock = self._lock(process_id)
            try:
                lock.hold()
            except OSError as error:
                raise trouble_of(error, self._database.address) from error
            self._locks[process_id] = lock
        now = self._clock()
        values = {
            "id": process_id,
            "host": host,
            "pid": pid,
            "kind": "bot",
            "platforms": sorted(platforms),
            "shares": sorted(shares),
            "started_at": now,
            "beat_at": now if self._database.is_sqlite else func.now(),
        }
        async with self._database.write_post() as connection:
            await connection.execute(insert(processes).values(**values))

    async def beat(self, process_id: str, platforms: Collection[str] | None = None) -> Beat | None:
        """Say that a process still lives, and look for dead ones.

        What those had in hand is due again, to be looked for. `platforms` are those that it runs,
        where that changed. None: it counts for dead, and what it had in hand is another's.
        """
        values = {} if platforms is None else {"platforms": sorted(platforms)}
        if self._database.is_sqlite:
            return await self._beat_sqlite(process_id, values)
        alive = (processes.c.id == process_id) & (processes.c.beat_at > func.now() - LIFE)
        # One statement: a process that stands still holds no lock on its row.
        beaten = (
            update(processes)
            .where(alive)
            .values(beat_at=func.now(), **values)
            .returning(processes.c.id)
            .cte("beaten")
        )
        asked = select(
            processes,
            (func.now() - LIFE).label("dead_before"),
            func.clock_timestamp().label("server_time"),
            exists().select_from(beaten).label("lives"),
        )
        sent = asyncio.get_running_loop().time()
        async with self._database.aside() as connection:
            rows = (await connection.execute(asked)).mappings().all()
        took = self._half_since(sent)
        if self._correct is not None and rows and took.total_seconds() * 2 < _AT_ONCE:
            self._correct(rows[0]["server_time"] + took)
        if not any(row["lives"] for row in rows):
            return None
        left = {
            row["id"]: row["beat_at"] - row["dead_before"]
            for row in rows
            if row["id"] != process_id
        }
        dead = [row for row in rows if left.get(row["id"], LIFE) <= timedelta()]
        lives = {name: each for name, each in left.items() if each > timedelta()}
        found = await self.take_over(dead)
        return Beat(_GOOD, found, frozenset(lives), min(lives.values(), default=None))

    async def _beat_sqlite(self, process_id: str, values: Mapping[str, Any]) -> Beat:
        if values:
            async with self._database.write_post() as connection:
                ours = update(processes).where(processes.c.id == process_id)
                await connection.execute(ours.values(beat_at=self._clock(), **values))
        if self._looked and not self._others(process_id):
            return Beat(timedelta.max)
        async with self._database.read() as connection:
            others = select(processes).where(processes.c.id != process_id)
            rows = (await connection.execute(others)).mappings().all()
        self._looked = True
        locks = {row["id"]: self._lock(row["id"]) for row in rows}
        taken = {number for number, lock in locks.items() if lock.take()}
        try:
            dead = await self.take_over([row for row in rows if row["id"] in taken])
        finally:
            for number in taken:
                locks[number].let_go()
        return Beat(timedelta.max, dead, frozenset(locks) - taken)

    async def running(self) -> tuple[RunningProcess, ...]:
        """Return the processes that live, the first started first."""
        async with self._database.read() as connection:
            return await running(connection, self._database.address.path)

    async def take_over(self, rows: Collection[Mapping[Any, Any]]) -> tuple[DeadProcess, ...]:
        """Make due again what dead processes had in hand. `rows` are theirs."""
        if not rows:
            return ()
        async with self._database.write() as connection:
            ended = [(row, await self._end(connection, row["id"], dead=True)) for row in rows]
        return tuple(
            DeadProcess(_process_of(row), posts, self._settled)
            for row, posts in ended
            if posts is not None
        )

    async def leave(self, process_id: str) -> None:
        """Say that a process ends: what it still had in hand is another's to look for."""
        async with self._database.write() as connection:
            await self._end(connection, process_id)
        lock = self._locks.pop(process_id, None)
        if lock is not None:
            lock.let_go()

    def close(self) -> None:
        """Let go of what this process holds: one that has not left counts for dead."""
        for lock in self._locks.values():
            lock.let_go(remove=False)
        self._locks.clear()

    async def _end(
        self, connection: AsyncConnection, process_id: str, *, dead: bool = False
    ) -> int | None:
        """Forget a process and free its posts. Returns how many.

        `dead`: only if nobody renewed its row meanwhile; None where somebody did, or where another
        was quicker. A process that says so itself may have leased posts after others had found it
        dead, when it went on after it had stood still: those are freed in any case.
        """
        which = processes.c.id == process_id
        if dead and not self._database.is_sqlite:
            which &= processes.c.beat_at <= func.now() - LIFE
        if (await connection.execute(delete(processes).where(which))).rowcount == 0 and dead:
            return None
        due_at = self._clock() + (self._settled if dead else _SETTLED)
        await connection.execute(
            update(domains).where(domains.c.owner == process_id).values(owner=None)
        )
        ours = sources.c.lease_owner == process_id
        await connection.execute(
            update(sources).where(ours).values(lease_owner=None, lease_until=None)
        )
        # What a model was asked and nobody heard is not asked again: that could cost twice.
        await connection.execute(
            update(drafts)
            .where(drafts.c.lease_owner == process_id)
            .values(
                state=DraftState.FAILED.value,
                at=self._clock(),
                lease_owner=None,
                reason=INTERRUPTED,
            )
        )
        freed = await connection.execute(
            update(posts)
            .where(posts.c.lease_owner == process_id, posts.c.due_at > due_at)
            .values(due_at=due_at, lease_owner=None)
        )
        return int(freed.rowcount)

    def _others(self, process_id: str) -> bool:
        """Whether the locks of other processes lie beside the database, without asking that."""
        own = self._lock(process_id).path
        beginning = self._lock("").path.name
        return any(path.name.startswith(beginning) and path != own for path in own.parent.iterdir())

    def _lock(self, process_id: str) -> LifeLock:
        path = self._database.address.path
        assert path is not None  # noqa: S101 - it is SQLite
        return life_lock(path, process_id)


async def running(connection: AsyncConnection, file: Path | None) -> tuple[RunningProcess, ...]:
    """Return the processes that live, the first started first.

    `file` is the database's; None: it is PostgreSQL.
    """
    statement = select(processes).order_by(processes.c.started_at, processes.c.id)
    if file is None:
        statement = statement.where(processes.c.beat_at > func.now() - LIFE)
    rows = (await connection.execute(statement)).mappings()
    return tuple(_process_of(row) for row in rows if file is None or alive(file, row["id"]))


def _process_of(values: Mapping[Any, Any]) -> RunningProcess:
    return from_row(RunningProcess, values, platforms=tuple(values["platforms"]))
