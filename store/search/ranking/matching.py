"""Where a word of a query stands in a folded text, and how much each place counts.

A word of Hangul counts as a word where it stands as one, in part where it is within a longer one.
The weights were measured (bench/README.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from store.search.query.terms import QueryTerm
from store.search.text.analyzer import JOINTS, Analyzer
from store.search.text.english import English
from store.search.text.korean import Grammar
from store.search.text.tokens import WORDS, Script

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

_SPACED_FROM = 3  # syllables
_SYLLABLES = re.compile("[가-힣]*")
_LETTERS = re.compile("[a-z]*")

Mark = tuple[int, int]
"""Where a found word begins and ends."""


class View:
    """A folded text as matching looks at it. Each way to look is made when it is first needed."""

    def __init__(self, text: str) -> None:
        """`text` is folded."""
        self.text = text

    @cached_property
    def spaceless(self) -> str:
        """The text without its spaces."""
        return self.text.replace(" ", "")

    @cached_property
    def joined(self) -> str:
        """The text without the signs that join the pieces of a name."""
        joined = self.text
        for sign in JOINTS:
            joined = joined.replace(sign, "")
        return joined

    @cached_property
    def words(self) -> list[re.Match[str]]:
        """Its words, in order, each as the first group; that is nothing for a run of Hangul."""
        return list(WORDS.finditer(self.text))


class Matcher(Protocol):
    """Finds one word of a query."""

    def count(self, view: View, /) -> float:
        """Return how often the word occurs, where a part of a longer word counts less."""

    def marks(self, view: View, /) -> Iterator[Mark]:
        """Return where it stands."""


@dataclass(frozen=True, slots=True)
class _PlainMatcher:
    """What finds a word that is found in one way."""

    count: Callable[[View], float]
    marks: Callable[[View], Iterator[Mark]]


def matcher_of(unit: QueryTerm, analyzer: Analyzer) -> Matcher:
    """Return what finds a word, by this name of it."""
    if unit.script is Script.HANGUL:
        return _HangulMatcher(unit, analyzer.grammar)
    if unit.script is Script.HAN:
        return _PlainMatcher(
            lambda view: view.spaceless.count(unit.text),
            lambda view: all_places(unit.text, view.text),
        )
    if unit.script is Script.NUMBER and not unit.forms[0].isascii():
        return _counted(unit, analyzer.grammar)
    if unit.script is Script.MIXED:
        return _mixed(unit)
    if unit.light:
        # It only holds a sentence together: it counts, and is not marked.
        spaced = f" {unit.text} "
        return _PlainMatcher(lambda view: view.text.count(spaced), lambda _: iter(()))
    return LatinMatcher(unit.forms, unit.joined, analyzer.english)


class _HangulMatcher:
    """Finds a word of Hangul."""

    def __init__(self, unit: QueryTerm, grammar: Grammar) -> None:
        self._forms = unit.forms
        self._probe = min(unit.forms, key=len)  # every form begins so
        self._spaced = " ?".join(unit.forms[0]) if len(unit.forms[0]) > 1 else ""
        self._is_tail = grammar.is_tail
        self._worth: dict[tuple[bool, str], float] = {}

    def count(self, view: View) -> float:
        """Return how often the word occurs, where a part of a longer word counts less."""
        text = view.text
        start = text.find(self._probe)
        if start < 0:
            return self._count_spaced(view)
        times = 0.0
        while start >= 0:
            times += self._worth_at(text, start)
            start = text.find(self._probe, start + len(self._probe))
        return times

    def marks(self, view: View) -> Iterator[Mark]:
        """Return where it stands; a single syllable only where it is a word."""
        text = view.text
        found = False
        for start, _ in all_places(self._probe, text):
            size = max(len(form) for form in self._forms if text.startswith(form, start))
            if size > 1 or self._worth_at(text, start) == 1:
                found = True
                yield start, start + size
        if not found and self._spaced:
            yield from (match.span() for match in re.finditer(self._spaced, text))

    def _worth_at(self, text: str, start: int) -> float:
        """Return what an occurrence counts."""
        tail = _SYLLABLES.match(text, start + len(self._probe))
        begins = not (start and "가" <= text[start - 1] <= "힣")
        key = begins, tail[0] if tail else ""
        worth = self._worth.get(key)
        if worth is None:
            worth = self._worth[key] = self._worth_of(key[1], begins=begins)
        return worth

    def _worth_of(self, tail: str, *, begins: bool) -> float:
        word = self._probe + tail
        fits = any(
            word.startswith(form) and self._is_tail(form[-1], word[len(form) :])
            for form in self._forms
        )
        if fits and begins:
            return 1.0
        if len(self._probe) > 1:
            return PART if fits or begins else INSIDE
        return SYLLABLE

    def _count_spaced(self, view: View) -> float:
        """Return how often it occurs with spaces in it."""
        for form in self._forms:
            if len(form) >= _SPACED_FROM and (times := view.spaceless.count(form)):
                return times * (SPACED if len(form) > _SPACED_FROM else SPACED_SHORT)
        return 0.0


class LatinMatcher:
    """Finds a word in Latin letters or another script, a number, or a name of several pieces."""

    def __init__(self, stems: Sequence[str], joined: str, english: English) -> None:
        """`stems` are those of the pieces, `joined` is how a name is written as one."""
        self._stems = list(stems)
        self._joined = joined
        self._english = english
        # Words of a stem differ from it in its last letter at most: studies is studi, hoping is
        # hope. Only dying, lying and tying (die, lie, tie) are not found.
        self._beginnings = [
            stem[:-1] or stem if stem.isascii() and stem.isalpha() else stem for stem in stems
        ]
        self._simple = len(stems) == 1 and stems[0].isascii() and stems[0].isalpha()

    def count(self, view: View) -> float:
        """Return how often the pieces of a name stand side by side, or else as one word."""
        times = len(self._places(view))
        if times or not self._joined:
            return times
        return _beginning_words(self._joined, view.joined)

    def marks(self, view: View) -> Iterator[Mark]:
        """Return where they stand."""
        places = self._places(view)
        if not places and self._joined:
            spelt = f"[{re.escape(JOINTS)}]?".join(map(re.escape, self._joined))
            found = re.finditer(f"(?<![a-z0-9]){spelt}[a-z]*", view.text)
            return (match.span() for match in found)
        return iter(places)

    def _places(self, view: View) -> Sequence[Mark]:
        text = view.text
        for beginning in self._beginnings:
            if beginning not in text:
                return ()
        return self._simple_places(text) if self._simple else self._rows(view)

    def _simple_places(self, text: str) -> list[Mark]:
        """Return the words that have the only stem.

        To look for how they begin is quicker than to take the text apart into words.
        """
        (beginning,), (stem,) = self._beginnings, self._stems
        found: list[Mark] = []
        start = text.find(beginning)
        while start >= 0:
            if start and _is_latin(text[start - 1]):
                end = start + 1
            else:
                end = _LETTERS.match(text, start).end()  # type: ignore[union-attr] # it always matches
                if self._english.stem(text[start:end]) == stem:
                    found.append((start, end))
            start = text.find(beginning, end)
        return found

    def _rows(self, view: View) -> list[Mark]:
        """Return where words of the stems stand side by side."""
        words, first, size = view.words, self._stems[0], len(self._stems)
        stems = self._english.stems(word[1] or "" for word in words)
        return [
            (words[place].start(), words[place + size - 1].end())
            for place, stem in enumerate(stems)
            if stem == first and stems[place : place + size] == self._stems
        ]


def _mixed(unit: QueryTerm) -> Matcher:
    """Return what finds a name of Hangul and Latin letters: a space or a joint between, or none."""
    spelt = f"[ {re.escape(JOINTS)}]?".join(map(re.escape, unit.forms))
    whole = re.compile(f"(?<![a-z0-9]){spelt}(?![a-z0-9])")

    def marks(view: View) -> Iterator[Mark]:
        if all(piece in view.text for piece in unit.forms):
            for match in whole.finditer(view.text):
                yield match.span()

    return _PlainMatcher(lambda view: sum(1 for _ in marks(view)), marks)


def _counted(unit: QueryTerm, grammar: Grammar) -> Matcher:
    """Return what finds a number with the short Korean word written to it, joined or apart.

    It counts where it is no part of a longer number or word.
    """

    def places(view: View) -> Iterator[tuple[str, int, int]]:
        for form in unit.forms:
            for start, end in all_places(form, view.text):
                yield form[-1], start, end

    return _PlainMatcher(
        lambda view: sum(
            not view.text[start - 1 : start].isdigit()
            and grammar.is_tail(last, _SYLLABLES.match(view.text, end)[0])  # type: ignore[index] # it always matches
            for last, start, end in places(view)
        ),
        lambda view: ((start, end) for _, start, end in places(view)),
    )


def all_places(needle: str, text: str) -> Iterator[Mark]:
    """Return where something stands, not overlapping."""
    start = text.find(needle)
    while start >= 0:
        yield start, start + len(needle)
        start = text.find(needle, start + len(needle))


def _beginning_words(word: str, text: str) -> int:
    """Return how often words begin so."""
    places = all_places(word, text)
    return sum(not (start and _is_latin(text[start - 1])) for start, _ in places)


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()
