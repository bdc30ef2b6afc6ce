"""News dates: as exact as they are known."""

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
    assert date.first_day <= date.last_day <= date.end.date()
