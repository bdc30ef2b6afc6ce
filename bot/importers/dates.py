"""Dates in the lines of a page: at the beginning of a title, and in parentheses at its end."""

from __future__ import annotations

import re
from dataclasses import dataclass

from store.model import EARLIEST_YEAR, LATEST_YEAR, Precision, PublishedDate

# Full-width forms of ASCII (U+FF01 to U+FF5E) and the ideographic space, one letter for one, so
# that places in the plain text are places in the original.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}

_NOT_GLUED = r"(?![0-9])(?![A-Za-z](?![A-Za-z]))"
"""A letter may follow at once (`2021.2.18Transformers`) unless it goes with the number (`3D`)."""

_BETWEEN = r"(?:\s?[./]\s?|-)"

_LEADING = re.compile(
    r"[\s(\[]*"
    r"(?P<date>"
    r"[0-9]{4}\s?년\s?[0-9]{1,2}\s?월(?:\s?[0-9]{1,2}\s?일)?(?![가-힣])"
    rf"|[0-9]{{4}}{_BETWEEN}[0-9]{{1,2}}{_BETWEEN}[0-9]{{1,2}}{_NOT_GLUED}(?!\.[0-9])"
    rf"|[0-9]{{4}}{_BETWEEN}[0-9]{{1,2}}{_NOT_GLUED}(?![./-][0-9])"
    rf"|[0-9]{{8}}{_NOT_GLUED}|[0-9]{{6}}{_NOT_GLUED}"
    r"|[0-9]{4}(?=[\s)\]])"
    r")"
    r"[\s.)\]]*(?:\((?:[월화수목금토일]|Mon|Tue|Wed|Thu|Fri|Sat|Sun)\))?"
    r"\s*(?:[:,|]\s|[–—-]\s)?\s*"
)
_WHOLE = re.compile(
    r"\s*(?P<date>[0-9]{4}(?:\s?[./년-]\s?[0-9]{1,2}(?:\s?[./월-]\s?[0-9]{1,2}\s?[.일]?|\s?[.월])?)?"
    r"|[0-9]{6}|[0-9]{8})\s*"
)
_SHORT = re.compile(r"'?([0-9]{2})\.\s?([0-9]{1,2})\s?,\s*")
_CENTURY = 2000
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class BadDate:
    """Digits that are meant as a date which no calendar has."""

    text: str


@dataclass(frozen=True, slots=True)
class Leading:
    """A date at the beginning of a text. `end` is where the rest of the text begins."""

    date: PublishedDate | BadDate
    end: int


def half_width(text: str) -> str:
    """Return the text with full-width ASCII in half width, letter for letter."""
    return text if text.isascii() else text.translate(_HALF_WIDTH)


def leading_date(text: str) -> Leading | None:
    """Return the date that a line begins with, or None.

    Digits whose first four are no year that news may have (`100000 images`) are no date; those
    that are, with a month or a day that does not exist, are a `BadDate`.
    """
    match = _LEADING.match(half_width(text[:200]))
    if match is None:
        return None
    date = _date(match["date"])
    return None if date is None else Leading(date, match.end())


def short_date(text: str) -> tuple[PublishedDate, int] | None:
    """Return the month that a text such as `22.9, Google` begins with, and where the rest begins.

    Only before a comma: years of two digits are too like other numbers elsewhere.
    """
    match = _SHORT.match(half_width(text[:20]))
    if match is None or not 1 <= int(match[2]) <= _MONTHS:
        return None
    return PublishedDate(_CENTURY + int(match[1]), int(match[2])), match.end()


def whole_date(text: str) -> PublishedDate | None:
    """Return the date that a text consists of, or None."""
    match = _WHOLE.fullmatch(half_width(text)) if len(text) <= len("2021년 12월 31일") * 2 else None
    date = _date(match["date"]) if match else None
    return None if isinstance(date, BadDate) else date


def agree(one: PublishedDate, other: PublishedDate) -> PublishedDate | None:
    """Return the more exact of two dates where one lies in the other, else None."""
    for exact, rough in ((one, other), (other, one)):
        if exact.iso.startswith(rough.iso):
            return exact
    return None


def is_exact(date: PublishedDate) -> bool:
    """Whether more than the year is known."""
    return date.precision is not Precision.YEAR


def _date(text: str) -> PublishedDate | BadDate | None:
    if not EARLIEST_YEAR <= int(text[:4]) <= LATEST_YEAR:
        return None
    try:
        return PublishedDate.parse(text)
    except ValueError:
        return BadDate(text)
