"""A file is read by what it holds: a page, JSON Lines or a JSON list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import BinaryIO

from bot.importers.json_items import read_json_lines, read_json_list
from bot.importers.lines import TextSource, read_lines
from bot.importers.page import read_page
from bot.importers.result import Reading

_JSON_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson"})
_LIST = re.compile(r"\s*\[\s*(?:\{|\]|$)")


def read_items(source: BinaryIO, name: str = "", base_url: str | None = None) -> Iterator[Reading]:
    """Yield what a file holds, from where `source` stands, in the order of the file.

    `name` is the file's; only its suffix counts, and only where it says JSON. `base_url` makes
    the paths of a page's images whole. Never raises for what the file holds, and holds one entry
    of it at a time. `source` stays open.
    """
    text = TextSource(source)
    try:
        beginning = text.beginning()
        if _LIST.match(beginning):
            yield from read_json_list(text)
        elif beginning.lstrip().startswith("{") or _is_json(name):
            yield from read_json_lines(read_lines(text))
        else:
            yield from read_page(read_lines(text), base_url)
    finally:
        text.release()


def _is_json(name: str) -> bool:
    return PurePath(name).suffix.casefold() in _JSON_SUFFIXES
