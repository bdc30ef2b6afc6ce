"""An article finds its story among those of four weeks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sources.stories.headline import Article
from bot.sources.stories.likeness import Verdict
from bot.sources.stories.stories import Placement, Stories
from tests.bot.sources.stories.titles import ARTICLES, READER, article

NOWHERE = Placement(None, Verdict.DIFFERENT)


@pytest.fixture
def stories() -> Stories:
    found = Stories(READER)
    found.add(1, article("OpenAI launches GPT-7", link="https://openai.com/gpt-7"))
    found.add(2, article("Lyft brings robotaxis to Dallas"))
    return found


def test_an_article_joins_is_offered_or_stands_alone(stories: Stories) -> None:
    assert stories.place(article("오픈AI, GPT-7 출시", 5)) == Placement(1, Verdict.SAME)
    assert stories.place(article("오픈AI, GPT-7 가격 인하", 5)) == Placement(1, Verdict.MAYBE)
    assert stories.place(article("OpenAI launches GPT-7.1", 5)) == NOWHERE
    assert stories.place(article("Hospital tests a robot nurse", 5)) == NOWHERE


def test_placing_changes_nothing(stories: Stories) -> None:
    new = article("Hospital tests a robot nurse")
    assert stories.place(new) == stories.place(new) == NOWHERE


def test_an_address_finds_its_story_in_any_words(stories: Stories) -> None:
    assert stories.place(article("안녕하세요", 300, link="https://openai.com/gpt-7/")) == (
        Placement(1, Verdict.SAME)
    )
    assert stories.place(article("안녕하세요", 300, text="https://openai.com/gpt-7")) == (
        Placement(1, Verdict.SAME)
    )


def test_a_name_is_found_by_its_sound() -> None:
    stories = Stories(READER)
    stories.add(7, article("DeepSeek launches Wombatron"))
    assert stories.place(article("딥시크, '웜배트론' 공개")) == Placement(7, Verdict.SAME)


def test_two_articles_of_a_story_say_more_than_one(stories: Stories) -> None:
    near = article("Lyft brings robotaxis to Dallas next year", 1)
    assert stories.place(near) == Placement(2, Verdict.SAME)
    stories.add(2, article("Self-driving taxis are coming to a Texas city", 1))
    assert stories.place(near) == Placement(2, Verdict.MAYBE)


def test_a_story_with_another_version_in_it_is_joined_by_nobody() -> None:
    stories = Stories(READER)
    stories.add(1, article("Introducing GPT-7"))
    stories.add(1, article("OpenAI launches GPT-7"))
    assert stories.place(article("Hello GPT-7")) == Placement(1, Verdict.SAME)
    stories.add(1, article("Introducing GPT-6"))
    assert stories.place(article("Hello GPT-7")) == Placement(1, Verdict.MAYBE)


def test_stories_are_forgotten_after_four_weeks(stories: Stories) -> None:
    link = "https://openai.com/gpt-7"
    stories.add(3, article("Hospital tests a robot nurse", 27 * 24))
    assert stories.place(article("x", 27 * 24, link=link)).story == 1
    stories.add(4, article("A model of the seas", 29 * 24))
    assert stories.place(article("x", 29 * 24, link=link)) == NOWHERE
    assert stories.place(article("Hospital tests a robot nurse", 29 * 24)).story == 3


def test_a_forgotten_story_is_gone_and_can_begin_again(stories: Stories) -> None:
    stories.forget(1)
    stories.forget(9)
    again = article("오픈AI, GPT-7 출시", 5)
    assert stories.place(again) == NOWHERE
    stories.add(1, again)
    assert stories.place(article("GPT-7 is here", 6)) == Placement(1, Verdict.SAME)


def test_a_story_is_found_among_hundreds() -> None:
    stories = Stories(READER)
    for number in range(500):
        stories.add(number, article(f"Robot wombat{number} visits quokka{number % 97}"))
    assert stories.place(article("The robot wombat321 visits quokka30")).story == 321


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), ARTICLES), max_size=12), ARTICLES)
def test_any_articles_can_be_kept_and_forgotten(
    added: list[tuple[int, Article]], last: Article
) -> None:
    stories = Stories(READER)
    for story, one in added:
        stories.add(story, one)
    placed = stories.place(last)
    assert (placed.story is None) is (placed.verdict is Verdict.DIFFERENT)
    for story in range(4):
        stories.forget(story)
    assert stories.place(last) == NOWHERE
