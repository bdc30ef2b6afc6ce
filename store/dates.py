"""Dates as people write them, in numbers, Korean and English: one reader wherever one is read.

    2021-04-18   2021.4.18(일)   2021. 4.   20210418   202104   2021/04/18 09:00   4/2021
    2021년 4월 18일   2021년 4월 초   '21.4.18   21.04.18   210418   2021.4.1~4.3
    Apr 18, 2021   18th of April 2021   Sept. 2021   2021-Apr-18   Sun, 18 Apr 2021 09:00 +0900

Of a range the first day counts; the time of day is left aside. Months and weekdays have the names
that the CLDR gives them. Six digits are a year and a month where they can be (202104), else a year
of two digits with month and day. A year of two digits is one of this century that is not still to
come. Numbers with the year last are read only where one of them cannot be the month: 03/04/2021
is in March to some and in April to others, and nobody is asked to guess. With slashes and a year
of two digits, the year stands first where the first number is above 12.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import chain

from store.date_forms import BEFORE, CLOSING, LISTED, SEPARATOR, TIME, date_forms
from store.model import EARLIEST_YEAR, LATEST_YEAR, Precision, PublishedDate

_CENTURY = 2000
_A_YEAR = 366  # days
_A_DAY = 1  # that it may be later elsewhere than where `today` was asked for
_LONGEST = 200

# One letter for one, so that places in the plain text are places in the original: full-width
# forms of ASCII (U+FF01 to U+FF5E), the kinds of space, dash and apostrophe, and Chinese letters.
_PLAIN = (
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys(
        map(ord, "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"),
        " ",
    )
    | dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
    | dict.fromkeys(map(ord, "‘’ʼ´`"), "'")
    | dict.fromkeys(map(ord, "～〜∼"), "~")
    | dict.fromkeys(map(ord, "․‧。"), ".")
    | dict(zip(map(ord, "年月日火水木金土"), "년월일화수목금토", strict=True))
)


class DateFlaw(StrEnum):
    """Why what is meant as a date is none."""

    UNREADABLE = "is not a date"
    NO_SUCH_DAY = "is a date that no calendar has"
    AMBIGUOUS = "may mean more than one day"
    TO_COME = "has a year of two digits and is still to come"
    AHEAD = "is more than a year ahead"


class BadDate(ValueError):
    """A text is meant as a date and cannot be one. `meant` is what it would be."""

    def __init__(self, text: str, flaw: DateFlaw, *meant: PublishedDate) -> None:
        super().__init__(f"{text!r} {flaw.value}")
        self.text = text
        self.flaw = flaw
        self.meant = meant


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date at the beginning of a text. `end` is where the rest of the text begins."""

    date: PublishedDate | BadDate
    end: int


def prepare() -> None:
    """Make every form ready: one that is read first takes some milliseconds more."""
    forms = date_forms()
    follow = (forms.span, forms.weekday, forms.closing, BEFORE, CLOSING, SEPARATOR, TIME)
    for form in (*forms.numbered, *forms.named, *forms.whole, *follow):
        form.match("")


def read_date(text: str, today: date) -> PublishedDate:
    """Return the date that a text consists of. Raises BadDate."""
    plain = plain_digits(text)
    bad = BadDate(text, DateFlaw.UNREADABLE)
    if len(plain) > _LONGEST:
        raise bad
    forms = date_forms()
    begin = _match_end(BEFORE, plain, 0)
    for found in chain(_readings(plain, begin, today), _found(forms.whole, plain, begin, today)):
        if _match_end(forms.closing, plain, found.end) < len(plain):
            continue
        if isinstance(found.date, PublishedDate):
            return found.date
        bad = found.date if bad.flaw is DateFlaw.UNREADABLE else bad
    raise bad


def leading_date(text: str, today: date, *, listed: bool = False) -> FoundDate | None:
    """Return the date that a line begins with, or None.

    Emoji, boxes to tick and brackets may stand before it. Digits whose first four are no year
    that news may have (`100000 images`) are no date. `listed`: the line is a list divided by
    commas, in which `22.9, Google` begins with a month.
    """
    plain = plain_digits(text[:_LONGEST])
    begin = _match_end(BEFORE, plain, 0)
    if listed and (match := LISTED.match(plain, begin)):
        month = _value(match, today)
        if isinstance(month, PublishedDate):
            return FoundDate(month, match.end())
    found = next((one for one in _readings(plain, begin, today) if _leads(one, plain)), None)
    if found is None:
        return None
    closed = _match_end(CLOSING, plain, found.end)
    end = _match_end(SEPARATOR, plain, closed)
    month = found.date
    if (
        isinstance(month, PublishedDate)
        and month.precision is Precision.MONTH
        and end - found.end <= 1
        and plain[begin : begin + 1].isalpha()
        and plain[end : end + 1].islower()
        and plain[end : end + 1].isascii()
    ):
        return None  # a sentence: May 2022 be a good year
    return FoundDate(found.date, end)


