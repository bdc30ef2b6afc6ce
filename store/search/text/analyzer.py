"""Text becomes terms: what the index holds, and what a query asks it for.

Hangul becomes its syllables and its pairs of syllables, across spaces too, so that 언어모델 and
언어 모델 are one; Chinese and Japanese likewise. Latin words become their stems. Numbers with the
short word that is written to them, and joined names (`gpt-4` is `gpt`, `4` and `gpt4`) are terms
of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import add
from typing import NamedTuple

from store.patterns import compiled_later
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

_SYLLABLE_RUN = compiled_later(rf"[가-힣{HAN}]+(?: [가-힣{HAN}]+)*")
_HANGUL_WORD = compiled_later("(?<![a-z0-9가-힣])[가-힣]+")
_COUNTED = compiled_later(r"([0-9]+(?:\.[0-9]+)*)([가-힣]+)")
_NAME = compiled_later(
    rf"(?<![a-z0-9])(?=[a-z]*[0-9]|[a-z]+[{JOINTS}][a-z0-9])[a-z0-9]+(?:[{JOINTS}][a-z0-9]+)*"
)
_JOINT = compiled_later(rf"[{JOINTS}]")


class Analysis(NamedTuple):
    """What a text became: its terms, the words that spelling learns, and its length.

    `nouns` are those of two syllables that are shown to be no shorter word with a particle (see
    `Grammar.is_noun`). `length` is in characters that are not blank.
    """

    terms: set[str]
    words: set[str]
    nouns: set[str]
    length: int


class Analyzer:
    """Makes terms of texts. Threads may share it."""

    def __init__(self) -> None:
        self.grammar = Grammar()
        self.english = English()

    def analyze(self, folded: str) -> Analysis:
        """Return the terms of a folded text."""
        atoms = {atom[:LONGEST] for atom in WORDS.findall(folded)}
        atoms.discard("")
        terms = set(self.english.stems(atoms))
        words = {
            atom
            for atom in atoms
            if _SHORTEST_LATIN_WORD <= len(atom) <= _LONGEST_LATIN_WORD and atom.isalpha()
        }
        nouns: set[str] = set()
        for name in _NAME.findall(folded):
            self._add_name(name, terms, words)
        if not folded.isascii():
            for run in _SYLLABLE_RUN.findall(folded):
                together = run.replace(" ", "")
                terms.update(together, pairs(together))
            for word in set(_HANGUL_WORD.findall(folded)):
                stem = self.grammar.read(word).stem
                if len(stem) <= _LONGEST_HANGUL_WORD:
                    words.add(stem)
                if self.grammar.is_noun(word, stem):
                    nouns.add(stem)
            for number, word in _COUNTED.findall(folded):
                terms.update(number + form for form in self.counted(word))
        return Analysis(terms, words, nouns, len(folded) - folded.count(" "))

    def _add_name(self, name: str, terms: set[str], words: set[str]) -> None:
        """Add a name of several pieces, as it is written joined."""
        if len(name) <= LONGEST_JOINED and 1 < len(PATTERN.findall(name)) <= MOST_JOINED:
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
