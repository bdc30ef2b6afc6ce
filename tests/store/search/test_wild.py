"""No query ends in an error, whatever is typed, on either engine.

`AINEWS_TEST_QUERIES=10000` asks as many as that.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.model import SearchQuery
from tests.store.search.conftest import SearchDigest, draft
from tests.store.search.wild import HAND_WRITTEN, wild_queries

QUERIES = int(os.environ.get("AINEWS_TEST_QUERIES", len(HAND_WRITTEN) + 100))

DRAFTS = (
    draft("모델 압축 연구", "언어모델을 줄이는 초거대 트랜스포머", "2021-01", tags=("논문",)),
    draft("Transformer models", "GPT-4, C++ and node.js in arXiv:2301.00001v2", "2022"),
    draft("회의 정도의 결과", "은 는 이 가 the of and", "2023-04-05", language="ko"),
    draft("言語モデルと日本語", "ﾆｭｰﾗﾙ 🤖 العربية", url="https://example.com/1", added_by="민지"),
)


async def test_every_query_has_an_answer(digest: SearchDigest) -> None:
    await digest.fill(DRAFTS)

    for query in wild_queries(QUERIES):
        page = await digest.page(query, count=3)
        assert len(page.items) <= 3, query


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(st.characters(), max_size=60), literal=st.booleans())
async def test_any_text_and_any_tag(digest: SearchDigest, text: str, literal: bool) -> None:
    if not await digest.titles(""):
        await digest.fill(DRAFTS)

    await digest.store.search.find(SearchQuery(text, tag=text, literal=literal), 5)
    await digest.store.search.find(SearchQuery(f'"{text}" -{text} by:{text}'), 5)


@pytest.mark.parametrize("count", [0, 1])
async def test_an_empty_digest_answers_too(digest: SearchDigest, count: int) -> None:
    for query in ("모델", '"모델"', "-모델", "tag:x", "since:2021", "ahepf", "transfomer", ""):
        page = await digest.page(query, count=count)
        assert (page.items, page.more) == ((), False)
