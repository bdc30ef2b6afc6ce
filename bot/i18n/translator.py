"""Words in the asker's language, from the `.po` catalogs in `locales/`.

English texts are the message ids. Templates have named places (`{title}`), which `gettext` fills
with plain text and `spans` with spans. What stands between backticks behind a slash
(`/restore {id}`) is a command to type, in declared names in every language: each language and
each platform has its own way to write it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_interval, format_skeleton
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from bot.port.card import CommandText, LinkText, Mention, Span, Spans, Text, plain_text
from store.model import Precision, PublishedDate

LANGUAGE_NAMES = {"ko": "한국어", "en": "English"}
LANGUAGES = tuple(LANGUAGE_NAMES)

_Day = date  # a translator has a method of that name

_PLACE = re.compile(r"\{(\w+)\}")
_PIECE = re.compile(r"`/(?P<command>[^`]+)`|\{(?P<place>\w+)\}")
_WORD = re.compile(r'(?P<blank>\s+)(?:(?P<name>[a-z]+):(?!//))?(?P<value>(?:"[^"]*"|[^\s"])*)')
"""A word of a line to type, or a value with its parameter's name, quotes included."""
_NAMES_COMMANDS = "help"
"""The command whose own word is the name of another."""


@dataclass(frozen=True, slots=True)
class Term:
    """A short text of ours as a value of a message: the name of a parameter, a choice.

    `context` says where it stands in the catalogs ("command", "parameter", "choice").
    """

    context: str
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class TypedValue:
    """A value of a choice as a value of a message: said as it is typed in the reader's language."""

    command: str
    parameter: str
    value: str

    def __str__(self) -> str:
        return self.value


def N_(text: str) -> str:  # noqa: N802 - gettext's own name
    """Mark a text for the catalogs where it is not said at once. Returns it unchanged."""
    return text


def ngettext(one: str, many: str) -> tuple[str, str]:
    """Mark the forms of a text for the catalogs where it is not said at once. Returns both."""
    return one, many


def kept(text: str, values: Mapping[str, object]) -> str:
    """Return a text with its values as it is kept, to be said later by `Translator.stored`."""
    if not values:
        return text
    return json.dumps([text, {name: str(value) for name, value in values.items()}])


def language_of(tag: str | None) -> str | None:
    """Return the language of ours that a locale tag such as `ko-KR` or `en_US` names, or None."""
    base = re.split(r"[-_.]", tag or "", maxsplit=1)[0].casefold()
    return base if base in LANGUAGES else None


@lru_cache(1024)
def _date(date: PublishedDate, locale: Locale) -> str:
    """Return a date in words. Lists of news have the same few again and again."""
    if date.precision is Precision.DAY:
        return str(format_date(date.first_day, "long", locale=locale))
    skeleton = "yMMMM" if date.precision is Precision.MONTH else "y"
    return str(format_skeleton(skeleton, date.first_day, locale=locale))


