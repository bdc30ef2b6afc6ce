"""Versions and variants of products, and how those of two titles go together."""

from __future__ import annotations

import pytest

from bot.sources.stories.products import Match, compare
from tests.bot.sources.stories.titles import read

NAMED = [
    ("Hello GPT-4o", ["gpt 4o"]),
    ("오픈AI, 'GPT-4o' 출시", ["gpt 4o"]),
    ("GPT-5를 써 봤다", ["gpt 5"]),
    ("Meta Llama 3 (8B, 70B)", ["llama 3"]),
    ("메타, '라마 3.1' 공개", ["llama 3.1"]),
    ("Qwen3: Think Deeper", ["qwen 3"]),
    ("알리바바 '큐원 3' 공개", ["qwen 3"]),
    ("Introducing Claude Opus 5", ["claude 5 opus"]),
    ("Anthropic launches Opus 5", ["claude 5 opus"]),
    ("앤트로픽, '클로드 오퍼스 4·소네트 4' 출시", ["claude 4 opus sonnet", "claude 4 sonnet"]),
    ("Claude 3.7 Sonnet", ["claude 3.7 sonnet"]),
    ("OpenAI o3-mini", ["openai o3 +mini"]),
    ("추론 모델 'o3-미니' 출시", [" o3 +mini"]),
    ("딥시크 'V4-프로' 공개", [" v4 +pro"]),
    ("DeepSeek-R1-0528", ["deepseek r1 +0528"]),
    ("Solar Pro 2", ["solar 2 +pro"]),
    ("Gemini Robotics-ER 2", ["gemini 2 +er +robotics"]),
    ("GPT-4o mini beats Llama 3", ["gpt 4o +mini", "llama 3 aside"]),
    ("Qwen 3: models that beat R1 and o1", ["qwen 3", " r1 aside", " o1 aside"]),
    ("AI21 and AI2 release data", []),
    ("GPT-4 넘어선 '클로드 3' 공개", ["gpt 4 aside", "claude 3"]),
    ("Build the future of AI with Meta Llama 3", ["llama 3 aside"]),
    ("Fine-tuning for GPT-4o", ["gpt 4o aside"]),
    ("독자 모델 5개팀 선정", []),
    ("가격은 3분의 1", []),
    ("OpenAI in July 2026", []),
    ("OpenAI rolls out updates July 9", []),
    ("200 models, 70B and 8B", []),
]

COMPARED = [
    ("GPT-4o", "오픈AI, GPT-4o 공개", Match.EQUAL),
    ("Anthropic launches Opus 5", "클로드 오퍼스 5", Match.EQUAL),
    ("Introducing Claude 4", "클로드 오퍼스 4 출시", Match.EQUAL),
    ("OpenAI o3", "추론 모델 o3", Match.EQUAL),
    ("vLLM v0.12.0", "vLLM 0.12", Match.EQUAL),
    ("DeepSeek V3", "딥시크 3", Match.EQUAL),
    ("vLLM v0.12.0", "vLLM v0.12.1", Match.CLASH),
    ("vLLM v0.20", "vLLM v0.2", Match.CLASH),
    ("GPT-4o", "GPT-4o mini", Match.NEAR),
    ("Gemini 3", "제미나이 3 프로", Match.NEAR),
    ("DeepSeek-R1", "R1-0528", Match.NEAR),
    ("GPT-4", "GPT-4o", Match.CLASH),
    ("Llama 3", "Llama 3.1", Match.CLASH),
    ("라마 3", "Llama 3.1", Match.CLASH),
    ("Claude Haiku 4.5", "Claude Sonnet 4.5", Match.CLASH),
    ("Gemini Robotics 2", "Gemini Robotics-ER 2", Match.CLASH),
    ("Gemini 2.5 Flash", "Gemini 2.5 Pro", Match.CLASH),
    ("Qwen3-VL", "Qwen3-Omni", Match.CLASH),
    ("Claude 3 beats GPT-4", "Claude 3.5 beats GPT-4", Match.CLASH),
    ("Claude 3 beats GPT-4", "Llama 3 beats GPT-4", Match.NONE),
    ("Claude 4", "Gemini 2.5", Match.NONE),
    ("OpenAI hires", "GPT-5", Match.NONE),
]


@pytest.mark.parametrize(("title", "named"), NAMED)
def test_products_are_read(title: str, named: list[str]) -> None:
    assert [
        " ".join(
            [
                f"{product.family} {product.version}",
                *sorted(product.lines),
                *(f"+{variant}" for variant in sorted(product.variants)),
                *(["aside"] if product.aside else []),
            ]
        )
        for product in read(title).products
    ] == named


@pytest.mark.parametrize(("one", "two", "match"), COMPARED)
def test_products_are_compared(one: str, two: str, match: Match) -> None:
    a, b = read(one).products, read(two).products
    assert compare(a, b) is match
    assert compare(b, a) is match
