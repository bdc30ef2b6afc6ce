"""What was meant by words that no entry holds: misspelt, or typed on the other keyboard."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from store.search.index.documents import WORD_SIGN
from store.search.index.reader import IndexReader
from store.search.query.terms import KEYWORDS, QueryTerm
from store.search.spelling.candidates import (
    LOOSE,
    Doubt,
    Guess,
    by_initials,
    far,
    near,
    spelt,
    within,
    wrong_syllables,
)
from store.search.spelling.edits import worth
from store.search.text import hangul
from store.search.text.analyzer import Analyzer, pairs
from store.search.text.folding import fold_with_places
from store.search.text.tokens import Script

_WORDS = 300  # of the digest that look alike, the most used ones
_MOST_WORDS = 3  # of a query that are corrected
_MOST_GUESSES = 4  # at a word; what is searched for, after the best one
_FAR_BEGINNING = 3  # letters that two edits leave as they are; of Hangul, one syllable
_FAR_FROM = 7  # letters of a word that may hold two wrong ones
_CORRECTED = frozenset((Script.LATIN, Script.HANGUL))
_SHORTEST_IN_SENTENCE = 3  # syllables; shorter ones are mostly forms of verbs that are not known
_PREDICATE = re.compile("[가-힣]{2,}[요까다나가지니]")


@dataclass(frozen=True, slots=True)
class Correction:
    """A query with its unknown words corrected.

    `others` are what else may have been meant, by where the corrected word begins in `words`.
    """

    words: str
    others: Mapping[int, tuple[str, ...]]


class Corrector:
    """Finds what was meant among the words of the digest."""

    def __init__(self, index: IndexReader, analyzer: Analyzer) -> None:
        self._index = index
        self._analyzer = analyzer

    def correct(
        self, text: str, units: Sequence[QueryTerm], known: Callable[[QueryTerm], bool]
    ) -> Correction | None:
        """Return a query with its unknown words corrected; None where there is nothing to correct.

        `units` are the words of the text; `known` says of each whether the digest knows it.
        """
        found = doubts(text, units, known)
        meant = {place: words for place, doubt in enumerate(found) if (words := self._meant(doubt))}
        return _corrected(text, found, meant)

    def _meant(self, doubt: Doubt) -> list[str]:
        """Return the best guesses at what was meant: the nearest that there are."""
        edited = spelt(doubt)
        return (
            self._best([*self._begun(doubt), *near(self._analyzer, doubt, edited)])
            or self._titled(doubt)
            or self._best(within(self._analyzer, doubt, edited))
            or self._best(self._far(doubt))
        )

    def _begun(self, doubt: Doubt) -> Sequence[Guess]:
        """Return the words that are typed by their initial consonants."""
        if (syllables := hangul.initials(doubt.typed)) is None:
            return ()
        found = self._index.begun(syllables, WORD_SIGN, limit=_WORDS)
        words = (term.removeprefix(WORD_SIGN) for term in found)
        return by_initials(words, len(syllables))

    def _titled(self, doubt: Doubt) -> list[str]:
        """Return what is typed so and stands in a title: several words, or a part of one."""
        if (syllables := hangul.initials(doubt.typed)) is None:
            return []
        pattern = re.compile(hangul.within(syllables))
        found = Counter(
            match[0].strip()
            for title in self._index.titles(syllables, limit=_WORDS)
            if (match := pattern.search(title))
        )
        return [words for words, _ in found.most_common(_MOST_GUESSES)]

    def _far(self, doubt: Doubt) -> list[Guess]:
        wrong = wrong_syllables(doubt.stem, self._index.counts(set(pairs(doubt.stem))))
        return far(doubt, wrong, self._alike(doubt.stem, wrong))

    def _alike(self, word: str, wrong: Sequence[int]) -> set[str]:
        """Return words that begin like a word, or are it but for one of its wrong syllables."""
        found: set[str] = set()
        size = len(word)
        for place in wrong:
            if place:
                found.update(self._words(word[:place], word[place + 1 :], range(size, size + 1)))
        if len(hangul.letters(word)) >= _FAR_FROM:
            first = 1 if hangul.is_syllable(word[0]) else _FAR_BEGINNING
            found.update(self._words(word[:first], "", range(size - 2, size + 3)))
        return found

    def _words(self, beginning: str, ending: str, lengths: range) -> Iterable[str]:
        """Return the most used words of the digest that begin and end so and are so long."""
        found = self._index.words(
            WORD_SIGN + beginning, ending, range(lengths.start + 1, lengths.stop + 1), limit=_WORDS
        )
        return (term.removeprefix(WORD_SIGN) for term in found)

    def _best(self, guesses: Sequence[Guess]) -> list[str]:
        """Return the words of the best guesses whose terms are in use."""
        if not guesses:
            return []
        counts = self._index.counts({term for _, _, terms in guesses for term in terms})
        best = [
            (worth(likelihood, min(counts[term] for term in terms)), words)
            for words, likelihood, terms in guesses
            if all(term in counts for term in terms)
        ]
        best.sort(reverse=True)
        return list(dict.fromkeys(words for _, words in best))[:_MOST_GUESSES]


def doubts(
    text: str, units: Sequence[QueryTerm], known: Callable[[QueryTerm], bool]
) -> list[Doubt]:
    """Return the words of a query that may be misspelt, in order."""
    sentence = len(units) > KEYWORDS or any(unit.light for unit in units)
    _, places = fold_with_places(text)
    written = {places[unit.start] for unit in units if unit.script is Script.OTHER and known(unit)}
    loose = [
        Doubt(match[0], match.start(), match.end(), hangul.compose(hangul.letters(match[0])))
        for match in LOOSE.finditer(text)
        if match.start() not in written
    ]
    found = list(loose)
    for unit in units:
        start, end = places[unit.start], places[unit.end]
        typed = text[start:end].rstrip()
        within = any(one.start <= start < one.end for one in loose)
        if unit.light or within or unit.script not in _CORRECTED or known(unit):
            continue
        stem = unit.text
        if unit.script is Script.HANGUL and len(unit.forms[0]) > 1:
            stem = unit.forms[0]
        if sentence and unit.script is Script.HANGUL and not _is_name(unit):
            continue
        if unit.script is Script.LATIN and not stem.isalpha():
            continue
        found.append(Doubt(typed, start, start + len(typed), stem, unit.text[len(stem) :]))
    return sorted(found, key=lambda doubt: doubt.start)[:_MOST_WORDS]


def _corrected(
    text: str, found: Sequence[Doubt], meant: Mapping[int, Sequence[str]]
) -> Correction | None:
    """Put the best guesses into the text."""
    words = text
    moved = 0
    others: dict[int, tuple[str, ...]] = {}
    for place in sorted(meant):
        doubt, (best, *rest) = found[place], meant[place]
        start = doubt.start + moved
        words = words[:start] + best + words[doubt.end + moved :]
        moved += len(best) - (doubt.end - doubt.start)
        others[start] = tuple(rest)
    return Correction(words, others) if words != text else None


def _is_name(unit: QueryTerm) -> bool:
    """Whether a word of a sentence names something, rather than telling what happens."""
    return len(unit.forms[0]) >= _SHORTEST_IN_SENTENCE and not _PREDICATE.fullmatch(unit.text)
