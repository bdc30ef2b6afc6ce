"""Lines end between words, and never get wider than they may."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from adapters.terminal.display.wrap import line_spans

LETTERS = st.sampled_from(["a", "b", "가", "나", "、", "👩", "👩\u200d👩", "e\u0301", "🇰🇷"])
WORDS = st.lists(st.lists(LETTERS, min_size=1, max_size=30).map("".join), max_size=30)


def lines(text: str, width: int) -> list[str]:
    return [text[start:end] for start, end in line_spans(text, width)]


@given(WORDS, st.integers(2, 50))
def test_no_line_is_wider_and_no_letter_is_lost(words: list[str], width: int) -> None:
    text = " ".join(words)
    broken = lines(text, width)
    assert all(cell_len(line) <= width for line in broken)
    assert "".join(broken).replace(" ", "") == text.replace(" ", "")


def test_words_stay_whole() -> None:
    assert lines("one two three four", 9) == ["one two", "three", "four"]
    assert lines("모델 압축 기술을 공개", 10) == ["모델 압축", "기술을", "공개"]


def test_a_word_that_is_too_wide_is_folded_and_goes_on() -> None:
    assert lines("a bcdefghij k", 4) == ["a", "bcde", "fghi", "j k"]


def test_wide_letters_are_not_cut_in_half() -> None:
    assert lines("가나다라", 5) == ["가나", "다라"]


def test_an_address_stays_whole() -> None:
    address = "https://a.example/" + "x" * 100
    assert lines(f"see {address} there", 20) == ["see", address, "there"]


def test_nothing_has_no_lines() -> None:
    assert lines("   ", 10) == []
