"""News dates: read as people write them, as exact as they are known."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.model import EARLIEST_YEAR, LATEST_YEAR, Precision, PublishedDate

DATES = st.one_of(
    st.builds(PublishedDate, st.integers(EARLIEST_YEAR, LATEST_YEAR)),
    st.builds(PublishedDate, st.integers(EARLIEST_YEAR, LATEST_YEAR), st.integers(1, 12)),
    st.dates(PublishedDate(EARLIEST_YEAR).first_day, PublishedDate(LATEST_YEAR).last_day).map(
        lambda day: PublishedDate(day.year, day.month, day.day)
    ),
)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("202104", "2021-04"),
        ("20210331", "2021-03-31"),
        ("2021.2.18", "2021-02-18"),
        ("2021. 2. 18.", "2021-02-18"),
        ("2021.1.7", "2021-01-07"),
        ("2021.4", "2021-04"),
        ("2021-04", "2021-04"),
        ("2021/4/1", "2021-04-01"),
        ("2021년", "2021"),
        ("2021년 4월", "2021-04"),
        ("2021년 4월 18일", "2021-04-18"),
        ("２０２１．４．１８", "2021-04-18"),
        (" 2021 ", "2021"),
    ],
)
def test_a_date_is_read_as_people_write_it(text: str, iso: str) -> None:
    assert PublishedDate.parse(text).iso == iso


@pytest.mark.parametrize(
    "text",
    ["", "soon", "21", "2021-13", "2021-02-30", "20210230", "1899", "2200", "2021-4-1-1", "4.2021"],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        PublishedDate.parse(text)


def test_a_date_knows_how_exact_it_is() -> None:
    assert PublishedDate(2021).precision is Precision.YEAR
    assert PublishedDate(2021, 4).precision is Precision.MONTH
    assert PublishedDate(2021, 4, 18).precision is Precision.DAY
    with pytest.raises(ValueError, match="month"):
        PublishedDate(2021, None, 18)


def test_a_month_ends_with_its_last_day() -> None:
    assert PublishedDate(2024, 2).end == datetime(2024, 2, 29, 23, 59, 59, 999999, UTC)


@settings(deadline=None)
@given(DATES)
def test_a_date_survives_every_form(date: PublishedDate) -> None:
    assert PublishedDate.from_iso(date.iso) == date
    assert PublishedDate.parse(date.iso) == date
    assert PublishedDate.parse(date.iso.replace("-", "")) == date
    assert PublishedDate.parse(date.iso.replace("-", ". ")) == date
    assert date.first_day <= date.last_day <= date.end.date()


@settings(deadline=None)
@given(st.text() | st.from_regex(r"[0-9０-９]{4}[ ./년-]*[0-9]{0,4}[ ./월-]*[0-9]{0,4}.*"))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        date = PublishedDate.parse(text)
    except ValueError:
        return
    assert PublishedDate.parse(str(date)) == date
