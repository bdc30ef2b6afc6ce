"""Keeps the index in step with the entries, in the same unit of work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from functools import partial
from itertools import chain

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.schema import search_states
from store.db.thread_writes import Run
from store.search.executor import SearchExecutor, Tools
from store.search.index.documents import document, published
from store.search.index.engine import SLOTS, STATES, Difference, Engine, IndexState, Row
from store.search.text.analyzer import ANALYZER

Change = tuple[Row | None, Row]
"""A row of `entries` as it was (None: there was none) and as it is."""

_AT_ONCE = 1_000
"""Entries whose terms are kept in memory before they are written: some ten megabytes."""

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
        await self._executor.write(connection, partial(self._put, changes))

    async def difference(self, changes: Sequence[Change]) -> Difference:
        """Return what rows are to an index, as they were and as they are."""
        return await self._executor.do(_difference, changes)

    async def change(
        self, connection: AsyncConnection, state: IndexState, difference: Difference
    ) -> None:
        """Bring one index up to date."""
        await self._executor.write(connection, lambda _, run: self._change(run, state, difference))

    async def clear(self, connection: AsyncConnection, slot: str) -> None:
        """Take everything out of one index, the counts too."""
        await self._executor.write(connection, lambda _, run: self._engine.clear(run, slot))

    def _put(self, changes: Sequence[Change], tools: Tools, run: Run) -> None:
        for state in _kept(run, changes):
            upto = state.upto
            built = [one for one in changes if upto is None or one[1]["id"] <= upto]
            for start in range(0, len(built), _AT_ONCE):
                difference = _difference(tools, built[start : start + _AT_ONCE])
                self._change(run, state, difference)

    def _change(self, run: Run, state: IndexState, difference: Difference) -> None:
        if not (difference.gone or difference.come):
            return
        if state.version != ANALYZER:
            # What another analyzer put in can only be taken out by it.
            difference = replace(difference, gone={})
        self._engine.change(run, state.slot, difference)


def _difference(tools: Tools, changes: Sequence[Change]) -> Difference:
    """Return what rows are to an index, as they were and as they are."""
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
    return Difference(gone, come, counts, _times({*gone, *come}), len(come) - len(gone), length)


def _kept(run: Run, changes: Sequence[Change]) -> Sequence[IndexState]:
    """Return the index that answers and the one that is being built, if any.

    An index of another program's analyzer cannot be kept in step. One that is being
    built is given up. One that answers gets new terms beside old ones: it finds such entries
    by what they said before too, but they are ranked by what they say now. It is marked, so
    that no program holds it for its own.
    """
    states = [IndexState(*row) for row in run(STATES, {})]
    if not states:
        return _first(run, len(changes))
    kept: list[IndexState] = []
    for state in states:
        if state.version == ANALYZER:
            kept.append(state)
        elif not state.active:
            run("DELETE FROM search_states WHERE slot = :slot", {"slot": state.slot})
        else:
            if state.version != _MIXED:
                run(
                    "UPDATE search_states SET version = :version WHERE slot = :slot",
                    {"version": _MIXED, "slot": state.slot},
                )
            kept.append(state)
    return kept


def _first(run: Run, added: int) -> Sequence[IndexState]:
    """Begin the index of a store without any, if its first entries are being added.

    Where there were entries before, all of them have to be built in.
    """
    if run("SELECT count(*) FROM entries", {})[0][0] > added:
        return ()
    fresh = IndexState(SLOTS[0], ANALYZER, active=True, upto=None, entries=0, length=0)
    run(
        "INSERT INTO search_states (slot, version, active, upto, entries, length) "
        "VALUES (:slot, :version, :active, :upto, :entries, :length)",
        asdict(fresh),
    )
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
