"""Dates as pages write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.importers.dates import BadDate, leading_date, whole_date
from store.model import PublishedDate

DAY, MONTH, YEAR = PublishedDate(2021, 4, 18), PublishedDate(2021, 4), PublishedDate(2021)


@pytest.mark.parametrize(
    ("text", "expected", "rest"),
    [
        ("202104 Title", MONTH, "Title"),
        ("20210418 Title", DAY, "Title"),
        ("2021.4.18 Title", DAY, "Title"),
        ("2021.04.18. Title", DAY, "Title"),
        ("2021. 4. 18 Title", DAY, "Title"),
        ("2021. 4. 18. Title", DAY, "Title"),
        ("2021 . 4 . 18 Title", DAY, "Title"),
        ("2021-04-18 Title", DAY, "Title"),
        ("2021/4/18 Title", DAY, "Title"),
        ("2021-04-18: Title", DAY, "Title"),
        ("2021-04-18 - Title", DAY, "Title"),
        ("2021-04-18, Title", DAY, "Title"),
        ("2021.4.18Title", DAY, "Title"),
        ("2021.4.18제목", DAY, "제목"),
        ("202104Title", MONTH, "Title"),
        ("2021.4 Title", MONTH, "Title"),
        ("2021.4. Title", MONTH, "Title"),
        ("2021.4 3D vision", MONTH, "3D vision"),
        ("2021.4. 3D vision", MONTH, "3D vision"),
        ("2021.4 -1 is not 1", MONTH, "-1 is not 1"),
        ("2021년 4월 18일 제목", DAY, "제목"),
        ("2021년4월18일 제목", DAY, "제목"),
        ("2021년 4월 제목", MONTH, "제목"),
        ("２０２１．４．１８　제목", DAY, "제목"),
        ("(2021.4) Title", MONTH, "Title"),
        ("（2021.4）Title", MONTH, "Title"),
        ("( 2021. 4 ) Title", MONTH, "Title"),
        ("[2021.4.18] Title", DAY, "Title"),
        ("2021.4.18(일) Title", DAY, "Title"),
        ("2021.4.18 (Sun) Title", DAY, "Title"),
        ("2021 Title", YEAR, "Title"),
        ("202104", MONTH, ""),
    ],
)
def test_a_line_may_begin_with_a_date(text: str, expected: PublishedDate, rest: str) -> None:
    found = leading_date(text)
    assert found is not None
    assert (found.date, text[found.end :]) == (expected, rest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Title 2021.4",
        "2021년 이전 것은 이전 글에",
        "2021년 4월에 나온 것들",
        "100000 images",
        "99999999 parameters",
        "3840-2160 pixels",
        "2021044 Title",
        "2021",
        "2021x",
        "1.2 Title",
    ],
)
def test_other_digits_are_no_date(text: str) -> None:
    assert leading_date(text) is None


@pytest.mark.parametrize("text", ["202113 x", "20210231 x", "2021.2.30 x", "2021.13 x", "210000 x"])
def test_digits_that_are_meant_as_a_date_are_told_apart(text: str) -> None:
    found = leading_date(text)
    assert found is not None
    assert isinstance(found.date, BadDate)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021.4", MONTH),
        (" 2021. 4. ", MONTH),
        ("2021.4.18", DAY),
        ("2021년 4월", MONTH),
        ("２０２１．４", MONTH),
        ("202104", MONTH),
        ("2021", YEAR),
        ("2021.13", None),
        ("2021.4 OpenAI", None),
        ("1021", None),
        ("NeurIPS 2021", None),
        ("", None),
        ("2021." + " " * 5000, None),
    ],
)
def test_parentheses_may_hold_a_date(text: str, expected: PublishedDate | None) -> None:
    assert whole_date(text) == expected


@settings(deadline=None)
@given(st.dates(PublishedDate(1900).first_day, PublishedDate(2199).last_day), st.integers(0, 3))
def test_every_day_is_read_in_every_form(day: date, form: int) -> None:
    text = [
        f"{day:%Y%m%d}",
        f"{day:%Y.%m.%d}",
        f"{day.year}. {day.month}. {day.day}",
        f"{day:%Y-%m-%d}",
    ][form]
    found = leading_date(f"{text} Title")
    assert found is not None
    assert str(found.date) == f"{day:%Y-%m-%d}"
    assert whole_date(text) == found.date


@settings(deadline=None)
@given(st.text() | st.from_regex(r"[(\[ ]*[0-9]{4}[ .년/-]*[0-9]{0,4}[ .월)-]*[0-9]{0,2}.*"))
def test_no_text_breaks_the_reader_of_dates(text: str) -> None:
    found = leading_date(text)
    assert found is None or 4 <= found.end <= len(text)
    whole_date(text)
