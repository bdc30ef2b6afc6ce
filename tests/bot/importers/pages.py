"""Reading texts in tests: what a page or a file of items holds."""

from __future__ import annotations

import io
from datetime import date

from bot.importers.formats import read_items
from bot.importers.result import NotTaken, Problem, Reading, Skipped
from store.model import EntryDraft, ImportItem

TODAY = date(2026, 11, 26)


def items(text: str | bytes, name: str = "", base_url: str | None = None) -> list[ImportItem]:
    """Return the entries of a file."""
    return [found for found in everything(text, name, base_url) if isinstance(found, ImportItem)]


def drafts(text: str | bytes, name: str = "") -> list[EntryDraft]:
    """Return the entries of a file, without their lines."""
    return [item.draft for item in items(text, name)]


def only(text: str | bytes, name: str = "") -> EntryDraft:
    """Return the one thing that a file holds, which must be an entry."""
    (found,) = everything(text, name)
    assert isinstance(found, ImportItem), str(found)
    return found.draft


def remarks(text: str | bytes, name: str = "") -> list[Skipped | Problem | NotTaken]:
    """Return what a file holds that is no entry."""
    return [found for found in everything(text, name) if not isinstance(found, ImportItem)]


def everything(text: str | bytes, name: str = "", base_url: str | None = None) -> list[Reading]:
    """Return all that a file holds."""
    data = text.encode() if isinstance(text, str) else text
    return list(read_items(io.BytesIO(data), TODAY, name, base_url))
