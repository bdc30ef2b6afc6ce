"""Cron rules, held against what they say, minute by minute."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.schedule.cron import FIELDS, CronError, CronField, CronRule

DAYS = {"sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6}


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


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
    ],
)
def test_a_rule_comes_when_cron_says(rule: str, after: str, expected: str) -> None:
    assert CronRule.parse(rule).after(wall(after)) == wall(expected)


@pytest.mark.parametrize("rule", ["0 0 30 2 *", "0 0 31 2,4,6,9,11 *", "0 0 31 apr *"])
def test_a_day_that_no_month_has_never_comes(rule: str) -> None:
    assert not CronRule.parse(rule).possible


@pytest.mark.parametrize("rule", ["0 0 29 2 *", "* * * * *", "0 0 31 2 fri", "0 0 29 2 */6"])
def test_a_rare_day_comes(rule: str) -> None:
    assert CronRule.parse(rule).possible


@pytest.mark.parametrize(
    ("rule", "name", "item"),
    [
        ("60 * * * *", "minute", "60"),
        ("* 24 * * *", "hour", "24"),
        ("* * 0 * *", "day of month", "0"),
        ("* * * 13 *", "month", "13"),
        ("* * * * 8", "day of week", "8"),
        ("* * * * mo", "day of week", "mo"),
        ("* * * mon *", "month", "mon"),
        ("*/0 * * * *", "minute", "*/0"),
        ("1,,2 * * * *", "minute", ""),
        ("-1 * * * *", "minute", "-1"),
        ("1-2-3 * * * *", "minute", "1-2-3"),
        ("٣ * * * *", "minute", "٣"),
        ("? * * * *", "minute", "?"),
    ],
)
def test_an_error_names_the_field_and_the_piece(rule: str, name: str, item: str) -> None:
    with pytest.raises(CronError) as caught:
        CronRule.parse(rule)
    assert caught.value.field is not None
    assert (caught.value.field.name, caught.value.item) == (name, item)


@pytest.mark.parametrize("rule", ["", "* * * *", "* * * * * *"])
def test_other_than_five_fields_is_no_rule(rule: str) -> None:
    with pytest.raises(CronError) as caught:
        CronRule.parse(rule)
    assert caught.value.field is None


@st.composite
def fields(draw: st.DrawFn, field: CronField) -> tuple[str, set[int]]:
    """A field's text and the numbers that it means, found in another way than the parser's."""
    texts, numbers = [], set[int]()
    domain = list(range(field.low, field.high + 1))
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
    st.datetimes(wall("2000-01-01"), wall("2090-01-01")),
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

    found = CronRule.parse(" ".join(texts)).after(after)

    assert found is None or (comes(found) and found > after)
    minute = after.replace(second=0, microsecond=0) + timedelta(minutes=1)
    for _ in range(2 * 24 * 60):
        if minute == found:
            break
        assert not comes(minute)
        minute += timedelta(minutes=1)
