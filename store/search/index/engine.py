"""What search needs of a database engine: an index of terms, and their counts.

There are two indexes, `a` and `b`. One answers; while the analyzer of a newer program builds the
other, the first goes on to.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from store.model import PublishedDate, Status
from store.search.query.expressions import Expression

SLOTS = ("a", "b")
"""The names of the two indexes, as they end the names of their tables."""

FREQUENT = 64
"""Entries from which on a term is frequent: nobody misses a few of them in its number."""

RANKED = ("id", "title", "note", "tags", "url", "links", "sort_day")
"""The columns of `entries` that say what an entry is worth for a query."""

Row = Mapping[str, Any]
"""Columns of a row of `entries` by their names."""

_END = 99_999_999
_DATES_READ = 10_000  # of entries that are found, to count them: about 10 ms
_LAST = "\U0010ffff"  # sorts after every other character


@dataclass(frozen=True, slots=True)
class State:
    """How an index stands: by which analyzer it was made, and what it holds.

    `version` is the name of the analyzer, empty where several had their hands in it. `upto` is the
    last entry id that is built in, None where all are. `length` is in characters.
    """

    slot: str
    version: str
    active: bool
    upto: int | None
    entries: int
    length: int


@dataclass(frozen=True, slots=True)
class Days:
    """The days between which an entry's date may lie, as `entries.sort_day` has them.

    A month or a year lies there when a day of it does. `last` is the end of time where nothing
    was said.
    """

    year: int = 0
    month: int = 0
    first: int = 0
    last: int = _END

    @classmethod
    def between(cls, since: PublishedDate | None, until: PublishedDate | None) -> Days:
        """Return the days from one date to another, both included."""
        year = month = first = 0
        last = _END
        if since is not None:
            day = since.first_day
            year, month = day.year * 10_000, day.year * 10_000 + day.month * 100
            first = month + day.day
        if until is not None:
            day = until.last_day
            last = day.year * 10_000 + day.month * 100 + day.day
        return cls(year, month, first, last)

    @property
    def unbounded(self) -> bool:
        """Whether every day will do."""
        return self == Days()

    @property
    def values(self) -> dict[str, int]:
        """The values of the places in `WITHIN`."""
        return {"year": self.year, "month": self.month, "first": self.first, "last": self.last}


WITHIN = (
    "e.sort_day >= :year AND (e.sort_day >= :first OR e.sort_day IN (:year, :month))"
    " AND e.sort_day <= :last"
)
"""The condition that `Days` stands for, on `entries e`."""


COUNTING = (
    "ON CONFLICT (term) DO UPDATE SET entries = CASE"
    f" WHEN known.entries < {FREQUENT} THEN known.entries + excluded.entries"
    f" WHEN known.entries + excluded.entries * :times < {FREQUENT} THEN {FREQUENT}"
    " ELSE known.entries + excluded.entries * :times END"
    f" WHERE known.entries < {FREQUENT} OR :times <> 0"
)
"""How a number of entries is added to the one that is known.

