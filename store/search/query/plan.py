"""Which entries are worth ranking: what the index is asked for a query, at a bounded cost.

The index only says which entries hold a term. An entry's first score is the sum of the weights of
the terms that it holds. The rarest terms are gathered first, until enough entries hold one of
them; terms that more entries hold only add to what those have (this is how MaxScore prunes:
Turtle and Flood, Query Evaluation: Strategies and Optimizations, 1995).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from store.search.index.documents import HEAD_SIGN
from store.search.query.expressions import Expression, all_of, either_of
from store.search.query.terms import QueryTerm
from store.search.ranking.ranking import LINK, TRANSLATED, Statistics

RANKED = 48
"""Entries that are ranked by their text. More did not rank better (bench/README.md)."""

GATHERED = 4_000
"""Entries that may hold one of the rarest terms; of more, the last ones that were added."""

_MOST_TERMS = 40  # of a query that are looked up; the rarest say the most
_MOST_POSTINGS = 1_500_000  # read of terms that only add: about 40 ms


Weighted = Sequence[tuple[Expression, float]]
"""What to ask the index, and what an entry that it finds gains."""


@dataclass(frozen=True, slots=True)
class Gathering:
    """What to look up. An entry must hold something essential to be looked at.

    What only adds to its weight is asked with the essential. `few`: there may be no more entries
    than are ranked, so that weights need not choose. `crowded`: even the rarest term is in more
    than are gathered.
    """

    essential: Weighted
    adding: Weighted
    few: bool
    crowded: bool


def holding(unit: QueryTerm) -> Expression:
    """Return what the index must say of an entry that holds a word, by whatever name."""
    return either_of(*(all_of(*way) for one in (unit, *unit.also) for way in one.ways))


def heading(unit: QueryTerm) -> Expression:
    """Return what the index must say of an entry whose head holds a word."""
    return either_of(*(all_of(*(HEAD_SIGN + term for term in way)) for way in unit.ways))


def gathering(units: Sequence[QueryTerm], statistics: Statistics) -> Gathering | None:
    """Choose what to look up; None where no entry holds any of it."""
    found: dict[Expression, tuple[int, float]] = {}
    for expression, frequency, share in _worth(units, statistics):
        weight = share * statistics.rarity(frequency)
        if frequency and weight > found.get(expression, (0, 0.0))[1]:
            found[expression] = (frequency, weight)
    rarest = sorted(found, key=lambda expression: -found[expression][1])[:_MOST_TERMS]
    if not rarest:
        return None
    least = found[rarest[0]][0]
    own = {term for unit in units for term in unit.terms}
    read = min(1.0, GATHERED / least)  # of all entries, if they are spread evenly
    gathered = 0
    postings = 0.0
    essential: list[Expression] = []
    adding: list[Expression] = []
    for expression in rarest:
        frequency = found[expression][0]
        if not essential or gathered + frequency <= GATHERED:
            essential.append(expression)
            gathered += frequency
        elif expression in own and postings + frequency * read <= _MOST_POSTINGS:
            adding.append(expression)
            postings += frequency * read
    among = either_of(*essential)
    return Gathering(
        [(expression, found[expression][1]) for expression in essential],
        [(all_of(expression, among), found[expression][1]) for expression in adding],
        few=sum(found[term][0] for term in essential if term in own) <= RANKED,
        crowded=least > GATHERED,
    )


def _worth(
    units: Iterable[QueryTerm], statistics: Statistics
) -> Iterator[tuple[Expression, int, float]]:
    """Return what may be looked up, the entries that hold it, and its share of its weight."""
    for unit in units:
        if unit.light:
            continue
        for term in unit.terms:
            share = LINK if term == unit.link else 1.0
            yield term, statistics.frequency(term), share
        for other in unit.also:
            for way in other.ways:
                yield all_of(*way), min(map(statistics.frequency, way)), TRANSLATED
