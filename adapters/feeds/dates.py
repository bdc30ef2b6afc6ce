"""Dates as feeds write them: RFC 822 and ISO 8601 with every habit around them, Korean forms.

Nothing is made up: a date that lacks a day or does not exist is none, and where day and month could
be either way round, only what stands beside them (a weekday, another date of the feed) decides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

_LONGEST = 120
_FIRST_YEAR = 1900
"""Databases' zero dates (0001-01-01, -0001-11-30) are earlier: they say that there is none."""
_CENTURY = 69  # POSIX: 69 to 99 are of the twentieth century

_MONTHS = {
    prefix: number
    for number, prefixes in enumerate(
        (
            "jan ene gen sty oca янв ιαν",
            "feb fev lut sub фев φεβ",
            "mar mrt maa мар μαρ",
            "apr avr abr kwi nis апр απρ",
            "may mai mag mei maj мая маи μαι",
            "jun juin giu cze haz июн ιουν",
            "jul juil lug lip tem июл ιουλ",
            "aug aou ago agu sie авг αυγ",
            "sep set wrz eyl сен σεπ",
            "oct okt ott out paz eki окт οκτ",
            "nov lis kas ноя νοε",
            "dec dez dic des gru ara дек δεκ",
        ),
        start=1,
    )
    for prefix in prefixes.split()
}
"""First letters of the months' names, without accents, in the languages that feeds are met in."""
_WEEKDAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
_ZONES: dict[str, int | str] = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 60, "bst": 60, "cet": 60, "met": 60,
    "mez": 60, "cest": 120, "mest": 120, "mesz": 120, "eet": 120, "sast": 120, "eest": 180,
    "msk": 180, "msd": 240, "gst": 240, "pkt": 300, "ist": 330, "npt": 345, "ict": 420, "wib": 420,
    "hkt": 480, "sgt": 480, "awst": 480, "pht": 480, "kst": 540, "jst": 540, "kdt": 600,
    "acst": 570, "aest": 600, "acdt": 630, "aedt": 660, "nzst": 720, "nzdt": 780, "brt": -180,
    "art": -180, "ndt": -150, "nst": -210, "adt": -180, "ast": -240, "edt": -240, "est": -300,
    "cdt": -300, "cst": -360, "mdt": -360, "mst": -420, "pdt": -420, "pst": -480, "akdt": -480,
    "akst": -540, "hst": -600, "et": "America/New_York", "ct": "America/Chicago",
    "mt": "America/Denver", "pt": "America/Los_Angeles",
}  # fmt: skip
"""Minutes east of UTC, or the place whose clock is meant. RFC 822's names, then the usual ones."""
_EAST_ASIA = ("Asia/Seoul", "Asia/Tokyo", "Asia/Shanghai", "Asia/Taipei", "Asia/Hong_Kong")
"""Where a date begins with its year, also with one of two digits."""

