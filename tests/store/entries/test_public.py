"""What everybody may read: which entries, in which order, and the version by which caches know."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from store.entries.identity import digest
from store.model import (
    Entry,
    EntryDraft,
    Gathered,
    ImportItem,
    Listing,
    Place,
    Polling,
    PublishedDate,
    SourceRules,
    Status,
)
from store.store import DigestStore
from tests.fakes.clock import FakeClock
from tests.store.conftest import ANN, Open


async def add(store: DigestStore, title: str, day: str | None = None, *tags: str) -> Entry:
    published = PublishedDate.from_iso(day) if day else None
    return await store.entries.add(EntryDraft(title, published=published, tags=tags), ANN)


async def titles(store: DigestStore, **wanted: Any) -> list[str]:
    page = await store.public.page(Listing(**wanted), 10)
    return [entry.title for entry in page.items]


async def brought(store: DigestStore, clock: FakeClock, **facts: Any) -> None:
    """Let a source named Feed, the first, bring a published story."""
    if not await store.sources.list():
        await store.sources.add("https://example.org/feed", "Feed", SourceRules(), ANN)
    clock.forward(hours=2)
    [source] = await store.polls.lease("one", 1)
    link = "https://news.example/story"
    usual: dict[str, Any] = {
        "keys": ((digest(str(facts)), False),),
        "title": "Story",
        "link": link,
        "draft": EntryDraft("Story", link, added_by="Feed"),
    }
    items = [Gathered(**usual | facts)]
    await store.polls.gather(source, "one", Polling(next_at=clock()), items)


async def test_entries_are_listed_by_what_is_wanted(store: DigestStore) -> None:
    await add(store, "month", "2026-03")
    await add(store, "sunday", "2026-03-01", "llm")
    await add(store, "monday", "2026-03-02", "llm", "paper")
    await store.entries.add(EntryDraft("waits", status=Status.PENDING, tags=("llm",)), ANN)

    assert await titles(store) == ["monday", "sunday", "month"]
    assert await titles(store, tag="LLM") == ["monday", "sunday"]
    assert await titles(store, since=date(2026, 3, 2), until=date(2026, 3, 2)) == ["monday"]
    assert await titles(store, tag="llm", until=date(2026, 3, 1)) == ["sunday"]
    assert await titles(store, until=date(2026, 3, 1)) == ["sunday"]
    assert await titles(store, tag="none") == []


async def test_a_list_goes_on_after_a_place(store: DigestStore) -> None:
    for day in ("2026-03-01", "2026-03-01", "2026-02-27", "2026-02"):
        await add(store, day, day)
    first = await store.public.page(Listing(), 2)
    rest = await store.public.page(Listing(), 2, Place(20260301, 1))

    assert ([entry.id for entry in first.items], first.more) == ([2, 1], True)
    assert ([entry.id for entry in rest.items], rest.more) == ([3, 4], False)


@pytest.mark.parametrize("text", ["", "1-2", "20260301-", "20260301-1x", "2026030１-1", "-"])
def test_what_is_no_place_is_refused(text: str) -> None:
    assert str(Place.parse("20260301-7")) == "20260301-7"
    with pytest.raises(ValueError, match="is no place"):
        Place.parse(text)


async def test_the_days_around_are_those_with_news(store: DigestStore) -> None:
    for day in ("2026-02-03", "2026-02", "2026-03-05", "2026-03-09"):
        await add(store, day, day)
    around = store.public.around

    assert await around(date(2026, 3, 1), date(2026, 3, 1)) == (date(2026, 2, 3), date(2026, 3, 5))
    assert await around(date(2026, 3, 5), date(2026, 3, 8)) == (date(2026, 2, 3), date(2026, 3, 9))
    assert await around(date(2026, 1, 1), date(2026, 12, 31)) == (None, None)


async def test_the_days_around_may_be_those_of_one_language(store: DigestStore) -> None:
    for number, language in enumerate(("ko", "en", "ko", "en", "ko"), 1):
        published = PublishedDate(2026, 3, number)
        await store.entries.add(
            EntryDraft(language, None, (), language=language, published=published, key=str(number)),
            ANN,
        )
    third = date(2026, 3, 3)

    assert await store.public.around(third, third) == (date(2026, 3, 2), date(2026, 3, 4))
    assert await store.public.around(third, third, "ko") == (date(2026, 3, 1), date(2026, 3, 5))


async def test_a_source_is_known_by_what_it_brought(store: DigestStore, clock: FakeClock) -> None:
    await brought(store, clock)
    await add(store, "by hand")

    assert await titles(store, source=1) == ["Story"]
    assert await store.public.source_name(1) == "Feed"
    assert await store.public.source_name(2) is None
    await store.sources.edit(1, "Better name", SourceRules(), ANN)
    assert await store.public.source_name(1) == "Better name"
    await store.sources.remove(1, ANN)
    assert await store.public.source_name(1) == "Feed"
    await store.entries.retract(1, ANN)
    assert await store.public.source_name(1) is None


Step = Callable[[DigestStore, FakeClock], Awaitable[object]]


def edited(store: DigestStore, title: str) -> Awaitable[Entry]:
    return store.entries.change(1, lambda entry: replace(entry.draft, title=title), ANN)


PUBLIC: dict[str, Step] = {
    "added": lambda store, _: add(store, "new"),
    "edited": lambda store, _: edited(store, "other words"),
    "retracted": lambda store, _: store.entries.retract(1, ANN),
    "published": lambda store, _: store.entries.restore(2, ANN),
    "imported": lambda store, _: store.entries.import_batch(
        [ImportItem(EntryDraft("from a file"), 1)], ANN
    ),
    "a further source": lambda store, clock: brought(
        store, clock, joins=1, link="https://other.example/1", title="Same"
    ),
    "a source's name": lambda store, _: store.sources.edit(1, "Else", SourceRules(), ANN),
    "a source less": lambda store, _: store.sources.remove(1, ANN),
}
PRIVATE: dict[str, Step] = {
    "nothing edited": lambda store, _: edited(store, "Story"),
    "what waits, edited": lambda store, _: store.entries.change(
        2, lambda entry: replace(entry.draft, title="better"), ANN
    ),
    "added to wait": lambda store, _: store.entries.add(
        EntryDraft("later", status=Status.PENDING), ANN
    ),
    "imported again": lambda store, _: store.entries.import_batch([], ANN),
    "a source paused": lambda store, _: store.sources.pause(1, ANN),
}


@pytest.mark.parametrize("name", [*PUBLIC, *PRIVATE])
async def test_the_version_rises_with_what_is_public_and_only_then(
    open_store: Open, clock: FakeClock, name: str
) -> None:
    store, other = await open_store(), await open_store()
    await brought(store, clock)
    await store.entries.add(EntryDraft("waits", status=Status.PENDING), ANN)
    before = await other.public.version()
    await (PUBLIC | PRIVATE)[name](store, clock)
    after = await other.public.version()

    assert (after > before) is (name in PUBLIC)
    assert after == await store.public.version()


async def test_no_version_comes_again_after_a_restore(store: DigestStore, clock: FakeClock) -> None:
    clock.now = clock.now.replace(year=2100)  # later than the migration
    await add(store, "one")
    first = await store.public.version()
    assert first == int(clock().timestamp() * 1000)
    await add(store, "two")
    assert await store.public.version() == first + 1
    clock.now -= timedelta(days=1)
    await add(store, "three")
    assert await store.public.version() == first + 2


async def test_the_host_of_ids_is_the_first_that_was_named(open_store: Open) -> None:
    store, other = await open_store(), await open_store()
    assert await store.public.host("news.example") == "news.example"
    assert await other.public.host("moved.example") == "news.example"


async def test_what_was_published_last_comes_first_and_imports_where_they_were_news(
    store: DigestStore, clock: FakeClock
) -> None:
    await add(store, "First", "2026-11-20", "llm")
    clock.forward(hours=1)
    late = await add(store, "Late", "2026-11-01", "llm")
    imported = EntryDraft("Imported", published=PublishedDate(2024, 2, 3), tags=("llm",))
    await store.entries.import_batch([ImportItem(imported, 1)], ANN)
    await store.entries.add(EntryDraft("Waits", tags=("llm",), status=Status.PENDING), ANN)
    recent = await store.public.recent(Listing(tag="llm"), 10)

    assert [entry.title for entry in recent] == ["Late", "First", "Imported"]
    assert [entry.title for entry in await store.public.recent(Listing(), 1)] == ["Late"]
    assert late.id in await store.public.numbers(late.id, 1)
    assert await store.public.last_number() == recent[-1].id


async def test_text_is_kept_without_what_no_xml_may_have(store: DigestStore) -> None:
    entry = await store.entries.add(EntryDraft("A\ufffeB", note="C\uffffD\ufffdE"), ANN)

    assert (entry.title, entry.note) == ("AB", "CD\ufffdE")
