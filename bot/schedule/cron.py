"""Cron rules of five fields, on a wall clock without a time zone. Pure.

The fields mean what they mean to cron: minute, hour, day of month, month, day of week, where 0
and 7 are Sunday. A rule that restricts the day of month and the day of week comes on the days
that either of them names; a field that begins with `*` restricts nothing.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")

HORIZON = 48
"""Years to look ahead. The rarest rules (29 February on one day of the week) come every 28 years,
and every 40 across a century that has no leap day."""

_ITEM = re.compile(
    r"(?:(?P<every>\*)|(?P<first>[0-9]{1,2}|[a-z]{3})(?:-(?P<last>[0-9]{1,2}|[a-z]{3}))?)"
    r"(?:/(?P<step>[0-9]{1,2}))?"
)


@dataclass(frozen=True, slots=True)
class CronField:
    """One of the five fields: its name, its bounds, and the names that numbers may have."""

    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()


MINUTE = CronField("minute", 0, 59)
HOUR = CronField("hour", 0, 23)
DAY = CronField("day of month", 1, 31)
MONTH = CronField("month", 1, 12, MONTHS)
WEEKDAY = CronField("day of week", 0, 6, WEEKDAYS)
FIELDS = (MINUTE, HOUR, DAY, MONTH, WEEKDAY)


class CronError(ValueError):
    """A rule cannot be read.

    `field` and `item` say which piece of which field; both are None for a rule that has not
    five fields.
    """

    def __init__(self, field: CronField | None = None, item: str | None = None) -> None:
        """`item` is as it was typed."""
        super().__init__(f"{item!r} is no {field.name}" if field else "not five fields")
        self.field = field
        self.item = item


@dataclass(frozen=True, slots=True)
class CronRule:
    """The minutes at which a rule comes. Numbers are ascending; weekdays count from Sunday, 0."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    either_day: bool
    """Whether a day that only one of the two day fields names will do."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read five fields: numbers, names, lists, ranges (`fri-mon` wraps) and steps.

        Raises CronError.
        """
        parts = text.casefold().split()
        if len(parts) != len(FIELDS):
            raise CronError
        minutes, hours, days, months, weekdays = map(_numbers, FIELDS, parts)
        either = not (parts[2].startswith("*") or parts[4].startswith("*"))
        return cls(minutes, hours, days, months, weekdays, either_day=either)

    @property
    def possible(self) -> bool:
        """Whether it ever comes: 30 February does not."""
        return self.after(datetime.combine(date(2000, 1, 1), time.min)) is not None

    def after(self, moment: datetime) -> datetime | None:
        """Return the first minute of the rule after a moment, both on the wall clock (naive).

        None where it does not come within HORIZON years, which is to say never.
        """
        start = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
        first = start.date()
        for day in self._days_from(first):
            earliest = (start.hour, start.minute) if day == first else (0, 0)
            for hour in self.hours:
                if hour < earliest[0]:
                    continue
                for minute in self.minutes:
                    if (hour, minute) >= earliest:
                        return datetime.combine(day, time(hour, minute))
        return None

    def _days_from(self, first: date) -> Iterator[date]:
        for year in range(first.year, min(first.year + HORIZON, date.max.year) + 1):
            for month in self.months:
                if (year, month) < (first.year, first.month):
                    continue
                begin = first.day if (year, month) == (first.year, first.month) else 1
                for day in range(begin, calendar.monthrange(year, month)[1] + 1):
                    if self._comes_on(year, month, day):
                        yield date(year, month, day)

    def _comes_on(self, year: int, month: int, day: int) -> bool:
        by_day = day in self.days
        by_weekday = (calendar.weekday(year, month, day) + 1) % 7 in self.weekdays
        return by_day or by_weekday if self.either_day else by_day and by_weekday


def _numbers(field: CronField, text: str) -> tuple[int, ...]:
    found: set[int] = set()
    for item in text.split(","):
        match = _ITEM.fullmatch(item)
        if match is None or match["step"] in {"0", "00"}:
            raise CronError(field, item)
        if match["every"]:
            numbers = list(range(field.low, field.high + 1))
        else:
            first = _number(field, match["first"], item)
            last = _number(field, match["last"], item) if match["last"] else first
            if match["step"] and not match["last"]:
                last = field.high
            numbers = _range(field, first, last)
        found.update(numbers[:: int(match["step"] or 1)])
    return tuple(sorted(found))


def _number(field: CronField, text: str, item: str) -> int:
    if text in field.names:
        return field.names.index(text) + field.low
    highest = 7 if field is WEEKDAY else field.high
    if not (text.isdecimal() and field.low <= int(text) <= highest):
        raise CronError(field, item)
    return int(text)


def _range(field: CronField, first: int, last: int) -> list[int]:
    """Return the numbers from first to last, over the end where last is the smaller one."""
    size = field.high - field.low + 1
    count = last - first if last >= first else (last - first) % size
    return [(first + offset - field.low) % size + field.low for offset in range(count + 1)]
