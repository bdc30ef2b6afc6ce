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
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Generic, TypeVar

from bot.commands.values import OF_SEVERAL_WORDS
from bot.i18n.translator import Term, Translators
from bot.nearest import exchanged, nearest, plain_name
from bot.port.command import SWITCH, Command, Group, Parameter
from bot.port.form import Kind
from bot.port.problems import Mistyped
from bot.port.text import shorten
from bot.port.typed import COUNTED, UNSEEN, address_in
from store.search.text.hangul import letters

MAXIMUM_LINE = 40_000
"""Characters of a typed line: a note at its longest (20,000), and room for the rest."""

_QUOTES = {
    '"': '"”',
    "'": "'’",
    "`": "`",
    "“": '”"“',
    "”": "”",
    "„": '“”"',
    "‟": '”"',
    "‘": "’'",
    "‚": "‘’",
    "「": "」",
    "『": "』",
    "«": "»",
    "»": "«",
    "‹": "›",
    "＂": "＂",
    "＇": "＇",
}
"""What opens a quoted value, and what may close it, the likeliest first."""
_CLOSING = re.compile(rf"[{''.join(set(''.join(_QUOTES.values())))}](?=[\s{UNSEEN}]|$)")

_NAME = re.compile(
    rf"(?P<switch>{SWITCH}|-)?(?P<marked>\*\*|\|\||__|`|\*|_)?"
    r"(?P<name>[^\W\d_][\w-]*?)(?(marked)(?P<around>(?P=marked))?)"
    r"(?P<blank>[ \u3000]?)[:：﹕=＝](?!//)"
    r"(?(around)|(?(marked)(?P<closed>(?P=marked))?))"
)
_SWITCH = re.compile(
    rf"(?P<switch>{SWITCH}|-)(?P<name>[^\W\d_][\w-]*)(?P<blank>)(?P<marked>)(?P<closed>)(?P<around>)"
    r"(?:\s+|$)"
)
_AROUND_LINE = re.compile(r"(\*\*|__|\|\||~~|```|``|`|\*|_)(?P<inside>.+)\1", re.DOTALL)
_WRAPPED = re.compile(
    r"\[(?P<words>[^\[\]\n]{1,500})\]\(<?(?P<target>https?://[^\s<>]{1,2000}?)>?"
    r"(?:\s+\"[^\"\n]{0,500}\")?\)(?=\s|$)"
    r"|<(?P<shown>https?://[^\s<>|]{1,2000})\|(?P<label>[^<>\n]{0,500})>(?=\s|$)",
    re.IGNORECASE,
)
"""An address with its words, in Markdown or as Slack writes it."""
_FURTHER_WORD = re.compile(r"[^\S\n]+\S+")
_MOST_WORDS = 5
_DIVIDERS = ",，、;；|"
_MENTION = re.compile(r"<@[^<>]*>|@\S+")
_DEEPEST = 3
"""Marks around a line within each other, as in **`add …`**."""

_LETTERS_BEYOND_DOUBT = 5
"""Of a word in running text: with one edit in fewer it may be a word of its own (`Data:`)."""

_OTHER_NAMES = (
    "link url uri href address 링크 주소",
    "title headline heading subject 제목 표제 헤드라인",
    "note memo comment comments description desc summary text 설명 메모 노트 요약 내용 코멘트",
    "date day published 날짜 일자 발행일 게시일",
    "tag tags hashtag hashtags keyword keywords label labels 태그 태그목록 해시태그 키워드 꼬리표",
    "image picture photo img thumbnail 그림 이미지 사진",
    "timezone tz zone 시간대 타임존 표준시",
    "count limit max maximum number n 개수 갯수 최대",
    "page p 쪽 페이지",
    "when time schedule 언제 시간 시각 일정",
    "since from after 이후 부터",
    "until to before 이전 까지",
    "language lang 언어",
    "id entry no number 번호",
    "who user person 누구 사람",
)
"""What people write for a parameter, in a row with its own name."""

