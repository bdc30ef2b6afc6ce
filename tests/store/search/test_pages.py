"""Pages, counts, and why an entry stands where it does."""

from __future__ import annotations

import pytest

from store.model import GainKind
from tests.store.search.conftest import SearchDigest, draft


@pytest.mark.parametrize(
    "words", ["소식 이야기", "소식이 무엇인가요", "tag:x", '"소식"', "소식 없는말"]
)
async def test_pages_follow_each_other(digest: SearchDigest, words: str) -> None:
    await digest.fill(
        [
            draft(f"소식 {number}", f"이야기 {number % 7} " * (1 + number % 5), tags=("x",))
            for number in range(87)
        ]
    )
    whole = [one.entry.id for one in (await digest.page(words, count=500)).items]

    paged: list[int] = []
    while True:
        page = await digest.page(words, count=10, offset=len(paged))
        paged += [one.entry.id for one in page.items]
        if page.count is not None:
            assert page.count >= len(paged)
            assert page.more == (page.count > len(paged))
        if not page.more:
            break
        assert len(page.items) == 10
    assert paged == whole
    assert len(set(paged)) == len(paged)


async def test_the_count_is_that_of_what_is_found(digest: SearchDigest) -> None:
    await digest.fill([draft(f"소식 {number}", "홀짝"[number % 2]) for number in range(90)])

    page = await digest.page("소식", count=5)
    assert (page.count, page.more, len(page.items)) == (90, True, 5)
    page = await digest.page("소식 짝", count=5)
    assert (page.count, page.more, len(page.items)) == (45, True, 5)
    page = await digest.page('"소식 1"', count=5)
    assert (page.count, page.more, len(page.items)) == (1, False, 1)
    page = await digest.page('"소식"', count=500)
    assert (page.count, page.more, len(page.items)) == (90, False, 90)


async def test_what_lies_beyond_the_last_page_is_empty(digest: SearchDigest) -> None:
    await digest.add("소식")

    for offset in (1, 50, 2**40, 2**80):
        page = await digest.page("소식", count=10, offset=offset)
        assert (page.items, page.more) == ((), False)
    assert len((await digest.page("소식", count=2**80)).items) == 1


async def test_the_points_add_up(local: SearchDigest) -> None:
    await local.fill(
        [
            draft("언어 모델 압축", "GPT-4를 줄이다", "2026-01"),
            draft("모델", "언어", "2020"),
            draft("확산 모델", "language", "2021"),
        ]
    )

    for words in (
        "언어 모델",
        "gpt4 압축",
        "언어 모델을 왜 압축하나요",
        "language",
        '"언어 모델" 압축',
    ):
        found = await local.found(words)
        assert found, words
        assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
        for one in found:
            assert one.score == pytest.approx(sum(gain.points for gain in one.gains))
            kinds = [gain.kind for gain in one.gains]
            assert kinds.count(GainKind.TOGETHER) <= 1
            assert kinds.count(GainKind.NEW) <= 1
            assert all(gain.points > 0 for gain in one.gains)
            assert all(bool(gain.words) == (gain.kind == GainKind.WORD) for gain in one.gains)
