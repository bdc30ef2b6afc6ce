"""The pages that `--help` prints, in the operator's language."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from bot.cli.arguments import Option
from bot.cli.streams import write_lines
from bot.i18n.translator import N_, Translator
from bot.port.invocation import Outcome

_WIDEST = 100
"""Cells of the longest line."""

_GAP = 2
_INDENT = "  "
_WIDEST_NAME = 28
"""Cells: beside a longer name there is no room for its description, which goes below."""


Row = tuple[str, str]
"""Something to type, and what it is for."""

HelpBlock = tuple[str, Sequence[Row]]
"""A heading, and rows of one kind."""


@dataclass(frozen=True, slots=True)
class HelpPage:
    """One page of help. `usage` is the shortest form of what may be typed."""

    usage: str
    description: str
    blocks: tuple[HelpBlock, ...]
    examples: tuple[str, ...] = ()


def asks_for_help(words: Sequence[str]) -> bool:
    """Whether one of the words asks for help, before what `--` makes plain words."""
    return any(word in {"--help", "-h"} for word in takewhile(lambda word: word != "--", words))


def option_rows(options: Sequence[Option], words: Translator) -> tuple[Row, ...]:
    """Return options of the shell as rows of help, and `--help` after them."""
    return tuple(
        (f"--{option.name} {option.value}".rstrip(), words.gettext(option.description))
        for option in (*options, Option("help", N_("Show this page")))
    )


def show(page: HelpPage, words: Translator) -> int:
    """Print a page, as wide as the terminal. Returns the exit code."""
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    write_lines(text_of(page, words, width))
    return Outcome.DONE


def text_of(page: HelpPage, words: Translator, width: int) -> str:
    """Return a page as text whose lines are at most `width` cells wide, where words allow it."""
    parts = [
        words.gettext("Usage: {usage}", usage=page.usage),
        "\n".join(_wrapped(page.description, width)),
        *(_block(block, width) for block in page.blocks if block[1]),
    ]
    if page.examples:
        examples = "\n".join(f"{_INDENT}{example}" for example in page.examples)
        parts.append(f"{words.gettext('For example:')}\n{examples}")
    return "\n\n".join(parts)


def cells(text: str) -> int:
    """Return the columns that a text takes in a terminal: two for a Korean letter."""
    return sum(
        2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
        if not unicodedata.combining(letter)
    )


def _block(block: HelpBlock, width: int) -> str:
    heading, rows = block
    widths = [cells(name) for name, _ in rows]
    column = max((each for each in widths if each <= _WIDEST_NAME), default=0)
    edge = len(_INDENT) + column + _GAP
    lines = [heading]
    for (name, description), taken in zip(rows, widths, strict=True):
        described = _wrapped(description, max(width - edge, 20)) or [""]
        if taken > _WIDEST_NAME:
            lines.append(f"{_INDENT}{name}")
        else:
            first = described.pop(0)
            lines.append(f"{_INDENT}{name}{' ' * (column - taken + _GAP)}{first}".rstrip())
        lines += [f"{' ' * edge}{line}" for line in described]
    return "\n".join(lines)


def _wrapped(text: str, width: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if line and cells(longer) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines
