"""Ranks what was found: BM25 over words and pairs of syllables, from the text itself.

BM25 as in Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), section 3: a word
counts by how rare it is, by how often it occurs, and less in a long text. A word of Hangul counts
as a word where it stands as one, in part where it is within a longer one, and by its pairs of
syllables wherever they are, spaces or none. The weights were measured (bench/README.md).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from store.search.query.terms import QueryTerm
from store.search.text.analyzer import JOINTS, Analyzer
from store.search.text.english import English
from store.search.text.korean import Grammar
from store.search.text.tokens import WORDS, Script

SATURATION = 1.2
"""BM25's k1: how soon further occurrences stop to count."""

LENGTH_PENALTY = 0.75
"""BM25's b: how much a long text is held to be merely long."""

HEAD = 1.5
"""What an occurrence in the title, the tags or a link's host counts, against one in the note."""

PART = 0.5
"""What a word counts at the beginning or the end of a longer one (모델 in 언어모델)."""

INSIDE = 0.2
"""What a word counts in the middle of a longer one."""

SPACED = 0.9
"""What a word counts that is written with spaces in it (초거대언어모델 as 초거대 언어 모델)."""

SPACED_SHORT = 0.4
"""The same, of three syllables: they may also meet by chance."""

SYLLABLE = 0.02
"""What a word of one syllable counts within a longer one: most often it is another word."""

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

_SPACED_FROM = 3  # syllables
_SYLLABLES = re.compile("[가-힣]*")
_LETTERS = re.compile("[a-z]*")


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

    `pairs` are pairs of syllables, looked up where spaces are left out; `pieces` are stems.
    """

    unit: QueryTerm
    whole: float
    pairs: tuple[tuple[str, float], ...]
    pieces: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Why an entry stands where it does.

    `gains` are the points for each word, `held` says whether it is there as a word or as a part of
    one, by this or another name. `together` are the points for holding many of the words, `new`
    those for being new.
    """

    gains: tuple[float, ...]
    held: tuple[bool, ...]
    together: float
    new: float

    @property
    def total(self) -> float:
        """All points."""
        return sum(self.gains) + self.together + self.new


def weigh(
    units: Sequence[QueryTerm], statistics: Statistics, vocabulary: Mapping[str, int]
) -> tuple[Word, ...]:
    """Give each word its weights. `vocabulary` counts entries by whole words of Hangul."""
    return tuple(_weighed(unit, statistics, vocabulary) for unit in units)


def _weighed(unit: QueryTerm, statistics: Statistics, vocabulary: Mapping[str, int]) -> Word:
    frequency = _frequency(unit, statistics)
    if unit.script is Script.HANGUL:
        known = max((vocabulary.get(form, 0) for form in unit.forms), default=0)
        frequency = min(frequency, known) or frequency

    def weights(terms: Iterable[str], share: float) -> tuple[tuple[str, float], ...]:
        return tuple(
            (term, share * unit.weight * statistics.rarity(statistics.frequency(term)))
            for term in terms
        )

    named = max((_frequency(other, statistics) for other in unit.also), default=0)
    whole = unit.weight * statistics.rarity(frequency + named)
    if unit.script in {Script.HANGUL, Script.HAN}:
        links = weights((unit.link,) if unit.link else (), LINK)
        return Word(unit, whole, weights(unit.parts, PAIR) + links, ())
    return Word(unit, whole, (), weights(unit.parts, PAIR))


def _frequency(unit: QueryTerm, statistics: Statistics) -> int:
    """Return the number of entries that can hold a word: no more than hold its rarest term."""
    return max((min(map(statistics.frequency, way)) for way in unit.ways), default=0)


