"""Lists, tables and headings that a page has in HTML, as lines of Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.importers.lines import SourceLine

HAS_LIST = re.compile(r"<(?:li|tr|dt|h[1-6]|p|article|summary)\b[^<>]*>", re.IGNORECASE)

_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<end>/?)(?P<name>ul|ol|li|d[ltd]|table|thead|tbody|tfoot|caption|tr|t[hd]"
    r"|h[1-6]|p|div|section|article|blockquote|details|summary|br|hr)\b[^<>]*>",
    re.IGNORECASE | re.DOTALL,
)
_ROWS = re.compile(r"rowspan\s*=\s*[\"']?(\d{1,3})", re.IGNORECASE)
_APART = {"table", "p", "div", "section", "article", "details", "hr"}
_LISTS, _ITEMS, _CELLS = {"ul", "ol", "dl"}, {"li", "dt"}, {"td", "th"}
_INDENT = "  "


def list_lines(lines: Sequence[SourceLine]) -> list[SourceLine]:
    """Return HTML as lines of Markdown, each with the number of the line on which it began."""
    made = _MarkdownLines()
    text = "\n".join(line.text for line in lines)
    place, number = 0, lines[0].number
    for match in _TAG.finditer(text):
        made.words(text[place : match.start()])
        number += text.count("\n", place, match.start())
        if match["name"]:
            rows = _ROWS.search(match[0])
            made.tag(
                match["name"].lower(),
                number,
                end=bool(match["end"]),
                rows=int(rows[1]) if rows else 1,
            )
        number += match[0].count("\n")
        place = match.end()
    made.words(text[place:])
    made.flush(number)
    return made.lines


class _MarkdownLines:
    """Lines in the making. `_mark` stands before the next one, which begins on line `_number`."""

    def __init__(self) -> None:
        self.lines: list[SourceLine] = []
        self._words: list[str] = []
        self._mark = ""
        self._number = 0
        self._depth = self._cells = 0
        self._header = False
        self._below: dict[int, tuple[int, str]] = {}
        self._spanning: tuple[int, int, int] | None = None

    def words(self, text: str) -> None:
        """Take in what stands between two tags."""
        self._words.append(text.replace("|", "\\|") if self._cells else text)

    def tag(self, name: str, number: int, *, end: bool, rows: int = 1) -> None:
        """Take in a tag; a cell may reach over several `rows`, and stands in each of them."""
        if name in _CELLS:
            if not end:
                self._end_cell()
                self._cell()
                self._header |= name == "th"
                if rows > 1:
                    self._spanning = (self._cells - 1, rows - 1, len(self._words))
            return
        self.flush(number)
        self._below = {} if name == "table" else self._below
        if name in _LISTS:
            self._depth = max(self._depth + (-1 if end else 1), 0)
        elif name in _APART:
            self.lines.append(SourceLine(number, ""))
        elif name in _ITEMS and not end:
            self._mark = _INDENT * max(self._depth - 1, 0) + "• "
        elif name[1:].isdecimal() and not end:
            self._mark = "#" * int(name[1:]) + " "

    def _cell(self) -> None:
        """Begin a cell, behind those that come from rows above."""
        while True:
            self._words.append(" | " if self._cells else "| ")
            self._cells += 1
            left, text = self._below.pop(self._cells - 1, (0, ""))
            if not left:
                return
            self._words.append(text)
            if left > 1:
                self._below[self._cells - 1] = (left - 1, text)

    def _end_cell(self) -> None:
        if self._spanning is not None:
            column, rows, begin = self._spanning
            self._below[column] = (rows, "".join(self._words[begin:]).strip())
            self._spanning = None

    def flush(self, number: int) -> None:
        """End a line. The next one begins on line `number`."""
        self._end_cell()
        text = " ".join("".join(self._words).split())
        if text:
            row = " |" if self._cells else ""
            mark = self._mark or ("" if row else _INDENT * self._depth)
            self.lines.append(SourceLine(self._number or number, f"{mark}{text}{row}"))
        if text and self._header:
            self.lines.append(SourceLine(number, "|" + "---|" * self._cells))
        if text or not self._mark:
            self._mark = ""
            self._number = number
        self._words.clear()
        self._cells, self._header = 0, False
