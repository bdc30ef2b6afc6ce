"""A button's whole state in its `custom_id`, so that it works as long as its message is there.

A press is written `MODE[KEY]|COMMAND|NAME=VALUE|…`. Where values are longer than an id may be
(a long search), they stand on the message's tape: what room the ids of a message leave is filled
with it, in the order in which they stand, between two `TAPE` marks each. A click brings the whole
message along, and with it the tape.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from adapters.discord.cards.limits import CUSTOM_ID
from bot.port.fitting import units

TAPE = "␞"
_ESCAPED = re.compile(r"[\\|=␞~]")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_PART = re.compile(r"(?:[^|\\]|\\.)*", re.DOTALL)
_HEAD = re.compile(r"(?P<mode>[a-z])(?P<key>[a-z0-9]{0,25})")
_ON_TAPE = re.compile(r"~(\d+),(\d+)")
_KEY = re.compile(r"[a-z](?P<key>[a-z0-9]{1,25})\|")
_WITH_TAPE = re.compile(r"(?P<said>(?:[^\\␞]|\\.)*)(?:␞(?P<chunk>.*)␞)?", re.DOTALL)
_NOTHING = "|~"
"""What stands for a press that has no room: nothing understands it, but it keeps its key."""
_SHORTEST_ON_TAPE = 12
"""A value of fewer code units is no longer in place than where it is on the tape."""


class Mode(StrEnum):
    """What a press asks for."""

    ANSWER = "n"
    """An answer of its own, for the person who pressed."""
    PAGE = "p"
    """An answer in the place of the message that was pressed."""
    SHARE = "s"
    """An answer that everybody in the channel sees."""
    FORM = "f"
    """Not a button: a form, sent."""
    CORRECT = "c"
    """The form again, as it was filled in."""
    MENU = "m"
    """Not a button: a menu, whose options are presses."""


class StalePress(Exception):
    """A button that this version does not understand, or whose state is gone."""


@dataclass(frozen=True, slots=True)
class Press:
    """What a button stands for. `key` is the key of the post that it belongs to, if any."""

    mode: Mode
    command: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    key: str = ""


def seal(presses: Sequence[Press]) -> list[str]:
    """Return the ids of a message's buttons, in the order in which they stand. All differ.

    A press whose values fit neither into its id nor on the tape gets an id that is stale.
    """
    tape = ""
    ids: list[str] = []
    for press in map(_sound, presses):
        written = _written(press)
        if units(written) > CUSTOM_ID:
            written, tape = _with_tape(press, tape)
        ids.append(written if units(written) <= CUSTOM_ID else f"{_begun(press)}{_NOTHING}")
    ids = _all_different(ids)
    if not tape:
        return ids
    return _carrying(ids, tape)


def seal_one(press: Press) -> str | None:
    """Return an id that needs no tape, or None where there is none: for menus and forms."""
    written = _written(_sound(press))
    return written if units(written) <= CUSTOM_ID else None


def unseal(custom_id: str, message_ids: Iterable[str] = ()) -> Press:
    """Return the press that an id stands for. Raises StalePress.

    `message_ids` are all ids of its message, in the order in which they stand.
    """
    said, _ = _split(custom_id)
    fields = [part for part in _PART.findall(said) if part]
    head = _HEAD.fullmatch(fields[0]) if fields else None
    if head is None or len(fields) < 2 or head["mode"] not in set(Mode):  # noqa: PLR2004 - head, command
        raise StalePress(custom_id)
    if fields[1] == _NOTHING.strip("|"):
        raise StalePress(custom_id)
    tape = ""
    arguments = {}
    for part in fields[2:]:
        name, divider, value = _divided(part)
        if not divider:
            raise StalePress(custom_id)
        where = _ON_TAPE.fullmatch(value)
        if where is None:
            arguments[_plain(name)] = _plain(value)
            continue
        tape = tape or "".join(_split(each)[1] for each in message_ids)
        start, length = int(where[1]), int(where[2])
        if start + length > len(tape):
            raise StalePress(custom_id)
        arguments[_plain(name)] = tape[start : start + length]
    return Press(Mode(head["mode"]), _plain(fields[1]), arguments, head["key"])


def key_of(custom_id: str) -> str:
    """Return the key of the post that an id belongs to; empty where it names none."""
    found = _KEY.match(custom_id)
    return found["key"] if found else ""


def _sound(press: Press) -> Press:
    """Return a press without halves of characters, which no message can carry."""
    if all(name.isprintable() and value.isprintable() for name, value in press.arguments.items()):
        return press
    whole = {
        name.encode("utf-8", "replace").decode(): value.encode("utf-8", "replace").decode()
        for name, value in press.arguments.items()
    }
    return replace(press, arguments=whole)


def _written(press: Press, on_tape: Mapping[str, str] | None = None) -> str:
    """Return a press as an id, with the places on the tape of the values that stand there."""
    values = {name: _escaped(value) for name, value in press.arguments.items()}
    values |= on_tape or {}
    fields = (f"{_escaped(name)}={value}" for name, value in values.items())
    written = "|".join([_begun(press), _escaped(press.command), *fields])
    # A space at the end might be trimmed on its way.
    return written if written == written.rstrip() else f"{written}|"


def _begun(press: Press) -> str:
    return f"{press.mode.value}{press.key}"


def _escaped(text: str) -> str:
    return _ESCAPED.sub(r"\\\g<0>", text)


def _plain(text: str) -> str:
    return _ESCAPE.sub(r"\1", text)


def _divided(part: str) -> tuple[str, str, str]:
    """Split a field at its first `=` that is not escaped."""
    match = re.match(r"((?:[^=\\]|\\.)*)(=?)(.*)", part, re.DOTALL)
    return (match[1], match[2], match[3]) if match else (part, "", "")


def _with_tape(press: Press, tape: str) -> tuple[str, str]:
    """Return the press with its long values moved to the tape, and the tape with them on it."""
    places: dict[str, str] = {}
    for name, value in press.arguments.items():
        if units(value) >= _SHORTEST_ON_TAPE:
            start = tape.find(value)
            if start < 0:
                start = len(tape)
                tape += value
            places[name] = f"~{start},{len(value)}"
    return _written(press, places), tape


def _all_different(ids: Sequence[str]) -> list[str]:
    """Return the ids; one that stood before gets empty fields behind it."""
    seen: set[str] = set()
    different = []
    for each in ids:
        written = each
        while written in seen:
            written = (
                f"{written}|" if units(written) < CUSTOM_ID else f"{Mode.ANSWER.value}{_NOTHING}"
            )
        seen.add(written)
        different.append(written)
    return different


def _carrying(ids: Sequence[str], tape: str) -> list[str]:
    """Return the ids with the tape in the room that they leave."""
    rest = tape
    carrying = []
    for each in ids:
        room = CUSTOM_ID - units(each) - 2
        # Half of a character that is cut through stays with the rest.
        chunk = rest.encode("utf-16-le")[: 2 * max(room, 0)].decode("utf-16-le", "ignore")
        if not chunk:
            carrying.append(each)
            continue
        rest = rest[len(chunk) :]
        carrying.append(f"{each}{TAPE}{chunk}{TAPE}")
    return carrying


def _split(custom_id: str) -> tuple[str, str]:
    """Return what an id says itself, and its part of the tape."""
    found = _WITH_TAPE.fullmatch(custom_id)
    if found is None:
        raise StalePress(custom_id)
    return found["said"], found["chunk"] or ""
