"""What reading a file gives: entries, and remarks on what is no entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.port.text import one_line, shorten
from store.model import EntryDraft, ImportItem

EXCERPT = 80
"""Graphemes of a line that are shown beside a remark: a terminal's width."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to be said of a place in a file.

    `line` begins with 1. `reason` is a message id whose places `values` fill. `text` is the
    beginning of what stands there. `untitled` is the entry that it would be if it had a title,
    where the page behind its link may have one.
    """

    line: int
    reason: str
    text: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    untitled: EntryDraft | None = field(default=None, compare=False)

    @property
    def sentence(self) -> str:
        """The reason in English."""
        return self.reason.format_map({name: str(value) for name, value in self.values.items()})

    def __str__(self) -> str:
        """Return the reason with its line, in English."""
        return f"line {self.line}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Skipped(Remark):
    """What was left out because it is no entry, or an entry that the file has already."""


@dataclass(frozen=True, slots=True)
class Problem(Remark):
    """What should be an entry and cannot be read as one."""


@dataclass(frozen=True, slots=True)
class NotTaken(Remark):
    """What an entry, or a file, was read without. A strict import refuses it."""


Reading = ImportItem | Skipped | Problem | NotTaken


def excerpt(text: str) -> str:
    """Return the beginning of a text on one line."""
    return shorten(one_line(text[: EXCERPT * 8]), EXCERPT)
