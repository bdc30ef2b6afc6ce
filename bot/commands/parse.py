"""A typed line becomes a command and its arguments, by the commands' own declarations.

`latest 10 llm page:2`: bare words fill the positional parameters in order, `name:value` and
`--name value` fill a parameter by its English or Korean name. A value with spaces stands in
quotes, straight, curly or Korean. A parameter's usual other names are taken too (`url:`, `메모:`).
What stands like a name and is none (`colour:red`, `--bogus`) is refused, for nothing that was not
understood may end up in a title; a word with a colon and a blank behind it is text (`GPT-4: a
model`), as is everything in quotes. A query (`search "모델 압축" -paper since:2021-01`) is handed
on as it was typed.

Devices and platforms change what is typed: `--` becomes a long dash, quotes become curly, an
address gets brackets or marks. Each is read for what it stands for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile

from bot.commands.tokens import DIVIDERS, LineToken, Names, Quotes, token_of, tokens_of
from bot.commands.values import separated
from bot.i18n.translator import Term, Translators
from bot.nearest import nearest, plain_name
from bot.port.command import Command, Parameter
from bot.port.form import Kind
from bot.port.problems import Mistyped
from bot.port.text import shorten
from bot.port.typed import COUNTED, UNSEEN, address_in

MAXIMUM_LINE = 40_000
"""Characters of a typed line: a note at its longest (20,000), and room for the rest."""

_AROUND_LINE = re.compile(r"(\*\*|__|\|\||~~|```|``|`|\*|_)(?P<inside>.+)\1", re.DOTALL)
_HASHTAG = re.compile(r"[#＃][^\W\d_][\w/-]*")
_MENTION = re.compile(r"<@[^<>]*>|@\S+")
_DEEPEST = 3
"""Marks around a line within each other, as in **`add …`**."""


@dataclass(frozen=True, slots=True)
class ParsedLine:
    """A command's name and the arguments given, by parameter name, as typed."""

    command: str
    arguments: Mapping[str, str]


class LineParser:
    """Reads what people type, in a line or in a shell."""

    def __init__(self, commands: Sequence[Command], translators: Translators) -> None:
        """Commands and parameters may be typed by each language's name."""
        self._translators = translators
        self.commands = Names("command", commands, translators)
        groups = {command.group for command in commands if command.group is not None}
        self._groups = Names("command", groups, translators)
        self._parameters = {
            command.name: Names("parameter", command.parameters, translators)
            for command in commands
        }

    def command(self, name: str) -> Command:
        """Return the command of that name in either language. Raises Mistyped with the nearest."""
        command = self.commands.get(name)
        if command is not None:
            return command
        near = nearest(name, self.commands.every)
        if near:
            raise Mistyped(
                "There is no command “{name}”. Did you mean `/{near}`?",
                name=shorten(name, 40),
                near=self.commands.every[near].name,
            )
        raise Mistyped(
            "There is no command “{name}”. `/help all:yes` lists all commands.",
            name=shorten(name, 40),
        )

    def parameters(self, command: Command) -> Names[Parameter]:
        """Return a command's parameters by their names."""
        return self._parameters[command.name]

    def parse(self, line: str) -> ParsedLine:
        """Read a line, with or without `/ainews` or a mention before it. Empty, it asks for help.

        Raises Mistyped, which says what was not understood.
        """
        if len(line) > MAXIMUM_LINE:
            raise Mistyped(
                "This line is {length} characters long; at most {maximum} fit.",
                length=len(line),
                maximum=MAXIMUM_LINE,
            )
        first, rest = _head(_bare_line(line))
        while first.rstrip(":：,") in {"/ainews", "ainews"} or _MENTION.fullmatch(first):
            first, rest = _head(rest)
        if self._groups.get(first) is not None:
            first, rest = _head(rest)
        if not first:
            return ParsedLine("help", {})
        command = self.command(first.removeprefix("/"))
        tokens = tokens_of(rest, command, self.parameters(command))
        return ParsedLine(command.name, _arguments(command, self._chosen(command, tokens), {}))

    def arguments(
        self, command: Command, words: Iterable[str], given: Mapping[str, str]
    ) -> dict[str, str]:
        """Read the words of a shell, which has taken its own quotes off.

        `given` are the values that options gave, by parameter. Raises Mistyped.
        """
        names = self.parameters(command)
        tokens = (token_of(word, command, names) for word in words)
        options = {
            name: self._meant(command, [command.parameter(name)], value)
            for name, value in given.items()
        }
        return _arguments(command, self._chosen(command, tokens), options)

    def _chosen(self, command: Command, tokens: Iterable[LineToken]) -> Iterator[LineToken]:
        """Yield tokens; where one is what a choice is called in another language, the choice."""
        positional = [one for one in command.parameters if one.positional and not command.raw]
        for token in tokens:
            among = [token.parameter] if token.parameter else positional
            yield replace(token, value=self._meant(command, among, token.value))

    def _meant(self, command: Command, among: Iterable[Parameter], value: str) -> str:
        """Return the choice that a word of another language means; any other word as it is."""
        if value.isascii():
            return value
        plain = unicodedata.normalize("NFKC", value)
        meant = (
            choice.value
            for parameter in among
            for choice in parameter.choices
            for words in self._translators.every()
            if plain
            in {
                words.pgettext("choice", choice.label),
                words.value(command.name, parameter.name, choice.value),
            }
        )
        return next(meant, value)


