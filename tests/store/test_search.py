"""Plain search: every word occurs, newest first, and words are only ever data."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.dates import PublishedDate
from store.model import Entry, EntryDraft, Link, SearchQuery
from store.store import DigestStore
from tests.store.conftest import ANN


async def add(store: DigestStore, title: str, date: str | None = None, **facts: object) -> Entry:
    published = PublishedDate.parse(date) if date else None
    return await store.entries.add(EntryDraft(title, published=published, **facts), ANN)  # type: ignore[arg-type]


async def found(store: DigestStore, words: str, **facts: object) -> list[str]:
    page = await store.search.search(SearchQuery(words, **facts), 50)  # type: ignore[arg-type]
    return [entry.title for entry in page.items]


async def test_every_word_must_occur_somewhere(store: DigestStore) -> None:
    await add(store, "모델 압축 연구", "2021-01", note="Pruning and 양자화")
    await add(store, "모델을 키우는 법", "2021-02", note="scaling")
    assert await found(store, "모델") == ["모델을 키우는 법", "모델 압축 연구"]
    assert await found(store, "모델 pruning") == ["모델 압축 연구"]
    assert await found(store, "PRUNING  양자화") == ["모델 압축 연구"]
    assert await found(store, "모델 nothing") == []


async def test_tags_hosts_and_other_widths_are_found(store: DigestStore) -> None:
    await add(
        store,
        "Straße ＡＩ",
        url="https://www.aitimes.example/a",
        links=(Link("https://github.com/x/y"),),
        tags=("논문", "LLM"),
    )
    for words in (
        "strasse",
        "ai",
        "aitimes.example",
        "GITHUB.com",
        "llm",
        "논문",
        "\u1102\u1169ᆫ문",
    ):
        assert await found(store, words) == ["Straße ＡＩ"], words
    assert await found(store, "x/y") == []


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("100%", ["100% sure"]),
        ("%", ["100% sure"]),
        ("_", ["snake_case"]),
        ("/", ["either/or"]),
        ("\\", ["back\\slash"]),
        ("'", ["it's"]),
        ('"', []),
        ("NOT sure", []),
        ("s*", []),
    ],
)
async def test_what_means_something_to_an_engine_stands_for_itself(
    store: DigestStore, words: str, titles: list[str]
) -> None:
    for title in ("100% sure", "snake_case", "either/or", "back\\slash", "it's"):
        await add(store, title)
    assert await found(store, words) == titles


async def test_a_tag_and_dates_narrow_the_search(store: DigestStore) -> None:
    for title, date, tag in (
        ("year", "2021", "a"), ("april", "2021-04", "a"), ("day", "2021-04-18", "b"),
        ("may", "2021-05-01", "a"), ("before", "2020-12-31", "a"),
    ):  # fmt: skip
        await add(store, title, date, tags=(tag,), note="news")

    def on(text: str) -> PublishedDate:
        return PublishedDate.parse(text)

    assert await found(store, "news", tag="A") == ["may", "april", "year", "before"]
    assert await found(store, "", tag="b") == ["day"]
    assert await found(store, "news", since=on("2021-04-18")) == ["may", "day", "april", "year"]
    assert await found(store, "news", since=on("2021-05")) == ["may", "year"]
    assert await found(store, "news", until=on("2021-04-17")) == ["april", "year", "before"]
    assert await found(store, "news", until=on("2020")) == ["before"]
    both = {"since": on("2021-04"), "until": on("2021-04")}
    assert await found(store, "news", **both) == ["day", "april", "year"]
    assert await found(store, "news", tag="b", **both) == ["day"]


async def test_the_texts_follow_the_entries(store: DigestStore) -> None:
    entry = await add(store, "before", note="alpha")
    await store.entries.edit(entry.id, EntryDraft("after", note="beta"), ANN)
    assert await found(store, "alpha") == []
    assert await found(store, "beta") == ["after"]
    await store.entries.retract(entry.id, ANN)
    assert await found(store, "beta") == []


async def test_pages(store: DigestStore) -> None:
    for number in range(5):
        await add(store, f"news {number}", f"2021-01-0{number + 1}")
    first = await store.search.search(SearchQuery("news"), 2)
    last = await store.search.search(SearchQuery("news"), 2, 4)
    assert [one.title for one in first.items] == ["news 4", "news 3"]
    assert (first.more, last.more, len(last.items)) == (True, False, 1)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(st.characters(), max_size=80))
async def test_a_text_is_found_by_all_its_words(store: DigestStore, text: str) -> None:
    entry = await add(store, "title", note=text)
    words = " ".join(entry.note.split()[:20])
    page = await store.search.search(SearchQuery(words), 10_000)
    assert entry in page.items
    await store.search.search(SearchQuery(text, tag=text), 5)
