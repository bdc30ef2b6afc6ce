"""A draft that was read becomes an item, or a problem where the store could not keep it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.commands.database_trouble import problem_of
from bot.i18n.translator import N_
from bot.importers.result import Problem, excerpt
from store.entries.drafts import checked
from store.entries.links import canonical
from store.errors import Flaw, InvalidEntry
from store.model import EntryDraft, ImportItem

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
