"""A file is read by what it holds: a page, JSON or a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import PurePath
from typing import BinaryIO

from bot.i18n.translator import N_
from bot.importers.json_items import is_json, read_json
from bot.importers.lines import UTF_16_MARKS, TextSource, read_lines
from bot.importers.page import read_page
from bot.importers.result import Problem, Reading, excerpt
from bot.importers.tables import is_table, read_table

_JSON_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson"})

XML = N_("This is XML, as feeds have it. Import a page in Markdown, JSON Lines, JSON or CSV.")
YAML = N_("This is YAML. Import a page in Markdown, JSON Lines, JSON or CSV.")
NO_TEXT = N_("This is no text, but a program's own file. Save it as Markdown, JSON or CSV.")
_YAML = re.compile(r"(?:---\s*\n)?-\s+(?:title|url|link|name|date|제목)\s*:\s", re.IGNORECASE)
_YAML_SUFFIXES = frozenset({".yaml", ".yml"})
_OF_A_TEXT = 10
"""A text has at most one NUL in so many characters, by mistake."""
_OWN_FORMATS = ("PK\x03\x04", "%PDF-", "SQLite format 3")
_XML = re.compile(r"\s*<(?:\?xml|rss|feed|opml)\b", re.IGNORECASE)


def read_items(
    source: BinaryIO, today: date, name: str = "", base_url: str | None = None
) -> Iterator[Reading]:
    """Yield what a file holds, from where `source` stands, in the order of the file.

    `name` is the file's: its suffix counts where it says JSON, and a post of Jekyll has its date
    there. `base_url` makes the paths of a page's images whole. Never raises for what the file
    holds, and holds one item, or a part of a page, at a time. `source` stays open.
    """
    text = TextSource(source)
    try:
        lines = read_lines(text)
        suffix = PurePath(name).suffix.casefold()
        beginning = text.beginning()
        if beginning.startswith(_OWN_FORMATS) or _is_binary(beginning):
            yield Problem(1, NO_TEXT)
        elif _XML.match(beginning):
            yield Problem(1, XML, excerpt(beginning))
        elif suffix in _YAML_SUFFIXES or _YAML.match(beginning):
            yield Problem(1, YAML, excerpt(beginning))
        elif suffix in _JSON_SUFFIXES or is_json(beginning):
            yield from read_json(text, lines, today, whole=suffix == ".json")
        elif is_table(beginning, suffix):
            yield from read_table(lines, today)
        else:
            yield from read_page(lines, today, name, base_url)
    finally:
        text.release()


def _is_binary(beginning: str) -> bool:
    return beginning.count("\0") > len(beginning) // _OF_A_TEXT and not beginning.startswith(
        UTF_16_MARKS
    )
