"""Markdown as its parser reads it: what each line of a page is, and what stands in a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import zip_longest
from typing import Any

from markdown_it.common.utils import normalizeReference
from markdown_it.token import Token

from bot.importers.html_lists import HAS_LIST, list_lines
from bot.importers.lines import SourceLine
from bot.importers.markup import ATTRIBUTE_LIST, page_parser
from bot.importers.pieces import Piece, pieces_of, plain

_RULE_SIGNS = frozenset("-*_–—─━═ㅡ")
_RULE_LENGTH = 3
_LONGEST = 20_000
"""Characters of a line whose markup is read: all that a note may hold."""

_DELIMITER = re.compile(r":?-+:?")
_SPECIAL = re.compile(r"[\\`*_~\[<&!{:=%^]")
_HEADING_ID = re.compile(r"\s*\{[#.:][^{}]*\}\s*$")
_UNSEEN = re.compile(r"\s*<(?:script|style)\b", re.IGNORECASE)
_ROW = re.compile(r" {0,3}\|.*\|\s*")
_GRID = re.compile(r" {0,3}\+(?:[-=:]+\+)+\s*")
"""A line between the rows of a table that is drawn, as pandoc and Emacs have them."""
_CELL_END = re.compile(r"(?<!\\)\|")
_OPENED = re.compile(
    r"(?P<words>(?<!\\)\[[^\[\]]*)$|(?P<target>\]\([^()]*)$|(?P<tag><(?:a|img)\s[^<>]*)$"
    r"|(?P<anchor><a\s[^<>]*>[^<]*)$",
    re.IGNORECASE,
)
_CLOSED = {
    "words": r"[^\[\]]*\](?:\(|\[)",
    "target": r"[^()]*\)",
    "tag": r"[^<>]*>",
    "anchor": r"[^<]*</a",
}
_JOINED = 4


class LineKind(Enum):
    """What a line of a page is."""

    TEXT = auto()
    CODE = auto()
    HEADING = auto()
    TABLE = auto()


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table, by its cells."""

    line: int
    raw: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of a page; of a table, all of them.

    `text` of a heading is its words, `level` its depth. `underlined`: with dashes, which may
    be a rule as well. `quoted`: code in a quote. `rows` are all of a table; `columns` are the cells
    of the first, where it is the table's head.
    """

    number: int
    text: str
    kind: LineKind = LineKind.TEXT
    level: int = 0
    underlined: bool = False
    quoted: bool = False
    columns: tuple[str, ...] = ()
    rows: tuple[TableRow, ...] = ()
    fault: str = ""


class Markdown:
    """A page's Markdown. It knows the definitions of links in the parts read so far."""

    def __init__(self) -> None:
        self._links: dict[str, Any] = {}

    def outline(self, lines: Sequence[SourceLine], *, html: bool = True) -> Iterator[PageLine]:
        """Yield what the lines of a part of a page are. Definitions of links are none.

        `html`: its lists and tables are still to be made lines of Markdown, which is done once.
        """
        blocks = _Blocks(lines)
        self._links = blocks.links | self._links
        at = 0
        while at < len(lines):
            end = blocks.tables.get(at) or (blocks.html.get(at) if html else None) or at + 1
            if html and at in blocks.html:
                yield from self.outline(list_lines(lines[at:end]), html=False)
            elif at in blocks.tables:
                yield _table(lines[at:end])
            elif at in blocks.special:
                line = blocks.special[at]
                if line is not None:
                    yield line
            else:
                text, end = _joined(lines, at, blocks)
                if not ATTRIBUTE_LIST.fullmatch(text.strip()):
                    yield PageLine(lines[at].number, text, fault=lines[at].fault)
            at = end

    def defines(self, label: str) -> bool:
        """Whether a link is defined by this name in what was read so far."""
        return normalizeReference(label) in self._links

    def pieces(self, line: str) -> list[Piece]:
        """Return the pieces of a line, in order.

        Formatting tags are gone; a line break of HTML is a line feed.
        """
        if line.endswith("\\") and not line.endswith("\\\\"):  # a break
            line = line[:-1]
        if len(line) > _LONGEST or not _SPECIAL.search(line):
            return [plain(line)]
        tokens: list[Token] = []
        parser = page_parser()
        parser.inline.parse(line, parser, {"references": self._links}, tokens)
        return list(pieces_of(tokens))


