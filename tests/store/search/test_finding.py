"""What a search finds, and in which order, on both engines."""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path

from store.model import EntryDraft, Link, PublishedDate, SearchQuery
from tests.fakes.clock import MORNING
from tests.fakes.databases import new_store
from tests.store.conftest import ANN
from tests.store.search.conftest import SearchDigest, draft


async def test_every_word_is_wanted_and_else_any(digest: SearchDigest) -> None:
    await digest.fill(
        [
            draft("모델 압축 연구", "Pruning and 양자화", "2021-01"),
            draft("모델을 키우는 법", "scaling", "2021-02"),
        ]
    )

    assert set(await digest.titles("모델")) == {"모델을 키우는 법", "모델 압축 연구"}
    page = await digest.page("모델 pruning")
    assert [one.entry.title for one in page.items] == ["모델 압축 연구"]
    assert (page.count, page.more, page.any_word, page.corrected) == (1, False, False, None)
    page = await digest.page("scaling 양자화", literal=True)
    assert page.any_word
    assert {one.entry.title for one in page.items} == {"모델을 키우는 법", "모델 압축 연구"}
    assert (await digest.page("qwzx")).items == ()


async def test_a_sentence_finds_what_it_is_about(digest: SearchDigest) -> None:
    await digest.fill(
        [
            draft("세종대왕", "조선의 왕이 훈민정음을 만들었다."),
            draft("장영실", "조선의 과학자가 물시계를 만들었다."),
            draft("King Sejong", "The king of Joseon who made an alphabet."),
        ]
    )

    assert (await digest.titles("훈민정음을 만든 왕은 누구인가요?"))[0] == "세종대왕"
    assert (await digest.titles("who is the king that made the alphabet"))[0] == "King Sejong"


async def test_tags_sites_people_and_languages_narrow(digest: SearchDigest) -> None:
    await digest.add(
        "논문 하나", tags=("논문", "LLM"), url="https://news.example.com/1", language="ko",
        added_by="김 민지",
    )  # fmt: skip
    await digest.add(
        "a paper", "모델", tags=("paper", "llm"), url="https://other.example.org/2",
        language="en-US", links=(Link("https://github.com/x/y"),), added_by="Ann",
    )  # fmt: skip
    both = {"논문 하나", "a paper"}

    for words, titles in (
        ("tag:논문", {"논문 하나"}), ("tag:llm", both), ("tag:llm -tag:논문", {"a paper"}),
        ("-tag:llm", set()), ("site:example.com", {"논문 하나"}), ("site:github.com", {"a paper"}),
        ("site:news.example.com", {"논문 하나"}), ("site:github", {"a paper"}),
        ("site:nowhere.example", set()), ("-site:github", {"논문 하나"}),
        ("site:example.com,github.com", both), ("by:민지", {"논문 하나"}),
        ('by:"김 민지"', {"논문 하나"}), ("by:ann", {"a paper"}), ("-by:ann", {"논문 하나"}),
        ("lang:ko", {"논문 하나"}), ("lang:en", {"a paper"}), ("언어:영어", {"a paper"}),
        ("lang:ko lang:en", both), ("모델 lang:en", {"a paper"}), ("모델 lang:ko", set()),
        ("모델 tag:논문", set()), ("github", {"a paper"}), ("example.org", {"a paper"}),
    ):  # fmt: skip
        assert set(await digest.titles(words, literal=True)) == titles, words
    assert await digest.titles("", tag="논문") == ["논문 하나"]
    assert await digest.titles("tag:llm lang:en", language="ko") == ["논문 하나"]


