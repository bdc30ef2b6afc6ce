"""Schedules as people write them, their slots through every change of clocks, the clockwork."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.i18n.translator import Translator
from bot.port.problems import Mistyped
from bot.schedule.cron import CronRule
from bot.schedule.phrases import Ticker, describe, first_slot, next_slot, parse_schedule
from store.model import INSTANT, Schedule

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


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("daily 09:00", "0 9 * * *"),
        ("Daily 9:00", "0 9 * * *"),
        ("09:00", "0 9 * * *"),
        ("every day at 9am", "0 9 * * *"),
        ("daily 9 p.m.", "0 21 * * *"),
        ("daily 12am", "0 0 * * *"),
        ("daily 12:30 pm", "30 12 * * *"),
        ("daily noon", "0 12 * * *"),
        ("daily ０９：００", "0 9 * * *"),
        ("  daily   09:00 ", "0 9 * * *"),
        ("“daily 09:00”", "0 9 * * *"),
        ("매일 09:00", "0 9 * * *"),
        ("매일 9시", "0 9 * * *"),
        ("매일 오전 9시", "0 9 * * *"),
        ("매일 오후 6시 30분", "30 18 * * *"),
        ("매일 오후 6시 반에", "30 18 * * *"),
        ("매일 오후 6:05", "5 18 * * *"),
        ("매일 자정", "0 0 * * *"),
        ("weekly mon,thu 09:00", "0 9 * * 1,4"),
        ("weekly mon, thu at 09:00", "0 9 * * 1,4"),
        ("weekly on Monday and Thursday 9am", "0 9 * * 1,4"),
        ("weekly sun 18:30", "30 18 * * 0"),
        ("weekly mon-fri 09:00", "0 9 * * 1,2,3,4,5"),
        ("weekly fri-mon 09:00", "0 9 * * 0,1,5,6"),
        ("every tues 09:00", "0 9 * * 2"),
        ("weekdays 08:00", "0 8 * * 1,2,3,4,5"),
        ("매주 월,목 09:00", "0 9 * * 1,4"),
        ("매주 월·목 9시", "0 9 * * 1,4"),
        ("매주 월요일, 목요일 오전 9시", "0 9 * * 1,4"),
        ("매주 월수금 09:00", "0 9 * * 1,3,5"),
        ("매주 월~금 09:00", "0 9 * * 1,2,3,4,5"),
        ("평일 09:00", "0 9 * * 1,2,3,4,5"),
        ("주말 10:00", "0 10 * * 0,6"),
        ("instant", INSTANT),
        ("Instant", INSTANT),
        ("바로", INSTANT),
        ("즉시", INSTANT),
        ("0 9 * * *", "0 9 * * *"),
        ('"0 9 * * 1-5"', "0 9 * * 1-5"),
        ("0  9  *  *  MON-FRI", "0 9 * * mon-fri"),
        ("cron 30 2 1,15 * *", "30 2 1,15 * *"),
        ("30 2 1,15 jan fri", "30 2 1,15 jan fri"),
    ],
)
def test_schedules_are_read_as_people_write_them(text: str, rule: str) -> None:
    assert parse_schedule(text, SEOUL) == Schedule(rule, SEOUL)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("daily", "names no time of day"),
        ("", "names no time of day"),
        ("매일", "names no time of day"),
        ("daily 9", "“9” is not a time of day"),
        ("daily 25:00", "“25:00” is not a time of day"),
        ("daily 09:60", "“09:60” is not a time of day"),
        ("daily 13pm", "“13pm” is not a time of day"),
        ("오전 0시", "is not a time of day"),
        ("weekly 09:00", "names no day"),
        ("weekly moon 09:00", "“moon” is not a day of the week"),
        ("weekly mon-moon 09:00", "“mon-moon” is not a day of the week"),
        ("tomorrow 09:00", "is not a schedule"),
        ("daily 09:00 please", "is not a schedule"),
        ("61 9 * * *", "“61” is no minute"),
        ("0 24 * * *", "“24” is no hour"),
        ("0 9 32 * *", "“32” is no day of the month"),
        ("0 9 * 13 *", "“13” is no month"),
        ("0 9 * * 8", "“8” is no day of the week"),
        ("0 9 * *", "has 4"),
        ("0 0 9 * * *", "has 6"),
        ("0 0 30 2 *", "never comes"),
        ("x" * 5000, "…” is not a schedule"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(text: str, said: str) -> None:
    with pytest.raises(Mistyped, match=said) as caught:
        parse_schedule(text, SEOUL)
    assert caught.value.parameter == "when"


@pytest.mark.parametrize("zone", ["Seoul", "", "../etc/passwd", "Asia/Seoul\0", "America"])
def test_an_unknown_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(Mistyped, match="is not a time zone") as caught:
        parse_schedule("daily 09:00", zone)
    assert caught.value.parameter == "timezone"


@settings(deadline=None)
@given(st.text(max_size=60) | st.from_regex(r"[a-z0-9*,/:\- 매일주월]{0,30}", fullmatch=True))
def test_any_text_is_a_schedule_that_comes_or_is_refused(text: str) -> None:
    try:
        schedule = parse_schedule(text, SEOUL)
    except Mistyped:
        return
    assert schedule.instant or next_slot(schedule, moment("2026-03-02 00:00Z")) is not None


@pytest.mark.parametrize(
    ("rule", "english", "korean"),
    [
        ("0 9 * * *", "every day at 09:00 (Asia/Seoul)", "매일 09:00 (Asia/Seoul)"),
        ("0 9 * * 0-6", "every day at 09:00 (Asia/Seoul)", "매일 09:00 (Asia/Seoul)"),
        (
            "30 18 * * 4,0,1",
            "every Mon, Thu, Sun at 18:30 (Asia/Seoul)",
            "매주 월, 목, 일 18:30 (Asia/Seoul)",
        ),
        (
            "0 9,18 * * *",
            "by the cron rule 0 9,18 * * * (Asia/Seoul)",
            "cron 규칙 0 9,18 * * *에 따라 (Asia/Seoul)",
        ),
        (
            "0 9 1 * mon",
            "by the cron rule 0 9 1 * mon (Asia/Seoul)",
            "cron 규칙 0 9 1 * mon에 따라 (Asia/Seoul)",
        ),
        (INSTANT, "as soon as it is published", "발행되는 즉시"),
    ],
)
def test_a_schedule_is_said_in_words(rule: str, english: str, korean: str) -> None:
    schedule = Schedule(rule, SEOUL)
    assert describe(schedule, Translator("en")) == english
    assert describe(schedule, Translator("ko")) == korean


def test_a_rule_that_cannot_be_read_is_still_shown() -> None:
    assert "nonsense" in describe(Schedule("nonsense", SEOUL), Translator("en"))


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
        # 02:00 becomes 03:00: 02:30 is not there, and comes as 03:30, once.
        (
            "America/New_York",
            "2026-03-07 12:00-05:00",
            "30 2 * * *",
            ["2026-03-08T03:30-04:00", "2026-03-09T02:30-04:00"],
        ),
        # 02:00 becomes 01:00: 01:30 comes twice, and counts the first time.
        (
            "America/New_York",
            "2026-10-31 12:00-04:00",
            "30 1 * * *",
            ["2026-11-01T01:30-04:00", "2026-11-02T01:30-05:00"],
        ),
        # The clock of Lord Howe moves by half an hour.
        (
            "Australia/Lord_Howe",
            "2026-10-03 12:00+10:30",
            "15 2 * * *",
            ["2026-10-04T02:45+11:00", "2026-10-05T02:15+11:00"],
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
            ["2011-12-29T09:00-10:00", "2011-12-31T09:00+14:00", "2012-01-01T09:00+14:00"],
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
        # 02:45 is moved behind 03:15, and neither is lost.
        (
            "America/New_York",
            "2026-03-08 00:00-05:00",
            "15,45 2,3 8 3 *",
            ["2026-03-08T03:15-04:00", "2026-03-08T03:45-04:00", "2027-03-08T02:15-05:00"],
        ),
        (
            "Australia/Lord_Howe",
            "2026-10-04 00:00+10:30",
            "10,20,35 2 4 10 *",
            [
                "2026-10-04T02:35+11:00",
                "2026-10-04T02:40+11:00",
                "2026-10-04T02:50+11:00",
                "2027-10-04T02:10+11:00",
            ],
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
def test_every_wall_time_of_a_day_has_its_slot_and_every_slot_a_wall_time(
    zone: str, day: date
) -> None:
    # All slots of a rule are what its wall times become, no more and no fewer.
    rule = CronRule.parse("*/10 * * * *")
    wall = datetime.combine(day, datetime.min.time())
    expected = set()
    while (found := rule.after(wall)) is not None and found.date() <= day + timedelta(days=3):
        expected.add(found.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC))
        wall = found
    begin, end = min(expected), max(expected) - timedelta(days=1)
    seen = itertools.takewhile(
        lambda slot: slot <= end, slots("*/10 * * * *", zone, begin.isoformat())
    )
    inner = begin + timedelta(days=1)
    assert {slot.astimezone(UTC) for slot in seen if slot > inner} == {
        slot for slot in expected if inner < slot <= end
    }


def test_instant_has_no_slots_and_is_due_at_once() -> None:
    now = moment("2026-03-02 00:00Z")
    assert next_slot(Schedule(INSTANT, SEOUL), now) is None
    assert first_slot(Schedule(INSTANT, SEOUL), now) == now
    assert first_slot(Schedule("0 9 * * *", SEOUL), now) == now + timedelta(days=1)


class Ticks:
    """Counts the ticks, and lets a test hold one up or make it fail."""

    def __init__(self) -> None:
        self.begun = asyncio.Queue[int]()
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.count = 0
        self.ended = 0
        self.error: Exception | None = None

    async def __call__(self) -> None:
        self.count += 1
        self.begun.put_nowait(self.count)
        await self.go_on.wait()
        self.ended += 1
        if self.error is not None:
            raise self.error


HOURLY = timedelta(hours=1)


async def test_the_clockwork_ticks_at_once_and_when_woken() -> None:
    ticks = Ticks()
    clockwork = Ticker(ticks, HOURLY)
    clockwork.start()
    assert await ticks.begun.get() == 1
    clockwork.wake()
    assert await ticks.begun.get() == 2
    await clockwork.stop()


async def test_the_clockwork_ticks_by_itself() -> None:
    ticks = Ticks()
    clockwork = Ticker(ticks, timedelta(milliseconds=1))
    clockwork.start()
    for count in range(1, 5):
        assert await ticks.begun.get() == count
    await clockwork.stop()


async def test_a_wake_during_a_tick_makes_one_more_after_it() -> None:
    ticks = Ticks()
    clockwork = Ticker(ticks, HOURLY)
    ticks.go_on.clear()
    clockwork.start()
    await ticks.begun.get()
    clockwork.wake()
    clockwork.wake()
    assert ticks.begun.empty()
    ticks.go_on.set()
    assert await ticks.begun.get() == 2
    await clockwork.stop()
    assert ticks.count == 2


async def test_stopping_waits_for_the_tick_under_way_and_no_tick_follows() -> None:
    ticks = Ticks()
    clockwork = Ticker(ticks, HOURLY)
    ticks.go_on.clear()
    clockwork.start()
    await ticks.begun.get()
    clockwork.wake()
    stopping = asyncio.create_task(clockwork.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    ticks.go_on.set()
    await stopping
    clockwork.wake()
    await clockwork.stop()
    assert (ticks.count, ticks.ended) == (1, 1)


async def test_a_clockwork_that_never_ran_stops() -> None:
    clockwork = Ticker(Ticks())
    clockwork.wake()
    await clockwork.stop()


async def test_stopping_straight_after_starting_leaves_no_tick_half_done() -> None:
    ticks = Ticks()
    clockwork = Ticker(ticks, HOURLY)
    clockwork.start()
    await clockwork.stop()
    assert ticks.count == ticks.ended


async def test_a_tick_that_fails_is_logged_and_the_next_one_comes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ticks = Ticks()
    ticks.error = ValueError("the cause")
    clockwork = Ticker(ticks, HOURLY)
    with caplog.at_level(logging.ERROR, logger="bot.schedule.phrases"):
        clockwork.start()
        await ticks.begun.get()
        clockwork.wake()
        await ticks.begun.get()
        await clockwork.stop()
    assert "A tick failed." in caplog.text
    assert "the cause" in caplog.text
