"""Entries: added, found, listed, changed, taken back."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.errors import AlreadySo, DuplicateEntry, EntryNotFound, InvalidEntry
from store.model import Entry, EntryDraft, Link, Listing, Page, PublishedDate, Status
from store.store import DigestStore
from tests.fakes.clock import MORNING, FakeClock
from tests.store.conftest import ANN, BEN, Open

PAPER = EntryDraft(
    title="EfficientNetV2: 더 작은 모델",
    url="https://arxiv.org/abs/2104.00298",
    links=(Link("https://github.com/google/automl", "code"), Link("https://example.com/post")),
    note="첫 줄\n  둘째 줄",
    image="/images/efficientnetv2.jpg",
    published=PublishedDate(2021, 4),
    language="ko",
    tags=("Vision", "논문"),
    added_by="wonwizard",
    key="effnet-v2",
)


def titles(page: Page[Entry]) -> list[str]:
    return [entry.title for entry in page.items]


async def add(store: DigestStore, title: str, date: str | None = None, *tags: str) -> Entry:
    published = PublishedDate.from_iso(date) if date else None
    return await store.entries.add(EntryDraft(title, published=published, tags=tags), ANN)


async def test_an_entry_is_kept_as_it_was_given(store: DigestStore, clock: FakeClock) -> None:
    entry = await store.entries.add(PAPER, ANN)
    assert entry == await store.entries.get(entry.id)
    for name in ("title", "url", "links", "note", "image", "published", "language", "tags"):
        assert getattr(entry, name) == getattr(PAPER, name)
    assert (entry.added_by, entry.key, entry.status) == ("wonwizard", "effnet-v2", Status.PUBLISHED)
    assert entry.created_at == entry.updated_at == entry.first_published_at == clock.now


async def test_a_pending_entry_is_shown_to_nobody_until_it_is_published(
    store: DigestStore, clock: FakeClock
) -> None:
    entry = await store.entries.add(replace(PAPER, status=Status.PENDING), ANN)
    assert entry.first_published_at is None
    assert titles(await store.entries.latest(5)) == []
    assert await store.completion.tags() == ()
    later = clock.forward(hours=1)
    published = await store.entries.restore(entry.id, BEN)
    assert published.first_published_at == later
    assert titles(await store.entries.latest(5, tag="vision")) == [PAPER.title]


async def test_what_is_not_there_is_not_found(store: DigestStore) -> None:
    for number in (1, 0, -1, 10**30):
        with pytest.raises(EntryNotFound) as caught:
            await store.entries.get(number)
        assert caught.value.entry_id == number
    with pytest.raises(EntryNotFound):
        await store.entries.edit(7, PAPER, ANN)
    with pytest.raises(EntryNotFound):
        await store.entries.retract(7, ANN)


async def test_many_are_returned_as_they_were_asked_for(store: DigestStore) -> None:
    one, two = await add(store, "one"), await add(store, "two")
    found = await store.entries.get_many([two.id, 99, one.id, 10**30, two.id])
    assert [entry.title for entry in found] == ["two", "one", "two"]


@pytest.mark.parametrize(
    "again", ["https://arxiv.org/pdf/2104.00298v3.pdf", "http://www.arxiv.org/abs/2104.00298#s1"]
)
async def test_the_same_story_is_added_once(store: DigestStore, again: str) -> None:
    first = await store.entries.add(replace(PAPER, key=None), ANN)
    await store.entries.retract(first.id, ANN)
    with pytest.raises(DuplicateEntry) as caught:
        await store.entries.add(EntryDraft("Another title", again), BEN)
    assert caught.value.entry.id == first.id
    assert caught.value.entry.status is Status.RETRACTED
    assert await store.entries.find_by_link(again) == caught.value.entry
    assert await store.entries.find_by_link("https://arxiv.org/abs/2104.00299") is None
    assert await store.entries.find_by_link("javascript:alert(1)") is None


async def test_a_key_is_given_once(store: DigestStore) -> None:
    first = await store.entries.add(PAPER, ANN)
    with pytest.raises(DuplicateEntry) as caught:
        await store.entries.add(EntryDraft("Other", key=PAPER.key), ANN)
    assert caught.value.entry == first


async def test_the_newest_news_comes_first(store: DigestStore) -> None:
    for title, date in (
        ("year", "2021"), ("month", "2021-04"), ("day", "2021-04-18"), ("old", "2020-12-31"),
        ("undated", None), ("same day, added later", "2021-04-18"), ("May", "2021-05"),
    ):  # fmt: skip
        await add(store, title, date)
    everything = ["undated", "May", "same day, added later", "day", "month", "year", "old"]
    assert titles(await store.entries.latest(10)) == everything
    first, second = await store.entries.latest(3), await store.entries.latest(4, offset=3)
    assert (titles(first), first.more) == (everything[:3], True)
    assert (titles(second), second.more) == (everything[3:], False)
    for batch in (1, 2, 3, 100):
        assert [one.title async for one in store.entries.all(batch=batch)] == everything


async def test_the_list_can_be_narrowed(store: DigestStore) -> None:
    await store.entries.add(EntryDraft("ko llm", tags=("LLM",), language="ko"), ANN)
    await store.entries.add(EntryDraft("en llm", tags=("llm", "Vision"), language="en"), ANN)
    await store.entries.add(EntryDraft("none", language="ko"), ANN)
    assert titles(await store.entries.latest(5, tag="lLm")) == ["en llm", "ko llm"]
    assert titles(await store.public.page(Listing(language="ko"), 5)) == ["none", "ko llm"]
    assert titles(await store.public.page(Listing("LLM", "en"), 5)) == ["en llm"]
    assert titles(await store.entries.latest(5, tag="nothing\x00\ud800%")) == []


async def test_all_reads_every_status_asked_for_in_one_order(store: DigestStore) -> None:
    for number in range(5):
        await add(store, str(number), f"2021-04-{number + 1:02}")
    await store.entries.retract(2, ANN)
    await store.entries.retract(4, ANN)
    both = (Status.PUBLISHED, Status.RETRACTED)
    assert [one.title async for one in store.entries.all(both, batch=2)] == [
        "4",
        "3",
        "2",
        "1",
        "0",
    ]
    assert [one.title async for one in store.entries.all(batch=2)] == ["4", "2", "0"]
    assert [one async for one in store.entries.all(())] == []
    assert await store.entries.count() == {
        Status.PUBLISHED: 3, Status.RETRACTED: 2, Status.PENDING: 0, Status.SKIPPED: 0
    }  # fmt: skip


async def test_a_tag_is_shown_in_the_form_first_seen(store: DigestStore) -> None:
    await add(store, "one", None, "LLM", "한국어")
    two = await add(store, "two", None, "llm", "#llm ", "New  Tag")
    assert two.tags == ("LLM", "New Tag")
    found = await store.completion.tags()
    assert [(tag.tag, tag.count) for tag in found] == [("LLM", 2), ("New Tag", 1), ("한국어", 1)]
    assert [tag.tag for tag in await store.completion.tags("한")] == ["한국어"]
    assert [tag.tag for tag in await store.completion.tags("l", limit=1)] == ["LLM"]
    assert await store.completion.tags("%") == ()


async def test_tags_are_counted_as_entries_come_and_go(store: DigestStore) -> None:
    async def counted() -> dict[str, int]:
        return {tag.tag: tag.count for tag in await store.completion.tags()}

    one = await add(store, "one", "2021", "a", "b")
    await add(store, "two", "2022", "b")
    assert await counted() == {"b": 2, "a": 1}
    await store.entries.edit(one.id, EntryDraft("one", tags=("b", "c")), ANN)
    assert await counted() == {"b": 2, "c": 1}
    assert titles(await store.entries.latest(5, tag="b")) == ["one", "two"]
    await store.entries.retract(one.id, ANN)
    assert await counted() == {"b": 1}
    assert titles(await store.entries.latest(5, tag="b")) == ["two"]
    await store.entries.restore(one.id, ANN)
    assert await counted() == {"b": 2, "c": 1}


async def test_editing_replaces_what_the_entry_says(store: DigestStore, clock: FakeClock) -> None:
    entry = await store.entries.add(PAPER, ANN)
    later = clock.forward(hours=2)
    changed = await store.entries.edit(entry.id, EntryDraft("Neu", PAPER.url), BEN)
    assert changed == await store.entries.get(entry.id)
    assert (changed.title, changed.note, changed.tags, changed.published) == ("Neu", "", (), None)
    assert (changed.key, changed.added_by) == (PAPER.key, PAPER.added_by)
    assert (changed.created_at, changed.updated_at) == (MORNING, later)
    clock.forward(hours=1)
    same = await store.entries.edit(entry.id, EntryDraft("Neu", PAPER.url), BEN)
    assert same.updated_at == later


async def test_editing_moves_an_entry_in_the_list(store: DigestStore) -> None:
    await add(store, "fixed", "2021-06", "t")
    moving = await add(store, "moving", "2021-01", "t")
    for tag in (None, "t"):
        assert titles(await store.entries.latest(5, tag=tag)) == ["fixed", "moving"]
    draft = EntryDraft("moving", published=PublishedDate(2022), tags=("t",))
    await store.entries.edit(moving.id, draft, ANN)
    for tag in (None, "t"):
        assert titles(await store.entries.latest(5, tag=tag)) == ["moving", "fixed"]


async def test_an_entry_cannot_take_anothers_link(store: DigestStore) -> None:
    first = await store.entries.add(PAPER, ANN)
    second = await add(store, "second")
    with pytest.raises(DuplicateEntry) as caught:
        await store.entries.edit(second.id, EntryDraft("second", PAPER.url), ANN)
    assert caught.value.entry.id == first.id
    assert await store.entries.get(second.id) == second


async def test_retracting_and_restoring(store: DigestStore, clock: FakeClock) -> None:
    entry = await add(store, "one")
    with pytest.raises(AlreadySo) as caught:
        await store.entries.restore(entry.id, ANN)
    assert caught.value.entry == entry
    clock.forward(minutes=5)
    retracted = await store.entries.retract(entry.id, ANN)
    assert retracted.status is Status.RETRACTED
    assert (await store.entries.get(entry.id)).updated_at == MORNING + timedelta(minutes=5)
    assert titles(await store.entries.latest(5)) == []
    with pytest.raises(AlreadySo):
        await store.entries.retract(entry.id, ANN)
    restored = await store.entries.restore(entry.id, ANN)
    assert (restored.status, restored.first_published_at) == (Status.PUBLISHED, MORNING)


async def test_what_cannot_be_kept_is_refused(store: DigestStore) -> None:
    with pytest.raises(InvalidEntry):
        await store.entries.add(EntryDraft(" \x00 "), ANN)
    entry = await add(store, "one")
    with pytest.raises(InvalidEntry):
        await store.entries.edit(entry.id, EntryDraft("one", "ftp://example.com"), ANN)
    assert [one async for one in store.entries.all()] == [entry]


async def test_unfit_characters_are_left_out(store: DigestStore) -> None:
    draft = EntryDraft(
        "  A\u202eB\x00\ud800\tC  ",
        note="one\r\ntwo\x07 \n\n\tthree\u2028four\n\n",
        tags=("a\x00b", "", "  "),
        added_by="\x1bAnn",
    )
    entry = await store.entries.add(draft, ANN)
    assert entry.title == "AB C"
    assert entry.note == "one\ntwo\n\n    three\nfour"
    assert (entry.tags, entry.added_by) == (("ab",), "Ann")


WILD = st.text(st.characters(), max_size=16)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(title=WILD, note=WILD, tags=st.lists(WILD, max_size=4), name=WILD)
async def test_wild_text_comes_back_as_it_was_kept(
    store: DigestStore, title: str, note: str, tags: list[str], name: str
) -> None:
    draft = EntryDraft("t" + title, note=note, tags=tuple(tags), added_by=name, key=None)
    entry = await store.entries.add(draft, replace(ANN, name=name, id=title))
    assert await store.entries.get(entry.id) == entry
    again = EntryDraft(entry.title, note=entry.note, tags=entry.tags, added_by=entry.added_by)
    assert await store.entries.edit(entry.id, again, ANN) == entry
    assert entry in (await store.entries.latest(10**6)).items
    for tag in entry.tags:
        assert entry in (await store.entries.latest(10**6, tag=tag)).items
    assert await store.completion.entries(title, 5) is not None
    assert await store.completion.tags(note, 5) is not None


async def test_two_programs_number_entries_without_gaps(open_store: Open) -> None:
    stores = [await open_store(), await open_store()]
    added = await asyncio.gather(
        *(add(stores[number % 2], f"entry {number}", None, "shared") for number in range(20))
    )
    assert sorted(entry.id for entry in added) == list(range(1, 21))
    candidates = await stores[0].posts.candidates(0)
    assert [one.serial for one in candidates] == list(range(1, 21))
    assert [tag.count for tag in await stores[1].completion.tags()] == [20]


async def test_two_programs_add_the_same_story_once(open_store: Open) -> None:
    stores = [await open_store() for _ in range(2)]
    results = await asyncio.gather(
        *(stores[number % 2].entries.add(PAPER, ANN) for number in range(6)), return_exceptions=True
    )
    assert sum(isinstance(one, Entry) for one in results) == 1
    assert sum(isinstance(one, DuplicateEntry) for one in results) == 5


async def test_a_unit_of_work_that_is_given_up_changes_nothing(store: DigestStore) -> None:
    tasks = [asyncio.create_task(add(store, f"entry {number}")) for number in range(8)]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    kept = [one for one in done if isinstance(one, Entry)]
    found = {one.id async for one in store.entries.all()}
    assert {one.id for one in kept} <= found
    assert found == set(range(1, len(found) + 1))
    assert (await add(store, "after")).id == len(found) + 1