async def test_dates_narrow(digest: SearchDigest) -> None:
    for title, date in (
        ("year", "2021"), ("april", "2021-04"), ("day", "2021-04-18"), ("may", "2021-05-01"),
        ("before", "2020-12-31"),
    ):  # fmt: skip
        await digest.add(title, "news", date)

    for words, titles in (
        ("since:2021-04-18", {"may", "day", "april", "year"}),
        ("since:2021-05", {"may", "year"}),
        ("until:2021-04-17", {"april", "year", "before"}),
        ("until:2020", {"before"}),
        ("since:2021-04 until:2021-04", {"day", "april", "year"}),
        ("이후:2021-05 이전:2021-05", {"may", "year"}),
        ("since:2022", set()),
        ("since:2022 until:2021", set()),
    ):
        assert set(await digest.titles(words)) == titles, words
        assert set(await digest.titles(f"news {words}")) == titles, words
        assert set(await digest.titles(f'"news" {words}')) == titles, words
    since = PublishedDate.from_iso("2021-05")
    assert set(await digest.titles("news since:2020", since=since)) == {"may", "year"}
    assert set(await digest.titles("news until:2020", until=since)) == {"before"}


async def test_without_words_the_newest_come_first(digest: SearchDigest) -> None:
    for title, date in (("old", "2020"), ("new", "2022"), ("middle", "2021")):
        await digest.add(title, date=date, tags=("x",))

    assert await digest.titles("") == ["new", "middle", "old"]
    assert await digest.titles("tag:x") == ["new", "middle", "old"]
    page = await digest.page("tag:x", count=2)
    assert (len(page.items), page.more) == (2, True)


async def test_a_phrase_stands_as_it_was_typed(digest: SearchDigest) -> None:
    await digest.fill(
        [
            draft("one", "the state of the art model"),
            draft("two", "the art of the state"),
            draft("three", "언어 모델 압축"),
            draft("four", "모델 언어의 압축"),
            draft("five", "a state of the artist"),
        ]
    )

    assert await digest.titles('"state of the art"') == ["one"]
    assert await digest.titles("“언어 모델”") == ["three"]
    assert await digest.titles('"언어 모델" 압축') == ["three"]
    assert await digest.titles('"art state"') == []
    assert await digest.titles('"!?"') == []


async def test_without_leaves_out(digest: SearchDigest) -> None:
    await digest.fill([draft("언어 모델", "학습"), draft("언어 교육"), draft("확산 모델", "학습")])

    assert set(await digest.titles("언어 -모델")) == {"언어 교육"}
    assert set(await digest.titles("학습 -확산")) == {"언어 모델"}
    assert set(await digest.titles("-모델")) == {"언어 교육"}
    assert set(await digest.titles('학습 -"언어 모델"')) == {"확산 모델"}


async def test_korean_and_english_meet_below_direct_hits(digest: SearchDigest) -> None:
    await digest.fill(
        [
            draft("Transformers explained", "an introduction"),
            draft("트랜스포머 해설", "입문"),
            draft("Reinforcement learning at scale", "rewards"),
            draft("강화학습의 규모", "보상"),
            draft("요리 이야기", "아무 상관 없음"),
        ]
    )

    assert await digest.titles("트랜스포머") == ["트랜스포머 해설", "Transformers explained"]
    assert await digest.titles("transformer") == ["Transformers explained", "트랜스포머 해설"]
    assert await digest.titles("강화 학습") == [
        "강화학습의 규모",
        "Reinforcement learning at scale",
    ]
    assert await digest.titles("reinforcement learning") == [
        "Reinforcement learning at scale",
        "강화학습의 규모",
    ]


async def test_the_title_outweighs_the_note(digest: SearchDigest) -> None:
    await digest.fill(
        [draft("양자화", "소식 하나"), draft("소식 하나", "양자화"), draft("다른 소식", "내용")]
    )

    assert await digest.titles("양자화") == ["양자화", "소식 하나"]


async def test_newer_wins_among_equals_gently(digest: SearchDigest) -> None:
    year = MORNING.year
    await digest.fill(
        [
            draft("양자화 소식", date=f"{year - 5}-01"),
            draft("양자화 소식", date=f"{year}-01"),
            draft("양자화 소식", date=f"{year - 2}-01"),
            draft("관련 없는 소식", "끝에 양자화 한 번", f"{year}-02"),
        ]
    )

    found = await digest.found("양자화")
    years = [one.entry.published.year for one in found if one.entry.published]
    assert years == [year, year - 2, year - 5, year]
    assert found[0].score < found[2].score * 1.1


