"""What keeping an index needs of a database engine: its terms, and their counts.

There are two indexes, `a` and `b`. One answers; while a newer program builds the other, the first
goes on to.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from store.search.index.reader import IndexReader

SLOTS = ("a", "b")
"""The names of the two indexes, as they end the names of their tables."""

STATES = "SELECT slot, version, active, upto, entries, length FROM search_states"
"""Reads how the indexes stand: the fields of `IndexState`."""

FREQUENT = 64
"""Entries from which on a term is frequent: nobody misses a few of them in its number."""

Row = Mapping[str, Any]
"""Columns of a row of `entries` by their names."""


@dataclass(frozen=True, slots=True)
class IndexState:
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
    """The statements that write an index, and what reads it."""

    reader: type[IndexReader]
    """What reads an index of this engine."""

    @abstractmethod
    async def run(
        self, connection: AsyncConnection, statement: str, values: Mapping[str, Any]
    ) -> Sequence[Any]:
        """Run a statement as fast as the engine can, and return its rows."""

    @abstractmethod
    async def put(self, connection: AsyncConnection, slot: str, terms: Mapping[int, str]) -> None:
        """Add entries, by id, with their terms, divided by spaces."""

    @abstractmethod
    async def remove(
        self, connection: AsyncConnection, slot: str, terms: Mapping[int, str]
    ) -> None:
        """Take entries out, which were put in with these terms."""

    @abstractmethod
    async def clear(self, connection: AsyncConnection, slot: str) -> None:
        """Take everything out, the counts too."""

    @abstractmethod
    def numbers(self, terms: Mapping[str, int]) -> Mapping[str, Any]:
        """Return the values of `counting`: by how much the entries are more that hold a term."""

    @abstractmethod
    def counting(self, slot: str) -> str:
        """Return the statement that adds to the number of entries that hold each of some terms.

        Numbers from `FREQUENT` on change by so many `times` that.
        """