class Translator:
    """The words of one language: `ko` or `en`."""

    def __init__(self, language: str) -> None:
        """Raises ValueError for a language that there is no catalog for."""
        if language not in LANGUAGES:
            raise ValueError(f"{language!r} is none of {', '.join(LANGUAGES)}")
        self.language = language
        self._locale = Locale.parse(language)

    @property
    def catalog(self) -> Catalog:
        """The catalog of this language, read at first use."""
        return _catalog(self.language)

    def _found(self, text: str, context: str | None = None) -> str:
        message = self.catalog.get(text, context)
        return str(message.string) if message is not None and message.string else ""

    def _template(self, text: str, context: str | None = None) -> str:
        return self._found(text, context) or (context and self._found(text)) or text

    def gettext(self, text: str, **values: object) -> str:
        """Return the text in this language, its places filled in."""
        return plain_text(self._filled(self._template(text), values))

    def command(self, line: str) -> CommandText:
        """Return a command to type, in the words of this language. `line` has declared ones."""
        name = line.split(" ", 1)[0]

        def said(found: re.Match[str]) -> str:
            parameter = found["name"] or ""
            before = f"{self.pgettext('parameter', parameter)}:" if parameter else ""
            return f"{found['blank']}{before}{self.value(name, parameter, found['value'])}"

        return CommandText(
            line, self.pgettext("command", name) + _WORD.sub(said, line[len(name) :])
        )

    def value(self, command: str, parameter: str, value: str) -> str:
        """Return how a value of a choice is typed in this language; any other value stays.

        `parameter` is "" where the value stands alone. The catalogs have these words under the
        context "typed": `rest:wait`, or `review publish` where no name need stand before it.
        """
        for key in (f"{parameter}:{value}", f"{command} {value}"):
            if typed := self._found(key, "typed"):
                return typed
        return self.pgettext("command", value) if command == _NAMES_COMMANDS else value

    def stored(self, sentence: str) -> str:
        """Return a sentence that was kept in English, such as a reason; what is not ours stays."""
        return plain_text(self.stored_spans(sentence))

    def stored_spans(self, sentence: str) -> Spans:
        """Return a sentence that was kept in English as spans."""
        with suppress(ValueError):
            match json.loads(sentence):
                case [str(text), dict(values)]:
                    return self.spans(text, **values)
        ours = _PLACE.search(sentence) is None
        return self.spans(sentence) if ours else (Text(self._template(sentence)),)

    def pgettext(self, context: str, text: str) -> str:
        """Return a short text whose meaning depends on where it stands ("command", "choice").

        One that means the same everywhere may stand in the catalog without its place.
        """
        return self._template(text, context)

    def ngettext(self, one: str, many: str, count: int, **values: object) -> str:
        """Return the form for `count`, which fills the place `{count}`."""
        message = self.catalog.get(one)
        template = one if count == 1 else many
        if message is not None and isinstance(message.string, tuple | list):
            forms = message.string
            index = 0 if len(forms) == 1 or count == 1 else 1
            template = forms[index] or template
        return plain_text(self._filled(template, {"count": self.number(count), **values}))

    def spans(self, text: str, **values: object) -> Spans:
        """Return the text as spans: each place becomes the span or spans given for it."""
        return self._filled(self._template(text), values)

    def _filled(self, template: str, values: Mapping[str, object]) -> Spans:
        result: list[Span] = []
        position = 0
        for piece in _PIECE.finditer(template):
            if piece.start() > position:
                result.append(Text(template[position : piece.start()]))
            if piece["command"]:
                result.append(self.command(_filled(piece["command"], values)))
            else:
                result.extend(self._said(values[piece["place"]]))
            position = piece.end()
        if position < len(template):
            result.append(Text(template[position:]))
        return tuple(result)

    def _said(self, value: object) -> Spans:
        """Return a value as spans, in this language where it has a name there."""
        match value:
            case tuple():
                return tuple(span for each in value for span in self._said(each))
            case CommandText():
                return (self.command(value.line),)
            case Term():
                return (Text(self.pgettext(value.context, value.text)),)
            case TypedValue():
                return (Text(self.value(value.command, value.parameter, value.value)),)
            case Text() | LinkText() | Mention():
                return (value,)
            case _:
                return (Text(str(value)),)

    def number(self, number: int) -> str:
        """Return a number with the separators of the language."""
        return str(format_decimal(number, locale=self._locale))

    def date(self, date: PublishedDate) -> str:
        """Return a news date as exactly as it is known: `April 2021`, `2021년 4월 18일`."""
        return _date(date, self._locale)

    def interval(self, first: _Day, last: _Day) -> str:
        """Return some days that follow each other: `Nov 23 – 29, 2026`."""
        return str(format_interval(first, last, "yMMMd", locale=self._locale))

    def day(self, moment: datetime, timezone: str) -> str:
        """Return the day of a moment on a wall clock, with the day of the week."""
        local = moment.astimezone(ZoneInfo(timezone))
        return str(format_skeleton("yMMMEd", local, locale=self._locale))

    def weekday(self, moment: datetime, timezone: str) -> str:
        """Return the day of a moment on a wall clock without its year: `11월 26일 (목)`."""
        local = moment.astimezone(ZoneInfo(timezone))
        return str(format_skeleton("MMMEd", local, locale=self._locale))

    def moment(self, moment: datetime, timezone: str) -> str:
        """Return a moment on a wall clock, with the day of the week and the zone."""
        zone = ZoneInfo(timezone)
        day = self.day(moment, timezone)
        clock = format_datetime(moment, "HH:mm", tzinfo=zone, locale=self._locale)
        return f"{day} {clock} ({zone_shown(timezone, moment)})"


def offset_of(zone: str, now: datetime) -> str:
    """Return how far a zone is from UTC at a moment: `UTC+9`, `UTC-3:30`, `UTC`."""
    ahead = now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    if not ahead:
        return "UTC"
    hours, minutes = divmod(round(abs(ahead).total_seconds() / 60), 60)
    return f"UTC{'+' if ahead > timedelta() else '-'}{hours}{f':{minutes:02}' if minutes else ''}"


def zone_shown(zone: str, now: datetime) -> str:
    """Return a zone as people are told of it: `Asia/Seoul, UTC+9`; a fixed offset alone."""
    offset = offset_of(zone, now)
    return offset if zone.startswith("Etc/") or zone == "UTC" else f"{zone}, {offset}"


@cache
def _catalog(language: str) -> Catalog:
    """Read a catalog: 50 ms for Korean, so once in a process, however many ask."""
    source = resources.files("bot.i18n.locales") / f"{language}.po"
    with source.open("rb") as stream:
        return read_po(stream, locale=language)


def _filled(template: str, values: Mapping[str, object]) -> str:
    return _PLACE.sub(lambda place: str(values[place[1]]), template)


class Translators:
    """The words of every language, each catalog read once."""

    def __init__(self, default: str) -> None:
        """`default` is the language for who neither chose nor has one. Raises ValueError."""
        self._words = {language: Translator(language) for language in LANGUAGES}
        self.default = self._words[default].language

    def of(self, language: str | None) -> Translator:
        """Return the words of a language or of a locale tag, else of the default language."""
        return self._words[language_of(language) or self.default]

    def every(self) -> tuple[Translator, ...]:
        """Return the words of every language."""
        return tuple(self._words.values())
