"""Slots, held against what cron says minute by minute, and through every change of clocks."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.schedule.slots import CronError, first_slot, last_slot, next_slot, read_rule
from store.model import INSTANT, Schedule

FIELDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
"""The numbers of each field."""

SEOUL = "Asia/Seoul"
ZONES = (
    SEOUL,
    "UTC",
    "America/New_York",
    "America/St_Johns",
    "Europe/London",
    "Europe/Dublin",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Asia/Kathmandu",
)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def slots(rule: str, zone: str, after: str) -> Iterator[datetime]:
    """Yield every slot after a moment, in the zone's own time."""
    schedule = Schedule(rule, zone)
    slot = next_slot(schedule, moment(after))
    while slot is not None:
        assert slot.tzinfo is UTC
        yield slot.astimezone(ZoneInfo(zone))
        slot = next_slot(schedule, slot)


def some(count: int, rule: str, zone: str, after: str) -> list[str]:
    found = itertools.islice(slots(rule, zone, after), count)
    return [slot.isoformat(timespec="minutes") for slot in found]


def in_utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "after", "expected"),
    [
        ("0 9 * * *", "2026-03-02 08:59", "2026-03-02 09:00"),
        ("0 9 * * *", "2026-03-02 09:00", "2026-03-03 09:00"),
        ("0 9 * * *", "2026-03-02 08:59:59.999", "2026-03-02 09:00"),
        ("*/15 * * * *", "2026-03-02 09:01", "2026-03-02 09:15"),
        ("5/20 * * * *", "2026-03-02 09:26", "2026-03-02 09:45"),
        ("0 0 1 1 *", "2026-03-02", "2027-01-01"),
        ("0 0 29 2 *", "2026-03-02", "2028-02-29"),
        ("0 0 29 feb *", "2096-03-01", "2104-02-29"),
        ("0 0 31 * *", "2026-03-31", "2026-05-31"),
        # 2026-03-01 is a Sunday.
        ("0 9 * * 0", "2026-02-28 12:00", "2026-03-01 09:00"),
        ("0 9 * * 7", "2026-02-28 12:00", "2026-03-01 09:00"),
        ("0 9 * * sun", "2026-02-28 12:00", "2026-03-01 09:00"),
        ("0 9 * * 1", "2026-02-28 12:00", "2026-03-02 09:00"),
        ("0 9 * * 5-7", "2026-03-01 12:00", "2026-03-06 09:00"),
        ("0 9 * * 6-7", "2026-03-07 12:00", "2026-03-08 09:00"),
        ("0 9 * * FRI-MON", "2026-03-02 12:00", "2026-03-06 09:00"),
        ("0 9 * * sat-sun", "2026-03-07 12:00", "2026-03-08 09:00"),
        ("0 22-2 * * *", "2026-03-02 02:00", "2026-03-02 22:00"),
        ("0 9 * nov-feb *", "2026-03-02", "2026-11-01 09:00"),
        # Either of both day fields, where both restrict.
        ("0 9 13 * fri", "2026-03-02", "2026-03-06 09:00"),
        ("0 9 13 * mon", "2026-03-09 12:00", "2026-03-13 09:00"),
        # A field that begins with a star restricts nothing, so both must hold.
        ("0 9 */2 * mon", "2026-03-01", "2026-03-09 09:00"),
        ("0 9 * * tue-mon/3", "2026-03-02 12:00", "2026-03-03 09:00"),
        ("0 9 * * 7-1", "2026-03-02 12:00", "2026-03-08 09:00"),
        ("0 9 L * *", "2026-02-02", "2026-02-28 09:00"),
        ("0 9 * * mon#1", "2026-03-02 12:00", "2026-04-06 09:00"),
    ],
)
def test_a_rule_comes_when_cron_says(rule: str, after: str, expected: str) -> None:
    assert next_slot(Schedule(rule, "UTC"), in_utc(after)) == in_utc(expected)


