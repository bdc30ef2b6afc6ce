"""A typed line becomes a command and its arguments, by the commands' own declarations.

`latest 10 llm page:2`: bare words fill the positional parameters in order, `name:value` and
`--name value` fill a parameter by its English or Korean name. A value with spaces stands in
quotes, straight, curly or Korean. Only names of this command's parameters are names: in
`https://…` or `10:30` nothing is. A query (`search "모델 압축" -paper since:2021-01`) is handed on
as it was typed.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.i18n.translator import Translators
from bot.port.command import Command, Parameter
from bot.port.form import Kind
from bot.port.problems import Mistyped
from bot.port.text import shorten

MAXIMUM_LINE = 40_000
"""Characters of a typed line: a note at its longest (20,000), and room for the rest."""

_QUOTES = {
    '"': '"',
    "'": "'",
    "“": "”",
    "‘": "’",
    "「": "」",
    "『": "』",
    "«": "»",
    "＂": "＂",
}
_NAME = re.compile(r"(?:--)?(?P<name>[^\W\d][\w-]*)(?P<mark>[:：=])", re.UNICODE)
_SWITCH = re.compile(r"--(?P<name>[^\W\d][\w-]*)\s+", re.UNICODE)
_SWITCH_SIGN = "--"
_NEAR = 0.5


@dataclass(frozen=True, slots=True)
class ParsedLine:
    """A command's name and the arguments given, by parameter name, as typed."""

    command: str
    arguments: Mapping[str, str]


class LineParser:
    """Knows every name that a person may type."""

    def __init__(self, commands: Sequence[Command], translators: Translators) -> None:
        """Commands and parameters may be typed by each language's name."""
        self._commands: dict[str, Command] = {}
        self._parameters: dict[str, dict[str, Parameter]] = {}
        every_language = translators.every()
        for command in commands:
            self._commands[command.name] = command
            names = {parameter.name: parameter for parameter in command.parameters}
            for words in every_language:
                self._commands.setdefault(words.pgettext("command", command.name), command)
                for parameter in command.parameters:
                    names.setdefault(words.pgettext("parameter", parameter.name), parameter)
            self._parameters[command.name] = names

    def command(self, name: str) -> Command:
        """Return the command of that name in either language. Raises Mistyped with the nearest."""
        command = self._commands.get(name.casefold())
        if command is not None:
            return command
        near = difflib.get_close_matches(name.casefold(), self._commands, n=1, cutoff=_NEAR)
        if near:
            raise Mistyped(
                "There is no command “{name}”. Did you mean /ainews {near}?",
                name=shorten(name, 40),
                near=near[0],
            )
        raise Mistyped(
            "There is no command “{name}”. /ainews help lists all commands.",
            name=shorten(name, 40),
        )

    def parse(self, line: str) -> ParsedLine:
        """Read a line, with or without `/ainews` before it. An empty one asks for help.

        Raises Mistyped, which says what was not understood.
        """
        if len(line) > MAXIMUM_LINE:
            raise Mistyped(
                "This line is {length} characters long; at most {maximum} fit.",
                length=len(line),
                maximum=MAXIMUM_LINE,
            )
        first, rest = _head(line)
        if first.casefold() in {"/ainews", "ainews"}:
            first, rest = _head(rest)
        if not first:
            return ParsedLine("help", {})
        command = self.command(first.removeprefix("/"))
        return ParsedLine(command.name, self._arguments(command, rest))

    def _arguments(self, command: Command, rest: str) -> dict[str, str]:
        names = self._parameters[command.name]
        if command.raw is not None:
            return _with_raw(command.raw, names, rest)
        given: dict[str, str] = {}
        greedy: list[str] = []
        text: Parameter | None = None
        for token in _tokens(rest, frozenset(names)):
            if token.name is None:
                if _placed(command, token.value, given, greedy):
                    continue
                if text is None:
                    raise _one_too_many(token.value, command)
                # An unquoted value of several words: nothing else can take these.
                given[text.name] = f"{given[text.name]} {token.value}"
                continue
            parameter = names[token.name]
            if parameter.name in given:
                raise Mistyped(
                    "“{name}” is given twice.", parameter=parameter.name, name=token.name
                )
            given[parameter.name] = token.value
            text = parameter if parameter.kind is Kind.TEXT else None
        _gather(command, greedy, given)
        return given


