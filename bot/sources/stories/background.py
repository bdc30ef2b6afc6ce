"""How rare a term is among the news of these weeks."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from bot.sources.stories.vocabulary import table

SHIPPED = 400
"""As so many titles counts the table that comes with the product: after a month with sources,
what is counted here outweighs it."""

_NEVER_SEEN = 0.5


class Background:
    """Counts in how many titles a term occurs."""

    def __init__(self, usual: Mapping[str, float]) -> None:
        """Begin with how often terms usually occur, as parts of all titles."""
        self._counts: Counter[str] = Counter()
        self._usual = usual
        self._titles = 0

    @classmethod
    def shipped(cls, terms_of: Callable[[str], Iterable[str]]) -> Background:
        """Begin with the table that comes with the product, whose words `terms_of` reads."""
        usual: dict[str, float] = {}
        for line in table("common.tsv"):
            rate, words = line.split("\t")
            for word in words.split("|"):
                usual.update({term: float(rate) / 1000 for term in terms_of(word)})
        return cls(usual)

    def add(self, terms: Iterable[str]) -> None:
        """Count a title."""
        self._counts.update(terms)
        self._titles += 1

    def remove(self, terms: Iterable[str]) -> None:
        """Count a title no more."""
        for term in terms:
            self._counts[term] -= 1
            if not self._counts[term]:
                del self._counts[term]
        self._titles -= 1

    def weight(self, term: str) -> float:
        """Return how much a term tells: 1 for one that was never seen, 0 for one in all titles.

        Inverse document frequency (Spärck Jones, 1972), in parts of the highest.
        """
        titles = self._titles + SHIPPED
        seen = self._counts[term] + SHIPPED * self._usual.get(term, 0.0)
        rarity = math.log(titles / max(seen, _NEVER_SEEN)) / math.log(titles / _NEVER_SEEN)
        return max(rarity, 0.0)
