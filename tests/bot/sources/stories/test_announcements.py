"""Which titles say that something is out, and what."""

from __future__ import annotations

import pytest

from tests.bot.sources.stories.titles import read

ANNOUNCES = [
    "Hello GPT-4o",
    "GPT-4",
    "Introducing Llama 3.1: our most capable models",
    "Llama 3.1: The Synthetic Data Model",
    "Claude 3.7 Sonnet and Claude Code",
    "OpenAI's GPT-5 is here",
    "Gemma 2 is now available to researchers",
    "xAI releases its latest flagship model, Grok 3",
    "오픈AI, GPT-5.6 시리즈 정부 승인 거쳐 정식 출시",
    "구글, 에이전트 시대 겨냥한 '제미나이 2.0' 공개",
]
OTHERS = [
    "OpenAI cuts GPT-5.6 prices by 80%",
    "Claude Opus 5 became ruthless when tasked with a vending machine",
    "'오퍼스 4.5', 앤트로픽 채용 시험서 최고점",
    "오픈AI, o3 가격 80% 인하 발표",
    "Claude Opus 5 is now available in Amazon Bedrock",
    "GPT-6: everything you need to know",
    "Fine-tuning now available for GPT-4o",
    "Anthropic raises $13B",
]
NOVELTIES = [
    ("Introducing Operator", {"operator"}),
    ("OpenAI launches Operator, an AI agent that performs tasks", {"operator"}),
    ("오픈AI, 웹 작업 대신하는 에이전트 '오퍼레이터' 출시", {"operator"}),
    ("Introducing the Model Context Protocol", {"model context protocol"}),
    ("Introducing ChatGPT Atlas", {"chatgpt", "atlas"}),
    ("Google launches many small things nobody remembers", set()),
    ("Introducing GPT-5", set()),
    ("오픈AI, 새 모델 공개", set()),
    ("OpenAI raises money", set()),
]


@pytest.mark.parametrize("title", ANNOUNCES)
def test_a_release_is_announced(title: str) -> None:
    assert read(title).announces


@pytest.mark.parametrize("title", OTHERS)
def test_other_news_of_a_product_announces_nothing(title: str) -> None:
    assert not read(title).announces


@pytest.mark.parametrize(("title", "name"), NOVELTIES)
def test_what_is_new_has_a_name(title: str, name: set[str]) -> None:
    assert read(title).novelty == name
