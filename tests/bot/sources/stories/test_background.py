"""What is common weighs little."""

from __future__ import annotations

import pytest

from bot.sources.stories.background import Background
from tests.bot.sources.stories.titles import READER


def test_a_term_weighs_less_the_more_titles_have_it() -> None:
    background = Background({"ai": 0.3})
    assert background.weight("harness") == 1
    assert 0 < background.weight("ai") < 0.3
    before = background.weight("tokyo")
    for _ in range(50):
        background.add({"tokyo", "harness"})
    assert background.weight("tokyo") < 0.5 < before
    assert background.weight("unseen") == 1


def test_what_was_counted_can_be_taken_back() -> None:
    background = Background({})
    background.add({"a", "b"})
    weights = background.weight("a"), background.weight("c")
    background.add({"a", "c"})
    background.remove({"a", "c"})
    assert (background.weight("a"), background.weight("c")) == weights


def test_no_term_weighs_less_than_nothing() -> None:
    assert Background({"the": 1.0}).weight("the") == pytest.approx(0)


def test_the_shipped_table_knows_the_words_of_ai_news_in_both_languages() -> None:
    background = Background.shipped(READER.terms)
    for word in ("OpenAI", "오픈AI", "모델", "출시"):
        (term,) = READER.terms(word)
        assert background.weight(term) < 0.5
    (rare,) = READER.terms("quokka")
    assert background.weight(rare) == 1
