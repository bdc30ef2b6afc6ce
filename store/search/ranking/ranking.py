"""Ranks what was found: BM25 over words and pairs of syllables, from the text itself.

BM25 as in Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), section 3: a word
counts by how rare it is, by how often it occurs, and less in a long text. A word of Hangul also
counts by its pairs of syllables, wherever they are, spaces or none. The weights were measured
(bench/README.md).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from store.search.query.terms import QueryTerm
from store.search.ranking.matching import LatinMatcher, Matcher, View, matcher_of
from store.search.text.analyzer import Analyzer
from store.search.text.tokens import Script

SATURATION = 1.2
"""BM25's k1: how soon further occurrences stop to count."""

LENGTH_PENALTY = 0.75
"""BM25's b: how much a long text is held to be merely long."""

HEAD = 1.5
"""What an occurrence in the title, the tags or a link's host counts, against one in the note."""

PAIR = 0.6
"""What a pair of syllables counts, against a word."""

LINK = 0.4
"""What the pair of syllables counts that leads from one word over to the next."""

TRANSLATED = 0.6
"""What another name of a word counts where the word itself is not there (모델 for model)."""

COVERAGE = 0.6
"""How much more an entry counts that holds every word, against one that holds none whole."""

FRESHNESS = 0.06
"""How much more an entry of today counts: it is before an old one that is as good."""

HALF_LIFE = 1.0
"""Years in which half of that is lost."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """What BM25 must know of all entries: how many, how long, and in how many each term is."""

    entries: int
    length: int
    frequencies: Mapping[str, int]

    @property
    def average_length(self) -> float:
        """The length of an average entry."""
        return self.length / self.entries if self.entries else 1.0

    def frequency(self, term: str) -> int:
        """Return the number of entries that hold a term."""
        return self.frequencies.get(term, 0)

    def rarity(self, frequency: int) -> float:
        """Return BM25's inverse document frequency, which is never negative."""
        frequency = min(frequency, self.entries)
        return math.log(1 + (self.entries - frequency + 0.5) / (frequency + 0.5))


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the query with the weights that all entries give it.

    `pairs` are pairs of syllables, looked up where spaces are left out; `pieces` are those of a
    name. `own` finds the word by itself, `others` find it by other names.
    """

    unit: QueryTerm
    whole: float
    pairs: tuple[tuple[str, float], ...]
    pieces: tuple[tuple[Matcher, float], ...]
    own: Matcher
    others: tuple[Matcher, ...]

    def occurs(self, view: View) -> bool:
        """Whether it is in a text, by this or another name."""
        return any(matcher.count(view) for matcher in (self.own, *self.others))


class Score(NamedTuple):
    """Why an entry stands where it does.

    `total` are all points. `gains` are those for each word, `held` says whether it is there as a
    word or as a part of one, by this or another name. `together` are the points for holding many
    of the words, `new` those for being new.
    """

    total: float
    gains: tuple[float, ...]
    held: tuple[bool, ...]
    together: float
    new: float


def weighed(
    unit: QueryTerm, statistics: Statistics, vocabulary: Mapping[str, int], analyzer: Analyzer
) -> Word:
    """Give a word its weights. `vocabulary` counts entries by whole words of Hangul."""
    frequency = _frequency(unit, statistics)
    if unit.script is Script.HANGUL:
        known = max((vocabulary.get(form, 0) for form in unit.forms), default=0)
        frequency = min(frequency, known) or frequency

    def weights(terms: Iterable[str], share: float) -> list[tuple[str, float]]:
        return [
            (term, share * unit.weight * statistics.rarity(statistics.frequency(term)))
            for term in terms
        ]

    named = max((_frequency(other, statistics) for other in unit.also), default=0)
    parts, pairs = weights(unit.parts, PAIR), []
    if unit.script in {Script.HANGUL, Script.HAN}:
        parts, pairs = [], parts + weights((unit.link,) if unit.link else (), LINK)
    return Word(
        unit,
        unit.weight * statistics.rarity(frequency + named),
        tuple(pairs),
        tuple((LatinMatcher((part,), "", analyzer.english), weight) for part, weight in parts),
        matcher_of(unit, analyzer),
        tuple(matcher_of(other, analyzer) for other in unit.also),
    )


def _frequency(unit: QueryTerm, statistics: Statistics) -> int:
    """Return the number of entries that can hold a word: no more than hold its rarest term."""
    return max((min(map(statistics.frequency, way)) for way in unit.ways), default=0)


class Ranker:
    """Scores entries for one query."""

    def __init__(self, words: Sequence[Word], statistics: Statistics) -> None:
        self._words = words
        self._average = statistics.average_length
        self._sum = sum(word.whole for word in words) or 1.0

    def score(self, head: str, body: str, day: int = 0, today: int = 0) -> Score:
        """Score an entry by its folded head (title, tags, hosts) and its folded note.

        `day` and `today` are as `entries.sort_day` has them.
        """
        above = View(head)
        # Each is looked for in the whole text once, and in the head only where it is there at all.
        whole = View(f"{head}\n{body}")
        length = len(whole.spaceless)
        damping = SATURATION * (1 - LENGTH_PENALTY + LENGTH_PENALTY * length / self._average)
        more = HEAD - 1
        gains: list[float] = []
        held: list[bool] = []
        weight_held = 0.0
        for word in self._words:
            gain = 0.0
            share, matcher, times = 1.0, word.own, word.own.count(whole)
            if not times:
                share = TRANSLATED
                for matcher in word.others:
                    if times := matcher.count(whole):
                        break
            if times:
                times += more * matcher.count(above)
                gain = share * word.whole * times * (SATURATION + 1) / (times + damping)
                weight_held += share * word.whole * min(times, 1.0)
            held.append(gain > 0)
            for pair, weight in word.pairs:
                if times := whole.spaceless.count(pair):
                    times += more * above.spaceless.count(pair)
                    gain += weight * times * (SATURATION + 1) / (times + damping)
            for piece, weight in word.pieces:
                if times := piece.count(whole):
                    times += more * piece.count(above)
                    gain += weight * times * (SATURATION + 1) / (times + damping)
            gains.append(gain)
        points = sum(gains)
        together = points * COVERAGE * weight_held / self._sum
        new = (points + together) * FRESHNESS * 0.5 ** (_years(day, today) / HALF_LIFE)
        return Score(points + together + new, tuple(gains), tuple(held), together, new)


def _years(day: int, today: int) -> float:
    """Return the years between two days, as near as months tell; a day to come is today."""
    months = (today // 10_000 - day // 10_000) * 12 + today // 100 % 100 - (day // 100 % 100 or 6)
    return max(0.0, months / 12)
