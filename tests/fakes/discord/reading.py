"""What a reader sees of Discord's Markdown: the words, and everything that is not words.

It follows the rules of Discord's own renderer, in their order: escapes, code, links, mentions,
timestamps, emphasis; at the beginning of a line headings, small print, quotes and lists.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
_FENCE = re.compile(r"```(?:[a-z0-9_+\-.#]*\n)?\n*(.+?)\n*```", re.DOTALL)
_CODE = re.compile(r"(`+)(.*?[^`])\1(?!`)", re.DOTALL)
_LINK = re.compile(
    r"\[((?:\\.|[^\[\]\\]|\[[^\]]*\])+)\]\(\s*<?((?:\([^)]*\)|[^\s\\()]|\\.)*)>?\s*\)"
)
_ANGLED = re.compile(r"<((?:https?|discord)://[^\s>]+)>")
_BARE = re.compile(r"(?:https?|steam|discord)://[^\s<]+[^<.,:;\"'\]\s]")
_MENTION = re.compile(r"<@[!&]?\d+>|<#\d+>|</[^:>]+:\d+>|<id:\w+>|<a?:\w+:\d+>|@everyone|@here")
_TIME = re.compile(r"<t:(-?\d+)(?::[tTdDfFR])?>")
_EMPHASIS = (
    ("bold", re.compile(r"\*\*((?:\\.|[^\\])+?)\*\*(?!\*)", re.DOTALL)),
    ("underline", re.compile(r"__((?:\\.|[^\\])+?)__(?!_)", re.DOTALL)),
    ("struck", re.compile(r"~~((?:\\.|[^\\])+?)~~", re.DOTALL)),
    ("spoiler", re.compile(r"\|\|((?:\\.|[^\\])+?)\|\|", re.DOTALL)),
    ("italic", re.compile(r"\*(?=\S)((?:\\.|[^\s*\\]|\s+(?:\\.|[^*\s\\]))+?)\*(?!\*)")),
    ("italic", re.compile(r"\b_((?:\\.|[^\\_])+?)_(?!_)\b")),
)
_AT_LINE = (
    ("heading", re.compile(r"#{1,3} +(?=\S)")),
    ("small", re.compile(r"-# +(?=\S)")),
    ("quote", re.compile(r">(?:>>)? ")),
    ("list", re.compile(r" *(?:[*-]|\d+\.) +(?=\S)")),
)


@dataclass(slots=True)
class Read:
    """Words, and effects: (what it is, what it is about)."""

    words: str = ""
    effects: list[tuple[str, str]] = field(default_factory=list)

    def add(self, inner: Read) -> None:
        """Take in what was read inside."""
        self.words += inner.words
        self.effects += inner.effects


def read(text: str) -> Read:
    """Return what a reader sees of a text display."""
    seen = Read()
    for number, line in enumerate(text.split("\n")):
        if number:
            seen.words += "\n"
        seen.add(_read_line(line))
    return seen


def _read_line(line: str) -> Read:
    seen = Read()
    for name, pattern in _AT_LINE:
        found = pattern.match(line)
        if found:
            seen.effects.append((name, line[found.end() :]))
            line = line[found.end() :]
            break
    seen.add(_read_inline(line))
    return seen


def _read_inline(text: str) -> Read:
    seen = Read()
    position = 0
    while position < len(text):
        length = _one(text, position, seen)
        if not length:
            seen.words += text[position]
            length = 1
        position += length
    return seen


def _one(text: str, position: int, seen: Read) -> int:
    """Read what begins here; return how long it is, 0 where it is a letter like any other."""
    if found := _ESCAPE.match(text, position):
        seen.words += found[1]
        return len(found[0])
    if found := _CODE.match(text, position):
        seen.words += found[2].strip() or found[2]
        seen.effects.append(("code", found[2]))
        return len(found[0])
    return _link(text, position, seen) or _marked(text, position, seen)


def _link(text: str, position: int, seen: Read) -> int:
    """Read a link, a mention or a timestamp."""
    if found := _LINK.match(text, position):
        inner = _read_inline(found[1])
        if not any(name == "link" for name, _ in inner.effects):
            seen.add(inner)
            seen.effects.append(("link", found[2]))
            return len(found[0])
    for name, pattern in (
        ("link", _ANGLED),
        ("link", _BARE),
        ("mention", _MENTION),
        ("time", _TIME),
    ):
        if found := pattern.match(text, position):
            seen.words += found[0]
            seen.effects.append((name, found[0]))
            return len(found[0])
    return 0


def _marked(text: str, position: int, seen: Read) -> int:
    """Read emphasis."""
    for name, pattern in _EMPHASIS:
        if found := pattern.match(text, position):
            inner = _read_inline(found[1])
            seen.add(inner)
            seen.effects.append((name, inner.words))
            return len(found[0])
    return 0
