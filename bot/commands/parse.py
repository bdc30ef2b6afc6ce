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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

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

T = TypeVar("T", Command, Parameter)


@dataclass(frozen=True, slots=True)
class ParsedLine:
    """A command's name and the arguments given, by parameter name, as typed."""

    command: str
    arguments: Mapping[str, str]


class Names(Generic[T]):
    """Commands or parameters by their names, in English and in every other language.

    A catalog is read only for a name that cannot be English.
    """

    def __init__(self, context: str, named: Iterable[T], translators: Translators) -> None:
        """`context` is that of the names in the catalogs: "command" or "parameter"."""
        self._context = context
        self._english: dict[str, T] = {one.name: one for one in named}
        self._translators = translators

    def get(self, name: str) -> T | None:
        """Return what has this name, however its letters are cased."""
        found = self._english.get(name.casefold())
        return found if found or name.isascii() else self.every.get(name.casefold())

    @cached_property
    def every(self) -> dict[str, T]:
        """Each by each of its names."""
        names = dict(self._english)
        for words in self._translators.every():
            for one in self._english.values():
                names.setdefault(words.pgettext(self._context, one.name), one)
        return names


class LineParser:
    """Reads what people type, in a line or in a shell."""

    def __init__(self, commands: Sequence[Command], translators: Translators) -> None:
        """Commands and parameters may be typed by each language's name."""
        self.commands = Names("command", commands, translators)
        self._parameters = {
            command.name: Names("parameter", command.parameters, translators)
            for command in commands
        }

    def command(self, name: str) -> Command:
        """Return the command of that name in either language. Raises Mistyped with the nearest."""
        command = self.commands.get(name)
        if command is not None:
            return command
        near = difflib.get_close_matches(name.casefold(), self.commands.every, n=1, cutoff=_NEAR)
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

    def parameters(self, command: Command) -> Names[Parameter]:
        """Return a command's parameters by their names."""
        return self._parameters[command.name]

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
        tokens = _tokens(rest, self.parameters(command))
        return ParsedLine(command.name, _arguments(command, tokens, {}))

    def arguments(
        self, command: Command, words: Iterable[str], given: Mapping[str, str]
    ) -> dict[str, str]:
        """Read the words of a shell, which has taken its own quotes off.

        `given` are the values that options gave, by parameter. Raises Mistyped.
        """
        names = self.parameters(command)
        return _arguments(command, (_token(word, names) for word in words), dict(given))


def _arguments(command: Command, tokens: Iterable[_Token], given: dict[str, str]) -> dict[str, str]:
    if command.raw is not None:
        return _with_raw(command.raw, tokens, given)
    greedy: list[str] = []
    text: Parameter | None = None
    for token in tokens:
        parameter = token.parameter
        if parameter is None:
            if _placed(command, token.value, given, greedy):
                continue
            if text is None:
                raise Mistyped(
                    "“{word}” is one word too many. Type /ainews help {command} to see what it "
                    "takes.",
                    word=shorten(token.value, 40),
                    command=command.name,
                )
            # An unquoted value of several words: nothing else can take these.
            given[text.name] = f"{given[text.name]} {token.value}"
            continue
        if parameter.name in given:
            raise Mistyped("“{name}” is given twice.", parameter=parameter.name, name=token.name)
        given[parameter.name] = token.value
        text = parameter if parameter.kind is Kind.TEXT else None
    if greedy:
        name = next(parameter.name for parameter in command.parameters if parameter.greedy)
        given[name] = " ".join([*greedy, *([given[name]] if name in given else ())])
    return given


def _with_raw(raw: Parameter, tokens: Iterable[_Token], given: dict[str, str]) -> dict[str, str]:
    """Read a line of which one parameter takes all that gives no other one a value.

    Nothing in it is wrong: what no other parameter can take is part of the text.
    """
    text: list[str] = []
    for token in tokens:
        parameter = token.parameter
        switched = token.typed.startswith(_SWITCH_SIGN)
        if parameter is None or parameter is raw:
            text.append(token.typed if parameter is None else token.value)
        elif (switched or not parameter.in_raw) and (
            parameter.name not in given and _takes(parameter, token.value)
        ):
            given[parameter.name] = token.value
        else:
            text.append(token.typed)
    if raw.name in given:
        text.append(given[raw.name])
    return {**given, raw.name: " ".join(text)} if text else given


def _head(line: str) -> tuple[str, str]:
    first, *rest = line.split(maxsplit=1) or [""]
    return first, rest[0] if rest else ""


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

    parameter: Parameter | None
    name: str
    value: str
    typed: str


def _token(word: str, names: Names[Parameter]) -> _Token:
    """Return a shell's word, which is a value alone or with its name."""
    match = None if word.startswith(_SWITCH_SIGN) else _NAME.match(word)
    parameter = names.get(match["name"]) if match else None
    if match is None or parameter is None:
        return _Token(None, "", word, word)
    return _Token(parameter, match["name"], word[match.end() :], word)


def _tokens(text: str, names: Names[Parameter]) -> Iterator[_Token]:
    """Yield each word or named value of a line."""
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        start = position
        parameter, name, position = _named(text, position, names)
        if parameter is not None:
            after = len(text) - len(text[position:].lstrip())
            if _named(text, after, names)[0] is not None:
                yield _Token(parameter, name, "", text[start:position])
                continue
            position = after
        value, position = _value(text, position)
        yield _Token(parameter, name, value, text[start:position])


def _named(text: str, position: int, names: Names[Parameter]) -> tuple[Parameter | None, str, int]:
    """Return the parameter whose name begins here, if one does, and where its value begins."""
    match = _NAME.match(text, position) or _SWITCH.match(text, position)
    parameter = names.get(match["name"]) if match else None
    if match is None or parameter is None:
        return None, "", position
    return parameter, match["name"], match.end()


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