def is_rule(text: str) -> bool:
    """Whether a line is a rule across the page."""
    signs = "".join(text.split())
    return len(signs) >= _RULE_LENGTH and signs[0] in _RULE_SIGNS and not signs.strip(signs[0])


def _cells(row: str) -> tuple[str, ...]:
    """Return the cells of a table's row."""
    inside = row.strip().removeprefix("|")
    return tuple(cell.strip() for cell in _CELL_END.split(inside.removesuffix("|")))


class _Blocks:
    """What the parser makes of lines.

    `special` are the lines that are more than text, None for one that shows nothing; `tables`
    and `html` begin at a line and end before another.
    """

    def __init__(self, lines: Sequence[SourceLine]) -> None:
        self.special: dict[int, PageLine | None] = {}
        self.tables: dict[int, int] = {}
        self.html: dict[int, int] = {}
        self._lines = lines
        parser, tokens = page_parser(), list[Token]()
        env: dict[str, Any] = {}
        parser.block.parse("\n".join(line.text for line in lines), parser, env, tokens)
        self.links: dict[str, Any] = env.get("references", {})
        for definition in (*self.links.values(), *env.get("duplicate_refs", ())):
            self.special |= dict.fromkeys(range(*definition["map"]))
        quotes = 0
        for token, following in zip_longest(tokens, tokens[1:]):
            quotes += token.nesting if token.type.startswith("blockquote") else 0
            if token.type == "fence" and token.map is not None:
                for at in range(*token.map):
                    line = lines[at]
                    self.special[at] = PageLine(
                        line.number, line.text, LineKind.CODE, quoted=quotes > 0, fault=line.fault
                    )
            elif token.map is not None and token.nesting >= 0 and not token.level:
                self._take(token, following.content if following else "", *token.map)

    def _take(self, token: Token, words: str, begin: int, end: int) -> None:
        lines = self._lines
        if any(line.fault for line in lines[begin:end]):
            return
        if token.type == "heading_open":
            underlined = not token.markup.startswith("#")
            at = end - 2 if underlined else begin
            self.special[at] = PageLine(
                lines[at].number,
                _HEADING_ID.sub("", words.rpartition("\n")[2]),
                LineKind.HEADING,
                level=int(token.tag[1:]),
                underlined=underlined,
            )
            if underlined:
                self.special[end - 1] = None
        elif token.type == "html_block":
            text = token.content
            if _UNSEEN.match(text):
                self.special |= dict.fromkeys(range(begin, end))
            elif HAS_LIST.search(text) and not text.lstrip().startswith("<!--"):
                self.html[begin] = end
        elif token.type == "table_open" or (
            token.type == "paragraph_open"
            and all(
                _ROW.fullmatch(line.text) or _GRID.fullmatch(line.text) for line in lines[begin:end]
            )
        ):
            self.tables[begin] = end


def _table(lines: Sequence[SourceLine]) -> PageLine:
    drawn = [at for at, line in enumerate(lines) if _GRID.fullmatch(line.text)]
    lines = [
        replace(line, text="|-|") if at in drawn[1:2] and "=" in line.text else line
        for at, line in enumerate(lines)
        if at not in drawn or (at in drawn[1:2] and "=" in line.text)
    ]
    rows = tuple(TableRow(line.number, line.text, _cells(line.text)) for line in lines)
    headed = len(rows) > 1 and all(_DELIMITER.fullmatch(cell) for cell in rows[1].cells)
    return PageLine(
        lines[0].number, "", LineKind.TABLE, columns=rows[0].cells if headed else (), rows=rows
    )


def _joined(lines: Sequence[SourceLine], at: int, blocks: _Blocks) -> tuple[str, int]:
    """Return a line, with the next ones where a link goes on in them, and where they end."""
    text, end = lines[at].text, at + 1
    while end < min(at + _JOINED, len(lines)) and end not in blocks.special:
        opened = _OPENED.search(text[-_LONGEST:])
        if opened is None:
            break
        following = lines[end].text.lstrip(" \t>")
        closes = re.match(_CLOSED[opened.lastgroup or "tag"], following)
        if closes is None or following.startswith("<!--"):
            break
        text, end = f"{text.rstrip()} {following}", end + 1
    return text, end
