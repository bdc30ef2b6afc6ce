"""The words of a typed line: names with their values, quotes, addresses that bring words along."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Generic, TypeVar

from bot.commands.values import OF_SEVERAL_WORDS
from bot.i18n.translator import Translators
from bot.nearest import exchanged, nearest
from bot.port.command import SWITCH, Command, Group, Parameter
from bot.port.form import Kind
from bot.port.typed import UNSEEN, address_in
from store.search.text.hangul import letters

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
_WRAPPED = re.compile(
    r"\[(?P<words>[^\[\]\n]{1,500})\]\(<?(?P<target>https?://[^\s<>]{1,2000}?)>?"
    r"(?:\s+\"[^\"\n]{0,500}\")?\)(?=\s|$)"
    r"|<(?P<shown>https?://[^\s<>|]{1,2000})\|(?P<label>[^<>\n]{0,500})>(?=\s|$)",
    re.IGNORECASE,
)
"""An address with its words, in Markdown or as Slack writes it."""
_FURTHER_WORD = re.compile(r"[^\S\n]+\S+")
_MOST_WORDS = 5

DIVIDERS = ",，、;；|"
"""What divides the pieces of a list, and ends a value in running text."""

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


@dataclass(frozen=True, slots=True)
class LineToken:
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


def token_of(word: str, command: Command, names: Names[Parameter]) -> LineToken:
    """Return a shell's word, which is a value alone or with its name."""
    found = _NOTHING if re.match(SWITCH, word) else _named(word, 0, command, names)
    if found.parameter is None:
        return LineToken(None, "", word, word, unknown=found.name, near=found.near)
    return LineToken(found.parameter, found.name, word[found.end :], word)


def tokens_of(text: str, command: Command, names: Names[Parameter]) -> Iterator[LineToken]:
    """Yield each word or named value of a line."""
    quotes = Quotes(text)
    position = 0
    while position < len(text):
        if text[position].isspace() or text[position] in UNSEEN:
            position += 1
            continue
        start = position
        found = _named(text, position, command, names)
        if found.parameter:
            position = found.end
            after = len(text) - len(text[position:].lstrip())
            if _named(text, after, command, names).parameter:
                typed = text[start:position]
                yield LineToken(found.parameter, found.name, "", typed, found.switched)
                continue
            position = after
        wrapped = None if command.raw else _WRAPPED.match(text, position)
        if wrapped:
            value, position = wrapped["target"] or wrapped["shown"], wrapped.end()
        else:
            value, position = quotes.value(position, found.parameter)
        typed = text[start:position]
        if found.parameter:
            value = value.removesuffix(found.marked)
            yield LineToken(found.parameter, found.name, value, typed, found.switched)
        elif wrapped:
            words = (wrapped["words"] or wrapped["label"] or "").strip()
            yield LineToken(None, "", value, typed, hint="" if address_in(words) else words)
        elif value:
            yield LineToken(None, "", value, typed, unknown=found.name, near=found.near)


@dataclass(frozen=True, slots=True)
class _Named:
    """What stands like a name. `end` is where its value begins; `marked` are the marks around."""

    parameter: Parameter | None
    name: str
    end: int
    switched: bool = False
    near: str = ""
    marked: str = ""


_NOTHING = _Named(None, "", 0)


def _named(text: str, position: int, command: Command, names: Names[Parameter]) -> _Named:
    """Return the name that begins here, or nothing where what begins here is a word.

    A word with a mark and a blank behind it is a name only where it is one of the command's, or
    so near to one that it must be meant.
    """
    match = _NAME.match(text, position) or _SWITCH.match(text, position)
    raw = command.raw is not None
    if match is None or (raw and (match["switch"] == "-" or match["blank"] or match["marked"])):
        return _NOTHING
    name, switched = unicodedata.normalize("NFKC", match["name"]), match["switch"] is not None
    parameter = names.get(name) or (None if raw else _by_other_name(name, command))
    if parameter is not None:
        marked = "" if match["closed"] or match["around"] else match["marked"] or ""
        return _Named(parameter, name, match.end(), switched, marked=marked)
    if match["blank"]:
        return _NOTHING
    near = nearest(name, names.every) or ""
    misspelt = near and (len(letters(name)) >= _LETTERS_BEYOND_DOUBT or exchanged(name, near))
    following = text[match.end() : match.end() + 1]
    if switched or misspelt or (following and not following.isspace() and following not in ":=)("):
        return _Named(None, name, match.end(), near=near)
    return _NOTHING


def _by_other_name(name: str, command: Command) -> Parameter | None:
    """Return the parameter that people mean by a name which is not its own."""
    plain = name.casefold()
    meant = {word for row in _OTHER_NAMES if plain in (words := row.split()) for word in words}
    return next((each for each in command.parameters if each.name in meant), None)


class Quotes:
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
        value = text[position:end]
        reads = OF_SEVERAL_WORDS.get(parameter.kind) if parameter else None
        for word in islice(_FURTHER_WORD.finditer(text, end), _MOST_WORDS if reads else 0):
            longer = text[position : word.end()].rstrip(DIVIDERS)
            if reads and reads(longer):
                value, end = longer, word.end()
        return value.strip(UNSEEN), end

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
