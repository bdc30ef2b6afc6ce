"""Where lines end: between words, by the cells that a terminal gives to each character."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len, split_graphemes

_WORD = re.compile(r"[^ \u3000]+")
_ADDRESS = re.compile(r"<?https?://")


def line_spans(text: str, width: int) -> list[tuple[int, int]]:
    """Return the start and the end of each line of one paragraph, for lines of `width` cells.

    White space where a line ends belongs to no line. A word wider than a line is folded between
    graphemes, but an address never is: it stands alone, so that it can be copied whole.
    """
    lines: list[tuple[int, int]] = []
    start = end = -1
    for word_start, word_end in _pieces(text, max(width, 2)):
        if start < 0:
            start = word_start
        elif cell_len(text[start:word_end]) > width:
            lines.append((start, end))
            start = word_start
        end = word_end
    if start >= 0:
        lines.append((start, end))
    return lines


def _pieces(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Yield the words, those that are too wide in pieces of at most `width` cells."""
    for word in _WORD.finditer(text):
        if cell_len(word[0]) <= width or _ADDRESS.match(word[0]):
            yield word.span()
            continue
        start = word.start()
        room = width
        for first, _, cells in split_graphemes(word[0])[0]:
            if cells > room:
                yield start, word.start() + first
                start, room = word.start() + first, width
            room -= cells
        yield start, word.end()
