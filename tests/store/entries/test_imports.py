"""Imports: what is known again, what changes, and what moderators did meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.errors import InvalidEntry
from store.model import (
    Actor,
    EntryDraft,
    ImportAction,
    ImportItem,
    PublishedDate,
    SearchQuery,
    Status,
)
from store.store import DigestStore
from tests.fakes.clock import FakeClock
from tests.store.conftest import ANN, AT_ONCE, HERE, scheduled

PROGRAM = Actor("import", "", "page.md", "page.md")
ADDED, UPDATED, UNCHANGED = ImportAction.ADDED, ImportAction.UPDATED, ImportAction.UNCHANGED


def items(*drafts: EntryDraft) -> list[ImportItem]:
    return [ImportItem(draft, line) for line, draft in enumerate(drafts, 1)]


async def imported(
    store: DigestStore, *drafts: EntryDraft, dry_run: bool = False
) -> list[ImportAction]:
    outcomes = await store.entries.import_batch(items(*drafts), PROGRAM, dry_run=dry_run)
    assert [one.line for one in outcomes] == list(range(1, len(drafts) + 1))
    return [one.action for one in outcomes]


KEYED = EntryDraft("Keyed", "https://example.com/a", key="k1", tags=("a",), note="one")
LINKED = EntryDraft("Linked", "https://example.com/b?idxno=1", published=PublishedDate(2021, 4))
BARE = EntryDraft("Bare", published=PublishedDate(2021, 4), note="text")


async def test_importing_twice_adds_nothing(store: DigestStore) -> None:
    assert await imported(store, KEYED, LINKED, BARE) == [ADDED] * 3
    before = [one async for one in store.entries.all()]
    assert await imported(store, KEYED, LINKED, BARE) == [UNCHANGED] * 3
    assert [one async for one in store.entries.all()] == before
    assert [one.id for one in before] == [1, 3, 2]


async def test_what_changed_is_updated(store: DigestStore, clock: FakeClock) -> None:
    await imported(store, KEYED, LINKED, BARE)
    later = clock.forward(days=1)
    changed = [
        replace(KEYED, title="New", url="https://example.com/moved", tags=("b",)),
        replace(LINKED, url="http://www.example.com/b?idxno=1&utm_source=x", title="Renamed"),
        replace(BARE, note="other text", tags=("b",)),
    ]
    assert await imported(store, *changed) == [UPDATED] * 3
    found = await store.entries.get_many([1, 2, 3])
    assert [(one.title, one.url) for one in found] == [
        ("New", "https://example.com/moved"),
        ("Renamed", "http://www.example.com/b?idxno=1&utm_source=x"),
        ("Bare", None),
    ]
    assert found[2].note == "other text"
    assert {one.updated_at for one in found} == {later}
    assert [(tag.tag, tag.count) for tag in await store.completion.tags()] == [("b", 2)]
    found_now = await store.search.find(SearchQuery("renamed"), 5)
    assert [one.entry.id for one in found_now.items] == [2]
    assert (await store.entries.find_by_link("https://example.com/a")) is None
    assert await imported(store, *changed) == [UNCHANGED] * 3


async def test_an_empty_field_erases_nothing(store: DigestStore) -> None:
    await imported(store, replace(KEYED, added_by="Ann", language="ko", image="/a.png"))
    assert await imported(store, EntryDraft("Title", key="k1")) == [UPDATED]
    entry = await store.entries.get(1)
    assert (entry.title, entry.note, entry.tags, entry.url) == ("Title", "one", ("a",), KEYED.url)
    assert (entry.added_by, entry.language, entry.image) == ("Ann", "ko", "/a.png")


async def test_moderators_changes_survive_the_same_file(store: DigestStore) -> None:
    await imported(store, KEYED)
    await store.entries.edit(1, EntryDraft("Edited", KEYED.url), ANN)
    assert await imported(store, KEYED) == [UNCHANGED]
    assert (await store.entries.get(1)).title == "Edited"
    assert await imported(store, replace(KEYED, note="new")) == [UPDATED]
    entry = await store.entries.get(1)
    assert (entry.title, entry.note) == ("Keyed", "new")


async def test_a_retracted_entry_is_never_brought_back(store: DigestStore) -> None:
    await imported(store, KEYED)
    await store.entries.retract(1, ANN)
    assert await imported(store, replace(KEYED, note="new")) == [UPDATED]
    entry = await store.entries.get(1)
    assert (entry.status, entry.note) == (Status.RETRACTED, "new")
    assert await store.completion.tags() == ()


async def test_what_the_file_retracts_is_retracted(store: DigestStore) -> None:
    await imported(store, KEYED)
    assert await imported(store, replace(KEYED, status=Status.RETRACTED)) == [UPDATED]
    assert (await store.entries.get(1)).status is Status.RETRACTED


async def test_a_story_that_a_moderator_added_is_known(store: DigestStore) -> None:
    await store.entries.add(EntryDraft("By hand", KEYED.url), ANN)
    assert await imported(store, KEYED) == [UPDATED]
    entry = await store.entries.get(1)
    assert (entry.title, entry.key) == ("Keyed", "k1")
    same = EntryDraft("Keyed", KEYED.url, note="one", tags=("A",), key="k1")
    assert await imported(store, same) == [UNCHANGED]


async def test_different_stories_stay_apart(store: DigestStore) -> None:
    twin = replace(LINKED, url="https://example.com/b?idxno=2")
    assert await imported(store, LINKED, twin) == [ADDED, ADDED]
    bare = EntryDraft(LINKED.title, published=LINKED.published)
    assert await imported(store, bare) == [ADDED]
    assert await imported(store, replace(bare, key="x"), replace(bare, key="y")) == [UPDATED, ADDED]
    assert await imported(store, replace(bare, published=None)) == [ADDED]


async def test_two_keys_of_one_link_are_one_story(store: DigestStore) -> None:
    assert await imported(store, KEYED) == [ADDED]
    assert await imported(store, replace(KEYED, key="k2")) == [UNCHANGED]
    assert (await store.entries.get(1)).key == "k1"


async def test_a_link_that_another_entry_has_is_not_taken(store: DigestStore) -> None:
    await imported(store, KEYED, LINKED)
    assert await imported(store, replace(KEYED, url=LINKED.url, note="moved")) == [UPDATED]
    first, second = await store.entries.get_many([1, 2])
    assert (first.url, first.note, second.url) == (KEYED.url, "moved", LINKED.url)


async def test_links_may_change_hands_within_a_batch(store: DigestStore) -> None:
    links = [f"https://example.com/{name}" for name in "abcd"]
    one, two = (EntryDraft(name, links[place], key=name) for place, name in enumerate("ab"))
    await imported(store, one, two)
    batch = [
        replace(two, url=links[2]),
        replace(one, url=links[1]),
        EntryDraft("c", links[0], key="c"),
        replace(two, url=links[3]),
    ]
    assert await imported(store, *batch) == [UPDATED, UPDATED, ADDED, UPDATED]
    found = await store.entries.get_many([1, 2, 3])
    assert [entry.url for entry in found] == [links[1], links[3], links[0]]


async def test_repeats_within_a_batch_are_one_entry(store: DigestStore) -> None:
    changed = replace(BARE, note="later")
    assert await imported(store, KEYED, KEYED, BARE, changed) == [ADDED, UNCHANGED, ADDED, UPDATED]
    assert [one.note async for one in store.entries.all()] == ["one", "later"]


async def test_a_dry_run_says_the_same_and_changes_nothing(store: DigestStore) -> None:
    await imported(store, KEYED, BARE)
    before = [one async for one in store.entries.all()]
    log = await store.audit.list(10)
    batch = [KEYED, replace(BARE, note="new"), LINKED, LINKED]
    outcomes = await store.entries.import_batch(items(*batch), PROGRAM, dry_run=True)
    assert [one.action for one in outcomes] == [UNCHANGED, UPDATED, ADDED, UNCHANGED]
    assert [one.entry_id for one in outcomes] == [1, 2, None, None]
    assert [one async for one in store.entries.all()] == before
    assert await store.audit.list(10) == log
    assert await imported(store, *batch) == [UNCHANGED, UPDATED, ADDED, UNCHANGED]


async def test_one_bad_item_keeps_the_whole_batch_out(store: DigestStore) -> None:
    with pytest.raises(InvalidEntry) as caught:
        await imported(store, KEYED, EntryDraft("x", "mailto:a@b.example"))
    assert (caught.value.field, caught.value.line) == ("url", 2)
    assert sum((await store.entries.count()).values()) == 0


async def test_old_news_is_not_new(store: DigestStore, clock: FakeClock) -> None:
    await imported(
        store, LINKED, EntryDraft("undated"), EntryDraft("old", published=PublishedDate(2019))
    )
    linked, undated, old = await store.entries.get_many([1, 2, 3])
    assert linked.first_published_at == PublishedDate(2021, 4).end
    assert old.first_published_at == PublishedDate(2019).end
    assert undated.first_published_at == clock.now
    candidates = await store.posts.candidates(0)
    assert [one.entry_id for one in candidates] == [3, 1, 2]
    assert [one.serial for one in candidates] == [1, 2, 3]


async def test_an_instant_channel_wakes_for_new_news_only(
    store: DigestStore, clock: FakeClock
) -> None:
    await store.channels.schedule(
        HERE, (await scheduled(store, schedule=AT_ONCE)).subscription, ANN, None
    )
    clock.forward(hours=1)
    await imported(store, LINKED)
    assert (await store.channels.get(HERE)).next_at is None
    await imported(store, EntryDraft("undated"))
    assert (await store.channels.get(HERE)).next_at == clock.now


async def test_the_log_tells_of_the_import(store: DigestStore) -> None:
    await imported(store, KEYED, BARE)
    await imported(store, replace(KEYED, note="two"), LINKED)
    records = (await store.audit.list(10)).items
    assert [(one.subject, one.action) for one in records] == [
        ("entry:1", "import"), ("import", "import"), ("import", "import")
    ]  # fmt: skip
    assert records[0].details == {"note": ["one", "two"]}
    assert records[1].details == {"added": 1, "updated": 1, "entries": [3, 3]}
    assert records[2].details == {"added": 2, "entries": [1, 2]}
    assert await imported(store, LINKED) == [UNCHANGED]
    assert len((await store.audit.list(10)).items) == 3


TITLES = st.sampled_from(["a", "b", "A"])
DRAFTS = st.builds(
    EntryDraft,
    title=TITLES,
    url=st.sampled_from([None, None, "https://e.com/1", "https://e.com/2"]),
    published=st.sampled_from([None, PublishedDate(2021), PublishedDate(2022, 3)]),
    tags=st.lists(st.sampled_from(["x", "X", "y"]), max_size=2).map(tuple),
    key=st.sampled_from([None, None, "k1", "k2"]),
    note=st.sampled_from(["", "n"]),
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(batches=st.lists(st.lists(DRAFTS, max_size=5), max_size=3))
async def test_whatever_is_imported_the_store_stays_whole(
    store: DigestStore, batches: Sequence[list[EntryDraft]]
) -> None:
    for batch in batches:
        await imported(store, *batch)
    entries = [one async for one in store.entries.all()]
    counted = {tag.tag: tag.count for tag in await store.completion.tags(limit=99)}
    for tag, count in counted.items():
        carriers = [one for one in entries if tag in one.tags]
        assert len(carriers) == count
        page = await store.entries.latest(10_000, tag=tag)
        assert list(page.items) == carriers
    keys = [one.key for one in entries if one.key]
    assert len(keys) == len(set(keys))
    assert await imported(store, *batches[-1] if batches else []) is not None
