"""The slots of a schedule: when it comes next, and when it came last. Pure.

A rule is five fields of cron: minute, hour, day of month, month, day of week, where 0 and 7 are
Sunday. One that restricts the day of month and the day of week comes on the days that either of
them names; a field that begins with `*` restricts nothing.

A rule is followed on the wall clock. What the clock skips comes once, right after the gap; an hour
that comes twice counts the first time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from store.model import Schedule

MINUTE, HOUR, DAY, MONTH, WEEKDAY = range(5)
"""The fields of a rule, by their place."""

_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
_NAMES = {
    MONTH: ["", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    WEEKDAY: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
}
_RANGE = re.compile(r"(\w+)-(\w+)(?:/([1-9]\d*))?", re.ASCII)
_BEGIN = datetime(2000, 1, 1)  # noqa: DTZ001 - on a wall clock
_REPEATED = timedelta(hours=3)
"""No clock of today goes back by more."""
_SCHEDULES = 4096
"""So many answers are remembered: most channels share a few schedules, and all of them a moment."""


class CronError(ValueError):
    """A rule cannot be read.

    `field` and `item` say which piece of which field; both are None for a rule that has not
    five fields, and `item` is None where no month has such a day.
    """

    def __init__(self, field: int | None = None, item: str | None = None) -> None:
        """`item` is as it was typed."""
        super().__init__(f"field {field}: {item!r}")
        self.field = field
        self.item = item


def first_slot(schedule: Schedule, now: datetime) -> datetime | None:
    """Return when a channel is first due that was scheduled, resumed or mended just now.

    An instant channel is due at once: what it missed may wait already.
    """
    return now if schedule.instant else next_slot(schedule, now)


@lru_cache(_SCHEDULES)
def next_slot(schedule: Schedule, after: datetime) -> datetime | None:
    """Return the first slot after a moment, in UTC. None for `instant` and `desk`: they have none.

    Raises CronError or ZoneInfoNotFoundError for a schedule that cannot be read.
    """
    if schedule.instant or schedule.desk:
        return None
    # The wall clock reads the same twice in an hour that is repeated.
    return next((slot for slot in _slots(schedule, after) if slot > after), None)


@lru_cache(_SCHEDULES)
def last_slot(schedule: Schedule, now: datetime) -> datetime | None:
    """Return the last slot that is not after a moment, None and raising as `next_slot`."""
    if schedule.instant or schedule.desk:
        return None
    before = _slots(schedule, now + _REPEATED, backwards=True)
    return next((slot for slot in before if slot <= now), None)


@lru_cache(_SCHEDULES)
def read_rule(text: str) -> str:
    """Return a rule as cronsim follows it. Raises CronError, also where it never comes."""
    fields = text.casefold().split()
    if len(fields) != len(_BOUNDS):
        raise CronError
    rule = " ".join(
        ",".join(_read_item(place, item) for item in field.split(","))
        for place, field in enumerate(fields)
    )
    try:
        next(CronSim(rule, _BEGIN))
    except (CronSimError, StopIteration):
        raise CronError(DAY) from None
    return rule


def days_and_time(rule: str) -> tuple[frozenset[int], int, int] | None:
    """Return the weekdays (0: Sunday), the hour and the minute of a rule that has but these.

    None for a rule that says more, or cannot be read.
    """
    try:
        read = CronSim(read_rule(rule), _BEGIN)
    except CronError:
        return None
    days = frozenset(day % 7 for day in read.weekdays if isinstance(day, int))
    every = rule.split()[DAY:WEEKDAY] == ["*", "*"] and all(
        isinstance(day, int) for day in read.weekdays
    )
    if not every or len(read.hours) > 1 or len(read.minutes) > 1:
        return None
    return days, min(read.hours), min(read.minutes)


def _slots(schedule: Schedule, start: datetime, *, backwards: bool = False) -> Iterator[datetime]:
    wall = start.astimezone(ZoneInfo(schedule.timezone))
    for slot in CronSim(read_rule(schedule.rule), wall, reverse=backwards):
        yield slot.astimezone(UTC)


def _read_item(place: int, typed: str) -> str:
    """Return a piece of a field as cronsim reads it. Raises CronError."""
    low, high = _BOUNDS[place]
    item = typed
    if place <= HOUR and typed.startswith("*"):
        # A rule that begins with a star would not keep to the wall clock.
        item = f"{low}-{high}{typed[1:]}"
    elif (match := _RANGE.fullmatch(typed)) is not None:
        first, last = (_number(place, word) for word in match.group(1, 2))
        if first == last:
            # With a step, cronsim takes 5-5/2 for 5/2.
            item = str(first)
        elif low <= last < first <= high + (place == WEEKDAY):
            # Over the end, as in fri-mon, which cronsim does not know.
            size = high - low + 1
            numbers = range(first, last + size + 1, int(match[3] or 1))
            item = ",".join(str((number - low) % size + low) for number in numbers)
    try:
        CronSim(" ".join(item if other == place else "*" for other in range(len(_BOUNDS))), _BEGIN)
    except CronSimError:
        raise CronError(place, typed) from None
    return item


def _number(place: int, word: str) -> int:
    names = _NAMES.get(place, ())
    return names.index(word) if word in names else int(word) if word.isdecimal() else -1