_UNITS = (
    (re.compile(r"(\d{1,2}) (\d{1,2})월 (\d{4})"), r"\3-\2-\1"),  # what Java writes in Korean
    (re.compile(r"(?<=\d)\s*[년年월月]\s*"), "-"),
    (re.compile(r"(?<=\d)\s*[일日]"), " "),
    (re.compile(r"(?<=\d)\s*[시時时点분分]\s*"), ":"),
    (re.compile(r"(?<=\d)\s*[초秒]"), " "),
    (re.compile(r"[(\[][^)\]]*[)\]]?"), " "),
    (re.compile(r"\u2212"), "-"),
)
_SECONDS = re.compile(r"(?:/Date\()?([0-9]{10})(?:[0-9]{3}|\.[0-9]+)?(?:(?:[+-][0-9]{4})?\)/)?")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:[T ]?(\d\d):?(\d\d)(?::?(\d\d))?)?(?!\d)(.*)")
_HALVES = "오전|오후|上午|下午|午前|午後"
_TIME = re.compile(
    rf"(?P<before>{_HALVES}|\b[ap]\.?m\.?)?\s*(?<![\d+-])"
    r"(?P<hour>\d{1,2})(?:[:h](?P<minute>\d{0,2})(?::(?P<second>\d{1,2})?)?(?:[.,]\d+)?"
    rf"\s*(?P<after>[ap]\.?\s?m\b\.?|{_HALVES})?|\s*(?P<bare>[ap]\.?m\b\.?)(?!\s*\d))",
    re.IGNORECASE,
)
_DOTTED_TIME = re.compile(r"(?<![\d.])(?P<hour>\d{1,2})\.(?P<minute>\d\d)(?:\.(?P<second>\d\d))?\b")
_OFFSET = re.compile(r"\s*(?:GMT|UTC|UT|Z)?\s*([+-])\s?(\d{1,2}):?(\d\d)?(?!\d)", re.IGNORECASE)
_PLACE = re.compile(r"\b[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?\b")
_WORD = re.compile(r"[^\W\d_]+")
_NUMBERS = re.compile(r"\d+")
_DOTTED = re.compile(r"\d\s*\.\s*\d{1,2}\s*\.\s*\d")
_EITHER_WAY = re.compile(r"[^\d]*(\d{1,2})[/-](\d{1,2})[/-](?:\d\d){1,2}(?!\d)")
_FARTHEST = timedelta(hours=14)


def day_first(texts: Iterable[str]) -> bool | None:
    """Return whether the dates of one feed write the day before the month, None where none tells.

    Only numbers such as `26/06/2020` tell.
    """
    seen = set()
    for text in texts:
        match = _EITHER_WAY.match(text)
        if match is not None:
            first, second = int(match[1]), int(match[2])
            if (first > 12) != (second > 12):
                seen.add(first > second)
    return seen.pop() if len(seen) == 1 else None


def parse_date(
    text: str, zone: tzinfo | None = None, *, days_first: bool | None = None
) -> datetime | None:
    """Return the moment that a text names, in UTC to the second; None where it names none.

    A date without a zone is in `zone` (UTC where there is none), without a time at midnight.
    """
    text = " ".join(text.split())
    if not text or len(text) > _LONGEST:
        return None
    try:
        moment = _number(text) or _iso(text) or _loose(text, zone, days_first=days_first)
        if moment is None or moment.year < _FIRST_YEAR:
            return None
        offset = moment.utcoffset()
        if offset is None or abs(offset) > _FARTHEST:
            moment = moment.replace(tzinfo=zone or UTC)
        return moment.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return None


def _number(text: str) -> datetime | None:
    """Return the moment of a Unix time in seconds or milliseconds, also as .NET writes it."""
    found = _SECONDS.fullmatch(text)
    return datetime.fromtimestamp(int(found[1]), UTC) if found else None


def _iso(text: str) -> datetime | None:
    if text[4:5] != "-":
        return None
    if text[10:11] in {"+", "-", "Z", "z"}:  # a day in a zone, as XML Schema has it
        text = f"{text[:10]}T00:00{text[10:]}"
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _loose(text: str, zone: tzinfo | None, *, days_first: bool | None) -> datetime | None:
    if compact := _COMPACT.fullmatch(text):
        year, month, day, hour, minute, second, rest = compact.groups()
        text = f"{year}-{month}-{day} {hour or '00'}:{minute or '00'}:{second or '00'}{rest}"
    if not text.isascii() or "(" in text or "[" in text:
        for pattern, instead in _UNITS:
            text = pattern.sub(instead, text)
    clock = _TIME.search(text)
    named = _month(text)
    if clock is None and named is not None:
        clock = _DOTTED_TIME.search(text)
    rest, offset = text, None
    if clock is not None:
        found = _OFFSET.match(text, clock.end())
        if found is not None:
            offset = _offset(*found.groups())
        rest = f"{text[: clock.start()]} {text[found.end() if found else clock.end() :]}"
    place = _PLACE.search(rest)
    if place is not None:
        rest = rest.replace(place[0], " ")
    day = _day(rest, named, zone, days_first=days_first)
    if day is None:
        return None
    moment = _at(day, clock)
    if offset is None:
        offset = _place(place[0]) if place is not None else _zone(rest, moment, zone)
    return moment.replace(tzinfo=offset)