def is_exact(found: PublishedDate | BadDate | None) -> bool:
    """Whether more than a year is known, or was meant."""
    return found is not None and getattr(found, "precision", None) is not Precision.YEAR


def plain_digits(text: str) -> str:
    """Return the text with full-width forms, spaces and dashes plain, letter for letter."""
    return text if text.isascii() else text.translate(_PLAIN)


def _leads(found: FoundDate, plain: str) -> bool:
    """Whether what can be read as a date is one where a line begins with it."""
    if isinstance(found.date, BadDate):
        bare = found.date.text.isdecimal() and len(found.date.text) == len("2160")
        to_come = found.date.flaw is DateFlaw.TO_COME and not found.date.text.startswith("'")
        return not (bare or to_come)  # a number, or that of a version
    return found.date.precision is not Precision.YEAR or found.end < len(plain)


def _readings(plain: str, begin: int, today: date) -> Iterable[FoundDate]:
    """Yield what may be read as a date at a place, the best first."""
    forms = date_forms()
    named = plain[begin : begin + 1].isalpha()
    yield from _found(forms.named if named else forms.numbered, plain, begin, today)


def _found(
    among: Iterable[re.Pattern[str]], plain: str, begin: int, today: date
) -> Iterable[FoundDate]:
    """Yield what some forms read at a place, with all that follows of the date."""
    forms = date_forms()
    for form in among:
        match = form.match(plain, begin)
        if match is None:
            continue
        value = _value(match, today)
        if value is None:
            continue
        end = match.end()
        for more in (forms.span, forms.weekday, TIME, forms.weekday):
            end = _match_end(more, plain, end)
        yield FoundDate(value, end)


def _match_end(pattern: re.Pattern[str], text: str, place: int) -> int:
    match = pattern.match(text, place)
    return match.end() if match else place


def _value(match: re.Match[str], today: date) -> PublishedDate | BadDate | None:
    """Return the date that a form has found, None where it can only be another number."""
    said: Mapping[str, str | None] = match.groupdict()
    text = match[0].strip()
    if digits := said.get("digits"):
        return _compact(digits, today)
    if first := said.get("first"):
        return _either(text, first, said, today)
    name, short, day = said.get("name"), said.get("short"), said.get("day")
    month = date_forms().months[name.casefold()] if name else said.get("month")
    year = _CENTURY + int(short) if short else int(said["year"] or 0)
    marked = not short or text.startswith("'")
    return _day(text, (year, month, day), today, short=bool(short), marked=marked)


def _day(
    text: str,
    parts: tuple[int, int | str | None, str | None],
    today: date,
    *,
    short: bool = False,
    marked: bool = True,
) -> PublishedDate | BadDate | None:
    """Return year, month and day as a date. `marked`: nothing else could have been meant."""
    year, month, day = parts
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        return None
    try:
        found = PublishedDate(year, int(month) if month else None, int(day) if day else None)
    except ValueError:
        return BadDate(text, DateFlaw.NO_SUCH_DAY) if marked else None
    ahead = (found.first_day - today).days
    if short and ahead > _A_DAY:
        return BadDate(text, DateFlaw.TO_COME, found)
    return BadDate(text, DateFlaw.AHEAD, found) if ahead > _A_YEAR else found


def _compact(digits: str, today: date) -> PublishedDate | BadDate | None:
    whole = _day(digits, (int(digits[:4]), digits[4:6], digits[6:] or None), today)
    if isinstance(whole, PublishedDate) or len(digits) > len("202104"):
        return whole
    parts = (_CENTURY + int(digits[:2]), digits[2:4], digits[4:])
    short = _day(digits, parts, today, short=True, marked=False)
    return short if isinstance(short, PublishedDate) else whole


def _either(
    text: str, first: str, said: Mapping[str, str | None], today: date
) -> PublishedDate | BadDate | None:
    """Return the day that three numbers mean, whichever of them are year, month and day."""
    second, third = said["second"] or "", said["third"] or ""
    whole = len(third) == len("2021")
    orders = [(third, first, second), (third, second, first)]
    meant: dict[PublishedDate, None] = {}
    for year, month, day in orders if whole else [*orders, (first, second, third)]:
        if len(year) < len("21"):
            continue
        found = _day(
            text, (int(year) + (0 if whole else _CENTURY), month, day), today, short=not whole
        )
        if isinstance(found, PublishedDate):
            meant[found] = None
    if len(meant) > 1:
        return BadDate(text, DateFlaw.AMBIGUOUS, *sorted(meant, key=lambda one: one.iso))
    return next(iter(meant), None)
