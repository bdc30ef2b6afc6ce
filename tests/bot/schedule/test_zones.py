"""Time zones as people write them, in Korean and English."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n.translator import Translator, zone_shown
from bot.schedule.phrases import describe, parse_schedule
from bot.schedule.zones import UnknownZone, as_typed, read_zone, zones_like

WINTER, SUMMER = datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Asia/Seoul", "Asia/Seoul"),
        ("asia / seoul", "Asia/Seoul"),
        ("KST", "Asia/Seoul"),
        ("한국", "Asia/Seoul"),
        ("서울", "Asia/Seoul"),
        ("한국 시간", "Asia/Seoul"),
        ("Korea Standard Time", "Asia/Seoul"),
        ("대한민국", "Asia/Seoul"),
        ("Japan", "Asia/Tokyo"),
        ("도쿄", "Asia/Tokyo"),
        ("Eastern", "America/New_York"),
        ("EST", "America/New_York"),
        ("Pacific Time", "America/Los_Angeles"),
        ("뉴욕", "America/New_York"),
        ("new york", "America/New_York"),
        ("London", "Europe/London"),
        ("독일", "Europe/Berlin"),
        ("India", "Asia/Kolkata"),
        ("utc", "UTC"),
        ("Z", "UTC"),
        ("부산", "Asia/Seoul"),
        ("San Francisco", "America/Los_Angeles"),
        ("샌프란시스코", "America/Los_Angeles"),
        ("Zürich", "Europe/Zurich"),
        ("하와이", "Pacific/Honolulu"),
        ("US/Hawaii", "Pacific/Honolulu"),
        ("중국", "Asia/Shanghai"),
        # As calendars and mail programs list them.
        ("(UTC+09:00) 서울", "Asia/Seoul"),
        ("GMT+9 Seoul", "Asia/Seoul"),
        ("Seoul (UTC-13)", "Asia/Seoul"),
        ("Seoul, Korea", "Asia/Seoul"),
        ("한국시간(KST)", "Asia/Seoul"),
        ("New York (EDT)", "America/New_York"),
        ("Pacific Time (US & Canada)", "America/Los_Angeles"),
        # The time that several zones keep.
        ("British Summer Time", "Europe/London"),
        ("Central European Summer Time", "Europe/Paris"),
        ("미 동부 하계 표준시", "America/New_York"),
        ("인도 표준시", "Asia/Kolkata"),
        ("Anywhere on Earth", "Etc/GMT+12"),
        ("AoE", "Etc/GMT+12"),
    ],
)
def test_a_zone_is_known_by_any_of_its_names(text: str, zone: str) -> None:
    assert read_zone(text) == zone


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("GMT+9", "UTC+9"),
        ("UTC +09:00", "UTC+9"),
        ("+9", "UTC+9"),
        ("GMT−5", "UTC-5"),
        ("+0000", "UTC"),
        ("+5:30", "UTC+5:30"),
        ("+9:30", "UTC+9:30"),
        ("UTC+5.5", "UTC+5:30"),
        ("+05:45", "UTC+5:45"),
        ("UTC±0", "UTC"),
    ],
)
def test_an_offset_is_ahead_of_utc_where_it_has_a_plus(text: str, shown: str) -> None:
    zone = read_zone(text)

    assert zone_shown(zone, WINTER).endswith(shown)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Etc/GMT+9", {"UTC+9", "UTC-9"}),
        ("CST", {"America/Chicago", "Asia/Shanghai"}),
        ("IST", {"Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"}),
        ("Asia/Soul", {"Asia/Seoul"}),
        # Half an hour that no zone keeps all year.
        ("UTC-3:30", {"America/St_Johns"}),
        ("UTC+12:45", {"Pacific/Chatham"}),
        # Two that do not agree; a POSIX name, whose sign is the other way round.
        ("(GMT+9) New York", {"America/New_York", "UTC+9"}),
        ("KST-9", {"Asia/Seoul", "UTC-9"}),
        ("nowhere at all", set()),
        ("Asia", set()),
        ("Asia/Seoull", {"Asia/Seoul"}),
        ("GMT+25", set()),
        ("UTC-13", set()),
        ("Etc/GMT-14", {"UTC+14"}),
    ],
)
def test_what_is_not_certain_is_asked(text: str, meant: set[str]) -> None:
    with pytest.raises(UnknownZone) as caught:
        read_zone(text)

    assert {as_typed(zone) for zone in caught.value.meant} == meant


def test_a_large_country_names_the_usual_zones_first() -> None:
    with pytest.raises(UnknownZone) as caught:
        read_zone("미국")

    assert caught.value.meant[:2] == ("America/New_York", "America/Chicago")


def test_the_offset_is_that_of_the_moment() -> None:
    assert zone_shown("America/New_York", WINTER) == "America/New_York, UTC-5"
    assert zone_shown("America/New_York", SUMMER) == "America/New_York, UTC-4"
    assert zone_shown("Asia/Kolkata", SUMMER) == "Asia/Kolkata, UTC+5:30"


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("서", "Asia/Seoul"),
        ("seo", "Asia/Seoul"),
        ("gmt+9", "Etc/GMT-9"),
        ("eas", "America/New_York"),
        ("부산", "Asia/Seoul"),
    ],
)
def test_zones_are_offered_in_either_language(typed: str, first: str) -> None:
    assert next(iter(zones_like(typed, 5))) == first


@pytest.mark.parametrize("zone", sorted(available_timezones() - {"localtime"}))
def test_every_zone_is_read_again_as_it_is_typed(zone: str) -> None:
    again = read_zone(as_typed(zone))

    assert (
        zone_shown(again, WINTER).rpartition(" ")[2] == zone_shown(zone, WINTER).rpartition(" ")[2]
    )


@given(st.text())
def test_any_text_is_a_zone_or_refused(text: str) -> None:
    try:
        assert read_zone(text) in available_timezones()
    except UnknownZone:
        return


def test_a_schedule_of_a_fixed_offset_says_it_as_people_type_it() -> None:
    schedule = parse_schedule("daily 09:00", read_zone("GMT+9"))

    assert describe(schedule, Translator("en")) == "every day at 09:00 (UTC+9)"
