"""Processes: each says that it lives, and what dead ones had in hand goes on at once.

A lease ends with its process. On PostgreSQL a process renews its row every few seconds, by the
database's clock; one whose row was not renewed for `LIFE` counts for dead. On SQLite all processes
are on one machine, and each holds a file beside the database locked: the lock ends with the
process, at any instruction, and nothing need be written meanwhile. A process that is stopped
(SIGSTOP) keeps its lock, and so its leases until they run out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.database import Database
from store.db.driver_errors import trouble_of
from store.db.files import beside
from store.db.schema import posts, processes
from store.model import RunningProcess
from store.processes.lock import LifeLock

LIFE = timedelta(seconds=15)
"""How long a process on PostgreSQL counts for alive after it said so."""

_GOOD = timedelta(seconds=10)
"""How long it sends something after it said so: what it sent last stands in the channel's history
by the time that another looks."""

_SETTLED = timedelta(seconds=10)
"""How long after its process was killed a post is looked for: what a platform was sent until then
stands in the channel's history. On PostgreSQL so much has passed once a process counts for dead."""


@dataclass(frozen=True, slots=True)
class DeadProcess:
    """A process that died, how many posts it had in hand, and after which pause they go on."""

    process: RunningProcess
    posts: int
    pause: timedelta


class Processes:
    """The processes that run on this store."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._locks: dict[str, LifeLock] = {}
        self._settled = _SETTLED if database.is_sqlite else timedelta()
        self._good = timedelta.max if database.is_sqlite else _GOOD

    async def enter(
        self, process_id: str, host: str, pid: int, kind: str, platforms: Collection[str]
    ) -> timedelta:
        """Say that a process lives from now on.

        `process_id` is what it is called in leases: no two have the same, also on other machines.
        Returns for how long after this was called it may count on that; `timedelta.max` where it
        may until it ends. Raises DatabaseTrouble, also where its lock cannot be made.
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
            "kind": kind,
            "platforms": sorted(platforms),
            "started_at": now,
            "beat_at": now if self._database.is_sqlite else func.now(),
        }
        async with self._database.write_alone() as connection:
            await connection.execute(insert(processes).values(**values))
        return self._good

    async def beat(
        self, process_id: str, platforms: Collection[str] | None = None
    ) -> timedelta | None:
        """Say that a process still lives, and which platforms it runs where that changed.

        Returns as `enter` does; None: it counts for dead, and what it had in hand is another's.
        """
        alive = processes.c.id == process_id
        if self._database.is_sqlite:
            if platforms is None:
                return self._good
            values: dict[str, Any] = {"beat_at": self._clock()}
        else:
            alive &= processes.c.beat_at > func.now() - LIFE
            values = {"beat_at": func.now()}
        if platforms is not None:
            values["platforms"] = sorted(platforms)
        async with self._database.write_alone() as connection:
            beaten = await connection.execute(update(processes).where(alive).values(**values))
            return self._good if beaten.rowcount else None

    async def take_over(self, process_id: str) -> tuple[tuple[DeadProcess, ...], timedelta | None]:
        """Make what dead processes had in hand due again: to be looked for, not to be sent.

        Returns them, and in how long the next one counts for dead unless it says that it lives;
        None where that cannot be known. `process_id` is who asks.
        """
        others = select(processes).where(processes.c.id != process_id)
        if not self._database.is_sqlite:
            others = others.add_columns((func.now() - LIFE).label("dead_before"))
        async with self._database.read() as connection:
            rows = (await connection.execute(others)).mappings().all()
        if not self._database.is_sqlite:
            left = [row["beat_at"] - row["dead_before"] for row in rows]
            dead = [row for row, each in zip(rows, left, strict=True) if each <= timedelta()]
            lives = [each for each in left if each > timedelta()]
            return await self._bury(dead), min(lives, default=None)
        locks = {row["id"]: self._lock(row["id"]) for row in rows}
        taken = {number for number, lock in locks.items() if lock.take()}
        try:
            return await self._bury([row for row in rows if row["id"] in taken]), None
        finally:
            for number in taken:
                locks[number].let_go()

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

    async def _bury(self, rows: Collection[Mapping[Any, Any]]) -> tuple[DeadProcess, ...]:
        if not rows:
            return ()
        async with self._database.write() as connection:
            ended = [(row, await self._end(connection, row["id"], dead=True)) for row in rows]
        return tuple(
            DeadProcess(_process_of(row), posts, self._settled)
            for row, posts in ended
            if posts is not None
        )

    async def _end(
        self, connection: AsyncConnection, process_id: str, *, dead: bool = False
    ) -> int | None:
        """Forget a process and free its posts. Returns how many, None where it is not there.

        `dead`: only if nobody renewed its row meanwhile.
        """
        which = processes.c.id == process_id
        if dead and not self._database.is_sqlite:
            which &= processes.c.beat_at <= func.now() - LIFE
        if (await connection.execute(delete(processes).where(which))).rowcount == 0:
            return None
        due_at = self._clock() + (self._settled if dead else _SETTLED)
        freed = await connection.execute(
            update(posts)
            .where(posts.c.lease_owner == process_id, posts.c.due_at > due_at)
            .values(due_at=due_at, lease_owner=None)
        )
        return int(freed.rowcount)

    def _lock(self, process_id: str) -> LifeLock:
        path = self._database.address.path
        assert path is not None  # noqa: S101 - it is SQLite
        return LifeLock(beside(path, f"-process-{process_id}"))


def _process_of(values: Mapping[Any, Any]) -> RunningProcess:
    return RunningProcess(
        id=values["id"],
        host=values["host"],
        pid=values["pid"],
        kind=values["kind"],
        platforms=tuple(values["platforms"]),
        started_at=values["started_at"],
        beat_at=values["beat_at"],
    )
