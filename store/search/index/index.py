"""Keeps the index in step with the entries, in the same unit of work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.schema import entries, search_states
from store.search.executor import SearchExecutor, Tools
from store.search.index.documents import Document, document, published
from store.search.index.engine import SLOTS, Engine, Row, State
from store.search.text.analyzer import ANALYZER

Change = tuple[Row | None, Row]
"""A row of `entries` as it was (None: there was none) and as it is."""

Documents = Mapping[int, Document]
"""What the index holds of entries, by their ids."""

_AT_ONCE = 25
"""Entries that are analyzed before a search gets its turn: some 20 ms."""

_WRITTEN_AT_ONCE = 200
"""Entries whose terms are kept in memory before they are written."""

_COUNTED_OF = 16
"""Of so many entries that change one by one, one counts for terms that are frequent."""

_MIXED = ""
"""The version of an index into which several analyzers put terms."""


class SearchIndex:
    """The index, as those see it who write entries."""

    def __init__(self, engine: Engine, executor: SearchExecutor) -> None:
        self._engine = engine
        self._executor = executor

    async def put(self, connection: AsyncConnection, changes: Sequence[Change]) -> None:
        """Bring the index from what rows were to what they are, in the writer's unit of work."""
        for state in await self._kept(connection, changes):
            for start in range(0, len(changes), _WRITTEN_AT_ONCE):
                some = changes[start : start + _WRITTEN_AT_ONCE]
                before, after = await self.documents(some)
                await self.change(connection, state, before, after)

    async def documents(self, changes: Sequence[Change]) -> tuple[Documents, Documents]:
        """Return what the index holds of published rows, as they were and as they are."""
        before: dict[int, Document] = {}
        after: dict[int, Document] = {}
        for start in range(0, len(changes), _AT_ONCE):
            some = changes[start : start + _AT_ONCE]
            were, are = await self._executor.do(_documents, some)
            before |= were
            after |= are
        return before, after

    async def change(
        self, connection: AsyncConnection, state: State, before: Documents, after: Documents
    ) -> None:
        """Bring one index from some documents to others."""
        if state.upto is not None:
            before = {number: one for number, one in before.items() if number <= state.upto}
            after = {number: one for number, one in after.items() if number <= state.upto}
        gone = {number: one for number, one in sorted(before.items()) if after.get(number) != one}
        come = {number: one for number, one in sorted(after.items()) if before.get(number) != one}
        if not gone and not come:
            return
        if state.version == ANALYZER:
            # What another analyzer put in can only be taken out by it.
            await self._engine.remove(
                connection, state.slot, {number: one.terms for number, one in gone.items()}
            )
        await self._engine.put(
            connection, state.slot, {number: one.terms for number, one in come.items()}
        )
        await self._engine.count(
            connection, state.slot, _difference(gone, come), _times({*gone, *come})
        )
        length = sum(one.length for one in come.values()) - sum(one.length for one in gone.values())
        await connection.execute(
            update(search_states)
            .where(search_states.c.slot == state.slot)
            .values(
                entries=search_states.c.entries + len(come) - len(gone),
                length=search_states.c.length + length,
            )
        )

    async def _kept(
        self, connection: AsyncConnection, changes: Sequence[Change]
    ) -> Sequence[State]:
        """Return the index that answers and the one that is being built, if any.

        An index of another program's analyzer cannot be kept in step. One that is being
        built is given up. One that answers gets new terms beside old ones: it finds such entries
        by what they said before too, but they are ranked by what they say now. It is marked, so
        that no program holds it for its own.
        """
        states = await states_of(connection)
        if not states:
            return await self._first(connection, changes)
        kept: list[State] = []
        for state in states:
            of_slot = search_states.c.slot == state.slot
            if state.version == ANALYZER:
                kept.append(state)
            elif not state.active:
                await connection.execute(delete(search_states).where(of_slot))
            else:
                if state.version != _MIXED:
                    await connection.execute(
                        update(search_states).where(of_slot).values(version=_MIXED)
                    )
                kept.append(state)
        return kept

    async def _first(
        self, connection: AsyncConnection, changes: Sequence[Change]
    ) -> Sequence[State]:
        """Begin the index of a store without any, if its first entries are being added.

        Where there were entries before, all of them have to be built in.
        """
        count = select(func.count()).select_from(entries)
        if (await connection.execute(count)).scalar_one() > len(changes):
            return ()
        fresh = State(SLOTS[0], ANALYZER, active=True, upto=None, entries=0, length=0)
        await connection.execute(insert(search_states), values_of(fresh))
        return (fresh,)


async def states_of(connection: AsyncConnection) -> list[State]:
    """Return how the indexes stand."""
    return [State(*row) for row in await connection.execute(select(*search_states.c))]


def values_of(state: State) -> dict[str, Any]:
    """Return the row of a state."""
    return asdict(state)


def _documents(
    tools: Tools, changes: Iterable[Change]
) -> tuple[dict[int, Document], dict[int, Document]]:
    before: dict[int, Document] = {}
    after: dict[int, Document] = {}
    for was, row in changes:
        if was is not None and published(was):
            before[was["id"]] = document(was, tools.analyzer)
        if published(row):
            after[row["id"]] = document(row, tools.analyzer)
    return before, after


def _times(ids: Collection[int]) -> int:
    """Return how often a change of some entries counts for terms that are frequent.

    Most terms of an entry are, and each is on another page of the database. To write them all
    would cost more than the rest, so of single entries, only some are counted, and count more.
    """
    if len(ids) > 1:
        return 1
    return 0 if any(number % _COUNTED_OF for number in ids) else _COUNTED_OF


def _difference(gone: Documents, come: Documents) -> dict[str, int]:
    """Return by how much the number of entries changes that hold each term."""
    counts: Counter[str] = Counter()
    for one in come.values():
        counts.update(one.counted)
    for one in gone.values():
        counts.subtract(one.counted)
    return {term: count for term, count in sorted(counts.items()) if count}
