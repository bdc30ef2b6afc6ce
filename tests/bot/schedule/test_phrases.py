"""Schedules as people write them, and as they are said."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.i18n.translator import Translator
from bot.port.problems import Mistyped
from bot.schedule.phrases import describe, parse_schedule, phrase
from bot.schedule.slots import next_slot
from store.model import INSTANT, Schedule

SEOUL = "Asia/Seoul"


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
        ("매일 아침 8시", "0 8 * * *"),
        ("매일 저녁 7시 반", "30 19 * * *"),
        ("매일 밤 11시", "0 23 * * *"),
        ("매일 밤 12시", "0 0 * * *"),
        ("매일 밤 1시", "0 1 * * *"),
        ("매일 새벽 12시 30분", "30 0 * * *"),
        ("매일 낮 12시", "0 12 * * *"),
        ("평일 낮 11시", "0 11 * * 1,2,3,4,5"),
        ("mon–fri 09:00", "0 9 * * 1,2,3,4,5"),
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
        ("주중 9시 정각", "0 9 * * 1,2,3,4,5"),
        ("월요일과 목요일마다 9시", "0 9 * * 1,4"),
        ("월요일부터 금요일까지 9시에", "0 9 * * 1,2,3,4,5"),
        ("오전 9시 매일", "0 9 * * *"),
        ("매일 AM 9:30", "30 9 * * *"),
        ("9am every day", "0 9 * * *"),
        ("mon to wed @ 9.30pm", "30 21 * * 1,2,3"),
        ("주말 10:00", "0 10 * * 0,6"),
        ("instant", INSTANT),
        ("Instant", INSTANT),
        ("바로", INSTANT),
        ("즉시", INSTANT),
        ("0 9 * * *", "0 9 * * *"),
        ('"0 9 * * 1-5"', "0 9 * * 1-5"),
        ("0  9  *  *  MON-FRI", "0 9 * * mon-fri"),
        ("0 9 * * mon#1", "0 9 * * mon#1"),
        ("0 9 L * *", "0 9 l * *"),
        ("cron 30 2 1,15 * *", "30 2 1,15 * *"),
        ("30 2 1,15 jan fri", "30 2 1,15 jan fri"),
    ],
)
def test_schedules_are_read_as_people_write_them(text: str, rule: str) -> None:
    assert parse_schedule(text, SEOUL) == Schedule(rule, SEOUL)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("daily", "has no time of day"),
        ("", "has no time of day"),
        ("매일", "has no time of day"),
        ("daily 9", "“9” is not a time of day"),
        ("daily 25:00", "“25:00” is not a time of day"),
        ("daily 09:60", "“09:60” is not a time of day"),
        ("daily 13pm", "“13pm” is not a time of day"),
        ("오전 0시", "is not a time of day"),
        ("weekly 09:00", "has no day"),
        ("weekly moon 09:00", "“moon” is not a day of the week"),
        ("weekly mon-moon 09:00", "“mon-moon” is not a day of the week"),
        ("tomorrow 09:00", "is not a schedule"),
        ("daily 09:00 please", "is not a schedule"),
        ("61 9 * * *", "“61” is not a minute"),
        ("0 24 * * *", "“24” is not an hour"),
        ("0 9 32 * *", "“32” is not a day of the month"),
        ("0 9 * 13 *", "“13” is not a month"),
        ("0 9 * * 8", "“8” is not a day of the week"),
        ("0 9 * *", "has 4"),
        ("0 0 9 * * *", "has 6"),
        ("0 0 30 2 *", "never happens"),
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
    assert schedule.instant or next_slot(schedule, datetime(2026, 3, 2, tzinfo=UTC)) is not None


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
        (
            "0 9 * * 1,5L",
            "by the cron rule 0 9 * * 1,5L (Asia/Seoul)",
            "cron 규칙 0 9 * * 1,5L에 따라 (Asia/Seoul)",
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


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(
    "rule", ["0 9 * * *", "30 18 * * 1,4", "5 0 * * 0,6", "0 9 1 * *", INSTANT]
)
def test_a_schedule_is_written_as_it_may_be_typed_again(rule: str, language: str) -> None:
    schedule = Schedule(rule, SEOUL)
    assert parse_schedule(phrase(schedule, Translator(language)), SEOUL) == schedule
    assert phrase(Schedule("30 18 * * 1,4", SEOUL), Translator("ko")) == "매주 월,목 18:30"
