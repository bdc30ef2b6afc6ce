"""What headers say of time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.feeds.freshness import LONGEST, fresh_for, retry_after

NOW = "Thu, 26 Nov 2026 12:00:00 GMT"
SOON = "Thu, 26 Nov 2026 12:10:00 GMT"
MINUTES = timedelta(minutes=10)


@pytest.mark.parametrize(
    ("headers", "fresh"),
    [
        ({}, None),
        ({"Cache-Control": "public, max-age=600"}, MINUTES),
        ({"Cache-Control": 'Max-Age="600"', "Expires": "0"}, MINUTES),
        ({"Cache-Control": "max-age=900", "Age": "300"}, MINUTES),
        ({"Cache-Control": "max-age=300", "Age": "900"}, None),
        ({"Cache-Control": "max-age=0"}, None),
        ({"Cache-Control": "no-cache, max-age=600"}, None),
        ({"Cache-Control": "no-store"}, None),
        ({"Cache-Control": "s-maxage=600"}, None),
        ({"Cache-Control": "max-age=-1"}, None),
        ({"Cache-Control": "max-age=99999999999999999999"}, LONGEST),
        ({"Expires": SOON, "Date": NOW}, MINUTES),
        ({"Expires": NOW, "Date": SOON}, None),
        ({"Expires": SOON}, None),
        ({"Expires": "-1", "Date": NOW}, None),
        ({"Expires": "Thu, 01 Jan 9999 00:00:00 GMT", "Date": NOW}, LONGEST),
    ],
)
def test_how_long_an_answer_is_fresh(headers: dict[str, str], fresh: timedelta | None) -> None:
    assert fresh_for(headers) == fresh


@pytest.mark.parametrize(
    ("headers", "delay"),
    [
        ({}, None),
        ({"Retry-After": "600"}, MINUTES),
        ({"Retry-After": " 600.5 "}, MINUTES),
        ({"Retry-After": "0"}, None),
        ({"Retry-After": "9" * 5000}, LONGEST),
        ({"Retry-After": SOON, "Date": NOW}, MINUTES),
        ({"Retry-After": "Thu, 26 Nov 2026 21:10:00 +0900", "Date": NOW}, MINUTES),
        ({"Retry-After": SOON}, None),
        ({"Retry-After": "soon", "Date": NOW}, None),
        ({"Retry-After": "٦٠٠"}, None),
    ],
)
def test_how_long_a_server_wants_to_be_left_alone(
    headers: dict[str, str], delay: timedelta | None
) -> None:
    assert retry_after(headers) == delay


@given(st.text(), st.text(), st.text())
def test_whatever_stands_there_it_is_a_time_that_can_be_waited(
    one: str, other: str, date: str
) -> None:
    headers = {"Cache-Control": one, "Age": other, "Expires": other, "Retry-After": one}

    for said in (fresh_for({**headers, "Date": date}), retry_after({**headers, "Date": date})):
        assert said is None or timedelta() < said <= LONGEST
