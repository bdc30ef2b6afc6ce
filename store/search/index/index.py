"""Keeps the index in step with the entries, in the same unit of work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.schema import entries, search_states
from store.search.executor import SearchExecutor, Tools
from store.search.index.documents import document, published
from store.search.index.engine import SLOTS, STATES, Engine, IndexState, Row
from store.search.text.analyzer import ANALYZER

Change = tuple[Row | None, Row]
"""A row of `entries` as it was (None: there was none) and as it is."""

_AT_ONCE = 1_000
"""Entries whose terms are kept in memory before they are written: some ten megabytes."""

_COUNTED_OF = 16
"""Of so many entries that change one by one, one counts for terms that are frequent."""

_MIXED = ""
"""The version of an index into which several analyzers put terms."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What some changes are to an index.

    `gone` and `come` are terms by entry ids, divided by spaces. `numbers` are how many more
    entries hold each term, as the engine takes them; frequent ones count `times` that. `length` is
    that of the entries, in characters.
    """

    gone: Mapping[int, str]
    come: Mapping[int, str]
    numbers: Mapping[str, Any]
    times: int
    length: int


class SearchIndex:
    """The index, as those see it who write entries."""

    def __init__(self, engine: Engine, executor: SearchExecutor) -> None:
        self._engine = engine
        self._executor = executor

    async def put(self, connection: AsyncConnection, changes: Sequence[Change]) -> None:
        """Bring the index from what rows were to what they are, in the writer's unit of work."""
        for state in await self._kept(connection, changes):
            upto = state.upto
            built = [one for one in changes if upto is None or one[1]["id"] <= upto]
            for start in range(0, len(built), _AT_ONCE):
                difference = await self.difference(built[start : start + _AT_ONCE])
                await self.change(connection, state, difference)

    async def difference(self, changes: Sequence[Change]) -> Difference:
        """Return what rows are to an index, as they were and as they are."""
        return await self._executor.do(self._difference, changes)

    async def change(
        self, connection: AsyncConnection, state: IndexState, difference: Difference
    ) -> None:
        """Bring one index up to date."""
        gone, come = difference.gone, difference.come
        if gone and state.version == ANALYZER:
            # What another analyzer put in can only be taken out by it.
            await self._engine.remove(connection, state.slot, gone)
        if come:
            await self._engine.put(connection, state.slot, come)
        if gone or come:
            await self._engine.run(
                connection,
                self._engine.counting(state.slot),
                {**difference.numbers, "times": difference.times},
            )
            await self._engine.run(
                connection,
                "UPDATE search_states SET entries = entries + :entries, length = length + :length "
                "WHERE slot = :slot",
                {"entries": len(come) - len(gone), "length": difference.length, "slot": state.slot},
            )

    def _difference(self, tools: Tools, changes: Sequence[Change]) -> Difference:
        gone: dict[int, str] = {}
        come: dict[int, str] = {}
        counts: Counter[str] = Counter()
        length = 0
        for was, row in changes:
            before = document(was, tools.analyzer) if was and published(was) else None
            after = document(row, tools.analyzer) if published(row) else None
            if before == after:
                continue
            if before:
                gone[row["id"]] = " ".join(chain(before.terms, before.uncounted))
                counts.subtract(chain(before.terms, before.words))
                length -= before.length
            if after:
                come[row["id"]] = " ".join(chain(after.terms, after.uncounted))
                counts.update(chain(after.terms, after.words))
                length += after.length
        if gone:
            counts = Counter({term: count for term, count in counts.items() if count})
        times = _times({*gone, *come})
        return Difference(gone, come, self._engine.numbers(counts), times, length)

    async def _kept(
        self, connection: AsyncConnection, changes: Sequence[Change]
    ) -> Sequence[IndexState]:
        """Return the index that answers and the one that is being built, if any.

        An index of another program's analyzer cannot be kept in step. One that is being
        built is given up. One that answers gets new terms beside old ones: it finds such entries
        by what they said before too, but they are ranked by what they say now. It is marked, so
        that no program holds it for its own.
        """
        states = [IndexState(*row) for row in await self._engine.run(connection, STATES, {})]
        if not states:
            return await self._first(connection, changes)
        kept: list[IndexState] = []
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
    ) -> Sequence[IndexState]:
        """Begin the index of a store without any, if its first entries are being added.

        Where there were entries before, all of them have to be built in.
        """
        count = select(func.count()).select_from(entries)
        if (await connection.execute(count)).scalar_one() > len(changes):
            return ()
        fresh = IndexState(SLOTS[0], ANALYZER, active=True, upto=None, entries=0, length=0)
        await connection.execute(insert(search_states), asdict(fresh))
        return (fresh,)


async def states_of(connection: AsyncConnection) -> list[IndexState]:
    """Return how the indexes stand."""
    return [IndexState(*row) for row in await connection.execute(select(*search_states.c))]


def _times(ids: Collection[int]) -> int:
    """Return how often a change of some entries counts for terms that are frequent.

    Most terms of an entry are, and each is on another page of the database. To write them all
    would cost more than the rest, so of single entries, only some are counted, and count more.
    """
    if len(ids) > 1:
        return 1
    return 0 if any(number % _COUNTED_OF for number in ids) else _COUNTED_OF
