"""Korean by morphemes: an analyzer for who installed kiwipiepy (`ainews-bot[kiwi]`).

A dictionary and a statistical model tell where a noun ends (회의, 정도 and 결과 are no shorter
words with a particle), and which nouns a compound is made of.
Tags are those of the Sejong corpus (국립국어원, 21세기 세종계획).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Protocol

from store.search.text.analyzer import Analyzer
from store.search.text.korean import Grammar, Reading

_NOUNS = frozenset(("NNG", "NNP", "NNB", "NR", "XR", "XPN", "XSN", "SL", "SN", "SH"))
"""Nouns, numerals, roots, what makes longer nouns of them, and what is not Hangul."""

_WHOLE = frozenset(("NNG", "NNP"))
"""Nouns that stand by themselves."""

_HANGUL = re.compile("[가-힣]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SHORTEST_PART = 2


class Morpheme(Protocol):
    """What kiwipiepy tells of a morpheme."""

    tag: str
    start: int
    len: int


class KiwiAnalyzer(Analyzer):
    """Makes terms of texts. Loads its model at once; not to be shared between threads."""

    def __init__(self) -> None:
        """Load the model. Raises ImportError where kiwipiepy is not installed."""
        super().__init__()
        kiwi = import_module("kiwipiepy").Kiwi(num_workers=1)
        self._tokenize: Callable[[str], Sequence[Morpheme]] = kiwi.tokenize

    def reading(self, folded: str) -> Callable[[int, str], Reading]:
        """Return what reads the words of a text by where they begin."""
        by_word = _by_word(folded, self._tokenize(_SURROGATE.sub(" ", folded)))

        def read(start: int, word: str) -> Reading:
            return _reading(word, start, by_word.get(start, ()), self.grammar)

        return read


def _by_word(folded: str, morphemes: Sequence[Morpheme]) -> dict[int, list[Morpheme]]:
    """Return the morphemes of each run of Hangul, by where it begins."""
    found: dict[int, list[Morpheme]] = {}
    runs = _HANGUL.finditer(folded)
    run = next(runs, None)
    for one in morphemes:
        while run is not None and run.end() <= one.start:
            run = next(runs, None)
        if run is None:
            break
        if one.start >= run.start():
            found.setdefault(run.start(), []).append(one)
    return found


def _reading(word: str, start: int, morphemes: Sequence[Morpheme], grammar: Grammar) -> Reading:
    by_rule = grammar.read(word)
    end = start
    parts: list[str] = []
    for one in morphemes:
        if one.tag not in _NOUNS or one.start != end or one.start + one.len > start + len(word):
            break
        end += one.len
        if one.tag in _WHOLE and one.len >= _SHORTEST_PART:
            parts.append(word[end - start - one.len : end - start])
    stem = word[: end - start]
    if not stem:
        return by_rule
    others = tuple(form for form in (by_rule.stem, *by_rule.others) if len(form) > len(stem))
    return Reading(stem, others, parts=tuple(parts) if len(parts) > 1 else ())
