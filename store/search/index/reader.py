"""Asks an index which entries hold what. Nothing is ranked here."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Column

from store.db.schema import entries
from store.db.thread_reads import Rows
from store.entries.rows import day_number, entry_of
from store.model import Entry, PublishedDate, Status
from store.search.query.expressions import Expression
from store.search.query.plan import Weighted

RANKED = ("id", "title", "note", "tags", "url", "links", "sort_day", "renditions")
"""The columns of `entries` that are ranked."""

_END = 99_999_999
_DATES_READ = 4_000  # of entries that are found, to count them: about 7 ms
_TITLES_READ = 10_000  # the newest: about 5 ms
_TIGHT = "replace(t.title, ' ', '')"
_LAST = "\U0010ffff"  # sorts after every other character


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
            first = day_number(since.first_day)
            year, month = first // 10_000 * 10_000, first // 100 * 100
        if until is not None:
            last = day_number(until.last_day)
        return cls(year, month, first, last)

    @property
    def unbounded(self) -> bool:
        """Whether every day will do."""
        return self == Days()

    @property
    def bounds(self) -> dict[str, int]:
        """The values of the places in `WITHIN`; none where it is not asked."""
        return {} if self.unbounded else asdict(self)


WITHIN = (
    "e.sort_day >= :year AND (e.sort_day >= :first OR e.sort_day IN (:year, :month))"
    " AND e.sort_day <= :last"
)
"""The condition that `Days` stands for, on `entries e`."""


class IndexReader(ABC):
    """Reads one of the indexes, in a thread. The two engines write expressions differently."""

    number_column: str
    """The column of the index that has the entry's id."""
    matching: str
    """What is true of a row of the index `i` that the expression in a place `name` finds."""
    among: str
    """What is true of a column that has one of the values in a place `name`, of an SQL type."""
    like: str
    """What stands between a text and a pattern that it is compared with."""
    written: Callable[[Expression], str]
    """Returns an expression in the engine's own syntax."""
    listed: Callable[[Collection[Any]], Any]
    """Returns values as a place of `among` takes them."""

    def __init__(self, rows: Rows, slot: str) -> None:
        """`rows` runs a statement."""
        self._rows = rows
        self._slot = slot
        self._index = f"search_index_{slot} i"
        self._id = f"i.{self.number_column}"

    @abstractmethod
    def pattern(self, syllables: Sequence[str], before: str | None) -> str:
        """Return the pattern of texts with syllables (as `hangul.initials` writes them) in a row.

        `before` is what they begin with; None for anything.
        """

    @abstractmethod
    def heaviest(self, parts: Weighted, days: Days, *, limit: int, first: int = 0) -> list[int]:
        """Return the ids of entries by the sum of the weights of the expressions that find them.

        Entries before the `first` id are left out.
        """

    def counts(self, terms: Collection[str]) -> dict[str, int]:
        """Return the number of entries that hold each term; those that none holds are left out."""
        found = self._rows(
            f"SELECT term, entries FROM search_terms_{self._slot} "
            f"WHERE term {self.among.format(name='terms', kind='text')} AND entries > 0",
            {"terms": self.listed(terms)},
        )
        return dict(found)

    def texts(self, ids: Collection[int]) -> dict[int, dict[str, Any]]:
        """Return what is ranked of published entries, by id: the columns of `RANKED`."""
        return {
            row[0]: {
                "id": row[0], "title": row[1], "note": row[2], "tags": _list(row[3]),
                "url": row[4], "links": _list(row[5]), "sort_day": row[6],
                "renditions": _list(row[7]),
            }
            for row in self._published(ids, RANKED)
        }  # fmt: skip

    def entries(self, ids: Sequence[int]) -> list[Entry]:
        """Return published entries in the order of their ids as given."""
        names, columns = entries.c.keys(), entries.c.values()
        found = self._published(ids, names, columns)
        known = {row[0]: entry_of(dict(zip(names, row, strict=True))) for row in found}
        return [known[number] for number in ids if number in known]

    def words(self, beginning: str, ending: str, lengths: range, *, limit: int) -> dict[str, int]:
        """Return the most used terms that begin and end so, with the entries that hold them.

        `beginning` and `ending` are of letters only, `lengths` are those of a term.
        """
        shaped = "term LIKE :ending AND length(term) >= :shortest AND length(term) < :too_long"
        shape = {"ending": f"%{ending}", "shortest": lengths.start, "too_long": lengths.stop}
        return self._used(beginning, beginning + _LAST, shaped, {**shape, "limit": limit})

    def begun(self, syllables: Sequence[str], beginning: str, *, limit: int) -> dict[str, int]:
        """Return the most used terms of such syllables behind a beginning, and of more behind them.

        Syllables are as `hangul.initials` writes them: the first one says where they are sorted.
        """
        first, last = syllables[0].strip("[]")[0], syllables[0].strip("[]")[-1]
        shape = {"pattern": self.pattern(syllables, beginning), "limit": limit}
        shaped = f"term {self.like} :pattern"
        return self._used(beginning + first, beginning + last + _LAST, shaped, shape)

    def titles(self, syllables: Sequence[str], *, limit: int) -> list[str]:
        """Return the newest folded titles with such syllables in a row, blanks aside."""
        found = self._rows(
            "SELECT t.title FROM (SELECT id, sort_day FROM entries WHERE status = :status "
            "ORDER BY sort_day DESC, id DESC LIMIT :newest) e "
            "JOIN folded_titles t ON t.entry_id = e.id "
            f"WHERE {_TIGHT} {self.like} :pattern "
            "ORDER BY e.sort_day DESC, e.id DESC LIMIT :limit",
            {
                "status": Status.PUBLISHED.value,
                "newest": _TITLES_READ,
                "pattern": self.pattern(syllables, None),
                "limit": limit,
            },
        )
        return [title for (title,) in found]

    def newest(
        self, expression: Expression, days: Days, *, limit: int, offset: int = 0
    ) -> list[int]:
        """Return the ids of entries that an expression finds, the last ones added first."""
        return self._ids(
            f"SELECT {self._id} FROM {self._index}{self._dated(days)} "
            f"{self._finds('found')} ORDER BY {self._id} DESC "
            "LIMIT :limit OFFSET :offset",
            {"found": self.written(expression), "limit": limit, "offset": offset, **days.bounds},
        )

    def number(self, expression: Expression, days: Days) -> int | None:
        """Return how many entries an expression finds; None where it would take long to tell."""
        matching = f"FROM {self._index} WHERE {self._finds('found')}"
        values = {"found": self.written(expression)}
        if days.unbounded:
            return self._ids(f"SELECT count(*) {matching}", values)[0]
        ((read, within),) = self._rows(
            f"SELECT count(*), count(CASE WHEN {WITHIN} THEN 1 END) "
            f"FROM (SELECT {self._id} AS id {matching} LIMIT :limit) one "
            "CROSS JOIN entries e WHERE e.id = one.id",
            {**values, "limit": _DATES_READ, **days.bounds},
        )
        return within if read < _DATES_READ else None

    def latest(
        self, wanted: Expression | None, unwanted: Expression | None, days: Days, *, limit: int
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
                found = f"SELECT {self._id} FROM {self._index} WHERE {self._finds(name)}"
                conditions.append(f"e.id {within} ({found})")
        if not days.unbounded:
            conditions.append(WITHIN)
        return self._ids(
            f"SELECT e.id FROM entries e WHERE {' AND '.join(conditions)} "
            "ORDER BY e.sort_day DESC, e.id DESC LIMIT :limit",
            {**values, **days.bounds},
        )

    def _used(self, first: str, last: str, also: str, values: Mapping[str, Any]) -> dict[str, int]:
        """Return the most used terms from one up to another of which something else is true."""
        found = self._rows(
            f"SELECT term, entries FROM search_terms_{self._slot} "
            f"WHERE term >= :first AND term < :last AND entries > 0 AND {also} "
            "ORDER BY entries DESC, term LIMIT :limit",
            {"first": first, "last": last, **values},
        )
        return dict(found)

    def _finds(self, name: str) -> str:
        return self.matching.format(name=name, slot=self._slot)

    def _dated(self, days: Days) -> str:
        if days.unbounded:
            return " WHERE"
        # What is found is looked up by its id: a cross join keeps SQLite from the other order.
        return f" CROSS JOIN entries e WHERE e.id = {self._id} AND {WITHIN} AND"

    def _published(
        self, ids: Collection[int], names: Iterable[str], columns: Sequence[Column[Any]] = ()
    ) -> Sequence[Any]:
        """Return rows of the published entries among some, in any order."""
        if not ids:
            return ()
        return self._rows(
            # Not by the status alone: SQLite would read every published entry by its index.
            f"SELECT {', '.join(names)} FROM entries "
            f"WHERE id {self.among.format(name='ids', kind='bigint')} AND status || '' = :status",
            {"ids": self.listed(ids), "status": Status.PUBLISHED.value},
            columns,
        )

    def _ids(self, statement: str, values: Mapping[str, Any]) -> list[int]:
        return [number for (number,) in self._rows(statement, values)]


def _list(value: Any) -> Any:
    """Return a list as a column has it: SQLite has text, which is mostly that of an empty one."""
    if isinstance(value, str):
        return () if value == "[]" else json.loads(value)
    return value
