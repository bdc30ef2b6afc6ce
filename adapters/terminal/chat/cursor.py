"""Where the cursor is in a line that is being typed. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.i18n.translator import Translators
from bot.port.command import SHARE, Command, Parameter

LINE = re.compile(r"\s*(?:/?ainews\s+)?/?(?P<name>\S*)(?P<rest>\s.*)?", re.DOTALL)
"""A line: the command's name as far as it is typed and, after a space, what follows it."""

_TOKEN = re.compile(r'(?:(?P<name>[^\W\d][\w-]*)[:：=])?(?P<value>"[^"]*"?|\S*)')


class ParameterNames:
    """Every name of a command and of its parameters, in every language."""

    def __init__(self, commands: Sequence[Command], translators: Translators) -> None:
        self.commands = commands
        self._languages = translators.every()
        self._by_name = {
            name.casefold(): each for each in commands for name in self.of("command", each)
        }

    def command(self, name: str) -> Command | None:
        """Return the command of that name."""
        return self._by_name.get(name.casefold())

    def of(self, context: str, one: Command | Parameter) -> tuple[str, ...]:
        """Return the names of a command or a parameter, as `context` says, English first."""
        named = (words.pgettext(context, one.name) for words in self._languages)
        return tuple(dict.fromkeys((one.name, *named)))

    def parameter(self, command: Command, name: str) -> Parameter | None:
        """Return a command's parameter of that name."""
        sought = name.casefold()
        for parameter in command.parameters:
            if sought in {each.casefold() for each in self.of("parameter", parameter)}:
                return parameter
        return None


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where in a command's line the cursor is.

    `typed` may be a value of one of `parameters`, or the beginning of the name of one of `named`;
    a value replaces the `written` characters before the cursor. `given` are the values before it.
    """

    command: Command
    parameters: tuple[Parameter, ...]
    named: tuple[Parameter, ...]
    typed: str
    written: int
    given: Mapping[str, str]


def place_of(text: str, names: ParameterNames) -> Cursor | None:
    """Return where the cursor is after `text`, None while no command stands there whole."""
    line = LINE.fullmatch(text)
    command = names.command(line["name"]) if line and line["rest"] else None
    if line is None or command is None:
        return None
    tokens = [token for token in _TOKEN.finditer(line["rest"]) if token[0]]
    touched = tokens.pop() if tokens and tokens[-1].end() == len(line["rest"]) else None
    given: dict[str, str] = {}
    bare = 0
    for token in tokens:
        parameter = names.parameter(command, token["name"] or "")
        if parameter is None:
            bare += 1
        else:
            given[parameter.name] = token["value"].strip('"')
    if touched is not None:
        parameter = names.parameter(command, touched["name"] or "")
        if parameter is not None:
            value = touched["value"]
            return Cursor(command, (parameter,), (), value.strip('"'), len(value), given)
    typed = touched[0] if touched is not None else ""
    # Nobody is there with whom an answer could be shared.
    without = {*given, SHARE.name}
    free = tuple(each for each in command.parameters if each.name not in without)
    positional = tuple(each for each in free if each.positional)
    if not any(each.greedy for each in positional):
        positional = positional[bare:]
    named = tuple(each for each in free if not each.greedy)
    return Cursor(command, positional, named, typed.strip('"'), len(typed), given)
