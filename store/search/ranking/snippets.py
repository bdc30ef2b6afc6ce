"""The passage of a text that answers best, and where its words stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from store.model import Snippet
from store.search.ranking.matching import Mark, View, all_places
from store.search.ranking.ranking import Word
from store.search.text.folding import fold, fold_with_places

LENGTH = 240
"""Characters of a passage: three lines of a card."""

_BEFORE = 60  # characters shown before the first found word of a long line
_READ = 20_000  # characters of a text; no note is longer
_MARKED = 40  # words of a passage
_BULLET = re.compile(r"\s*(?:[-*+•]\s+|\d+[.)]\s+|>\s*)*")
_LINES = 3  # lines that a passage may run over

_PHRASE = 10.0  # the weight of a phrase in a passage: more than any word's


class Marker:
    """Finds the words of one query in texts as they were written."""

    def __init__(self, words: Sequence[Word], phrases: Sequence[str]) -> None:
        """`words` are the query's, weighed; `phrases` are folded."""
        self._words = [word for word in words if not word.unit.light]
        self._phrases = phrases

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
        view = View(fold(line))
        worth = sum(word.whole for word in self._words if word.occurs(view))
        return worth + sum(_PHRASE for phrase in self._phrases if phrase in view.text)

    def _marks(self, text: str) -> tuple[Mark, ...]:
        """Return where the words stand in a text, in order."""
        folded, places = fold_with_places(text)
        view = View(folded)
        marks: set[Mark] = set()
        for word in self._words:
            own = set(word.own.marks(view))
            marks |= own or {mark for other in word.others for mark in other.marks(view)}
        for phrase in self._phrases:
            marks.update(all_places(phrase, folded))
        return tuple(_written(text, places[start], places[end]) for start, end in _merged(marks))


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
