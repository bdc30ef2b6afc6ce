"""Dates as people type them of today: `yesterday`, `3일 전`, `지난달`, `4월 18일`.

Only for what somebody types now. A file says `yesterday` of the day on which it was written.
"""

from __future__ import annotations

import re
from calendar import monthrange
from contextlib import suppress
from datetime import date, timedelta

from store.dates import BadDate, DateFlaw, plain_digits, read_date
from store.model import PublishedDate

_DAYS = {
    **dict.fromkeys(("today", "오늘", "금일"), 0),
    **dict.fromkeys(("yesterday", "어제", "어저께", "전날", "작일"), 1),
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
_COUNTS = {
    word: number
    for number, words in {
        1: "a an one 일 한 하루", 2: "two 두 이틀", 3: "three 세 석 사흘", 4: "four 네 넉 나흘",
        5: "five 닷새", 6: "six 엿새", 7: "seven 이레", 10: "ten 열흘", 15: "보름",
    }.items()
    for word in words.split()
}  # fmt: skip
_AGO = re.compile(
    rf"(?P<count>{'|'.join(_COUNTS)}|[0-9]{{1,4}})\s?"
    r"(?P<unit>days?|weeks?|months?|years?|일|주일?|개월|달|년)?\s?(?:ago|전)"
)
_UNITS = {"일": "d", "주": "w", "주일": "w", "개월": "m", "달": "m", "년": "y"}
_WEEKDAYS = {
    word: number
    for number, (korean, name) in enumerate(
        {
            "월": "monday", "화": "tuesday", "수": "wednesday", "목": "thursday", "금": "friday",
            "토": "saturday", "일": "sunday",
        }.items()
    )
    for word in (name, name[:3], f"{korean}요일")
}  # fmt: skip
_WEEK = re.compile(
    r"(?P<said>this|last|이번|지난|저번|지지난)?\s?(?P<week>week|주)?\s?"
    rf"(?P<day>{'|'.join(_WEEKDAYS)})?"
)
_WEEKS_BACK = {"this": 0, "이번": 0, "지지난": 2}
_OF_A_YEAR = re.compile(
    r"(?:(?P<year>올해?|작년|지난해)\s?)?(?P<day>[0-9]{1,2}\s?월.*|[a-z]{3,9}\.?(?:\s[0-9]{1,2}(?:st|nd|rd|th))?"
    r"|[0-9]{1,2}(?:st|nd|rd|th)?(?:\sof)?\s[a-z]{3,9}\.?)"
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
    for form, read in ((_AGO, _ago), (_WEEK, _of_a_week), (_OF_A_YEAR, _last)):
        if match := form.fullmatch(plain):
            return read(match, today)
    return None


def _of_a_week(match: re.Match[str], today: date) -> PublishedDate | None:
    """Return a day of a week, or the day on which one begins, None where it is still to come."""
    number = _WEEKDAYS.get(match["day"] or "", 0)
    if match["week"] or (match["said"] in _WEEKS_BACK and match["day"]):
        back = _WEEKS_BACK.get(match["said"] or "", 1)
        day = today - timedelta(days=today.weekday() - number + 7 * back)
        return _day(day) if match["said"] and day <= today else None
    if not match["day"]:
        return None
    back = (today.weekday() - number) % 7
    return _day(today - timedelta(days=back or (7 if match["said"] else 0)))


def _ago(match: re.Match[str], today: date) -> PublishedDate | None:
    count, said = match["count"], match["unit"] or ""
    unit = _UNITS.get(said, said[:1]) or ("d" if len(count) > 1 and not count.isascii() else "")
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
    said, text = match["year"], match["day"]
    years = [today.year - _YEARS.get(said, 0)] if said else [today.year, today.year - 1]
    for year in years:
        with suppress(BadDate):
            found = read_date(f"{year}년 {text}" if "월" in text else f"{text} {year}", today)
            if said or found.first_day <= today:
                return found
    return None


def _month(today: date, back: int) -> PublishedDate:
    year, month = divmod(today.year * _MONTHS_A_YEAR + today.month - 1 - back, _MONTHS_A_YEAR)
    return PublishedDate(year, month + 1)


def _day(day: date) -> PublishedDate:
    return PublishedDate(day.year, day.month, day.day)