def _arguments(
    command: Command, tokens: Iterable[LineToken], given: dict[str, str]
) -> dict[str, str]:
    if command.raw is not None:
        return _with_raw(command.raw, tokens, given)
    greedy: list[str] = []
    text: Parameter | None = None
    tags: Parameter | None = None
    hint = ""
    for token in tokens:
        parameter = token.parameter
        if parameter is None:
            hint = hint or token.hint
            if tags and (
                token.value.startswith(("#", "＃", *DIVIDERS))
                or given[tags.name].endswith(tuple(DIVIDERS))
            ):
                given[tags.name] += f" {token.value}"
                continue
            # Behind tags a further word would go on with a title that stands before them.
            if not (tags and greedy) and _placed(command, token, given, greedy):
                tags = None
                continue
            _refuse_names(command, token)
            if text is None:
                raise Mistyped(
                    "Not sure what “{word}” is for. `/help {command}` shows what can be typed.",
                    word=shorten(token.value, 40),
                    command=command.name,
                )
            # An unquoted value of several words: nothing else can take these.
            word = token.typed if text.kind is Kind.WORDS else token.value
            given[text.name] = f"{given[text.name]} {word}"
            continue
        if parameter.name in given:
            raise Mistyped("“{name}” is given twice.", parameter=parameter.name, name=token.name)
        given[parameter.name] = token.value
        text = parameter if parameter.kind in {Kind.TEXT, Kind.WORDS} else None
        tags = parameter if parameter.kind is Kind.TAGS and token.value else None
    taker = next((parameter.name for parameter in command.parameters if parameter.greedy), "")
    greedy = _without_tags(command, greedy, given)
    if greedy:
        given[taker] = " ".join([*greedy, *([given[taker]] if taker in given else ())])
    elif hint and taker:
        given.setdefault(taker, hint)
    return given


def _without_tags(command: Command, words: list[str], given: dict[str, str]) -> list[str]:
    """Return a title's words without the hashtags behind them, which become the entry's tags."""
    linked = any(one.kind is Kind.LINK for one in command.parameters)
    tags = next((one.name for one in command.parameters if one.kind is Kind.TAGS), None)
    if not linked or tags is None or tags in given:
        return words
    title = [*dropwhile(_HASHTAG.fullmatch, reversed(words))][::-1]
    if len(title) < len(words):
        given[tags] = " ".join(words[len(title) :])
    return title


def _refuse_names(command: Command, token: LineToken) -> None:
    """Raise Mistyped where a word of a text stands like a name that the command does not have."""
    if not token.unknown:
        return
    name, near = shorten(token.unknown, 40), token.near
    if near:
        declared = any(one.name == near for one in command.parameters)
        raise Mistyped(
            "`/{command}` has no “{name}”. Did you mean “{near}:”? If it belongs to a "
            "text, put the text in quotes.",
            command=command.name,
            name=name,
            near=Term("parameter", near) if declared else near,
        )
    raise Mistyped(
        "`/{command}` has no “{name}”. It has {names}. If it belongs to a text, put the text "
        "in quotes.",
        command=command.name,
        name=name,
        names=separated((Term("parameter", one.name), ":") for one in command.parameters),
    )


def _with_raw(raw: Parameter, tokens: Iterable[LineToken], given: dict[str, str]) -> dict[str, str]:
    """Read a line of which one parameter takes all that gives no other one a value.

    Nothing in it is wrong: what no other parameter can take is part of the text.
    """
    text: list[str] = []
    for token in tokens:
        parameter = token.parameter
        switched = token.switched
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


def _bare_line(line: str) -> str:
    """Return a line without the quotes and marks that stand around the whole of it."""
    bare = line.strip().strip(UNSEEN).strip()
    for _ in range(_DEEPEST):
        around = _AROUND_LINE.fullmatch(bare)
        close = Quotes(bare).close(0)
        if around:
            bare = around["inside"].strip()
        elif close is not None and close == len(bare) - 1:
            bare = bare[1:close].strip()
    return bare


def _head(line: str) -> tuple[str, str]:
    """Return the first word as commands are compared, and the rest."""
    first, *rest = line.split(maxsplit=1) or [""]
    return plain_name(first.strip(UNSEEN)), rest[0] if rest else ""


def _placed(command: Command, token: LineToken, given: dict[str, str], greedy: list[str]) -> bool:
    word = token.value
    free = [
        parameter
        for parameter in command.parameters
        if parameter.positional and parameter.name not in given
    ]
    taker = next((parameter for parameter in free if _takes(parameter, word)), None)
    taker = taker or next(iter(free), None)
    if taker is None:
        return False
    if taker.kind not in {Kind.PERSON, Kind.SOURCE}:
        _refuse_names(command, token)
    if taker.greedy:
        greedy.append(word)
    else:
        given[taker.name] = word
    return True


def _takes(parameter: Parameter, word: str) -> bool:
    if parameter.kind in {Kind.INTEGER, Kind.ENTRY}:
        return COUNTED.fullmatch(word) is not None
    if parameter.kind is Kind.LINK:
        return bool(address_in(word))
    if parameter.choices:
        return any(choice.value == word.casefold() for choice in parameter.choices)
    return True
