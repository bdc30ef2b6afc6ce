"""Entries become files: a page in the Jekyll format, a JSON list, JSON Lines.

What the page's own format cannot say (tags, a key, a title that would be read as a date) stands
in an HTML comment of the entry, which no reader of the page sees. Whether it is needed is not
guessed: each entry is read back as the importer reads it, and the fields that came back otherwise
are written there.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import fields
from datetime import date
from enum import StrEnum
from urllib.parse import quote

from bot.importers.block import MARK, MARK_END
from bot.importers.lines import SourceLine
from bot.importers.page import read_page
from bot.views.entries import export_json
from store.model import Entry, EntryDraft, ImportItem, Status

RULE = "-----------------"

_OPENING = f"---\ntitle: AI Information and News\n---\n\n{RULE}\n\n"

# What Jekyll, Liquid or a browser would run or draw instead of showing it, and what would be read
# as a character reference.
_LIVE = re.compile(
    r"<(?=[A-Za-z/!?])"
    r"|\{(?=[{%:])"
    r"|\](?=:|\(\s{0,3}<?(?!https?:|mailto:)[A-Za-z][A-Za-z0-9+.-]{0,30}:)"
    r"|&(?=[A-Za-z#][A-Za-z0-9]{0,7};)"
)
_MARKUP_SIGNS = re.compile(r"[\\`*_~\[\]()（）!|.:#-]")
# What begins a list, a heading or a quote on a page, also behind a bullet.
_BLOCK_SIGN = re.compile(r"[-+*#>=]|[0-9]{1,9}[.)]")
# What an address on a page has in percent-encoding, so that it cannot end its own markup.
_IN_ADDRESS = re.compile(r"[\s<>\"'`{}\\\[\]]")
_IN_PATH = re.compile(r"[\s<>\"'`{}\\\[\]()]")
_CHARACTERS = {"<": "&lt;", "&": "&amp;"}
# What could end a comment or speak to Liquid. In JSON these stand in texts only.
_IN_COMMENT = re.compile(r"[<>]|\{(?=[{%:])|-(?=-)")

_FIELDS = tuple(field.name for field in fields(EntryDraft))
_UNSAYABLE = (("tags", ()), ("key", None), ("status", Status.PUBLISHED), ("renditions", ()))
"""What no line of a page says, and what it is where nothing is said."""


class ExportForm(StrEnum):
    """How exported entries are written."""

    PAGE = "page"
    JSON = "json"
    JSON_LINES = "jsonl"


async def export(entries: AsyncIterable[Entry], form: ExportForm) -> AsyncIterator[str]:
    """Yield a file in the form asked for, piece by piece. Holds one entry at a time."""
    if form is ExportForm.PAGE:
        yield _OPENING
        async for entry in entries:
            yield page_entry(entry)
    elif form is ExportForm.JSON_LINES:
        async for entry in entries:
            yield f"{_json(export_json(entry))}\n"
    else:
        before = "[\n"
        async for entry in entries:
            yield f"{before}{_json(export_json(entry))}"
            before = ",\n"
        yield "[]\n" if before == "[\n" else "\n]\n"


def page_entry(entry: Entry) -> str:
    """Return an entry as it stands on a page, with the rule that ends it.

    Read back by the importer, it is the same entry.
    """
    wanted = draft_of(entry)
    escaped = _shown(_MARKUP_SIGNS.sub(r"\\\g<0>", entry.title))
    plain = escaped if _BLOCK_SIGN.match(entry.title) else _shown(entry.title)
    unsayable = tuple(name for name, usual in _UNSAYABLE if getattr(wanted, name) != usual)
    differing: tuple[str, ...] = ()
    for title, said in (
        (plain, unsayable or None),
        (escaped, unsayable or None),
        (escaped, unsayable),
    ):
        text = _block(entry, title, said)
        differing = _differing(text, wanted)
        if not differing:
            return text
    text = _block(entry, escaped, (*unsayable, *differing))
    return _block(entry, escaped, _FIELDS) if _differing(text, wanted) else text


def draft_of(entry: Entry) -> EntryDraft:
    """Return what an import would have to say for the store to hold this entry."""
    return EntryDraft(**{name: getattr(entry, name) for name in _FIELDS})


def _differing(text: str, wanted: EntryDraft) -> tuple[str, ...]:
    """Return the names of the fields that are read from the text otherwise than wanted."""
    lines = (SourceLine(number, line) for number, line in enumerate(text.split("\n"), 1))
    readings = list(read_page(lines, date.max))  # what is kept already is not too far ahead
    if len(readings) != 1 or not isinstance(readings[0], ImportItem):
        return _FIELDS
    draft = readings[0].draft
    return tuple(name for name in _FIELDS if getattr(draft, name) != getattr(wanted, name))


def _block(entry: Entry, title: str, said: tuple[str, ...] | None) -> str:
    """Return an entry's text. `title` is as it is to stand there, `said` goes in a comment."""
    day = entry.published.iso.replace("-", "") if entry.published else ""
    person = f"({_shown(entry.added_by)})" if entry.added_by else ""
    parts = [f"* {' '.join(part for part in (day, title, person) if part)}"]
    if said is not None:
        values = export_json(entry) | {"key": entry.key}
        inside = _json({name: values[name] for name in dict.fromkeys(said)})
        escaped = _IN_COMMENT.sub(lambda match: f"\\u{ord(match[0]):04x}", inside)
        parts.append(f"  {MARK} {escaped} {MARK_END}")
    if entry.url:
        parts += ["", f"  <{_address(entry.url)}>"]
    if entry.note:
        parts.append("")
        parts += _quote(entry.note)
    for link in entry.links:
        if link.url in entry.note:
            continue
        url = _address(link.url)
        parts += ["", f"  [{_shown(link.title)}]({url})" if link.title else f"  <{url}>"]
    if entry.image:
        words = _shown(_MARKUP_SIGNS.sub("", entry.title))
        parts += ["", f"  ![{words}]({_IN_PATH.sub(_encoded, entry.image)})"]
    return "\n".join([*parts, "", RULE, "\n"])


def _quote(note: str) -> list[str]:
    """Return a note's lines as a quote. Two spaces at a line's end keep its break on the page."""
    lines = note.split("\n")
    following = [*lines[1:], ""]
    return [
        f"  > {_shown(line)}{'  ' if line and after else ''}" if line else "  >"
        for line, after in zip(lines, following, strict=True)
    ]


def _shown(text: str) -> str:
    """Return text that a page shows, and never runs, as it is."""
    return _LIVE.sub(lambda match: _CHARACTERS.get(match[0], f"&#{ord(match[0])};"), text)


def _address(url: str) -> str:
    return _IN_ADDRESS.sub(_encoded, url)


def _encoded(match: re.Match[str]) -> str:
    return quote(match[0], safe="")


def _json(values: dict[str, object]) -> str:
    return json.dumps(values, ensure_ascii=False)
