"""What was typed becomes what a handler receives, by the kind of the parameter."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from bot.i18n.translator import N_, Term, TypedValue
from bot.port.card import CommandText
from bot.port.command import Command, Parameter
from bot.port.form import Kind
from bot.port.problems import CommandProblem, Mistyped, NotFound
from bot.port.text import clean, one_line, shorten
from bot.port.typed import COUNTED, address_in, listed, unmarked, wanted_words
from bot.schedule.zones import UnknownZone, as_typed, read_zone
from store.dates import BadDate, DateFlaw
from store.model import PublishedDate
from store.relative_dates import read_typed_date

MAXIMUM_TEXT = 20_000
"""Characters of a note, the longest text that a command takes."""

MAXIMUM_NUMBER = 2**31 - 1
"""The largest whole number that both engines keep in an INTEGER."""

_SHOWN = 60
_PROPOSED = 4
_LONGEST_ID = 100


def typed_values(
    command: Command, arguments: Mapping[str, str | int], today: date, *, unlimited: bool = False
) -> tuple[dict[str, object], tuple[CommandProblem, ...]]:
    """Return a value for each parameter of a command, and what was wrong, a problem each.

    `unlimited`: counts have no upper bound (the operator's shell).
    """
    values: dict[str, object] = {}
    known = {parameter.name for parameter in command.parameters}
    problems: list[CommandProblem] = [
        Mistyped("`/{command}` has no “{name}”.", name=shorten(name, 40), command=command.name)
        for name in arguments
        if name not in known
    ]
    for parameter in command.parameters:
        if parameter.kind is Kind.CHANNEL:
            # An adapter takes out the channel that it understands: the command is about that one.
            if parameter.name in arguments:
                said = N_(
                    "No channel was found by the name “{value}”. Pick it from those that are "
                    "offered."
                )
                name = shorten(one_line(str(arguments[parameter.name])), _SHOWN)
                problems.append(NotFound(said, parameter=parameter.name, value=name))
            continue
        try:
            values[parameter.name] = _value(
                command, parameter, arguments, today, unlimited=unlimited
            )
        except CommandProblem as problem:
            problems.append(problem)
    return values, tuple(problems)


def _value(
    command: Command,
    parameter: Parameter,
    arguments: Mapping[str, str | int],
    today: date,
    *,
    unlimited: bool,
) -> object:
    if parameter.name not in arguments:
        if parameter.required:
            raise _missing(parameter)
        return parameter.default
    typed = arguments[parameter.name]
    text = str(typed).strip()
    if not parameter.multiline:
        text = unmarked(text)
    if not text:
        return _emptied(parameter)
    if len(text) > MAXIMUM_TEXT:
        sentence = N_("“{name}” is {length} characters long; at most {maximum} fit.")
        raise _wrong(sentence, parameter, length=len(text), maximum=MAXIMUM_TEXT)
    if parameter.kind in {Kind.INTEGER, Kind.ENTRY}:
        return _number(parameter, text, unlimited=unlimited)
    if parameter.kind is Kind.DATE:
        return _date(parameter, text, today)
    if parameter.kind in {Kind.CHOICE, Kind.SWITCH}:
        return _choice(command, parameter, unicodedata.normalize("NFKC", text))
    return _CONVERSIONS[parameter.kind](parameter, text)


def _emptied(parameter: Parameter) -> object:
    """Return what a value is that was taken away, as from a form's field."""
    if parameter.required:
        raise _missing(parameter)
    if parameter.kind in {Kind.TAGS, Kind.WORDS}:
        return ()
    # There is no such thing as none of the choices, or no number.
    usual = parameter.kind in {Kind.CHOICE, Kind.SWITCH, Kind.INTEGER}
    return parameter.default if usual else None


def _missing(parameter: Parameter) -> Mistyped:
    if parameter.example:
        sentence = N_("“{name}” is missing. Type, for example: {example}")
        return _wrong(sentence, parameter, example=CommandText(parameter.example))
    return _wrong(N_("“{name}” is missing."), parameter)


def _wrong(sentence: str, parameter: Parameter, text: str = "", **values: object) -> Mistyped:
    """Return what is wrong with a text that was typed for a parameter."""
    values |= {"name": Term("parameter", parameter.name), "value": shorten(one_line(text), _SHOWN)}
    return Mistyped(sentence, parameter=parameter.name, **values)


def _number(parameter: Parameter, text: str, *, unlimited: bool) -> int:
    counted = COUNTED.fullmatch(text)
    digits = counted["digits"] if counted else ""
    if not 0 < len(digits) <= len(str(MAXIMUM_NUMBER)):
        sentence = N_("“{value}” is not a whole number, which “{name}” must be.")
        raise _wrong(sentence, parameter, text)
    number = int(digits)
    maximum = MAXIMUM_NUMBER if unlimited or parameter.maximum is None else parameter.maximum
    if not 1 <= number <= maximum:
        sentence = N_("“{name}” must be between {minimum} and {maximum}, not {value}.")
        raise _wrong(sentence, parameter, str(number), minimum=1, maximum=maximum)
    return number


def _text(parameter: Parameter, text: str) -> str:
    plain = clean(text).strip() if parameter.multiline else one_line(text)
    if not plain:
        raise _wrong(N_("“{name}” has no visible letters."), parameter)
    return plain


DATE_FLAWS = {
    DateFlaw.UNREADABLE: N_(
        "“{value}” is not a date. Type a day, a month or a year: 2021-04-18, 2021-04 or 2021."
    ),
    DateFlaw.NO_SUCH_DAY: N_("“{value}” is not in the calendar."),
    DateFlaw.AMBIGUOUS: N_("“{value}” may mean {meant}. Type the one you mean."),
    DateFlaw.TO_COME: N_(
        "“{value}” would be {meant}, which is still to come. Type the year with four digits."
    ),
    DateFlaw.AHEAD: N_("“{value}” is more than a year ahead. Check the year."),
}
"""What to say of a text that is no date, wherever one is read."""


def _date(parameter: Parameter, text: str, today: date) -> PublishedDate:
    try:
        return read_typed_date(text, today)
    except BadDate as error:
        sentence, values = bad_date(error)
        raise Mistyped(sentence, parameter=parameter.name, **values) from None


def bad_date(error: BadDate) -> tuple[str, dict[str, str]]:
    """Return the id of the sentence that says why a date was not taken, and its values."""
    meant = " / ".join(date.iso for date in error.meant)
    return DATE_FLAWS[error.flaw], {"value": shorten(one_line(error.text), _SHOWN), "meant": meant}


def _link(parameter: Parameter, text: str) -> str:
    url = address_in(text)
    if not url:
        sentence = N_("“{value}” is not an address that begins with http:// or https://.")
        raise _wrong(sentence, parameter, text)
    return url


def _tag(parameter: Parameter, text: str) -> str:
    tags = listed(text)
    if len(tags) != 1:
        raise _wrong(N_("“{value}” is not one tag."), parameter, text)
    return one_line(tags[0])


def _tags(parameter: Parameter, text: str) -> tuple[str, ...]:
    return tuple(_tag(parameter, piece) for piece in listed(text))


def _words(parameter: Parameter, text: str) -> tuple[str, ...]:
    words = wanted_words(clean(text))
    if not words:
        raise _wrong(N_("“{name}” has no visible letters."), parameter)
    return words


def _timezone(parameter: Parameter, text: str) -> str:
    try:
        return read_zone(unicodedata.normalize("NFKC", text))
    except UnknownZone as error:
        sentence = N_("“{value}” is not a time zone. Type one such as Asia/Seoul or Europe/London.")
        if len(error.meant) > 1:
            sentence = N_("“{value}” may mean more than one time zone. Type one of: {zones}.")
        elif error.meant:
            sentence = N_("“{value}” is not a time zone. Did you mean {near}?")
        zones = ", ".join(map(as_typed, error.meant[:_PROPOSED]))
        near = next(iter(error.meant), "")
        raise _wrong(sentence, parameter, text, zones=zones, near=near) from None


def _choice(command: Command, parameter: Parameter, text: str) -> str:
    for choice in parameter.choices:
        if text.casefold() in {choice.value.casefold(), choice.label.casefold()}:
            return choice.value
    sentence = N_("“{name}” cannot be “{value}”. Choose one of: {choices}.")
    typed = ((TypedValue(command.name, parameter.name, one.value),) for one in parameter.choices)
    raise _wrong(sentence, parameter, text, choices=separated(typed))


def separated(pieces: Iterable[tuple[object, ...]]) -> tuple[object, ...]:
    """Return pieces of a sentence with commas between them, as the value of a message."""
    return tuple(
        one for index, piece in enumerate(pieces) for one in (", " if index else "", *piece)
    )


def _person(parameter: Parameter, text: str) -> str:
    person = one_line(text)
    if " " in person or len(person) > _LONGEST_ID:
        raise _wrong(N_("“{value}” is nobody. Pick a person or a role."), parameter, person)
    return person


_MIDDLE = date(2100, 6, 15)
"""A day for which everything that can be said of today has a date."""


def _is_date(text: str) -> bool:
    try:
        read_typed_date(text, _MIDDLE)
    except BadDate as error:
        return error.flaw is not DateFlaw.UNREADABLE
    return True


def _is_zone(text: str) -> bool:
    try:
        read_zone(unicodedata.normalize("NFKC", text))
    except UnknownZone:
        return False
    return True


OF_SEVERAL_WORDS: Mapping[Kind, Callable[[str], bool]] = {
    Kind.DATE: _is_date,
    Kind.TIMEZONE: _is_zone,
}
"""What is typed in several words without quotes, and whether a text is one: `date:Apr 18, 2021`."""

_CONVERSIONS: Mapping[Kind, Callable[[Parameter, str], object]] = {
    Kind.TEXT: _text,
    Kind.LINK: _link,
    Kind.TAG: _tag,
    Kind.TAGS: _tags,
    Kind.SOURCE: _text,
    Kind.WORDS: _words,
    Kind.TIMEZONE: _timezone,
    Kind.PERSON: _person,
}
