"""What passes a source's rules, as a moderator would expect who knows the search."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.port.typed import wanted_words
from bot.sources.rules import admits
from store.model import SourceRules
from store.search.text.analyzer import Analyzer

ANALYZER = Analyzer()


def passes(title: str, text: str = "", *, only: str = "", without: str = "") -> bool:
    rules = SourceRules(only=wanted_words(only), without=wanted_words(without))
    return admits(rules, title, text, ANALYZER)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("gpt claude", ("gpt", "claude")),
        ('gpt "language model"', ("gpt", '"language model"')),
        ("“언어 모델” 「생성형 AI」", ('"언어 모델"', '"생성형 AI"')),
        ('“language model"', ('"language model"',)),
        ("gpt, claude、모델;gpt", ("gpt", "claude", "모델")),
        ('""  - …', ()),
        ('say "hi', ("say", "hi")),
        ("C++ GPT-4", ("C++", "GPT-4")),
    ],
)
def test_words_and_phrases_are_kept_as_they_are_understood(
    typed: str, kept: tuple[str, ...]
) -> None:
    assert wanted_words(typed) == kept
    assert wanted_words(" ".join(kept)) == kept


@given(st.text(st.sampled_from("가a \"'“”「」,;-"), max_size=30) | st.text(max_size=30))
def test_whatever_is_typed_reads_the_same_when_it_is_shown_and_typed_again(typed: str) -> None:
    kept = wanted_words(typed)

    assert wanted_words(" ".join(kept)) == kept
    admits(SourceRules(only=kept), typed, typed, ANALYZER)


@pytest.mark.parametrize(
    ("title", "only"),
    [
        ("새로운 모델을 공개했다", "모델"),
        ("언어모델이 온다", "모델"),
        ("초거대 언어 모델", "언어모델"),
        ("Two new models for speech", "model"),
        ("GPT4 is here", "GPT-4"),
        ("오픈AI, 새 모델 공개", "오픈AI"),
        ("A Large Language Model for law", '"language model"'),
        ("Nothing of it", "model nothing"),
    ],
)
def test_an_item_with_one_of_the_words_passes(title: str, only: str) -> None:
    assert passes(title, only=only)
    assert passes("Untitled", title, only=only)
    assert not passes(title, without=only)


@pytest.mark.parametrize(
    ("title", "only"),
    [
        ("Weather for Sunday", "model"),
        ("The language of models", '"language model"'),
        ("language modeling", '"language model"'),
        ("GPT-4 is here", "GPT-5"),
        ("반도체의 칩거", "칩"),
    ],
)
def test_an_item_without_them_does_not(title: str, only: str) -> None:
    assert not passes(title, only=only)
    assert passes(title, without=only)


def test_a_phrase_does_not_reach_from_the_title_into_the_text() -> None:
    assert not passes("A new language", "model and more", only='"language model"')


def test_what_is_unwanted_decides() -> None:
    assert not passes("주가와 모델", only="모델", without="주가")
    assert passes("anything at all")