class View:
    """A folded text as matching looks at it. Each way to look is made when it is first needed."""

    __slots__ = ("_english", "_joined", "_spaceless", "_stems", "text")

    def __init__(self, text: str, english: English) -> None:
        """`text` is folded."""
        self.text = text
        self._english = english
        self._spaceless: str | None = None
        self._stems: list[str] | None = None
        self._joined: str | None = None

    @property
    def spaceless(self) -> str:
        """The text without its spaces."""
        if self._spaceless is None:
            self._spaceless = self.text.replace(" ", "")
        return self._spaceless

    @property
    def joined(self) -> str:
        """The text without the signs that join the pieces of a name."""
        if self._joined is None:
            joined = self.text
            for sign in JOINTS:
                joined = joined.replace(sign, "")
            self._joined = joined
        return self._joined

    def times(self, stem: str) -> int:
        """Return how often words of a stem occur.

        To look for how they begin is quicker than to take the text apart into words.
        """
        text = self.text
        beginning = _beginning(stem)
        start = text.find(beginning)
        if start < 0:
            return 0
        if not (stem.isascii() and stem.isalpha()):
            return self._all_stems.count(stem)
        times = 0
        while start >= 0:
            if start and _is_latin(text[start - 1]):
                end = start + 1
            else:
                end = _LETTERS.match(text, start).end()  # type: ignore[union-attr]
                times += self._english.stem(text[start:end]) == stem
            start = text.find(beginning, end)
        return times

    def times_in_row(self, stems: tuple[str, ...]) -> int:
        """Return how often words of some stems stand side by side."""
        if not all(_beginning(stem) in self.text for stem in stems):
            return 0
        every, first, size = self._all_stems, stems[0], len(stems)
        return sum(
            stem == first and tuple(every[place : place + size]) == stems
            for place, stem in enumerate(every)
        )

    @property
    def _all_stems(self) -> list[str]:
        """The stems of its words, in order; something empty for each run of Hangul."""
        if self._stems is None:
            self._stems = self._english.stems(WORDS.findall(self.text))
        return self._stems


def _beginning(stem: str) -> str:
    """Return how every word begins that has a stem: they differ in its last letter at most.

    Studies is studi, hoping is hope. Only dying, lying and tying (die, lie, tie) are not found.
    """
    return stem[:-1] or stem


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


class Ranker:
    """Scores entries for one query."""

    def __init__(self, words: Sequence[Word], statistics: Statistics, analyzer: Analyzer) -> None:
        self._words = words
        self._average = statistics.average_length
        self._sum = sum(word.whole for word in words) or 1.0
        self._english = analyzer.english
        self._count = {
            Script.HANGUL: HangulCounter(analyzer.grammar).count,
            Script.NUMBER: NumberCounter(analyzer.grammar).count,
            Script.HAN: _of_han,
            Script.LATIN: _of_stems,
            Script.OTHER: _of_stems,
        }

    def score(self, head: str, body: str, day: int = 0, today: int = 0) -> Score:
        """Score an entry by its folded head (title, tags, hosts) and its folded note.

        `day` and `today` are as `entries.sort_day` has them.
        """
        above = View(head, self._english)
        # Each is looked for in the whole text once, and in the head only where it is there at all.
        whole = View(f"{head}\n{body}", self._english)
        length = len(whole.text) - whole.text.count(" ")
        damping = SATURATION * (1 - LENGTH_PENALTY + LENGTH_PENALTY * length / self._average)
        more = HEAD - 1
        gains: list[float] = []
        held: list[bool] = []
        weight_held = 0.0
        for word in self._words:
            count = self._count[word.unit.script]
            gain = 0.0
            if times := count(word.unit, whole):
                times += more * count(word.unit, above)
                gain = word.whole * times * (SATURATION + 1) / (times + damping)
                weight_held += word.whole * min(times, 1.0)
            elif other := self._other_name(word.unit, above, whole):
                gain = word.whole * TRANSLATED * other * (SATURATION + 1) / (other + damping)
                weight_held += word.whole * TRANSLATED * min(other, 1.0)
            held.append(gain > 0)
            for pair, weight in word.pairs:
                if times := whole.spaceless.count(pair):
                    times += more * above.spaceless.count(pair)
                    gain += weight * times * (SATURATION + 1) / (times + damping)
            for piece, weight in word.pieces:
                if times := whole.times(piece):
                    times += more * above.times(piece)
                    gain += weight * times * (SATURATION + 1) / (times + damping)
            gains.append(gain)
        points = sum(gains)
        together = points * COVERAGE * weight_held / self._sum
        new = (points + together) * FRESHNESS * 0.5 ** (_years(day, today) / HALF_LIFE)
        return Score(tuple(gains), tuple(held), together, new)

    def occurs(self, unit: QueryTerm, view: View) -> bool:
        """Whether a word is in a text, by this or another name."""
        return any(self._count[one.script](one, view) for one in (unit, *unit.also))

    def _other_name(self, unit: QueryTerm, above: View, whole: View) -> float:
        """Return how often a word occurs by the first of its other names that occurs."""
        for other in unit.also:
            count = self._count[other.script]
            if times := count(other, whole):
                return times + (HEAD - 1) * count(other, above)
        return 0.0


