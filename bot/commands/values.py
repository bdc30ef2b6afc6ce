"""What was typed becomes what a handler receives, by the kind of the parameter."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
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
                problems.append(_no_channel(parameter, str(arguments[parameter.name])))
            continue
        try:
            values[parameter.name] = _value(
                command, parameter, arguments, today, unlimited=unlimited
            )
        except CommandProblem as problem:
            problems.append(problem)
    return values, tuple(problems)


def _no_channel(parameter: Parameter, text: str) -> CommandProblem:
    return NotFound(
        "No channel was found by the name “{value}”. Pick it from those that are offered.",
        parameter=parameter.name,
        value=shorten(one_line(text), _SHOWN),
    )


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
        raise Mistyped(
            "“{name}” is {length} characters long; at most {maximum} fit.",
            parameter=parameter.name,
            name=_name(parameter),
            length=len(text),
            maximum=MAXIMUM_TEXT,
        )
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
        return Mistyped(
            "“{name}” is missing. Type, for example: {example}",
            parameter=parameter.name,
            name=_name(parameter),
            example=CommandText(parameter.example),
        )
    return Mistyped("“{name}” is missing.", parameter=parameter.name, name=_name(parameter))


def _name(parameter: Parameter) -> Term:
    return Term("parameter", parameter.name)


def _number(parameter: Parameter, text: str, *, unlimited: bool) -> int:
    counted = COUNTED.fullmatch(text)
    digits = counted["digits"] if counted else ""
    if not 0 < len(digits) <= len(str(MAXIMUM_NUMBER)):
        raise Mistyped(
            "“{value}” is not a whole number, which “{name}” must be.",
            parameter=parameter.name,
            value=shorten(one_line(text), _SHOWN),
            name=_name(parameter),
        )
    number = int(digits)
    minimum = 1 if parameter.minimum is None else parameter.minimum
    maximum = MAXIMUM_NUMBER if unlimited or parameter.maximum is None else parameter.maximum
    if not minimum <= number <= maximum:
        raise Mistyped(
            "“{name}” must be between {minimum} and {maximum}, not {value}.",
            parameter=parameter.name,
            name=_name(parameter),
            minimum=minimum,
            maximum=maximum,
            value=number,
        )
    return number


def _text(parameter: Parameter, text: str) -> str:
    plain = clean(text).strip() if parameter.multiline else one_line(text)
    if not plain:
        raise Mistyped(
            "“{name}” has no visible letters.", parameter=parameter.name, name=_name(parameter)
        )
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
        raise Mistyped(
            "“{value}” is not an address that begins with http:// or https://.",
            parameter=parameter.name,
            value=shorten(one_line(text), _SHOWN),
        )
    return url


def _tag(parameter: Parameter, text: str) -> str:
    tags = listed(text)
    if len(tags) != 1:
        raise Mistyped(
            "“{value}” is not one tag.",
            parameter=parameter.name,
            value=shorten(one_line(text), _SHOWN),
        )
    return one_line(tags[0])


def _tags(parameter: Parameter, text: str) -> tuple[str, ...]:
    return tuple(_tag(parameter, piece) for piece in listed(text))


def _words(parameter: Parameter, text: str) -> tuple[str, ...]:
    words = wanted_words(clean(text))
    if not words:
        raise Mistyped(
            "“{name}” has no visible letters.", parameter=parameter.name, name=_name(parameter)
        )
    return words


def _timezone(parameter: Parameter, text: str) -> str:
    try:
        return read_zone(unicodedata.normalize("NFKC", text))
    except UnknownZone as error:
        shown = shorten(one_line(text), _SHOWN)
        if len(error.meant) > 1:
            raise Mistyped(
                "“{value}” may mean more than one time zone. Type one of: {zones}.",
                parameter=parameter.name,
                value=shown,
                zones=", ".join(map(as_typed, error.meant[:_PROPOSED])),
            ) from None
        if error.meant:
            raise Mistyped(
                "“{value}” is not a time zone. Did you mean {near}?",
                parameter=parameter.name,
                value=shown,
                near=error.meant[0],
            ) from None
        raise Mistyped(
            "“{value}” is not a time zone. Type one such as Asia/Seoul or Europe/London.",
            parameter=parameter.name,
            value=shown,
        ) from None


def _choice(command: Command, parameter: Parameter, text: str) -> str:
    for choice in parameter.choices:
        if text.casefold() in {choice.value.casefold(), choice.label.casefold()}:
            return choice.value
    raise Mistyped(
        "“{name}” cannot be “{value}”. Choose one of: {choices}.",
        parameter=parameter.name,
        value=shorten(one_line(text), _SHOWN),
        name=_name(parameter),
        choices=tuple(_offered(command, parameter)),
    )


def _offered(command: Command, parameter: Parameter) -> Iterator[TypedValue | str]:
    for index, choice in enumerate(parameter.choices):
        yield from (", " if index else "", TypedValue(command.name, parameter.name, choice.value))


def _person(parameter: Parameter, text: str) -> str:
    person = one_line(text)
    if " " in person or len(person) > _LONGEST_ID:
        raise Mistyped(
            "“{value}” is nobody. Pick a person or a role.",
            parameter=parameter.name,
            value=shorten(person, _SHOWN),
        )
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
