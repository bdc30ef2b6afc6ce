"""What a change did, from the record of it: which fields were what, and are what now. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from bot.i18n.translator import N_, Translator
from bot.port.text import one_line, shorten
from bot.schedule.phrases import describe
from bot.views.entries import drafted_by
from store.audit import AuditAction
from store.model import AuditRecord, Schedule

_LONGEST = 60
"""Graphemes of a value in a line."""

_FIELDS: Final = {
    "title": ("field", "title"),
    "url": ("field", "link"),
    "links": (None, N_("Further links")),
    "note": ("field", "note"),
    "image": (None, N_("Image")),
    "published": ("field", "date"),
    "tags": ("field", "tags"),
    "language": ("parameter", "language"),
    "added_by": (None, N_("added by")),
    "rule": ("parameter", "when"),
    "timezone": ("parameter", "timezone"),
    "most": ("parameter", "limit"),
    "quiet_days": ("parameter", "quiet"),
    "threaded": ("parameter", "parts"),
    "reviewed": (None, N_("reviewed")),
    "only": (None, N_("only with")),
    "without": (None, N_("without")),
}
"""The columns of the store as people know them: as fields of forms, or as parameters."""

_EDITS = frozenset(
    {AuditAction.EDIT, AuditAction.IMPORT, AuditAction.EDIT_SOURCE, AuditAction.SCHEDULE}
)


def changes(record: AuditRecord, words: Translator) -> Iterator[str]:
    """Yield what a change did, a field at a time: `title: “old” → “new”`."""
    details = record.details
    if record.action == AuditAction.IMPORT and record.subject == "import":
        yield from _imported(details, words)
    elif "drafts" in details:
        yield from drafted(record, words)
    elif record.action == AuditAction.BREAK:
        match details.get("reason"):
            case [_, str(reason)] if reason:
                yield one_line(words.stored(reason))
    elif record.action in _EDITS:
        new = record.action == AuditAction.SCHEDULE
        for name, (context, label) in _FIELDS.items():
            said = words.gettext(label) if context is None else words.pgettext(context, label)
            match details.get(name):
                case [None, value] if new:
                    if name == "rule":
                        yield describe(Schedule(str(value), _new(details, "timezone")), words)
                case [old, value]:
                    yield f"{said}: {_value(old, words)} → {_value(value, words)}"


def drafted(record: AuditRecord, words: Translator) -> Iterator[str]:
    """Yield the language of each draft that was decided about, who drafted and who reviewed it."""
    drafts = record.details.get("drafts")
    for one in drafts if isinstance(drafts, list) else ():
        match one:
            case {"language": str(language), "model": str(model), "edited": bool(edited)}:
                said = f"{language}: {drafted_by(model, str(record.actor), words)}"
                yield f"{said} ({words.gettext('edited')})" if edited else said


def _new(details: Mapping[str, object], name: str) -> str:
    match details.get(name):
        case [_, value]:
            return str(value)
        case _:
            return ""


def _imported(details: Mapping[str, object], words: Translator) -> Iterator[str]:
    if isinstance(count := details.get("added"), int):
        yield words.ngettext("{count} entry added", "{count} entries added", count)
    if isinstance(count := details.get("updated"), int):
        yield words.ngettext("{count} entry updated", "{count} entries updated", count)


def _value(value: object, words: Translator) -> str:
    match value:
        case bool():
            return words.pgettext("choice", "Yes" if value else "No")
        case None | "" | []:
            return "—"
        case list():
            return shorten(one_line(", ".join(_listed(one) for one in value)), _LONGEST)
        case str():
            return f"“{shorten(one_line(value), _LONGEST)}”"
        case _:
            return str(value)


def _listed(value: object) -> str:
    match value:
        case [str(address), *_]:
            return address
        case _:
            return str(value)
