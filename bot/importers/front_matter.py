"""What stands between the two lines of dashes at a page's beginning: names and their texts.

The part of YAML that pages use: `name: value`, quotes, lists in brackets or a line an item. The
rest of YAML says nothing that an entry has a place for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.importers.lines import SourceLine

_FIELD = re.compile(r"([A-Za-z_][\w-]*)\s?:(?:\s+(.*?))?\s*")
_ITEM = re.compile(r"\s*-\s+(.*?)\s*")
_COMMENT = re.compile(r"\s+#.*$")
_QUOTES = ("'", '"')


def read_settings(lines: Iterable[SourceLine]) -> dict[str, str]:
    """Return the texts by their names in lower case. Items of a list stand between commas."""
    found: dict[str, str] = {}
    name = ""
    for line in lines:
        if field := _FIELD.fullmatch(line.text):
            name = field[1].casefold()
            found.setdefault(name, _text(field[2] or ""))
        elif name and (item := _ITEM.fullmatch(line.text)):
            found[name] = ", ".join(part for part in (found[name], _text(item[1])) if part)
    return found


def _text(value: str) -> str:
    value = value.strip()
    if value[:1] in _QUOTES and (end := value.find(value[0], 1)) > 0:
        return value[1:end]
    value = _COMMENT.sub("", value)
    if value.startswith("[") and value.endswith("]"):
        return ", ".join(part for each in value[1:-1].split(",") if (part := _text(each)))
    return value
