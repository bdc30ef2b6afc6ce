"""Letters and their Korean names stand for each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.search.text.letter_names import apart, in_letters, in_names, spellings


@pytest.mark.parametrize(
    ("names", "letters"),
    [
        ("엘엘엠", "llm"), ("에이치비엠", "hbm"), ("씨이오", "ceo"), ("시이오", "ceo"),
        ("유아이", "ui"), ("엘지유플러스", "lgu플러스"), ("더나은에이아이", "더나은ai"),
        ("새 에이피아이 공개", "새 api 공개"),
    ],
)  # fmt: skip
def test_names_of_letters_are_letters(names: str, letters: str) -> None:
    assert in_letters(names) == letters


@pytest.mark.parametrize("word", ["이유", "아이", "오이", "피디", "데이터", "에이전트", "llm"])
def test_words_are_no_letters(word: str) -> None:
    assert in_letters(word) == word


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=5))
def test_what_is_said_by_letters_is_read_by_letters(word: str) -> None:
    said = in_names(word)

    assert in_letters(said) == word
    assert list(spellings(word)) == [word, said]
    assert list(spellings(said)) == [said, word]


def test_scripts_are_put_apart() -> None:
    assert apart("오픈ai의 gpt모델") == "오픈 ai 의 gpt 모델"
