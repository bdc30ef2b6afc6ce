"""No character from outside is obeyed by a terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.terminal.display.safe import (
    MARKS,
    readable_address,
    safe_address,
    visible,
    visible_line,
)

WILD = st.text(st.characters() | st.sampled_from("\x1b\x9b\x07\u202e\u2066\u200d\u0335\ud800\n"))


@given(WILD)
def test_what_may_be_written_holds_no_control_and_no_hidden_character(text: str) -> None:
    shown = visible(text)
    for character in shown.replace("\n", ""):
        assert unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}
        assert unicodedata.category(character) != "Cf" or character in "\u200c\u200d"
    shown.encode()


@given(WILD)
def test_what_was_made_safe_stays_as_it_is(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"], exclude_characters="\u2003")))
def test_letters_digits_and_signs_stay_as_they_are(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("bell\x07 null\x00 delete\x7f", "bell␇ null␀ delete␡"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\tb", "a    b"),
        ("\u202etxt.exe\u202c", "txt.exe"),
        ("👩‍👩‍👧 e\u0301 가", "👩‍👩‍👧 e\u0301 가"),
        ("half \ud83d", "half \ufffd"),
        ("a" + "\u0335" * 50 + "b", "a" + "\u0335" * MARKS + "b"),
    ],
)
def test_examples(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_one_line_has_no_line_end() -> None:
    assert visible_line(" a\n\n b\u2029c ") == "a b c"


@given(WILD)
def test_an_address_is_printable_ascii(text: str) -> None:
    address = safe_address(f"https://a.example/{text}")
    assert address is not None
    assert address.isascii()
    assert address.isprintable()
    assert " " not in address


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "file:///etc/passwd", "//a.example", "http://", "https:///x"]
)
def test_only_web_addresses_lead_anywhere(url: str) -> None:
    assert safe_address(url) is None


def test_an_address_keeps_its_own_encoding() -> None:
    assert safe_address("https://a.example/%20?q=가#x") == "https://a.example/%20?q=%EA%B0%80#x"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("https://a.example/한국어?q=모델 압축", "https://a.example/한국어?q=모델%20압축"),
        ("https://a.example/a%2Fb%20c%00", "https://a.example/a%2Fb%20c%00"),
        ("https://a.example/%ED%95", "https://a.example/%ED%95"),
        ("https://a.example/\u202egpj", "https://a.example/%E2%80%AEgpj"),
    ],
)
def test_an_address_shows_its_words_as_they_were_typed(typed: str, shown: str) -> None:
    address = safe_address(typed) or ""
    assert readable_address(address) == shown
    assert safe_address(readable_address(address)) == address