@pytest.mark.parametrize("rule", ["0 0 30 2 *", "0 0 31 2,4,6,9,11 *", "0 0 31 apr *"])
def test_a_day_that_no_month_has_never_comes(rule: str) -> None:
    with pytest.raises(CronError) as caught:
        read_rule(rule)
    assert (caught.value.field, caught.value.item) == (2, None)


@pytest.mark.parametrize("rule", ["0 0 29 2 *", "* * * * *", "0 0 31 2 fri", "0 0 29 2 */6"])
def test_a_rare_day_comes(rule: str) -> None:
    assert next_slot(Schedule(rule, "UTC"), in_utc("2026-03-02")) is not None


@pytest.mark.parametrize(
    ("rule", "field", "item"),
    [
        ("60 * * * *", 0, "60"),
        ("* 24 * * *", 1, "24"),
        ("* * 0 * *", 2, "0"),
        ("* * * 13 *", 3, "13"),
        ("* * * * 8", 4, "8"),
        ("* * * * mo", 4, "mo"),
        ("* * * mon *", 3, "mon"),
        ("*/0 * * * *", 0, "*/0"),
        ("1,,2 * * * *", 0, ""),
        ("-1 * * * *", 0, "-1"),
        ("1-2-3 * * * *", 0, "1-2-3"),
        ("٣ * * * *", 0, "٣"),
        ("? * * * *", 0, "?"),
    ],
)
def test_an_error_names_the_field_and_the_piece(rule: str, field: int, item: str) -> None:
    with pytest.raises(CronError) as caught:
        read_rule(rule)
    assert (caught.value.field, caught.value.item) == (field, item)


@pytest.mark.parametrize("rule", ["", "* * * *", "* * * * * *"])
def test_other_than_five_fields_is_no_rule(rule: str) -> None:
    with pytest.raises(CronError) as caught:
        read_rule(rule)
    assert caught.value.field is None


@st.composite
def fields(draw: st.DrawFn, bounds: tuple[int, int]) -> tuple[str, set[int]]:
    """A field's text and the numbers that it means, found in another way than the parser's."""
    texts, numbers = [], set[int]()
    domain = list(range(bounds[0], bounds[1] + 1))
    for _ in range(draw(st.integers(1, 3))):
        first, last = draw(st.sampled_from(domain)), draw(st.sampled_from(domain))
        step = draw(st.integers(1, 7))
        around = domain + domain
        start = domain.index(first)
        length = around.index(last, start) - start + 1
        match draw(st.sampled_from(["every", "one", "range", "stepped"])):
            case "every":
                texts.append("*")
                numbers.update(domain)
            case "one":
                texts.append(str(first))
                numbers.add(first)
            case "range":
                texts.append(f"{first}-{last}")
                numbers.update(around[start : start + length])
            case _:
                texts.append(f"{first}-{last}/{step}")
                numbers.update(around[start : start + length : step])
    return ",".join(texts), numbers


@settings(max_examples=150, deadline=None)
@given(
    st.tuples(*map(fields, FIELDS)),
    st.datetimes(
        datetime.fromisoformat("2000-01-01"),
        datetime.fromisoformat("2090-01-01"),
        timezones=st.just(UTC),
    ),
)
def test_no_minute_is_skipped_and_none_is_made_up(
    parts: tuple[tuple[str, set[int]], ...], after: datetime
) -> None:
    minutes, hours, days, months, weekdays = (numbers for _, numbers in parts)
    texts = [text for text, _ in parts]
    either = not (texts[2].startswith("*") or texts[4].startswith("*"))

    def comes(moment: datetime) -> bool:
        by_day = moment.day in days
        by_weekday = moment.isoweekday() % 7 in weekdays
        day = by_day or by_weekday if either else by_day and by_weekday
        return moment.minute in minutes and moment.hour in hours and moment.month in months and day

    try:
        found = next_slot(Schedule(" ".join(texts), "UTC"), after)
    except CronError:
        # No month has such a day.
        found = None

    assert found is None or (comes(found) and found > after)
    minute = after.replace(second=0, microsecond=0) + timedelta(minutes=1)
    for _ in range(2 * 24 * 60):
        if minute == found:
            break
        assert not comes(minute)
        minute += timedelta(minutes=1)


