"""Importing a text into a real store, and what came of it in short."""

from __future__ import annotations

import io

from bot.importers.importer import ImportReport, import_file
from store.model import Actor, Entry, Status
from store.store import DigestStore
from tests.bot.importers.pages import TODAY

BY = Actor("terminal", "local", "kim", "kim")
SITE = "https://news.example/"


async def taken(
    store: DigestStore, text: str, name: str = "page.md"
) -> tuple[list[Entry], ImportReport]:
    """Import a text, and return the entries in the order of the file, and the report."""
    report = await import_file(
        store.entries, io.BytesIO(text.encode()), by=BY, today=TODAY, name=name
    )
    entries = [entry async for entry in store.entries.all(tuple(Status))]
    return sorted(entries, key=lambda entry: entry.id), report


def said(entry: Entry) -> tuple[str, str, str]:
    """Return date, title and the end of the link."""
    return str(entry.published or ""), entry.title, (entry.url or "").removeprefix(SITE)
