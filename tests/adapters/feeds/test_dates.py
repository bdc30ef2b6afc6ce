"""Dates are read as feeds write them, and never made up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.feeds.dates import day_first, parse_date

SEOUL = ZoneInfo("Asia/Seoul")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type] # seven at most


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Tue, 02 Jan 2024 15:04:05 +0900", utc(2024, 1, 2, 6, 4, 5)),
        ("Tue, 02 Jan 2024 15:04:05 GMT", utc(2024, 1, 2, 15, 4, 5)),
        ("Tue, 02 Jan 2024 15:04:05 KST", utc(2024, 1, 2, 6, 4, 5)),
        ("Tue, 02 Jan 2024 15:04:05 EST", utc(2024, 1, 2, 20, 4, 5)),
        ("Tue, 02 Jan 2024 15:04:05 PDT", utc(2024, 1, 2, 22, 4, 5)),
        ("Tue, 02 Jan 2024 15:04:05 -0000", utc(2024, 1, 2, 15, 4, 5)),
        ("Tue, 02 Jan 2024 15:04:05 UTC+9", utc(2024, 1, 2, 6, 4, 5)),
        ("Tue, 02 Jan 2024 15:04:05 GMT-05:30", utc(2024, 1, 2, 20, 34, 5)),
        ("Tue, 02 Jan 2024 15:04:05 America/Los_Angeles", utc(2024, 1, 2, 23, 4, 5)),
        ("Tue, 02 Jul 2024 15:04:05 ET", utc(2024, 7, 2, 19, 4, 5)),
        ("Mon, 02 Jan 2024 15:04 +0000", utc(2024, 1, 2, 15, 4)),  # it was a Tuesday
        ("2 January 2024", utc(2024, 1, 2)),
        ("02-Jan-24 15:04", utc(2024, 1, 2, 15, 4)),
        ("Sun, 31 Dec 99 23:59:59 GMT", utc(1999, 12, 31, 23, 59, 59)),
        ("Friday, January 5th, 2024 - 3:09pm", utc(2024, 1, 5, 15, 9)),
        ("Jan. 5, 2024, 12:30 a.m.", utc(2024, 1, 5, 0, 30)),
        ("Fri Jan 05 15:04:05 PST 2024", utc(2024, 1, 5, 23, 4, 5)),
        ("Fri Jan 05 15:04:05 +0000 2024", utc(2024, 1, 5, 15, 4, 5)),
        ("Fri Jan 05 2024 15:04:05 GMT+0100 (Central European Time)", utc(2024, 1, 5, 14, 4, 5)),
        ("2024 Jan 5   04:24:21 CET", utc(2024, 1, 5, 3, 24, 21)),
        ("Fri, 05 Jan 2024 15.04.05 GMT", utc(2024, 1, 5, 15, 4, 5)),
        ("화, 2 1월 2024 15:04:05 +0900", utc(2024, 1, 2, 6, 4, 5)),
        ("Sat, 30 Dec 2023 24:00:00 GMT", utc(2023, 12, 31)),
        ("Sat, 31 Dec 2016 23:59:60 GMT", utc(2016, 12, 31, 23, 59, 59)),
    ],
)
def test_the_habits_around_rfc_822_are_understood(written: str, moment: datetime) -> None:
    assert parse_date(written) == moment


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2024-01-02T15:04:05Z", utc(2024, 1, 2, 15, 4, 5)),
        ("2024-01-02t15:04:05.123456789z", utc(2024, 1, 2, 15, 4, 5)),
        ("2024-01-02T15:04:05+0900", utc(2024, 1, 2, 6, 4, 5)),
        ("2024-01-02 15:04:05 +09:00", utc(2024, 1, 2, 6, 4, 5)),
        ("2024-01-02T15:04:05-05:00Z", utc(2024, 1, 2, 20, 4, 5)),
        ("2024-01-02T15:04:05+09:00[Asia/Seoul]", utc(2024, 1, 2, 6, 4, 5)),
        ("2024-01-02T24:00:00Z", utc(2024, 1, 3)),
        ("2024-01-02T15:04", utc(2024, 1, 2, 15, 4)),
        ("20240102T150405Z", utc(2024, 1, 2, 15, 4, 5)),
        ("20240102150405", utc(2024, 1, 2, 15, 4, 5)),
        ("20240102", utc(2024, 1, 2)),
        ("2024-01-02", utc(2024, 1, 2)),
        ("2024-01-02+09:00", utc(2024, 1, 1, 15)),
        ("2024-1-2 3:4:5", utc(2024, 1, 2, 3, 4, 5)),
        ("1704207845", utc(2024, 1, 2, 15, 4, 5)),
        ("1704207845000", utc(2024, 1, 2, 15, 4, 5)),
        ("1704207845.25", utc(2024, 1, 2, 15, 4, 5)),
        ("/Date(1704207845000+0900)/", utc(2024, 1, 2, 15, 4, 5)),
    ],
)
def test_all_forms_of_iso_8601_and_unix_times_are_understood(
    written: str, moment: datetime
) -> None:
    assert parse_date(written) == moment


@pytest.mark.parametrize(
    "written",
    [
        "2024-01-02 15:04",
        "2024.01.02 15:04",
        "2024.01.02 오후 3:04",
        "2024.01.02 PM 03:04",
        "2024-01-02 3:04 오후",
        "24.1.2 15:04",
        "2024. 1. 2. 오후 3:04",
        "2024/01/02 15:04:00",
        "2024년 1월 2일 (화) 오후 3시 4분",
        "2024年1月2日 15時04分",
        "24.01.02 15:04",
        "Tue, 02 Jan 2024 15:04:00",
    ],
)
def test_a_date_without_a_zone_is_in_the_one_of_its_source(written: str) -> None:
    assert parse_date(written, SEOUL) == utc(2024, 1, 2, 6, 4)
    assert parse_date(written, SHANGHAI) == utc(2024, 1, 2, 7, 4)


def test_noon_and_midnight_of_a_korean_day() -> None:
    assert parse_date("2024.01.02 오전 12:05", SEOUL) == utc(2024, 1, 1, 15, 5)
    assert parse_date("2024.01.02 오후 12:05", SEOUL) == utc(2024, 1, 2, 3, 5)


@pytest.mark.parametrize(
    ("written", "month"),
    [
        ("Di, 05 Mär 2024 00:00:00 +0000", 3),
        ("mar., 05 déc. 2024 00:00:00 +0000", 12),  # mar. is a Tuesday here
        ("ven., 05 juil. 2024 00:00:00 +0000", 7),
        ("jeu., 05 août 2024 00:00:00 +0000", 8),
        ("lun, 05 ene 2024 00:00:00 +0000", 1),
        ("gio, 05 mag 2024 00:00:00 +0000", 5),
        ("Вт, 05 янв 2024 00:00:00 +0000", 1),
        ("5 maja 2024", 5),
        ("5 Ağustos 2024", 8),
        ("5 Agustus 2024", 8),
    ],
)
def test_months_have_names_in_many_languages(written: str, month: int) -> None:
    assert parse_date(written) == utc(2024, month, 5)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "n/a",
        "yesterday",
        "3시간 전",
        "2 hours ago",
        "2024",
        "2024-01",
        "January 2024",
        "2024년 1월",
        "2024-02-30",
        "31 Feb 2024 00:00:00 GMT",
        "2024-13-01T00:00:00Z",
        "Tue, 02 Jan 2024 25:00:00 GMT",
        "0000-00-00 00:00:00",
        "0001-01-01T00:00:00Z",
        "-0001-11-30T00:00:00+00:00",
        "9999-12-31T23:59:59-14:00",
        "12345",
        "02 Jan 2024 " * 20,
    ],
)
def test_what_names_no_moment_is_none(written: str) -> None:
    assert parse_date(written) is None


def test_day_and_month_are_never_swapped() -> None:
    assert parse_date("26/06/2024") == parse_date("06/26/2024") == utc(2024, 6, 26)
    assert parse_date("05/05/2024") == utc(2024, 5, 5)
    assert parse_date("08/02/2024 12:00:00") is None
    assert parse_date("Thu, 08/02/2024") == utc(2024, 2, 8)  # a Thursday
    assert parse_date("Fri, 08/02/2024") == utc(2024, 8, 2)  # a Friday
    assert parse_date("08.02.2024") == utc(2024, 2, 8)
    assert parse_date("08/02/2024", days_first=True) == utc(2024, 2, 8)
    assert parse_date("08/02/2024", days_first=False) == utc(2024, 8, 2)


def test_the_other_dates_of_a_feed_tell_which_number_is_the_day() -> None:
    assert day_first(["08/02/2024", "Mon, 26/06/2024"]) is True
    assert day_first(["08/02/2024", "06/26/2024 10:00"]) is False
    assert day_first(["08/02/2024", "2024-06-26", "Tue, 02 Jan 2024"]) is None
    assert day_first(["26/06/2024", "06/26/2024"]) is None


def test_a_zone_that_cannot_be_is_left_out_and_a_name_is_the_sources_own_first() -> None:
    assert parse_date("2024-01-02 00:00:00+15:00") == utc(2024, 1, 2)
    assert parse_date("Tue, 02 Jan 2024 00:00:00 XYZ") == utc(2024, 1, 2)
    assert parse_date("Tue, 02 Jan 2024 00:00:00 XYZ", SEOUL) == utc(2024, 1, 1, 15)
    assert parse_date("Tue, 02 Jan 2024 08:00:00 CST") == utc(2024, 1, 2, 14)
    assert parse_date("Tue, 02 Jan 2024 08:00:00 CST", SHANGHAI) == utc(2024, 1, 2)


def test_far_dates_are_as_the_feed_has_them() -> None:
    assert parse_date("Thu, 01 Jan 1970 00:00:00 GMT") == utc(1970, 1, 1)
    assert parse_date("2099-12-31T00:00:00Z") == utc(2099, 12, 31)


@given(st.integers(0, 32_000_000_000), st.integers(-14 * 60, 14 * 60))
def test_every_moment_is_read_from_its_two_standard_forms(seconds: int, east: int) -> None:
    moment = datetime.fromtimestamp(seconds, timezone(timedelta(minutes=east)))

    assert parse_date(format_datetime(moment)) == moment
    assert parse_date(moment.isoformat()) == moment
    assert parse_date(moment.isoformat(" ")) == moment


@given(st.text(alphabet="0123456789-/.: +,TZapmJanФ년월일오후전()", max_size=40))
def test_whatever_stands_there_is_a_moment_or_none(written: str) -> None:
    moment = parse_date(written, SEOUL)

    assert moment is None or moment.tzinfo is UTC
