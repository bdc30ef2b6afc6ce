"""What completes what somebody has typed."""

from __future__ import annotations

from store.store import DigestStore
from tests.store.conftest import ANN
from tests.store.entries.test_entries import add


async def test_completion_knows_ids_and_words_of_titles(store: DigestStore) -> None:
    for number in range(1, 13):
        await add(store, f"Model {number} 모델 압축", f"2021-{number:02}")
    await add(store, "Ünïcode ＡＩ 100%_off", "2020")
    assert [one.id for one in await store.completion.entries("1", 4)] == [1, 10, 11, 12]
    assert [one.id for one in await store.completion.entries("압축 mod", 3)] == [12, 11, 10]
    assert [one.id for one in await store.completion.entries("ünï ai")] == [13]
    assert [one.id for one in await store.completion.entries("0%_")] == [13]
    assert [one.id for one in await store.completion.entries("  ", 2)] == [12, 11]
    assert [one.id for one in await store.completion.entries("13")] == [13]
    for odd in ("²", "9" * 40, "\x00", "nothing", "-1", "٣"):
        assert isinstance(await store.completion.entries(odd), tuple)
    await store.entries.retract(13, ANN)
    assert await store.completion.entries("13") == ()


async def test_completion_knows_initial_consonants(store: DigestStore) -> None:
    await add(store, "트랜스포머 모델 압축 논문", "2021", "논문", "네이버 랩스")
    await add(store, "인공지능 기본법 통과", "2022", "정책")
    await add(store, "다모델 (모델) ㅋㅋ", "2023")

    for typed, ids in (
        ("ㅌㄹㅅㅍㅁ", [1]), ("ㅌㄽ", [1]), ("트ㄹㅅ", [1]), ("ㅇㄱㅈㄴ", [2]), ("ㄱㅈㄴㄱㅂ", [2]),
        ("ㅁㄷ", [3, 1]), ("ㄹㅇ", []), ("ㅇㅊ ㅌㄹㅅ", [1]), ("논문 ㅁㄷㅇㅊ", [1]), ("ㅋㅋ", [3]),
        ("ㅋ", [3]), ("ㅁㄷ 다모", [3]), ("ㅏㅏ", []),
    ):  # fmt: skip
        assert [one.id for one in await store.completion.entries(typed)] == ids, typed
    for typed, tags in (
        ("ㄴㅁ", ["논문"]),
        ("ㄴㅇㅂㄹ", ["네이버 랩스"]),
        ("ㅇㅂ", []),
        ("ㅈㅊ", ["정책"]),
    ):
        assert [one.tag for one in await store.completion.tags(typed)] == tags, typed