def _fold(word: str) -> str:
    if word.isascii():
        return word.lower()
    return "".join(
        letter
        for letter in unicodedata.normalize("NFKD", word.casefold())
        if not unicodedata.combining(letter)
    )


def _month(text: str) -> int | None:
    """Return the month that a word names: the last such, for `mar.` may be a Tuesday before it."""
    found = None
    for word in _WORD.findall(text):
        folded = _fold(word)
        found = _MONTHS.get(folded[:4]) or _MONTHS.get(folded[:3]) or found
    return found


def _day(
    text: str, month: int | None, zone: tzinfo | None, *, days_first: bool | None
) -> date | None:
    """Return the day that two numbers and a month's name stand for, or three numbers."""
    numbers = _NUMBERS.findall(text)
    if month is not None:
        numbers.insert(1, str(month))
        orders = ["dmy" if len(numbers[0]) <= 2 and int(numbers[0]) <= 31 else "ymd"]
    elif len(numbers) != 3 or len(numbers[0]) == 4:
        orders = ["ymd"]
    elif days_first is not None:
        orders = ["dmy" if days_first else "mdy"]
    elif len(numbers[2]) <= 2:
        dotted = ["dmy"] if _DOTTED.search(text) else ["dmy", "mdy", "ymd"]
        orders = ["ymd"] if str(zone) in _EAST_ASIA else dotted
    else:
        orders = ["dmy"] if _DOTTED.search(text) else ["dmy", "mdy"]
    days = {day for order in orders if (day := _ordered(numbers, order)) is not None}
    if len(days) > 1:
        weekdays = {_WEEKDAYS.get(word[:3].lower()) for word in _WORD.findall(text)}
        days = {day for day in days if day.weekday() in weekdays}
    return days.pop() if len(days) == 1 else None


def _ordered(numbers: Sequence[str], order: str) -> date | None:
    try:
        parts = dict(zip(order, numbers, strict=True))
        return date(_year(parts["y"]), int(parts["m"]), int(parts["d"]))
    except ValueError:
        return None


def _year(digits: str) -> int:
    if len(digits) == 4:
        return int(digits)
    if len(digits) != 2:
        raise ValueError(digits)
    return int(digits) + (1900 if int(digits) >= _CENTURY else 2000)


def _at(day: date, clock: re.Match[str] | None) -> datetime:
    if clock is None:
        return datetime.combine(day, time())
    parts = clock.groupdict()
    hour, minute, second = (int(parts[key] or 0) for key in ("hour", "minute", "second"))
    half = (parts.get("before") or parts.get("after") or parts.get("bare") or "").lower()
    if half[:1] == "p" or half in {"오후", "下午", "午後"}:
        hour += 12 if hour < 12 else 0
    elif half and hour == 12:
        hour = 0
    if hour == 24 and not minute and not second:
        hour, day = 0, day + timedelta(days=1)
    return datetime.combine(day, time(hour, minute, min(second, 59) if second == 60 else second))


def _offset(sign: str, hours: str, minutes: str | None) -> tzinfo | None:
    east = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if east > _FARTHEST:
        return None
    return timezone(-east if sign == "-" else east)


def _zone(text: str, moment: datetime, zone: tzinfo | None) -> tzinfo | None:
    """Return the zone that a word names: the source's own where it goes by that name (CST, IST)."""
    for word in _WORD.findall(text):
        if zone is not None and moment.replace(tzinfo=zone).tzname() == word.upper():
            return zone
        named = _ZONES.get(word.lower())
        if isinstance(named, str):
            return _place(named)
        if named is not None:
            return timezone(timedelta(minutes=named))
    return None


@cache
def _place(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # no such file, no such name
        return None
