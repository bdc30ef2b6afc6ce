"""What keeping an index needs of a database engine: its terms, and their counts.

There are two indexes, `a` and `b`. One answers; while a newer program builds the other, the first
goes on to.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from store.db.thread_writes import Run
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


SIZING = (
    "UPDATE search_states SET entries = entries + :entries, length = length + :length "
    "WHERE slot = :slot"
)
"""Adds to what an index holds."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What some changes are to an index.

    `gone` and `come` are terms by entry ids, divided by spaces. `counts` are how many more entries
    hold each term; frequent ones count `times` that. `entries` and `length`, in characters, are by
    how much the index is larger.
    """

    gone: Mapping[int, str]
    come: Mapping[int, str]
    counts: Mapping[str, int]
    times: int
    entries: int
    length: int


class Engine(ABC):
    """The statements that write an index, and what reads it."""

    reader: type[IndexReader]
    """What reads an index of this engine."""

    @abstractmethod
    def change(self, run: Run, slot: str, difference: Difference) -> None:
        """Bring an index, its counts and its size up to date."""

    @abstractmethod
    def clear(self, run: Run, slot: str) -> None:
        """Take everything out, the counts too."""
