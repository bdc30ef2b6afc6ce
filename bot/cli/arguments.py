"""The words of a shell, divided: options with their values, and words that stand bare."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.nearest import nearest
from bot.port.command import SWITCH
from bot.port.problems import Mistyped

if TYPE_CHECKING:
    from bot.commands.tokens import Names
    from bot.port.command import Parameter

_OPTION = re.compile(rf"{SWITCH}(?P<name>[^\W\d][\w-]*)(?:=(?P<value>.*))?", re.DOTALL)
_SIGN = re.compile(r"-[^-\s]|--[^\s]")
_END = "--"
"""Whatever comes after it is a bare word."""


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a shell command. `value` is what it takes, as help says it; empty: a flag."""

    name: str
    description: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Arguments:
    """`options` are the values by name, a flag's empty; `bare` are the words without a name."""

    options: Mapping[str, str]
    bare: tuple[str, ...] = ()


def read_arguments(
    words: Sequence[str],
    page: str,
    options: Sequence[Option] = (),
    parameters: Names[Parameter] | None = None,
    *,
    signs: bool = False,
) -> Arguments:
    """Divide what stands after a command's name.

    `page` is the command line that shows the command's help. It takes `options`, and a value for
    each of `parameters`. `signs`: `-word` is a word, as it is in a query. Raises Mistyped for an
    option that is unknown, is given twice or lacks its value.
    """
    values = {option.name: bool(option.value) for option in options}
    given: dict[str, str] = {}
    bare: list[str] = []
    left = iter(words)
    for word in left:
        match = _OPTION.fullmatch(word)
        if word == _END:
            bare += left
        elif match is None and (signs or not _SIGN.match(word)):
            bare.append(word)
        else:
            typed, value = (match["name"], match["value"]) if match else (word, None)
            parameter = parameters.get(typed) if parameters and typed not in values else None
            name = parameter.name if parameter else typed
            takes = parameter is not None or values.get(typed)
            if takes is None or (value is not None and not takes):
                known = [*values, *(parameters.every if parameters else ())]
                raise _unknown(word.partition("=")[0], known, page)
            if name in given:
                raise Mistyped("“{name}” is given twice.", name=f"--{typed}")
            given[name] = _value(value, left, f"--{typed}", page) if takes else ""
    return Arguments(given, tuple(bare))


def _value(value: str | None, left: Iterator[str], option: str, page: str) -> str:
    if value is None:
        value = next(left, None)
        if value is None or value == _END or _OPTION.fullmatch(value):
            raise Mistyped("{option} needs a value. {page} shows which.", option=option, page=page)
    return value


def _unknown(option: str, known: Sequence[str], page: str) -> Mistyped:
    near = nearest(re.sub(f"^{SWITCH}", "", option), known)
    if near:
        return Mistyped(
            "There is no option {option} here. Did you mean {near}?",
            option=option,
            near=f"--{near}",
        )
    return Mistyped("There is no option {option} here. {page} lists all.", option=option, page=page)
