"""Dates as people write them, wherever one is read."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.dates import BadDate, DateFlaw, leading_date, read_date
from store.model import PublishedDate

TODAY = date(2026, 11, 26)

DAY, MONTH, YEAR = PublishedDate(2021, 4, 18), PublishedDate(2021, 4), PublishedDate(2021)


def whole(text: str) -> PublishedDate | None:
    try:
        return read_date(text, TODAY)
    except BadDate:
        return None


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
    found = leading_date(text, TODAY)
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
    assert leading_date(text, TODAY) is None


@pytest.mark.parametrize("text", ["202113 x", "20210231 x", "2021.2.30 x", "2021.13 x", "210000 x"])
def test_digits_that_are_meant_as_a_date_are_told_apart(text: str) -> None:
    found = leading_date(text, TODAY)
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
    assert whole(text) == expected


@settings(deadline=None)
@given(st.dates(PublishedDate(1900).first_day, PublishedDate(2026).last_day), st.integers(0, 3))
def test_every_day_is_read_in_every_form(day: date, form: int) -> None:
    text = [
        f"{day:%Y%m%d}",
        f"{day:%Y.%m.%d}",
        f"{day.year}. {day.month}. {day.day}",
        f"{day:%Y-%m-%d}",
    ][form]
    found = leading_date(f"{text} Title", TODAY)
    assert found is not None
    assert str(found.date) == f"{day:%Y-%m-%d}"
    assert whole(text) == found.date


@settings(deadline=None)
@given(st.text() | st.from_regex(r"[(\[ ]*[0-9]{4}[ .년/-]*[0-9]{0,4}[ .월)-]*[0-9]{0,2}.*"))
def test_no_text_breaks_the_reader_of_dates(text: str) -> None:
    found = leading_date(text, TODAY)
    assert found is None or 4 <= found.end <= len(text)
    whole(text)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Apr 18, 2021", "2021-04-18"),
        ("April 18th, 2021", "2021-04-18"),
        ("18 April 2021", "2021-04-18"),
        ("18th of April 2021", "2021-04-18"),
        ("Sept. 2021", "2021-09"),
        ("May 2022", "2022-05"),
        ("2021-Apr-18", "2021-04-18"),
        ("Sun, 18 Apr 2021 09:00:00 +0900", "2021-04-18"),
        ("21.04.18", "2021-04-18"),
        ("'21.4.18", "2021-04-18"),
        ("’21.4.18", "2021-04-18"),
        ("210418", "2021-04-18"),
        ("21년 4월 18일", "2021-04-18"),
        ("2021년 4월 초", "2021-04"),
        ("2021.4.18(일)", "2021-04-18"),
        ("2021-04-18T09:00:00+09:00", "2021-04-18"),
        ("2021/04/18 09:00", "2021-04-18"),
        ("2021-04-18 9am", "2021-04-18"),
        ("2021-04-18 AM 9:00", "2021-04-18"),
        ("’21. 4", "2021-04"),
        ("~2021.04.18", "2021-04-18"),
        ("2021-04-18 밤 11시", "2021-04-18"),
        ("April 18, 2021 9:00 AM (GMT+9)", "2021-04-18"),
        ("April 18, 2021 → April 20, 2021", "2021-04-18"),
        ("Sun 2021-04-18", "2021-04-18"),
        ("2021年4月18日（火）", "2021-04-18"),
        ("최종수정 2021.04.18.일", "2021-04-18"),
        ("13/04/2021", "2021-04-13"),
        ("2021년 4월 18일 오전 9시 30분", "2021-04-18"),
        ("Sunday, April 18, 2021", "2021-04-18"),
        ("April 18-20, 2021", "2021-04-18"),
        ("early April 2021", "2021-04"),
        ("2021.4.18~4.20", "2021-04-18"),
        ("2021-04-18–20", "2021-04-18"),
        ("2021.4-5", "2021-04"),
        ("2021. 4.18.(일) 오후 3시", "2021-04-18"),
        ("２０２１．４．１８（일）", "2021-04-18"),
        ("2021·4·18", "2021-04-18"),
        ("2021年4月18日", "2021-04-18"),
        ("20210418T090000Z", "2021-04-18"),
        ("21/04/18", "2021-04-18"),
        ("04/04/2021", "2021-04-04"),
        ("4/2021", "2021-04"),
        ("202011", "2020-11"),
        ("2021. 4. 18. 오후 3:20", "2021-04-18"),
        ("2021.04.18 일", "2021-04-18"),
        ("2021-04-18, Sunday", "2021-04-18"),
        ("Tues, Apr 20, 2021", "2021-04-20"),
        ("Weds 21 April 2021", "2021-04-21"),
        ("Sun Apr 18 09:00:00 KST 2021", "2021-04-18"),
        ("18. April 2021", "2021-04-18"),
        ("18-Apr-21", "2021-04-18"),
        ("Apr/18/2021", "2021-04-18"),
        ("Apr. 18. 2021", "2021-04-18"),
        ("18Apr2021", "2021-04-18"),
        ("end of April 2021", "2021-04"),
        ("April of 2021", "2021-04"),
        ("30 Apr - 2 May 2021", "2021-04-30"),
        ("2021-04-18 to 2021-04-20", "2021-04-18"),
        ("2021-04-18/2021-04-20", "2021-04-18"),
        ("21.4.18~21.4.20", "2021-04-18"),
        ("2021년 4월 18~20일", "2021-04-18"),
        ("2021년 4월 18일부터 20일까지", "2021-04-18"),
        ("2021년 4월 셋째 주", "2021-04"),
        ("2021년 4월 1주차", "2021-04"),
        ("2021년 4월호", "2021-04"),
        ("2021.4월 18일", "2021-04-18"),
        ("2021년 4.18", "2021-04-18"),
        ("2021_04_18", "2021-04-18"),
        ("2021 04 18", "2021-04-18"),
        ("2021․04․18", "2021-04-18"),
        ("입력 2021.04.18 09:00", "2021-04-18"),
        ("2021.04.18. 09:00 입력", "2021-04-18"),
        ("Last updated on Apr 18, 2021", "2021-04-18"),
        ("📅 2021-04-18 🎉", "2021-04-18"),
    ],
)
def test_a_date_is_read_as_people_write_it(text: str, iso: str) -> None:
    assert read_date(text, TODAY).iso == iso


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("", DateFlaw.UNREADABLE),
        ("soon", DateFlaw.UNREADABLE),
        ("21", DateFlaw.UNREADABLE),
        ("2021-02-30", DateFlaw.NO_SUCH_DAY),
        ("2021.13", DateFlaw.NO_SUCH_DAY),
        ("03/04/2021", DateFlaw.AMBIGUOUS),
        ("2104-03-01", DateFlaw.AHEAD),
        ("2028년 1월", DateFlaw.AHEAD),
        ("'27.3.1", DateFlaw.TO_COME),
        ("03/04/21", DateFlaw.AMBIGUOUS),
        ("1.4.2021", DateFlaw.AMBIGUOUS),
        ("2021-4-1-1", DateFlaw.UNREADABLE),
        ("4.2021", DateFlaw.UNREADABLE),
        ("April 1st", DateFlaw.UNREADABLE),
    ],
)
def test_what_is_no_date_says_why(text: str, flaw: DateFlaw) -> None:
    with pytest.raises(BadDate) as caught:
        read_date(text, TODAY)

    assert caught.value.flaw is flaw


@pytest.mark.parametrize("text", ["210403 x", "21.04.03 x", "(21.04.03) x", "'21-4-3 x"])
def test_no_date_of_two_digits_lies_in_another_century(text: str) -> None:
    found = leading_date(text, TODAY)

    assert found is not None
    assert str(found.date) == "2021-04-03"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Apr 18, 2021 - T", "T"),
        ("🚀🚀 [2021/04/18] T", "T"),
        ("[x] 2021-04-18 T", "T"),
        (":tada: 2021-04-18 T", "T"),
        ("2021.4.18:제목", "제목"),
        ("2021.4.18 - 3 papers", "3 papers"),
        ("2021-04-18 09:00 KST, T", "T"),
        ("2021.4.18.(일) T", "T"),
    ],
)
def test_what_stands_around_a_date_is_none_of_the_title(text: str, rest: str) -> None:
    found = leading_date(text, TODAY)
    assert found is not None
    assert (str(found.date), text[found.end :]) == ("2021-04-18", rest)


@pytest.mark.parametrize(
    "text", ["May 2022 be good", "2160 pixels", "33.3.3 is out", "16/32/64 bits", "1/2/3 steps"]
)
def test_words_and_numbers_are_no_dates(text: str) -> None:
    assert leading_date(text, TODAY) is None


def test_a_day_that_may_be_two_says_which() -> None:
    with pytest.raises(BadDate) as caught:
        read_date("03/04/2021", TODAY)
    assert [str(one) for one in caught.value.meant] == ["2021-03-04", "2021-04-03"]
