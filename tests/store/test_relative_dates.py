"""Dates as people type them of today."""

from __future__ import annotations

from datetime import date

import pytest

from store.dates import BadDate, DateFlaw
from store.relative_dates import read_typed_date

TODAY = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("today", "2026-03-31"),
        ("오늘", "2026-03-31"),
        ("Yesterday", "2026-03-30"),
        ("어제", "2026-03-30"),
        ("그저께", "2026-03-29"),
        ("3 days ago", "2026-03-28"),
        ("3일 전", "2026-03-28"),
        ("3일전", "2026-03-28"),
        ("사흘 전", "2026-03-28"),
        ("a week ago", "2026-03-24"),
        ("2주 전", "2026-03-17"),
        ("일주일 전", "2026-03-24"),
        ("1주일 전", "2026-03-24"),
        ("a month ago", "2026-02-28"),
        ("2 years ago", "2024-03-28"),
        ("이번 달", "2026-03"),
        ("지난달", "2026-02"),
        ("last month", "2026-02"),
        ("작년", "2025"),
        ("last year", "2025"),
        ("three days ago", "2026-03-28"),
        ("두 달 전", "2026-01-31"),
        ("보름 전", "2026-03-16"),
        # 31 March 2026 is a Tuesday; of a week counts the day on which it begins.
        ("this week", "2026-03-30"),
        ("지난주", "2026-03-23"),
        ("지난주 금요일", "2026-03-27"),
        ("monday", "2026-03-30"),
        ("화요일", "2026-03-31"),
        ("last Tuesday", "2026-03-24"),
        ("Nov 20th", "2025-11-20"),
        ("20 November", "2025-11-20"),
        ("December", "2025-12"),
        ("3월 31일(화)", "2026-03-31"),
        # A day without a year is the last one that has been.
        ("3월 31일", "2026-03-31"),
        ("4월 1일", "2025-04-01"),
        ("12월", "2025-12"),
        ("작년 4월", "2025-04"),
        # What has its own year is not said of today.
        ("2021-04-18", "2021-04-18"),
        ("April 2021", "2021-04"),
    ],
)
def test_what_is_said_of_today_is_a_date(text: str, iso: str) -> None:
    assert read_typed_date(text, TODAY).iso == iso


@pytest.mark.parametrize(
    "text",
    ["tomorrow", "soon", "이번 주 금요일", "ago", "9999 years ago", "5", "April 18", "2월 30일"],
)
def test_what_is_no_date_of_the_past_is_refused(text: str) -> None:
    with pytest.raises(BadDate) as caught:
        read_typed_date(text, TODAY)

    assert caught.value.flaw is DateFlaw.UNREADABLE
