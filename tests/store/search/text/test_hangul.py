"""Syllables and their letters, and text typed on the other keyboard."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from store.search.text import hangul, keyboard

SYLLABLES = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)
WORDS = st.text(SYLLABLES, min_size=1, max_size=8)


@given(SYLLABLES)
def test_a_syllable_is_the_sum_of_its_letters(syllable: str) -> None:
    lead, vowel, tail = hangul.split(syllable)

    assert hangul.join(lead, vowel, tail) == syllable
    assert hangul.split(syllable)[2] == tail


@given(WORDS)
def test_letters_are_put_together_as_they_were(word: str) -> None:
    letters = hangul.letters(word)

    assert not any(map(hangul.is_syllable, letters))
    assert hangul.composes(letters)
    assert hangul.compose(letters) == word


@given(st.text(SYLLABLES, min_size=2, max_size=8), st.integers(0, 7), WORDS)
def test_initial_consonants_stand_for_what_they_begin(word: str, place: int, other: str) -> None:
    leads = [hangul.split(syllable)[0] for syllable in word]
    mixed = [syllable if at == place else leads[at] for at, syllable in enumerate(word)]

    for typed in (leads, mixed):
        if (found := hangul.initials("".join(typed))) is not None:
            assert re.fullmatch("".join(found), word)
            same = [hangul.split(syllable)[0] for syllable in other] == leads
            assert bool(re.fullmatch("".join(found), other)) == same or typed == mixed
    assert hangul.initials("".join(leads))
    assert hangul.initials(word) is hangul.initials(word + "ㄱㅏ") is hangul.initials("ㄱ") is None


@given(st.text(st.characters(), max_size=20))
def test_what_is_not_hangul_stays(text: str) -> None:
    if not any("ㄱ" <= char <= "ㅣ" or hangul.is_syllable(char) for char in text):
        assert hangul.letters(text) == text
        assert hangul.compose(text) == text


@pytest.mark.parametrize(
    ("letters", "word"),
    [("ㅁㅗㄷㅔㄹ", "모델"), ("ㄷㅏㄹㄱㅇㅣ", "닭이"), ("ㄷㅏㄹㄱㅣ", "달기"), ("ㅋㅋ", "ㅋㅋ")],
)
def test_a_consonant_between_vowels_begins_a_syllable(letters: str, word: str) -> None:
    assert hangul.compose(letters) == word


@pytest.mark.parametrize(
    ("latin", "korean"),
    [
        ("ahepf", "모델"),
        ("gkrtmq", "학습"),
        ("dlsrhdwlsmd", "인공지능"),
        ("RKtl", "까시"),
        ("rhksrP", "관계"),
        ("AHEPF", "모델"),
    ],
)
def test_korean_on_the_latin_keyboard(latin: str, korean: str) -> None:
    assert keyboard.as_korean(latin) == korean


@pytest.mark.parametrize("latin", ["model", "transformer", "learning", "123"])
def test_most_english_words_are_no_korean(latin: str) -> None:
    assert keyboard.as_korean(latin) is None


@given(st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=12))
def test_latin_on_the_korean_keyboard(word: str) -> None:
    typed = keyboard.as_korean(word) or "ㅡㅐㅇ디"

    assert keyboard.as_latin(typed) == (word if typed != "ㅡㅐㅇ디" else "model")


@given(WORDS)
def test_the_keys_of_a_korean_word_say_it_again(word: str) -> None:
    assume(not _shifted(word).isupper())  # that is taken for a locked shift key

    assert keyboard.as_latin(word) is not None
    assert keyboard.as_korean(_shifted(word)) == word


def _shifted(word: str) -> str:
    """Return the keys with capitals where a letter has one of its own."""
    doubled = {"ㄲ": "R", "ㄸ": "E", "ㅃ": "Q", "ㅆ": "T", "ㅉ": "W", "ㅒ": "O", "ㅖ": "P"}
    return "".join(
        doubled.get(letter) or keyboard.as_latin(letter) or "" for letter in hangul.letters(word)
    )
