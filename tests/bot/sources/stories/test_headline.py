"""What a title says, in the same terms in Korean and in English."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings

from bot.sources.stories.headline import Article, without_outlet
from bot.sources.stories.sounds import sound_of
from bot.sources.stories.vocabulary import Vocabulary
from store.search.text.analyzer import Analyzer
from tests.bot.sources.stories.titles import ARTICLES, READER, article, read

OUTLETS = [
    ("Japan wins the gold medal | The Seoul Post, Korea", "Japan wins the gold medal"),
    ("오픈AI, 새 모델 공개 | 뉴스 | AI일보", "오픈AI, 새 모델 공개"),
    ("Nobody saw this model coming at all - Daily News", "Nobody saw this model coming at all"),
    ("Preview of Spain - France", "Preview of Spain - France"),
    ("Qwen 3: Think Deeper, Act Faster", "Qwen 3: Think Deeper, Act Faster"),
    (
        "GPT-5 | a model that nobody at all saw coming",
        "GPT-5 | a model that nobody at all saw coming",
    ),
]
MET = [
    ("오픈AI, 66억달러 투자 유치", "OpenAI raises $6.6B"),
    ("샘 알트먼 해임", "Sam Altman fired"),
    ("허깅 페이스 인수", "Hugging Face acquisition"),
    ("거대언어모델", "large language models"),
    ("메타투자", "Meta invests"),
    ("미국과 중국", "US, China"),
]


@pytest.mark.parametrize(("title", "rest"), OUTLETS)
def test_an_outlet_at_the_end_says_nothing(title: str, rest: str) -> None:
    assert without_outlet(title, None) == rest


def test_the_source_itself_is_no_part_of_a_title_however_short() -> None:
    assert without_outlet("GPT-5 released - AI Post", "AI POST") == "GPT-5 released"
    assert without_outlet("GPT-5 released - AI Post", None) == "GPT-5 released - AI Post"


@pytest.mark.parametrize(("korean", "english"), MET)
def test_both_languages_come_to_the_same_terms(korean: str, english: str) -> None:
    assert read(korean).terms == read(english).terms != frozenset()


@pytest.mark.parametrize(
    ("korean", "english"),
    [
        ("하네스", "harness"),
        ("바이브스", "vibes"),
        ("그로키피디아", "grokipedia"),
        ("레블리온", "rebellion"),
        ("오프피크", "offpeak"),
    ],
)
def test_unknown_names_are_met_by_their_sound(korean: str, english: str) -> None:
    assert _sound(korean) == _sound(english) != ""


@pytest.mark.parametrize("word", ["매스", "math", "쿼카", "api", "日本語", "2026"])
def test_what_is_short_or_no_name_has_no_sound(word: str) -> None:
    assert _sound(word) == ""


def _sound(word: str) -> str:
    return sound_of(Vocabulary((), (), Analyzer()).words(word)[0])


def test_the_language_is_that_of_the_title() -> None:
    assert read("오픈AI, GPT-5 출시").language == "ko"
    assert READER.read(article("OpenAI launches GPT-5", language="ko")).language == ""
    assert READER.read(article("Le modèle est là", language="fr-CA")).language == "fr"


def test_a_day_is_all_its_hours() -> None:
    day = READER.read(Article("x", date(1970, 1, 2)))
    instant = READER.read(Article("x", datetime(1970, 1, 2, 12, tzinfo=UTC)))
    assert (day.start, day.end) == (24, 48)
    assert instant.start == instant.end == 36


@settings(deadline=None)
@given(ARTICLES)
def test_any_article_can_be_read(wild: Article) -> None:
    headline = READER.read(wild)
    assert headline == READER.read(wild)
    assert headline.common <= headline.terms
    assert headline.start <= headline.end