def _years(day: int, today: int) -> float:
    """Return the years between two days, as near as months tell; a day to come is today."""
    months = (today // 10_000 - day // 10_000) * 12 + today // 100 % 100 - (day // 100 % 100 or 6)
    return max(0.0, months / 12)


class HangulCounter:
    """Counts words of Hangul."""

    def __init__(self, grammar: Grammar) -> None:
        self._is_tail = grammar.is_tail

    def count(self, unit: QueryTerm, view: View) -> float:
        """Return how often a word occurs, where a part of a longer word counts less."""
        text, forms = view.text, unit.forms
        probe = min(forms, key=len) if len(forms) > 1 else forms[0]
        start = text.find(probe)
        if start < 0:
            return _spaced(forms, view.spaceless)
        times = 0.0
        while start >= 0:
            end = _SYLLABLES.match(text, start).end()  # type: ignore[union-attr]
            fits = any(
                text.startswith(form, start)
                and self._is_tail(form[-1], text[start + len(form) : end])
                for form in forms
            )
            begins = not (start and "가" <= text[start - 1] <= "힣")
            if fits and begins:
                times += 1.0
            elif len(probe) > 1:
                times += PART if fits or begins else INSIDE
            else:
                times += SYLLABLE
            start = text.find(probe, start + len(probe))
        return times


def _spaced(forms: Sequence[str], spaceless: str) -> float:
    """Return how often a word occurs with spaces in it."""
    for form in forms:
        if len(form) >= _SPACED_FROM and (times := spaceless.count(form)):
            return times * (SPACED if len(form) > _SPACED_FROM else SPACED_SHORT)
    return 0.0


class NumberCounter:
    """Counts numbers, with the short Korean word that is written to them or without."""

    def __init__(self, grammar: Grammar) -> None:
        self._is_tail = grammar.is_tail

    def count(self, unit: QueryTerm, view: View) -> float:
        """Return how often a number occurs, not as a part of a longer one."""
        if unit.forms[0].isascii():
            return _of_stems(unit, view)
        times = 0
        for form in unit.forms:
            start = view.text.find(form)
            while start >= 0:
                end = start + len(form)
                tail = view.text[end : _SYLLABLES.match(view.text, end).end()]  # type: ignore[union-attr]
                if not view.text[start - 1 : start].isdigit() and self._is_tail(form[-1], tail):
                    times += 1
                start = view.text.find(form, end)
        return times


def _of_han(unit: QueryTerm, view: View) -> float:
    return view.spaceless.count(unit.text)


def _of_stems(unit: QueryTerm, view: View) -> float:
    """Return how often the pieces of a name stand side by side, or else as one word."""
    if unit.light:
        return view.text.count(f" {unit.text} ")
    forms = unit.forms
    times = view.times(forms[0]) if len(forms) == 1 else view.times_in_row(forms)
    if times or not unit.joined:
        return times
    return _beginning_words(unit.joined, view.joined)


def _beginning_words(word: str, text: str) -> int:
    """Return how often words begin so."""
    times = 0
    start = text.find(word)
    while start >= 0:
        times += not (start and _is_latin(text[start - 1]))
        start = text.find(word, start + 1)
    return times
