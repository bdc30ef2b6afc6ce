"""A message as a readable outline: what stands in it, line by line, for snapshots and failures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

_CUT = 160


def outline(components: Sequence[Mapping[str, Any]], indent: str = "") -> str:
    """Return components as lines of text."""
    return "\n".join(line for part in components for line in _lines(part, indent)) + "\n"


def _lines(part: Mapping[str, Any], indent: str) -> Iterator[str]:
    yield from _DRAWN[part["type"]](part, indent)


def _row(part: Mapping[str, Any], indent: str) -> Iterator[str]:
    for inner in part["components"]:
        yield from _lines(inner, indent)


def _button(part: Mapping[str, Any], indent: str) -> Iterator[str]:
    yield f"{indent}[ {part['label']} ]  {_short(part['custom_id'])}"


def _menu(part: Mapping[str, Any], indent: str) -> Iterator[str]:
    yield f"{indent}[ {part['placeholder']} ▾ ]  {_short(part['custom_id'])}"
    for option in part["options"]:
        yield f"{indent}  - {_short(option['label'])}  {_short(option['value'])}"


def _section(part: Mapping[str, Any], indent: str) -> Iterator[str]:
    yield f"{indent}section"
    for inner in (*part["components"], part["accessory"]):
        yield from _lines(inner, indent + "  ")


def _text(part: Mapping[str, Any], indent: str) -> Iterator[str]:
    for line in part["content"].split("\n"):
        yield f"{indent}| {_short(line)}"


def _picture(part: Mapping[str, Any], indent: str) -> Iterator[str]:
    yield f"{indent}picture {_short(part['media']['url'])}"
    if "description" in part:
        yield f"{indent}  says {_short(part['description'])}"


def _separator(part: Mapping[str, Any], indent: str) -> Iterator[str]:
    del part
    yield f"{indent}----"


def _box(part: Mapping[str, Any], indent: str) -> Iterator[str]:
    yield f"{indent}box #{part['accent_color']:06x}"
    for inner in part["components"]:
        yield from _lines(inner, indent + "  ")


_DRAWN: Mapping[int, Callable[[Mapping[str, Any], str], Iterator[str]]] = {
    1: _row,
    2: _button,
    3: _menu,
    9: _section,
    10: _text,
    11: _picture,
    14: _separator,
    17: _box,
}


def _short(text: str) -> str:
    shown = "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in text)
    return shown if len(shown) <= _CUT else f"{shown[:_CUT]}… ({len(text)} characters)"
