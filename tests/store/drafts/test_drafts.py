"""What a model drafts: wanted once, asked once, decided once, shown while its text lasts."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from store.errors import DraftDecided, TokensSpent
from store.model import (
    INTERRUPTED,
    DraftFlag,
    DraftState,
    Entry,
    EntryDraft,
    ImportItem,
    ModelDraft,
    PostPlan,
    Receipt,
    Rendition,
    SearchQuery,
    Status,
)
from store.store import DigestStore
from tests.fakes.clock import MORNING, FakeClock
from tests.fakes.stored import history, make_posts
from tests.store.conftest import ANN, BEN, HERE, Open, scheduled, subscription

MAKER = ("small", 1)
EVER = MORNING - timedelta(days=7)
NO_LIMIT = ((EVER, 10**9),)
KOREAN = ("작은 모델이 나왔다", "휴대전화에서 돌아간다.")
FLAG = DraftFlag("Check the number.", "30억")


def korean(entry: Entry) -> Collection[str]:
    """Want one draft of everything."""
    del entry
    return ["ko"]


async def wait(store: DigestStore, title: str = "A small model", note: str = "On a phone") -> Entry:
    """Let an entry wait for a moderator, and for a draft in Korean."""
    draft = EntryDraft(title, note=note, language="en", status=Status.PENDING)
    entry = await store.entries.add(draft, ANN)
    await store.drafts.look(korean, EVER, MAKER)
    return entry


async def lease(store: DigestStore, owner: str = "one", most: int = 100) -> ModelDraft | None:
    found = await store.drafts.lease(owner, MAKER, most, NO_LIMIT)
    return None if found is None else found[0]


async def ready(store: DigestStore, tags: tuple[str, ...] = ()) -> ModelDraft:
    """Let the next draft that is wanted be made."""
    draft = await lease(store)
    assert draft is not None
    title, note = KOREAN
    await store.drafts.made(draft, "one", 80, title=title, note=note, tags=tags, flags=[FLAG])
    _, drafts = await store.draft_reviews.of_entry(draft.entry_id)
    [made] = [one for one in drafts if one.id == draft.id]
    return made


async def states(store: DigestStore) -> dict[DraftState, int]:
    return dict((await store.drafts.counts(EVER, EVER)).states)


async def test_languages_are_those_that_channels_read(store: DigestStore) -> None:
    assert await store.drafts.languages() == frozenset()
    await store.channels.schedule(HERE, subscription(language="ko"), ANN, None)
    await store.desks.open(replace(HERE, id="desk"), ANN, "en", "desk")

    assert await store.drafts.languages() == {"ko"}


async def test_a_text_is_handed_out_once_to_many_processes(
    store: DigestStore, open_store: Open
) -> None:
    other = await open_store()
    entry = await wait(store)
    for each in (store, other):
        await each.drafts.look(korean, EVER, MAKER)

    found = await asyncio.gather(
        *(lease(each, str(n)) for n in range(4) for each in (store, other))
    )

    assert [one.entry_id for one in found if one] == [entry.id]
    assert await states(store) == {DraftState.MAKING: 1}


async def test_what_waits_too_long_is_not_drafted(store: DigestStore, clock: FakeClock) -> None:
    await store.entries.add(EntryDraft("Old", status=Status.PENDING), ANN)
    clock.forward(days=8)
    await store.drafts.look(korean, clock() - timedelta(days=7), MAKER)

    assert await store.drafts.next_at() is None


async def test_a_killed_process_leaves_no_draft_that_is_asked_again(store: DigestStore) -> None:
    await wait(store)
    await store.processes.enter("one", "machine", 42, ())
    draft = await lease(store)
    assert draft is not None
    await store.processes.leave("one")
    await store.drafts.look(korean, EVER, MAKER)

    assert await lease(store, "two") is None
    counts = await store.drafts.counts(EVER, EVER)
    assert counts.failure is not None
    assert counts.failure.reason == INTERRUPTED
    assert counts.tokens_day == 100  # what it may have taken
    await store.drafts.made(draft, "one", 5, title="late", note="", tags=(), flags=())
    assert await states(store) == {DraftState.FAILED: 1}

    _, again = await store.drafts.ask(draft.entry_id, "ko", MAKER)
    assert (again.id, again.state) == (draft.id, DraftState.WANTED)
    assert await lease(store, "two") is not None


async def test_a_draft_whose_process_nobody_knows_is_given_up(
    store: DigestStore, clock: FakeClock
) -> None:
    await wait(store)
    assert await lease(store, "of another database") is not None
    clock.forward(minutes=59)
    await store.drafts.look(korean, EVER, MAKER)
    assert await states(store) == {DraftState.MAKING: 1}
    clock.forward(minutes=2)
    await store.drafts.look(korean, EVER, MAKER)
    assert await states(store) == {DraftState.FAILED: 1}


async def test_what_was_not_answered_is_asked_later(store: DigestStore, clock: FakeClock) -> None:
    await wait(store)
    draft = await lease(store)
    assert draft is not None
    at = clock() + timedelta(minutes=5)
    await store.drafts.later(draft, "one", "The server asks for patience.", at)

    assert await lease(store) is None
    assert await store.drafts.next_at() == at
    clock.forward(minutes=5)
    again = await lease(store)
    assert again is not None
    assert (again.id, again.tries) == (draft.id, 1)


async def test_the_budget_stops_at_its_number(store: DigestStore, clock: FakeClock) -> None:
    for title in ("one", "two", "three"):
        await wait(store, title)
    limits = ((EVER, 250),)
    first = await store.drafts.lease("one", MAKER, 100, limits)
    assert first is not None
    assert await store.drafts.lease("one", MAKER, 100, limits) is not None
    with pytest.raises(TokensSpent) as spent:
        await store.drafts.lease("one", MAKER, 100, limits)
    assert (spent.value.since, spent.value.limit) == (EVER, 250)

    # It took less than it might have.
    await store.drafts.give_up(first[0], "one", "empty", 40)
    assert await store.drafts.lease("one", MAKER, 100, limits) is not None
    counts = await store.drafts.counts(clock() + timedelta(seconds=1), EVER)
    assert (counts.tokens_day, counts.tokens_month) == (0, 240)


async def test_what_a_person_wants_comes_first(store: DigestStore) -> None:
    first = await wait(store, "first")
    await wait(store, "second")
    published = await store.entries.add(EntryDraft("published"), ANN)
    await store.drafts.ask(published.id, "en", MAKER)
    await store.drafts.ask(first.id, "ko", MAKER)
    await store.drafts.ask(first.id, "ko", MAKER)

    order = [(await lease(store), await lease(store)), await lease(store), await lease(store)]
    assert {one.entry_id for one in order[0] if one} == {first.id, published.id}  # type: ignore[union-attr] # a pair
    assert order[2] is None


async def test_an_edit_makes_drafts_stale_and_taking_it_back_brings_them_back(
    store: DigestStore,
) -> None:
    entry = await wait(store)
    made = await ready(store)
    await store.entries.edit(entry.id, replace(entry.draft, title="Another"), ANN)
    await store.drafts.look(korean, EVER, MAKER)

    assert await states(store) == {DraftState.STALE: 1, DraftState.WANTED: 1}
    with pytest.raises(DraftDecided):
        await store.draft_reviews.accept(entry.id, made.id, ANN)
    await store.entries.edit(entry.id, entry.draft, ANN)
    await store.drafts.look(korean, EVER, MAKER)
    assert await states(store) == {DraftState.STALE: 1, DraftState.READY: 1}
    assert await lease(store) is None


async def test_accepting_reaches_posts_search_and_who_reads_the_language(
    store: DigestStore, clock: FakeClock
) -> None:
    entry = await store.entries.add(EntryDraft("A small model", note="On a phone"), ANN)
    channel = await scheduled(store)
    await make_posts(store, channel, [PostPlan(1, 1, (entry.id,))], next_at=None, seen=1)
    until = clock() + timedelta(minutes=3)
    [work] = await store.posts.lease("discord", clock(), until, "one", 1)
    await store.posts.sent(work, Receipt("discord", {}))
    await store.drafts.ask(entry.id, "ko", MAKER)
    await store.entries.add(EntryDraft("Tagged", tags=("모델",)), ANN)
    made = await ready(store, ("모델",))
    assert made.flags == (FLAG,)
    assert await store.draft_reviews.next_ready() == entry.id

    clock.forward(minutes=1)
    told = await store.draft_reviews.accept(entry.id, made.id, BEN)

    title, note = KOREAN
    assert told.renditions == (Rendition("ko", title, note, "small", "Ben", clock()),)
    assert (told.title, told.tags) == ("A small model", ("모델",))
    assert told.told_in("ko").title == title
    assert told.told_in("en") == told
    [post] = await history(store, channel.id, 1)
    assert post.revision > post.shown
    await store.search.prepare()
    for words in ("휴대전화", "phone"):
        found = await store.search.find(SearchQuery(words), 5)
        assert [one.entry.id for one in found.items] == [entry.id]
    [log] = (await store.audit.list(1)).items
    assert (log.action, log.actor) == ("accept draft", BEN)
    assert log.details["drafts"] == [{"language": "ko", "model": "small", "edited": False}]
    assert await store.draft_reviews.next_ready() is None


async def test_of_two_who_press_at_once_one_decides(store: DigestStore, open_store: Open) -> None:
    other = await open_store()
    entry = await wait(store)
    made = await ready(store)
    pressed = await asyncio.gather(
        store.draft_reviews.accept(entry.id, made.id, ANN),
        other.draft_reviews.reject(entry.id, made.id, BEN),
        return_exceptions=True,
    )

    [lost] = [one for one in pressed if isinstance(one, DraftDecided)]
    assert lost.draft is not None
    assert lost.draft.by in {ANN, BEN}
    assert lost.draft.state in {DraftState.ACCEPTED, DraftState.REJECTED}


async def test_one_press_publishes_with_what_was_shown_and_nothing_else(store: DigestStore) -> None:
    entry = await wait(store)
    made = await ready(store)
    await store.drafts.ask(entry.id, "en", MAKER)
    unseen = await ready(store)
    published = await store.reviews.publish(entry.id, ANN, drafts=[made.id])

    assert published.status is Status.PUBLISHED
    assert [one.language for one in published.renditions] == ["ko"]
    _, drafts = await store.draft_reviews.of_entry(entry.id)
    assert {one.id: one.state for one in drafts} == {
        made.id: DraftState.ACCEPTED,
        unseen.id: DraftState.READY,
    }


async def test_a_person_s_words_are_kept_through_an_edit_that_is_taken_back(
    store: DigestStore,
) -> None:
    entry = await wait(store)
    made = await ready(store)
    own = ("내 말", "내 글")
    told = await store.reviews.publish(entry.id, ANN, drafts=[made.id], words=own)
    assert (told.told_in("ko").title, told.told_in("ko").note) == own
    assert await states(store) == {DraftState.EDITED: 1}

    edited = await store.entries.edit(entry.id, replace(entry.draft, note="Changed"), ANN)
    assert edited.renditions == ()
    await store.drafts.look(korean, EVER, MAKER)
    assert await states(store) == {DraftState.EDITED: 1, DraftState.WANTED: 1}
    back = await store.entries.edit(entry.id, entry.draft, ANN)
    assert back.renditions == told.renditions


async def test_renditions_come_with_imports(store: DigestStore) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    said = Rendition("ko", "제목", "글", "small", "Ann", at)
    draft = EntryDraft("Title", note="Note", key="one", renditions=(said,))
    await store.entries.import_batch([ImportItem(draft, 1)], ANN)
    changed = replace(draft, note="New", renditions=())
    await store.entries.import_batch([ImportItem(changed, 1)], ANN)

    entry = await store.entries.get(1)
    assert entry.renditions == ()  # of another text
    await store.entries.import_batch([ImportItem(replace(changed, renditions=(said,)), 1)], ANN)
    assert (await store.entries.get(1)).renditions == (said,)
