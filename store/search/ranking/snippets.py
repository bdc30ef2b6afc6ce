"""The passage of a text that answers best, and where its words stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from store.model import Snippet
from store.search.query.terms import QueryTerm
from store.search.ranking.ranking import Ranker, View, Word
from store.search.text.analyzer import JOINTS, Analyzer
from store.search.text.folding import fold, fold_with_places
from store.search.text.tokens import PATTERN, Script

LENGTH = 240
"""Characters of a passage: three lines of a card."""

_BEFORE = 60  # characters shown before the first found word of a long line
_READ = 20_000  # characters of a text; no note is longer
_MARKED = 40  # words of a passage
_BULLET = re.compile(r"\s*(?:[-*+•]\s+|\d+[.)]\s+|>\s*)*")
_SYLLABLES = re.compile("[가-힣]*")
_LINES = 3  # lines that a passage may run over

_PHRASE = 10.0  # the weight of a phrase in a passage: more than any word's

Mark = tuple[int, int]
"""Where a found word begins and ends."""

Atom = tuple[str, int, int]
"""The stem of an atom of a folded text, and where it begins and ends."""


class Marker:
    """Finds the words of one query in texts as they were written."""

    def __init__(
        self, ranker: Ranker, words: Sequence[Word], phrases: Sequence[str], analyzer: Analyzer
    ) -> None:
        """`words` are the query's, weighed; `phrases` are folded."""
        self._ranker = ranker
        self._words = [word for word in words if not word.unit.light]
        self._phrases = phrases
        self._analyzer = analyzer

    def best(self, text: str, length: int = LENGTH) -> Snippet | None:
        """Return the passage that holds the most of the query; None where it holds nothing."""
        lines = [line for line in text[:_READ].split("\n") if line.strip()]
        worth = [self._worth(line) for line in lines]
        if not any(worth):
            return None
        start = max(range(len(lines)), key=lambda index: (worth[index], -index))
        end = start + 1
        size = len(lines[start])
        while end < min(len(lines), start + _LINES) and worth[end] and size < length:
            size += len(lines[end]) + 1
            end += 1
        piece = "\n".join(_BULLET.sub("", line, count=1) for line in lines[start:end])
        cut = _cut(piece, self._marks(piece), length)
        return Snippet(cut.text, cut.marks, cut.before or start > 0, cut.after or end < len(lines))

    def _worth(self, line: str) -> float:
        """Return the weight of what a line holds of the query."""
        folded = fold(line)
        view = View(folded, self._analyzer.english)
        worth = sum(word.whole for word in self._words if self._ranker.occurs(word.unit, view))
        return worth + sum(_PHRASE for phrase in self._phrases if phrase in folded)

    def _marks(self, text: str) -> tuple[Mark, ...]:
        """Return where the words stand in a text, in order."""
        folded, places = fold_with_places(text)
        stem = self._analyzer.english.stem
        atoms = [(stem(atom[0]), *atom.span()) for atom in PATTERN.finditer(folded)]
        marks: set[Mark] = set()
        for word in self._words:
            own = list(self._places(word.unit, folded, atoms))
            if not own:
                for other in word.unit.also:
                    own += self._places(other, folded, atoms)
            marks.update(own)
        for phrase in self._phrases:
            marks.update(_all(phrase, folded))
        return tuple(_written(text, places[start], places[end]) for start, end in _merged(marks))

    def _places(self, unit: QueryTerm, folded: str, atoms: Sequence[Atom]) -> Iterator[Mark]:
        if unit.script is Script.HANGUL:
            yield from self._hangul(unit, folded)
        elif unit.script is Script.HAN or not unit.forms[0].isascii():
            for form in unit.forms:
                yield from _all(form, folded)
        else:
            yield from _names(unit, folded, atoms)

    def _hangul(self, unit: QueryTerm, folded: str) -> Iterator[Mark]:
        found = False
        grammar = self._analyzer.grammar
        for form in sorted(unit.forms, key=len, reverse=True):
            for start, end in _all(form, folded):
                if len(form) == 1:
                    tail = _SYLLABLES.match(folded, end)
                    inside = start > 0 and "가" <= folded[start - 1] <= "힣"
                    if inside or not grammar.is_tail(form, tail[0] if tail else ""):
                        continue
                found = True
                yield start, end
        if not found and len(unit.forms[0]) > 1:
            spaced = " ?".join(unit.forms[0])
            for match in re.finditer(spaced, folded):
                found = True
                yield match.span()


def _names(unit: QueryTerm, folded: str, atoms: Sequence[Atom]) -> Iterator[Mark]:
    size = len(unit.forms)
    found = False
    for index in range(len(atoms) - size + 1):
        if atoms[index][0] == unit.forms[0] and (
            tuple(atom[0] for atom in atoms[index : index + size]) == unit.forms
        ):
            found = True
            yield atoms[index][1], atoms[index + size - 1][2]
    if not found and unit.joined:
        joints = f"[{re.escape(JOINTS)}]?"
        spelt = joints.join(map(re.escape, unit.joined))
        for match in re.finditer(f"(?<![a-z0-9]){spelt}[a-z]*", folded):
            yield match.span()


def _all(needle: str, text: str) -> Iterator[Mark]:
    start = text.find(needle)
    while start >= 0:
        yield start, start + len(needle)
        start = text.find(needle, start + len(needle))


def _merged(marks: Iterable[Mark]) -> list[Mark]:
    """Put together marks that overlap, in order."""
    merged: list[Mark] = []
    for start, end in sorted(marks)[:_MARKED]:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _written(text: str, start: int, end: int) -> Mark:
    """Return a mark in the text as it was written, without the blanks that follow it there."""
    return start, start + len(text[start:end].rstrip())


def _cut(text: str, marks: Sequence[Mark], length: int) -> Snippet:
    """Cut a text to a length, between words where there are any, around the most marks."""
    if len(text) <= length:
        return Snippet(text, tuple(marks))
    starts = [start for start, _ in marks]
    first = max(
        starts or [0],
        key=lambda start: (
            sum(start <= other < start + length - _BEFORE for other in starts),
            -start,
        ),
    )
    begin = max(0, min(first - _BEFORE, len(text) - length))
    if begin:
        space = text.find(" ", begin, first)
        begin = space + 1 if space >= 0 else begin
    end = begin + length
    if end < len(text):
        space = text.rfind(" ", begin + length // 2, end)
        end = space if space >= 0 else end
    kept = tuple(
        (start - begin, min(stop, end) - begin) for start, stop in marks if begin <= start < end
    )
    return Snippet(text[begin:end], kept, before=begin > 0, after=end < len(text))
