"""Dates as people type them of today: `yesterday`, `3일 전`, `지난달`, `4월 18일`.

Only for what somebody types now. A file says `yesterday` of the day on which it was written.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from store.dates import BadDate, DateFlaw, plain_digits, read_date
from store.model import PublishedDate

_DAYS = {
    **dict.fromkeys(("today", "오늘", "금일"), 0),
    **dict.fromkeys(("yesterday", "어제", "전날", "작일"), 1),
    **dict.fromkeys(("the day before yesterday", "그제", "그저께", "엊그제"), 2),
    **dict.fromkeys(("그끄저께", "그끄제"), 3),
}
_MONTHS = {
    **dict.fromkeys(("this month", "이번 달", "이번달", "이달", "금월"), 0),
    **dict.fromkeys(("last month", "지난달", "지난 달", "저번 달", "저번달", "전월"), 1),
    **dict.fromkeys(("지지난달", "지지난 달"), 2),
}
_YEARS = {
    **dict.fromkeys(("this year", "올해", "금년"), 0),
    **dict.fromkeys(("last year", "작년", "지난해"), 1),
    **dict.fromkeys(("재작년",), 2),
}
_AGO = re.compile(
    r"(?P<count>an?|one|일(?=\s?주)|하루|이틀|사흘|나흘|[0-9]{1,4})\s?"
    r"(?P<unit>days?|weeks?|months?|years?|일|주일?|개월|달|년)?\s?(?:ago|전)"
)
_COUNTS = {"a": 1, "an": 1, "one": 1, "일": 1, "하루": 1, "이틀": 2, "사흘": 3, "나흘": 4}
_UNITS = {"일": "d", "주": "w", "주일": "w", "개월": "m", "달": "m", "년": "y"}
_KOREAN_DAY = re.compile(
    r"(?:(?P<year>올해|작년|지난해)\s?)?[0-9]{1,2}\s?월(?:\s?[0-9]{1,2}\s?일)?"
)
_MONTHS_A_YEAR = 12


def read_typed_date(text: str, today: date) -> PublishedDate:
    """Return the date that a text consists of, also as it is said of today. Raises BadDate.

    A day of a month without a year (`4월 18일`) is the last one that is not still to come.
    """
    try:
        return read_date(text, today)
    except BadDate as error:
        found = _said_of_today(plain_digits(text), today)
        if found is None or error.flaw is not DateFlaw.UNREADABLE:
            raise
        return found


def _said_of_today(text: str, today: date) -> PublishedDate | None:
    plain = " ".join(text.casefold().split()).strip(".")
    if plain in _DAYS:
        return _day(today - timedelta(days=_DAYS[plain]))
    if plain in _MONTHS:
        return _month(today, _MONTHS[plain])
    if plain in _YEARS:
        return PublishedDate(today.year - _YEARS[plain])
    if match := _AGO.fullmatch(plain):
        return _ago(match, today)
    if match := _KOREAN_DAY.fullmatch(plain):
        return _last(match, today)
    return None


def _ago(match: re.Match[str], today: date) -> PublishedDate | None:
    count, said = match["count"], match["unit"] or ""
    unit = _UNITS.get(said, said[:1]) or ("d" if count in _COUNTS and not count.isascii() else "")
    number = _COUNTS.get(count) or (int(count) if count.isdecimal() else 0)
    try:
        match unit:
            case "d" | "w":
                return _day(today - timedelta(days=number * (7 if unit == "w" else 1)))
            case "m":
                month = _month(today, number)
                last = monthrange(month.year, month.month or 1)[1]
                return PublishedDate(month.year, month.month, min(today.day, last))
            case "y":
                return PublishedDate(today.year - number, today.month, min(today.day, 28))
    except (ValueError, OverflowError):
        return None
    return None


def _last(match: re.Match[str], today: date) -> PublishedDate | None:
    said = match["year"]
    years = [today.year - _YEARS[said]] if said else [today.year, today.year - 1]
    text = match[0].removeprefix(said or "").strip()
    for year in years:
        try:
            found = read_date(f"{year}년 {text}", today)
        except BadDate:
            continue
        if said or found.first_day <= today:
            return found
    return None


def _month(today: date, back: int) -> PublishedDate:
    year, month = divmod(today.year * _MONTHS_A_YEAR + today.month - 1 - back, _MONTHS_A_YEAR)
    return PublishedDate(year, month + 1)


def _day(day: date) -> PublishedDate:
    return PublishedDate(day.year, day.month, day.day)