What was frequent once stays so: its number is not exact any more, and must not say that no entry
is left while some are.
"""


class Engine(ABC):
    """The statements that search needs, which the two engines share but for their index."""

    number_column: str
    """The column of the index that has the entry's id."""

    @abstractmethod
    async def rows(
        self, connection: AsyncConnection, statement: str, values: Mapping[str, Any]
    ) -> Sequence[Sequence[Any]]:
        """Run a statement and return its rows, as fast as the engine can."""

    @abstractmethod
    def written(self, expression: Expression) -> str:
        """Return an expression in the engine's own syntax."""

    @abstractmethod
    def finds(self, slot: str, name: str) -> str:
        """Return the condition that an expression finds a row of the index `i`."""

    @abstractmethod
    async def put(
        self, connection: AsyncConnection, slot: str, terms: Mapping[int, Sequence[str]]
    ) -> None:
        """Add entries, by id, with their terms."""

    @abstractmethod
    async def remove(
        self, connection: AsyncConnection, slot: str, terms: Mapping[int, Sequence[str]]
    ) -> None:
        """Take entries out, which were put in with these terms."""

    @abstractmethod
    async def clear(self, connection: AsyncConnection, slot: str) -> None:
        """Take everything out, the counts too."""

    @abstractmethod
    async def count(
        self, connection: AsyncConnection, slot: str, terms: Mapping[str, int], times: int
    ) -> None:
        """Add to the number of entries that hold each term; less than nothing takes away.

        Numbers from `FREQUENT` on change by so many `times` that.
        """

    @abstractmethod
    async def counts(
        self, connection: AsyncConnection, slot: str, terms: Collection[str]
    ) -> dict[str, int]:
        """Return the number of entries that hold each term; those that none holds are left out."""

    @abstractmethod
    async def heaviest(
        self,
        connection: AsyncConnection,
        slot: str,
        parts: Sequence[tuple[Expression, float]],
        days: Days,
        *,
        limit: int,
        first: int,
    ) -> list[int]:
        """Return the ids of entries by the sum of the weights of the expressions that find them.

        Entries before the `first` id are left out.
        """

    @abstractmethod
    async def texts(self, connection: AsyncConnection, ids: Sequence[int]) -> list[Row]:
        """Return what is ranked of published entries, in any order: the columns of `RANKED`."""

    async def states(self, connection: AsyncConnection) -> Sequence[State]:
        """Return how the indexes stand."""
        rows = await self.rows(
            connection,
            "SELECT slot, version, active, upto, entries, length FROM search_states",
            {},
        )
        return [State(row[0], str(row[1]), bool(row[2]), *row[3:]) for row in rows]

    async def words(
        self,
        connection: AsyncConnection,
        slot: str,
        beginning: str,
        ending: str,
        lengths: range,
        *,
        limit: int,
    ) -> dict[str, int]:
        """Return the most used terms that begin and end so, with the entries that hold them.

        `beginning` and `ending` are of letters only, `lengths` are those of a term.
        """
        rows = await self.rows(
            connection,
            f"SELECT term, entries FROM search_terms_{slot} "
            "WHERE term >= :first AND term < :last AND entries > 0 AND term LIKE :ending "
            "AND length(term) >= :shortest AND length(term) < :too_long "
            "ORDER BY entries DESC, term LIMIT :limit",
            {
                "first": beginning,
                "last": beginning + _LAST,
                "ending": f"%{ending}",
                "shortest": lengths.start,
                "too_long": lengths.stop,
                "limit": limit,
            },
        )
        return {row[0]: row[1] for row in rows}

    async def newest(
        self,
        connection: AsyncConnection,
        slot: str,
        expression: Expression,
        days: Days,
        *,
        limit: int,
        offset: int = 0,
    ) -> list[int]:
        """Return the ids of entries that an expression finds, the last ones added first."""
        return await self._ids(
            connection,
            f"SELECT i.{self.number_column} FROM search_index_{slot} i{self._dated(days)} "
            f"{self.finds(slot, 'found')} ORDER BY i.{self.number_column} DESC "
            "LIMIT :limit OFFSET :offset",
            {
                "found": self.written(expression),
                "limit": limit,
                "offset": offset,
                **_values(days),
            },
        )

    async def number(
        self, connection: AsyncConnection, slot: str, expression: Expression, days: Days
    ) -> int | None:
        """Return how many entries an expression finds; None where it would take long to tell."""
        found = f"FROM search_index_{slot} i WHERE {self.finds(slot, 'found')}"
        values = {"found": self.written(expression)}
        if days.unbounded:
            return (await self._ids(connection, f"SELECT count(*) {found}", values))[0]
        rows = await self.rows(
            connection,
            f"SELECT count(*), count(CASE WHEN {WITHIN} THEN 1 END) "
            f"FROM (SELECT i.{self.number_column} AS id {found} LIMIT :limit) one "
            "CROSS JOIN entries e WHERE e.id = one.id",
            {**values, "limit": _DATES_READ, **_values(days)},
        )
        read, within = rows[0]
        return within if read < _DATES_READ else None

    async def latest(
        self,
        connection: AsyncConnection,
        slot: str,
        wanted: Expression | None,
        unwanted: Expression | None,
        days: Days,
        *,
        limit: int,
    ) -> list[int]:
        """Return the ids of published entries, newest news first."""
        values: dict[str, Any] = {"status": Status.PUBLISHED.value, "limit": limit}
        conditions = ["e.status = :status"]
        for within, name, expression in (
            ("IN", "wanted", wanted),
            ("NOT IN", "unwanted", unwanted),
        ):
            if expression is not None:
                values[name] = self.written(expression)
                conditions.append(
                    f"e.id {within} (SELECT i.{self.number_column} FROM search_index_{slot} i "
                    f"WHERE {self.finds(slot, name)})"
                )
        if not days.unbounded:
            conditions.append(WITHIN)
        return await self._ids(
            connection,
            f"SELECT e.id FROM entries e WHERE {' AND '.join(conditions)} "
            "ORDER BY e.sort_day DESC, e.id DESC LIMIT :limit",
            {**values, **_values(days)},
        )

    def _dated(self, days: Days) -> str:
        if days.unbounded:
            return " WHERE"
        # What is found is looked up by its id: a cross join keeps SQLite from the other order.
        return f" CROSS JOIN entries e WHERE e.id = i.{self.number_column} AND {WITHIN} AND"

    async def _ids(
        self, connection: AsyncConnection, statement: str, values: Mapping[str, Any]
    ) -> list[int]:
        return [row[0] for row in await self.rows(connection, statement, values)]


def _values(days: Days) -> dict[str, int]:
    return {} if days.unbounded else days.values