async def test_the_index_follows_the_entries(digest: SearchDigest) -> None:
    entries = digest.store.entries
    entry = await digest.add("처음", "alpha", tags=("one",))

    await entries.edit(entry.id, EntryDraft("나중", note="beta", tags=("two",)), ANN)
    assert await digest.titles("alpha") == []
    assert await digest.titles("처음") == []
    assert await digest.titles("tag:one") == []
    assert await digest.titles("beta tag:two") == ["나중"]
    await entries.retract(entry.id, ANN)
    for words in ("beta", "", "tag:two", '"beta"', "-alpha"):
        assert await digest.titles(words) == [], words
    await entries.restore(entry.id, ANN)
    assert await digest.titles("beta") == ["나중"]


async def test_words_that_no_database_index_would_take(digest: SearchDigest) -> None:
    long = "ab" * 5_000
    await digest.add("긴 낱말", f"{long} https://x.example/{'y' * 900} 끝")

    assert await digest.titles("끝") == ["긴 낱말"]
    assert await digest.titles(long, literal=True) == ["긴 낱말"]


async def test_a_word_is_found_by_its_initial_consonants(digest: SearchDigest) -> None:
    await digest.fill(
        [
            draft("트랜스포머 모델 압축 논문"),
            draft("인공지능 기본법 통과"),
            draft("Transformer compression"),
            draft("모델을 키우는 법"),
            draft("ㅋㅋㅋ 웃는 모델"),
            draft("크크크 그림"),
            draft("RAG를 쓰는 곳"),
        ]
    )

    for typed, searched, first in (
        ("ㅌㄹㅅㅍㅁ", "트랜스포머", "트랜스포머 모델 압축 논문"),
        ("ㅌㄹㅅ", "트랜스포머", "트랜스포머 모델 압축 논문"),
        ("ㅌㄽㅍㅁ", "트랜스포머", "트랜스포머 모델 압축 논문"),
        ("트ㄹㅅ포ㅁ", "트랜스포머", "트랜스포머 모델 압축 논문"),
        ("ㅇㄱㅈㄴ", "인공지능", "인공지능 기본법 통과"),
        ("인ㄱㅈ", "인공지능", "인공지능 기본법 통과"),
        ("ㅇㄱㅈㄴ ㄱㅂㅂ", "인공지능 기본법", "인공지능 기본법 통과"),
        ("ㅇㄱㅈㄴㄱㅂㅂ", "인공지능 기본법", "인공지능 기본법 통과"),
        ("ㅁㄷㅇㅊ", "모델 압축", "트랜스포머 모델 압축 논문"),
        ("ㄱㅁㅎ", "rag", "RAG를 쓰는 곳"),
    ):
        page = await digest.page(typed)
        assert (page.corrected, page.items[0].entry.title) == (searched, first), typed
    assert (await digest.titles("ㅌㄹㅅㅍㅁ"))[1:] == ["Transformer compression"]
    assert (await digest.page("ㅋㅋㅋ")).corrected is None
    assert await digest.titles("ㅋㅋㅋ") == ["ㅋㅋㅋ 웃는 모델"]
    assert await digest.titles("ㅌㄹㅅㅍㅁ", literal=True) == []
    assert await digest.titles("ㅎㅎㅎㅎㅎ") == []
    assert await digest.titles("ㅌ") == []


async def test_the_event_loop_does_not_wait_for_a_date_to_be_read(tmp_path: Path) -> None:
    asked: set[threading.Thread] = set()

    def clock() -> datetime:
        asked.add(threading.current_thread())
        return MORNING

    store = await new_store(tmp_path / "digest.db", clock)
    asked.clear()
    await store.search.find(SearchQuery("since:어제"), 1)
    await store.close()

    assert asked
    assert threading.current_thread() not in asked
