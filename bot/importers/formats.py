"""A file is read by what it holds: a page, JSON Lines or a JSON list."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import PurePath
from typing import BinaryIO

from bot.importers.json_items import LISTS, read_json_document, read_json_lines, read_json_list
from bot.importers.lines import TextSource, read_lines, readable
from bot.importers.page import read_page
from bot.importers.result import Reading

_JSON_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson"})
_MARKUP = ("{%", "{:", "{{")
_LIST = re.compile(r"\s*\[\s*(?:\{|\]|$)")


def read_items(
    source: BinaryIO, today: date, name: str = "", base_url: str | None = None
) -> Iterator[Reading]:
    """Yield what a file holds, from where `source` stands, in the order of the file.

    `name` is the file's; only its suffix counts, and only where it says JSON. `base_url` makes
    the paths of a page's images whole. Never raises for what the file holds. Of JSON Lines and a
    JSON list it holds one entry at a time. `source` stays open.
    """
    text = TextSource(source)
    try:
        beginning = text.beginning()
        if _LIST.match(beginning):
            yield from read_json_list(text, today)
        elif beginning.lstrip().startswith(_MARKUP):
            yield from read_page(read_lines(text), today, base_url)
        elif _is_document(beginning):
            yield from read_json_document(_whole(text), today)
        elif beginning.lstrip().startswith("{") or _is_json(name):
            yield from read_json_lines(read_lines(text), today)
        else:
            yield from read_page(read_lines(text), today, base_url)
    finally:
        text.release()


def _is_document(beginning: str) -> bool:
    """Whether a text is one JSON object over many lines or with a list in it: not JSON Lines."""
    line = beginning.lstrip().partition("\n")[0]
    if not line.startswith("{"):
        return False
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        return error.pos >= len(line.rstrip()) - 1
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and any(
        isinstance(value.get(name), list) and any(isinstance(one, dict) for one in value[name])
        for name in LISTS
    )


def _whole(text: TextSource) -> str:
    pieces = []
    while piece := text.read(1 << 16):
        pieces.append(piece)
    return readable("".join(pieces))


def _is_json(name: str) -> bool:
    return PurePath(name).suffix.casefold() in _JSON_SUFFIXES