T = TypeVar("T", Command, Parameter, Group)


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
        tokens = _tokens(rest, command, self.parameters(command))
        return ParsedLine(command.name, _arguments(command, self._chosen(command, tokens), {}))

    def arguments(
        self, command: Command, words: Iterable[str], given: Mapping[str, str]
    ) -> dict[str, str]:
        """Read the words of a shell, which has taken its own quotes off.

        `given` are the values that options gave, by parameter. Raises Mistyped.
        """
        names = self.parameters(command)
        tokens = (_token(word, command, names) for word in words)
        options = {
            name: self._meant(command, [command.parameter(name)], value)
            for name, value in given.items()
        }
        return _arguments(command, self._chosen(command, tokens), options)

    def _chosen(self, command: Command, tokens: Iterable[_Token]) -> Iterator[_Token]:
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


def _arguments(command: Command, tokens: Iterable[_Token], given: dict[str, str]) -> dict[str, str]:
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
                token.value.startswith(("#", "＃", *_DIVIDERS))
                or given[tags.name].endswith(tuple(_DIVIDERS))
            ):
                given[tags.name] += f" {token.value}"
                continue
            # Behind tags a further word would go on with a title that stands before them.
            if not (tags and greedy) and _placed(command, token, given, greedy):
                tags = None
                continue
            if text is None:
                _refuse_names(command, token)
                raise Mistyped(
                    "Not sure what “{word}” is for. `/help {command}` shows what can be typed.",
                    word=shorten(token.value, 40),
                    command=command.name,
                )
            _refuse_names(command, token)
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
    if greedy:
        given[taker] = " ".join([*greedy, *([given[taker]] if taker in given else ())])
    elif hint and taker:
        given.setdefault(taker, hint)
    return given


def _refuse_names(command: Command, token: _Token) -> None:
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
        names=tuple(_listed(command.parameters)),
    )


def _listed(parameters: Iterable[Parameter]) -> Iterator[Term | str]:
    for index, parameter in enumerate(parameters):
        yield from (", " if index else "", Term("parameter", parameter.name), ":")


def _with_raw(raw: Parameter, tokens: Iterable[_Token], given: dict[str, str]) -> dict[str, str]:
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
        close = _Quotes(bare).close(0)
        if around:
            bare = around["inside"].strip()
        elif close is not None and close == len(bare) - 1:
            bare = bare[1:close].strip()
    return bare


def _head(line: str) -> tuple[str, str]:
    """Return the first word as commands are compared, and the rest."""
    first, *rest = line.split(maxsplit=1) or [""]
    return plain_name(first.strip(UNSEEN)), rest[0] if rest else ""


def _placed(command: Command, token: _Token, given: dict[str, str], greedy: list[str]) -> bool:
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


@dataclass(frozen=True, slots=True)
class _Token:
    """A word of a line, or a value with the name before it. `typed` is how it stands there.

    A word that stands like a name has it as `unknown`, with the name that is `near` to it. An
    address that was written with words has these as `hint`.
    """

    parameter: Parameter | None
    name: str
    value: str
    typed: str
    switched: bool = False
    unknown: str = ""
    near: str = ""
    hint: str = ""


def _token(word: str, command: Command, names: Names[Parameter]) -> _Token:
    """Return a shell's word, which is a value alone or with its name."""
    found = None if re.match(SWITCH, word) else _named(word, 0, command, names)
    if found is None or found.parameter is None:
        unknown, near = (found.name, found.near) if found else ("", "")
        return _Token(None, "", word, word, unknown=unknown, near=near)
    return _Token(found.parameter, found.name, word[found.end :], word)


def _tokens(text: str, command: Command, names: Names[Parameter]) -> Iterator[_Token]:
    """Yield each word or named value of a line."""
    quotes = _Quotes(text)
    position = 0
    while position < len(text):
        if text[position].isspace() or text[position] in UNSEEN:
            position += 1
            continue
        start = position
        found = _named(text, position, command, names)
        if found and found.parameter:
            position = found.end
            after = len(text) - len(text[position:].lstrip())
            following = _named(text, after, command, names)
            if following and following.parameter:
                typed = text[start:position]
                yield _Token(found.parameter, found.name, "", typed, found.switched)
                continue
            position = after
        wrapped = None if command.raw else _WRAPPED.match(text, position)
        if wrapped:
            value, position = wrapped["target"] or wrapped["shown"], wrapped.end()
        else:
            value, position = quotes.value(position, found.parameter if found else None)
        typed = text[start:position]
        if found and found.parameter:
            value = value.removesuffix(found.marked)
            yield _Token(found.parameter, found.name, value, typed, found.switched)
        elif wrapped:
            words = (wrapped["words"] or wrapped["label"] or "").strip()
            yield _Token(None, "", value, typed, hint="" if address_in(words) else words)
        elif value:
            unknown, near = (found.name, found.near) if found else ("", "")
            yield _Token(None, "", value, typed, unknown=unknown, near=near)


