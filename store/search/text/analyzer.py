"""Text becomes terms: what the index holds, and what a query asks it for.

Hangul becomes its syllables and its pairs of syllables, across spaces too, so that 언어모델 and
언어 모델 are one; Chinese and Japanese likewise. Latin words become their stems. Numbers with the
short word that is written to them, and joined names (`gpt-4` is `gpt`, `4` and `gpt4`) are terms
of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import add

from store.search.text.english import STEMMER, English
from store.search.text.korean import Grammar
from store.search.text.tokens import HAN, LONGEST, PATTERN, WORDS

RULES = 1
"""Grows with every change of the terms that a text becomes: an index of other rules is rebuilt."""

# Of the stemmer's versions, the third number never changes a stem.
ANALYZER = f"{RULES} snowball-{'.'.join(STEMMER.split('.')[:2])}"
"""What an index bears of the program that made its terms: two of one name make the same."""

JOINTS = "-_·.'"
"""What may stand inside a joined name: GPT-4, DALL·E, U.S., node.js."""

MOST_JOINED = 4
"""The most pieces of a joined name."""

LONGEST_JOINED = 32
"""The most characters of a joined name."""

LONGEST_COUNTED = 2
"""The most syllables of a word that is one with the number it is written to: 15일, 2021년."""

_LONGEST_HANGUL_WORD = 12  # of the words that spelling learns; compounds are put together from them
_LONGEST_LATIN_WORD = 24
_SHORTEST_LATIN_WORD = 3

_SYLLABLE_RUN = re.compile(rf"[가-힣{HAN}]+(?: [가-힣{HAN}]+)*")
_HANGUL_WORD = re.compile("(?<![a-z0-9가-힣])[가-힣]+")
_COUNTED = re.compile(r"([0-9]+(?:\.[0-9]+)*)([가-힣]+)")
_NAME = re.compile(rf"[a-z0-9]+(?:[{JOINTS}][a-z0-9]+)*")
_JOINT = re.compile(rf"[{JOINTS}]")


@dataclass(frozen=True, slots=True)
class Analysis:
    """What a text became: its terms, the words that spelling learns, and its length.

    `nouns` are those of two syllables that are shown to be no shorter word with a particle (see
    `Grammar.is_noun`). `length` is in characters that are not blank.
    """

    terms: frozenset[str]
    words: frozenset[str]
    nouns: frozenset[str]
    length: int


class Analyzer:
    """Makes terms of texts. Threads may share it."""

    def __init__(self) -> None:
        self.grammar = Grammar()
        self.english = English()

    def analyze(self, folded: str) -> Analysis:
        """Return the terms of a folded text."""
        terms: set[str] = set()
        words: set[str] = set()
        nouns: set[str] = set()
        if not folded.isascii():
            self._add_syllables(folded, terms)
            self._add_words(folded, terms, words, nouns)
        self._add_names(folded, terms, words)
        length = len(folded) - folded.count(" ")
        return Analysis(frozenset(terms), frozenset(words), frozenset(nouns), length)

    def _add_syllables(self, folded: str, terms: set[str]) -> None:
        for run in _SYLLABLE_RUN.findall(folded):
            together = run.replace(" ", "")
            terms.update(together)
            terms.update(pairs(together))

    def _add_words(self, folded: str, terms: set[str], words: set[str], nouns: set[str]) -> None:
        for word in _HANGUL_WORD.findall(folded):
            stem = self.grammar.read(word).stem
            if len(stem) <= _LONGEST_HANGUL_WORD:
                words.add(stem)
            if self.grammar.is_noun(word, stem):
                nouns.add(stem)
        for number, word in _COUNTED.findall(folded):
            terms.update(number + form for form in self.counted(word))

    def _add_names(self, folded: str, terms: set[str], words: set[str]) -> None:
        atoms = {atom[:LONGEST] for atom in WORDS.findall(folded) if atom}
        terms.update(self.english.stems(atoms))
        words.update(
            atom
            for atom in atoms
            if _SHORTEST_LATIN_WORD <= len(atom) <= _LONGEST_LATIN_WORD and atom.isalpha()
        )
        for name in _NAME.findall(folded):
            if name.isalpha() or len(name) > LONGEST_JOINED:
                continue
            pieces = PATTERN.findall(name)
            if 1 < len(pieces) <= MOST_JOINED:
                joined = _JOINT.sub("", name)
                terms.add(self.english.stem(joined))
                if joined.isalpha() and len(joined) >= _SHORTEST_LATIN_WORD:
                    words.add(joined)

    def counted(self, word: str) -> Iterator[str]:
        """Return the readings of a word that is written to a number and is one with it."""
        reading = self.grammar.read(word)
        forms = dict.fromkeys((reading.single or reading.stem, reading.stem, *reading.others))
        return (form for form in forms if len(form) <= LONGEST_COUNTED)


def pairs(run: str) -> Iterable[str]:
    """Return each two neighbouring characters of a run."""
    return map(add, run, run[1:])
