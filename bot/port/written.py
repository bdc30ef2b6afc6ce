"""How a command that is to be typed is taken apart, and how a shell has it. Pure.

The chats read a line as it is declared; where each value needs its parameter's name, as on
Discord, or a shell takes the quotes off, it is written anew by the command's own declaration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.port.command import Command, Parameter
from bot.port.form import Kind

_TOKEN = re.compile(r'(?:(?P<name>[a-z]+):(?!//))?(?P<value>(?:"[^"]*"|[^\s"])+)')
_SPECIAL = re.compile(r"[\s\"'`$&|;<>()*?\[\]{}!\\]|^[#~-]|^$")


def command_of(line: str, commands: Sequence[Command]) -> Command | None:
    """Return the command that a line in declared names begins with."""
    name = line.split(" ", 1)[0]
    return next((each for each in commands if each.name == name), None)


def arguments_of(line: str, command: Command) -> dict[str, str]:
    """Return the values that such a line gives, by parameter, without their quotes."""
    given: dict[str, str] = {}
    for parameter, text, _ in _tokens(line, command):
        given[parameter.name] = " ".join(filter(None, (given.get(parameter.name), text)))
    return given


def in_shell(line: str, commands: Sequence[Command]) -> str:
    """Return such a line as it is typed in a POSIX shell: `ainews latest 10 --tag llm`."""
    command = command_of(line, commands)
    if command is None:
        return f"ainews {line}"
    words = ["ainews", command.name]
    for parameter, text, named in _tokens(line, command):
        negative = parameter.raw and text.startswith("-") and not _SPECIAL.search(text[1:])
        quoted = f"'{text}'" if _SPECIAL.search(text) and not negative else text
        words += [f"--{parameter.name}", quoted] if named else [quoted]
    return " ".join(words)


def _tokens(line: str, command: Command) -> Iterator[tuple[Parameter, str, bool]]:
    """Yield the values of a line, and whether each has its name before it."""
    free = [parameter for parameter in command.parameters if parameter.positional]
    names = {parameter.name: parameter for parameter in command.parameters}
    for token in _TOKEN.finditer(line.partition(" ")[2]):
        named = names.get(token["name"] or "")
        if named is not None and not (command.raw and named.in_raw):
            yield named, _unquoted(named, token["value"]), True
            continue
        value = token[0]
        number = value.lstrip("#").isdecimal()
        fitting = (one for one in free if number or one.kind not in {Kind.INTEGER, Kind.ENTRY})
        taker = next(fitting, None) or next(iter(free), None)
        if taker is None:
            continue
        if not (taker.greedy or taker.raw):
            free.remove(taker)
        yield taker, _unquoted(taker, value), False


def _unquoted(parameter: Parameter, value: str) -> str:
    """Return a value without its quotes, unless they make phrases."""
    phrases = parameter.kind is Kind.WORDS or parameter.raw
    return value if phrases else value.replace('"', "")