def _with_raw(raw: Parameter, names: Mapping[str, Parameter], rest: str) -> dict[str, str]:
    """Read a line of which one parameter takes all that gives no other one a value.

    Nothing in it is wrong: what no other parameter can take is part of the text.
    """
    given: dict[str, str] = {}
    text: list[str] = []
    for token in _tokens(rest, frozenset(names)):
        parameter = raw if token.name is None else names[token.name]
        switched = token.typed.startswith(_SWITCH_SIGN)
        if parameter is raw:
            text.append(token.typed if token.name is None else token.value)
        elif (switched or not parameter.in_raw) and (
            parameter.name not in given and _takes(parameter, token.value)
        ):
            given[parameter.name] = token.value
        else:
            text.append(token.typed)
    return {raw.name: " ".join(text), **given} if text else given


def _head(line: str) -> tuple[str, str]:
    first, *rest = line.split(maxsplit=1) or [""]
    return first, rest[0] if rest else ""


def place(command: Command, bare: Sequence[str], given: dict[str, str]) -> None:
    """Give each bare word to the first free positional parameter that can take it.

    Raises Mistyped for a word that none can take.
    """
    greedy: list[str] = []
    for word in bare:
        if not _placed(command, word, given, greedy):
            raise _one_too_many(word, command)
    _gather(command, greedy, given)


def _placed(command: Command, word: str, given: dict[str, str], greedy: list[str]) -> bool:
    free = [
        parameter
        for parameter in command.parameters
        if parameter.positional and parameter.name not in given
    ]
    taker = next((parameter for parameter in free if _takes(parameter, word)), None)
    taker = taker or next(iter(free), None)
    if taker is None:
        return False
    if taker.greedy:
        greedy.append(word)
    else:
        given[taker.name] = word
    return True


def _gather(command: Command, greedy: Sequence[str], given: dict[str, str]) -> None:
    if greedy:
        name = next(parameter.name for parameter in command.parameters if parameter.greedy)
        given[name] = " ".join([*greedy, *([given[name]] if name in given else ())])


def _one_too_many(word: str, command: Command) -> Mistyped:
    return Mistyped(
        "“{word}” is one word too many. Type /ainews help {command} to see what it takes.",
        word=shorten(word, 40),
        command=command.name,
    )


def _takes(parameter: Parameter, word: str) -> bool:
    if parameter.kind in {Kind.INTEGER, Kind.ENTRY}:
        return word.removeprefix("#").isdecimal()
    if parameter.kind is Kind.LINK:
        return word.casefold().startswith(("http://", "https://"))
    if parameter.choices:
        return any(choice.value == word.casefold() for choice in parameter.choices)
    return True


@dataclass(frozen=True, slots=True)
class _Token:
    """A word of a line, or a value with the name before it. `typed` is how it stands there."""

    name: str | None
    value: str
    typed: str


def _tokens(text: str, names: frozenset[str]) -> Iterator[_Token]:
    """Yield each word or named value of a line."""
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        start = position
        name, position = _name(text, position, names)
        if name is not None:
            after = len(text) - len(text[position:].lstrip())
            if _name(text, after, names)[0] is not None:
                yield _Token(name, "", text[start:position])
                continue
            position = after
        value, position = _value(text, position)
        yield _Token(name, value, text[start:position])


def _name(text: str, position: int, names: frozenset[str]) -> tuple[str | None, int]:
    """Return the parameter's name that begins here, if one does, and where its value begins."""
    match = _NAME.match(text, position) or _SWITCH.match(text, position)
    if match is None or match["name"].casefold() not in names:
        return None, position
    return match["name"].casefold(), match.end()


def _value(text: str, position: int) -> tuple[str, int]:
    """Return the quoted or bare word at a position, and where it ends.

    A quote that is never closed is a letter like any other, as in an apostrophe.
    """
    if position < len(text) and text[position] in _QUOTES:
        close = text.find(_QUOTES[text[position]], position + 1)
        while close != -1 and close + 1 < len(text) and not text[close + 1].isspace():
            close = text.find(_QUOTES[text[position]], close + 1)
        if close != -1:
            return text[position + 1 : close], close + 1
    end = position
    while end < len(text) and not text[end].isspace():
        end += 1
    return text[position:end], end
