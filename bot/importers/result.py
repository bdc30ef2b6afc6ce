"""What reading a file gives: entries, and remarks on what is no entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.commands.database_trouble import problem_of
from bot.i18n.translator import N_
from bot.port.text import one_line, shorten
from store.entries.drafts import checked
from store.entries.links import canonical
from store.errors import Flaw, InvalidEntry
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


NO_TITLE = N_("This has no title.")


def item(draft: EntryDraft, line: int, text: str) -> ImportItem | Problem:
    """Return the draft as the store keeps it, or why it cannot. `text` is what was read."""
    try:
        return ImportItem(checked(draft).draft, line)
    except InvalidEntry as error:
        reason, values = _reason(error, draft)
        return Problem(line, reason, excerpt(text), values, untitled(draft))


def untitled(draft: EntryDraft) -> EntryDraft | None:
    """Return a draft that has a link and lacks nothing but a title, None for any other."""
    if draft.title.strip() or not draft.url:
        return None
    try:
        return replace(checked(replace(draft, title=draft.url[:1])).draft, title="")
    except InvalidEntry:
        return None


def _reason(error: InvalidEntry, draft: EntryDraft) -> tuple[str, Mapping[str, object]]:
    if error.field == "title" and error.flaw is Flaw.EMPTY:
        return NO_TITLE, {}
    if error.field == "url" and draft.url and error.flaw is Flaw.NOT_AN_ADDRESS:
        try:
            canonical(draft.url.strip())
        except ValueError as fault:
            return str(fault), {}
    problem = problem_of(error, operator=True)
    return problem.reason, {**problem.values, "name": error.field}