def test_a_daily_post_keeps_to_the_wall_clock() -> None:
    assert some(3, "0 9 * * *", SEOUL, "2026-03-02 00:00Z") == [
        "2026-03-03T09:00+09:00",
        "2026-03-04T09:00+09:00",
        "2026-03-05T09:00+09:00",
    ]
    assert some(2, "0 9 * * *", "America/New_York", "2026-03-07 12:00Z") == [
        "2026-03-07T09:00-05:00",
        "2026-03-08T09:00-04:00",
    ]


@pytest.mark.parametrize(
    ("zone", "after", "rule", "expected"),
    [
        # 02:00 becomes 03:00: 02:30 is not there, and comes right after the gap, once.
        (
            "America/New_York",
            "2026-03-07 12:00-05:00",
            "30 2 * * *",
            ["2026-03-08T03:00-04:00", "2026-03-09T02:30-04:00"],
        ),
        (
            "America/New_York",
            "2026-03-08 00:40-05:00",
            "30 */2 * * *",
            ["2026-03-08T03:00-04:00", "2026-03-08T04:30-04:00"],
        ),
        # 02:00 becomes 01:00: 01:30 comes twice, and counts the first time.
        (
            "America/New_York",
            "2026-10-31 12:00-04:00",
            "30 1 * * *",
            ["2026-11-01T01:30-04:00", "2026-11-02T01:30-05:00"],
        ),
        (
            "America/New_York",
            "2026-11-01 00:40-04:00",
            "*/30 * * * *",
            ["2026-11-01T01:00-04:00", "2026-11-01T01:30-04:00", "2026-11-01T02:00-05:00"],
        ),
        # The clock of Lord Howe moves by half an hour.
        (
            "Australia/Lord_Howe",
            "2026-10-03 12:00+10:30",
            "15 2 * * *",
            ["2026-10-04T02:30+11:00", "2026-10-05T02:15+11:00"],
        ),
        (
            "Australia/Lord_Howe",
            "2026-04-04 12:00+11:00",
            "45 1 * * *",
            ["2026-04-05T01:45+11:00", "2026-04-06T01:45+10:30"],
        ),
        # Samoa had no 30 December 2011.
        (
            "Pacific/Apia",
            "2011-12-28 12:00-10:00",
            "0 9 * * *",
            [
                "2011-12-29T09:00-10:00",
                "2011-12-31T00:00+14:00",
                "2011-12-31T09:00+14:00",
                "2012-01-01T09:00+14:00",
            ],
        ),
        # A whole hour of slots that are not there falls on the hour after it.
        (
            "America/New_York",
            "2026-03-08 01:40-05:00",
            "*/15 2-3 * * *",
            [
                "2026-03-08T03:00-04:00",
                "2026-03-08T03:15-04:00",
                "2026-03-08T03:30-04:00",
                "2026-03-08T03:45-04:00",
                "2026-03-09T02:00-04:00",
            ],
        ),
        # What is skipped comes together, and nothing after it is lost.
        (
            "America/New_York",
            "2026-03-08 00:00-05:00",
            "15,45 2,3 8 3 *",
            [
                "2026-03-08T03:00-04:00",
                "2026-03-08T03:15-04:00",
                "2026-03-08T03:45-04:00",
                "2027-03-08T02:15-05:00",
            ],
        ),
        (
            "Australia/Lord_Howe",
            "2026-10-04 00:00+10:30",
            "10,20,35 2 4 10 *",
            ["2026-10-04T02:30+11:00", "2026-10-04T02:35+11:00", "2027-10-04T02:10+11:00"],
        ),
    ],
)
def test_changes_of_clocks(zone: str, after: str, rule: str, expected: list[str]) -> None:
    assert some(len(expected), rule, zone, after) == expected


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.datetimes(
        datetime.fromisoformat("1990-01-01"),
        datetime.fromisoformat("2037-12-01"),
        timezones=st.just(UTC),
    ),
    st.integers(0, 23),
    st.integers(0, 59),
)
def test_a_daily_post_comes_once_on_every_day_that_there_is(
    zone: str, after: datetime, hour: int, minute: int
) -> None:
    found = list(itertools.islice(slots(f"{minute} {hour} * * *", zone, after.isoformat()), 30))
    days = [slot.date() for slot in found]
    every = [days[0] + timedelta(days=step) for step in range((days[-1] - days[0]).days + 1)]
    if zone == "Pacific/Apia":
        every = [day for day in every if day != date(2011, 12, 30)]
    if zone == "Pacific/Kiritimati":
        every = [day for day in every if day not in {date(1994, 12, 31), date(1995, 1, 1)}]
        days = [day for day in days if day not in {date(1994, 12, 31), date(1995, 1, 1)}]
    assert days == every
    assert found[0] - after <= timedelta(hours=49)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.datetimes(
        datetime.fromisoformat("1990-01-01"),
        datetime.fromisoformat("2037-12-01"),
        timezones=st.just(UTC),
    ),
    st.sampled_from(["*/7 * * * *", "15,45 1-3 * * *", "0 */5 * * 1,4", "30 2 1,15 * fri"]),
    st.timedeltas(timedelta(0), timedelta(days=3)),
)
def test_slots_grow_and_none_lies_between_a_moment_and_the_next(
    zone: str, after: datetime, rule: str, later: timedelta
) -> None:
    schedule = Schedule(rule, zone)
    first, second = itertools.islice(slots(rule, zone, after.isoformat()), 2)
    assert after < first < second
    between = next_slot(schedule, after + later)
    assert between is not None
    assert between >= first
    if after + later < first:
        assert between == first


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(ZONES), st.dates(date(1990, 1, 1), date(2037, 12, 1)))
def test_every_wall_time_has_its_slot_and_what_is_skipped_comes_right_after_the_gap(
    zone: str, day: date
) -> None:
    # All slots of a rule are what its wall times become, no more and no fewer.
    there = ZoneInfo(zone)
    begin = datetime.combine(day, datetime.min.time(), UTC)
    end = begin + timedelta(days=3)
    wall = begin.replace(tzinfo=None) - timedelta(days=1)
    expected = set()
    while wall <= end.replace(tzinfo=None) + timedelta(days=1):
        slot, shown = wall.replace(tzinfo=there).astimezone(UTC), wall
        while slot.astimezone(there).replace(tzinfo=None) != shown:
            shown += timedelta(minutes=1)
            slot = shown.replace(tzinfo=there).astimezone(UTC)
        expected.add(slot)
        wall += timedelta(minutes=10)
    seen = itertools.takewhile(
        lambda slot: slot <= end, slots("*/10 * * * *", zone, begin.isoformat())
    )
    assert {slot.astimezone(UTC) for slot in seen} == {
        slot for slot in expected if begin < slot <= end
    }


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.datetimes(
        datetime.fromisoformat("2013-01-01"),
        datetime.fromisoformat("2037-12-01"),
        timezones=st.just(UTC),
    ),
    st.sampled_from(["*/7 * * * *", "15,45 1-3 * * *", "0 */5 * * 1,4", "30 2 * * *"]),
    st.floats(0, 1),
)
def test_the_last_slot_is_the_one_before_the_next(
    zone: str, after: datetime, rule: str, part: float
) -> None:
    schedule = Schedule(rule, zone)
    found = itertools.islice(slots(rule, zone, after.isoformat()), 2)
    # A moment that a wall clock shows twice is equal to none of another zone.
    first, second = (slot.astimezone(UTC) for slot in found)
    between = first + (second - first) * part * 0.999
    assert last_slot(schedule, between) == first


def test_instant_has_no_slots_and_is_due_at_once() -> None:
    now = moment("2026-03-02 00:00Z")
    assert next_slot(Schedule(INSTANT, SEOUL), now) is None
    assert last_slot(Schedule(INSTANT, SEOUL), now) is None
    assert first_slot(Schedule(INSTANT, SEOUL), now) == now
    assert first_slot(Schedule("0 9 * * *", SEOUL), now) == now + timedelta(days=1)
