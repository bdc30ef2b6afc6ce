"""Builds the index anew beside the one that answers, for another analyzer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.database import Database
from store.db.schema import entries, search_states
from store.search.index.engine import SLOTS, Difference, IndexState, Row
from store.search.index.index import SearchIndex, states_of
from store.search.text.analyzer import ANALYZER

Progress = Callable[[int, int], None]
"""Is told up to which entry id the index is built, and the last one."""

_AT_ONCE = 500
"""Entries that are written in one unit of work, for which other writers wait: about half a second.
With fewer, the counts of the same frequent terms would be written more often."""

_TRIES = 3  # to build an index that other programs give up

_READ = entries.c[
    "id", "title", "note", "tags", "url", "links", "added_by", "language", "status", "renditions"
]


def untold(done: int, last: int) -> None:
    """Tell nobody."""
    del done, last


@dataclass(frozen=True, slots=True)
class _Batch:
    """The entries that are built in next, as they were read, and what they are to the index."""

    upto: int
    rows: Sequence[Row]
    difference: Difference


class Rebuilding:
    """Makes an index of this program's analyzer, in many short units of work.

    Every unit begins at what the last one left, whoever did that. So a rebuild that was cut off
    is continued, and two programs that rebuild at once share the work.
    """

    def __init__(self, database: Database, index: SearchIndex) -> None:
        self._database = database
        self._index = index

    async def outdated(self) -> bool:
        """Whether the index was made by another analyzer, or is not there for all entries."""
        async with self._database.read() as connection:
            return await outdated(connection)

    async def rebuild(self, progress: Progress = untold) -> bool:
        """Build the index anew, while the old one answers. What was begun is continued.

        `progress` is told, after each few hundred entries, up to which id it is built, and the
        last one. Returns whether the index is this program's now; it is not where other programs
        begin one for another analyzer again and again.
        """
        for _ in range(_TRIES):
            await self._begin()
            await self._build(progress)
            await self._give_up()
            if not await self.outdated():
                return True
        return False

    async def _build(self, progress: Progress) -> None:
        """Build in what is not yet, and let the index answer."""
        while batch := await self._read():
            if batch.rows:
                last = await self._write(batch)
                if last:
                    progress(batch.rows[-1]["id"], last)
            elif await self._finish():
                return

    async def _building(self, connection: AsyncConnection) -> IndexState | None:
        """Return the index that is being built by this analyzer, with its `upto`."""
        for state in await states_of(connection):
            if state.version == ANALYZER and state.upto is not None:
                return state
        return None

    async def _begin(self) -> None:
        """See to it that there is an index to build, unless the one that answers is right."""
        async with self._database.write() as connection:
            if await self._building(connection) is not None:
                return
            states = await states_of(connection)
            if any(state.active and state.version == ANALYZER for state in states):
                return
            taken = {state.slot for state in states if state.active}
            slot = next(slot for slot in SLOTS if slot not in taken)
            await self._index.clear(connection, slot)
            await connection.execute(delete(search_states).where(search_states.c.slot == slot))
            fresh = IndexState(slot, ANALYZER, active=False, upto=0, entries=0, length=0)
            await connection.execute(insert(search_states), asdict(fresh))

    async def _read(self) -> _Batch | None:
        """Return what is built in next, analyzed; without entries where all are."""
        async with self._database.read() as connection:
            state = await self._building(connection)
            if state is None or state.upto is None:
                return None
            rows = await _rows_after(connection, state.upto)
        return _Batch(state.upto, rows, await self._difference(rows))

    async def _write(self, batch: _Batch) -> int:
        """Build a batch in, and return the last entry id; 0 where somebody else was quicker."""
        async with self._database.write() as connection:
            state = await self._building(connection)
            if state is None or state.upto != batch.upto:
                return 0
            await self._database.expect_much(connection)
            reached = batch.rows[-1]["id"]
            rows = await _rows_after(connection, batch.upto, reached)
            changed = rows != batch.rows  # since they were read
            difference = await self._difference(rows) if changed else batch.difference
            await connection.execute(
                update(search_states).where(search_states.c.slot == state.slot).values(upto=reached)
            )
            await self._index.change(connection, state, difference)
            return await _last_id(connection)

    async def _difference(self, rows: Sequence[Row]) -> Difference:
        return await self._index.difference([(None, row) for row in rows])

    async def _finish(self) -> bool:
        """Let the index answer, and the other one no more. Returns False where more came."""
        async with self._database.write() as connection:
            state = await self._building(connection)
            if state is None or state.upto is None:
                return True
            if await _rows_after(connection, state.upto):
                return False
            slot = search_states.c.slot
            await connection.execute(delete(search_states).where(slot != state.slot))
            await connection.execute(
                update(search_states).where(slot == state.slot).values(active=True, upto=None)
            )
            return True

    async def _give_up(self) -> None:
        """Empty the index that answers no more."""
        async with self._database.write() as connection:
            in_use = {state.slot for state in await states_of(connection)}
            for slot in SLOTS:
                if slot not in in_use:
                    await self._index.clear(connection, slot)


async def outdated(connection: AsyncConnection) -> bool:
    """Whether the index was made by another analyzer, or is not there for all entries."""
    answering = select(search_states.c.version).where(search_states.c.active)
    versions = (await connection.execute(answering)).scalars().all()
    if versions:
        return ANALYZER not in versions
    return await _last_id(connection) > 0


async def _rows_after(
    connection: AsyncConnection, number: int, last: int | None = None
) -> list[dict[str, Any]]:
    statement = select(*_READ).where(entries.c.id > number).order_by(entries.c.id).limit(_AT_ONCE)
    if last is not None:
        statement = statement.where(entries.c.id <= last)
    return [dict(row) for row in (await connection.execute(statement)).mappings()]


async def _last_id(connection: AsyncConnection) -> int:
    last = await connection.execute(select(func.max(entries.c.id)))
    return last.scalar_one() or 0
