"""Text from outside is cleaned, cut and linked so that it can be shown anywhere."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.port.card import LinkText, Text
from bot.port.text import (
    clean,
    graphemes,
    language_of_text,
    link_places,
    linked,
    one_line,
    paragraphs,
    shorten,
    shorten_spans,
)


@given(st.text())
def test_clean_text_cannot_control_or_turn_what_stands_around_it(text: str) -> None:
    cleaned = clean(text)
    assert not any(
        unicodedata.category(letter) in {"Cc", "Cs"} for letter in cleaned if letter != "\n"
    )
    assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200f")
    assert clean(cleaned) == cleaned


@given(st.text(), st.integers(1, 50))
def test_shortened_text_is_at_most_the_limit_and_ends_with_an_ellipsis(
    text: str, limit: int
) -> None:
    short = shorten(text, limit)
    assert len(graphemes(short)) <= limit
    if short != text:
        assert short.endswith("…")


def test_a_family_is_one_letter_and_is_not_torn_apart() -> None:
    family = "👨‍👩‍👧‍👦"
    assert shorten(family * 3, 2) == family + "…"
    assert shorten("각각각각", 3) == "각각…"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("링크(https://a.example/22)입니다", "https://a.example/22"),
        ("https://a.example/22👍", "https://a.example/22"),
        ("→https://a.example/22←", "https://a.example/22"),
        ("https://a.example/22\u200b입니다", "https://a.example/22"),
        ("**출처: https://a.example/22**", "https://a.example/22"),
        ("https://a.example/22~~", "https://a.example/22"),
        ("https://a.example/~kim", "https://a.example/~kim"),
        ("https://a.example/파이썬", "https://a.example/파이썬"),
        ("https://a.example/22에서는, 그리고", "https://a.example/22"),
        ("https://a.example/를 보세요", "https://a.example/"),
        ("https://a.example/wiki/가", "https://a.example/wiki/가"),
        ("(https://a.example/위키/모델_(통계))를", "https://a.example/위키/모델_(통계)"),
        ("https://a.example/22(영문)입니다", "https://a.example/22"),
        ("https://a.example/a,https://b.example/", "https://a.example/a"),
        ("||https://a.example/p||", "https://a.example/p"),
        ("**https://a.example/p_4**를", "https://a.example/p_4"),
        ("_https://a.example/p_4_", "https://a.example/p_4"),
        ("~~https://a.example/p~~", "https://a.example/p"),
        ("'https://a.example/moore's_law' is", "https://a.example/moore's_law"),
        ("<https://a.example/p|words>", "https://a.example/p"),
        ("[Title](<https://a.example/p>)", "https://a.example/p"),
        ("HTTPS://A.EXAMPLE/P16.", "HTTPS://A.EXAMPLE/P16"),
        ("“https://a.example/p”…", "https://a.example/p"),
        ("https://a.example/?u=https://b.example/", "https://a.example/?u=https://b.example/"),
    ],
)
def test_an_address_ends_before_what_stands_around_it(text: str, url: str) -> None:
    found = [link.url for _, _, link in link_places(text) if link]
    assert found[0] == url


@given(st.lists(st.sampled_from([*"()[]{}<>'\"*_~|,.가를 ", "https://", "a.example/"])))
def test_links_and_what_is_between_them_are_the_whole_text(pieces: list[str]) -> None:
    text = "".join(pieces)
    last = 0
    for start, end, link in link_places(text):
        assert last == start < end
        assert link is None or link.url in text[start:end]
        last = end
    assert last == len(text)


def test_links_in_a_note_become_link_spans() -> None:
    assert linked("see https://a.example/x(1), and [the paper](https://b.example/p).") == (
        Text("see "),
        LinkText("https://a.example/x(1)", "https://a.example/x(1)"),
        Text(", and "),
        LinkText("the paper", "https://b.example/p"),
        Text("."),
    )


@pytest.mark.parametrize(
    "text", ["[x](javascript:alert(1))", "javascript:alert(1)", "http://", "ftp://a"]
)
def test_other_addresses_stay_text(text: str) -> None:
    assert not any(isinstance(span, LinkText) for span in linked(text))


@given(st.text())
def test_linked_text_keeps_every_word(text: str) -> None:
    assert all(isinstance(span, Text | LinkText) for span in linked(text))


def test_nested_lists_keep_their_depth() -> None:
    first, second, third = paragraphs("- one\n  - two\n\nthree")
    assert first == (Text("• "), Text("one"))
    assert second == (Text("\u2003◦ "), Text("two"))
    assert third == (Text("three"),)


def test_a_link_is_kept_whole_or_left_out() -> None:
    spans = (Text("abc "), LinkText("a long name", "https://a.example"))
    assert shorten_spans(spans, 8) == ((Text("abc "), Text("…")), True)
    assert shorten_spans(spans, 15) == (spans, False)


def test_languages_are_told_apart_by_their_letters() -> None:
    assert language_of_text("GPT-4 공개") == "ko"
    assert language_of_text("GPT-4 released") == "en"
    assert one_line(" a\n\tb ") == "a b"