@dataclass(frozen=True, slots=True)
class _Named:
    """What stands like a name. `end` is where its value begins; `marked` are the marks around."""

    parameter: Parameter | None
    name: str
    end: int
    switched: bool = False
    near: str = ""
    marked: str = ""


def _named(text: str, position: int, command: Command, names: Names[Parameter]) -> _Named | None:
    """Return the name that begins here, or None where what begins here is a word.

    A word with a mark and a blank behind it is a name only where it is one of the command's, or
    so near to one that it must be meant.
    """
    match = _NAME.match(text, position) or _SWITCH.match(text, position)
    raw = command.raw is not None
    if match is None or (raw and (match["switch"] == "-" or match["blank"] or match["marked"])):
        return None
    name, switched = unicodedata.normalize("NFKC", match["name"]), match["switch"] is not None
    parameter = names.get(name) or (None if raw else _by_other_name(name, command))
    if parameter is not None:
        whole = match["closed"] or match["around"]
        marked = "" if whole else match["marked"] or ""
        return _Named(parameter, name, match.end(), switched, marked=marked)
    if match["blank"]:
        return None
    near = nearest(name, names.every) or ""
    misspelt = near and (len(letters(name)) >= _LETTERS_BEYOND_DOUBT or exchanged(name, near))
    following = text[match.end() : match.end() + 1]
    if switched or misspelt or (following and not following.isspace() and following not in ":=)("):
        return _Named(None, name, match.end(), near=near)
    return None


def _by_other_name(name: str, command: Command) -> Parameter | None:
    """Return the parameter that people mean by a name which is not its own."""
    plain = name.casefold()
    meant = {word for row in _OTHER_NAMES if plain in (words := row.split()) for word in words}
    return next((each for each in command.parameters if each.name in meant), None)


class _Quotes:
    """The quotes of a text: where one that opens is closed. Each place is looked at once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._places: dict[str, list[int]] = {}
        for match in _CLOSING.finditer(text):
            self._places.setdefault(match[0], []).append(match.start())

    def value(self, position: int, parameter: Parameter | None = None) -> tuple[str, int]:
        """Return the quoted or bare word at a position, and where it ends.

        A quote that is never closed is a letter like any other, as in an apostrophe. A value of
        WORDS keeps its quotes, which make phrases; a date or a time zone has as many words as can
        be read.
        """
        text = self._text
        close = self.close(position)
        if close is not None:
            inside = text[position + 1 : close]
            phrase = inside and parameter is not None and parameter.kind is Kind.WORDS
            return text[position : close + 1] if phrase else inside, close + 1
        end = position
        while end < len(text) and not text[end].isspace():
            end += 1
        reads = OF_SEVERAL_WORDS.get(parameter.kind) if parameter else None
        for word in islice(_FURTHER_WORD.finditer(text, end), _MOST_WORDS if reads else 0):
            if reads and reads(text[position : word.end()].rstrip(_DIVIDERS)):
                end = word.end()
        value = text[position:end].strip(UNSEEN)
        return value.rstrip(_DIVIDERS) if reads else value, end

    def close(self, position: int) -> int | None:
        """Return where the quote at a position is closed, None where none is opened or closed.

        A quote of another kind closes it only where its own does not do so before the next one
        opens, or where it has no beginning.
        """
        opened = self._text[position : position + 1]
        found: list[int] = []
        for sign in _QUOTES.get(opened, ""):
            places = self._places.get(sign, [])
            index = bisect_right(places, position)
            if index == len(places):
                continue
            place = places[index]
            if sign == opened:
                return self._curled(position, place)
            if self._text.find(opened, position + 1, place) == -1:
                return place
            found.append(place)
        return min(found, default=None)

    def _curled(self, position: int, place: int) -> int:
        """Return where a straight quote is closed, which a phone may have curled at its end."""
        curled = self._text.find("”", position, place) if self._text[position] == '"' else -1
        alone = curled in self._places.get("”", ()) and "“" not in self._text[position:curled]
        return curled if alone else place
