"""Votes: one a person, counted with the entry, and shown by the posts that carry it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from store.db.schema import entry_sources
from store.errors import EntryNotFound
from store.model import (
    Actor,
    EntryDraft,
    PostPlan,
    PublishedDate,
    Receipt,
    Schedule,
    Show,
    Status,
    Subscription,
    Task,
    Work,
)
from store.store import DigestStore
from tests.fakes.clock import MORNING, FakeClock
from tests.fakes.stored import history, make_posts
from tests.store.conftest import ANN, BEN, HERE, Open, scheduled

GATHER = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
TOMORROW = MORNING + timedelta(days=1)
RECEIPT = Receipt("discord", {"message": "1"})


async def add(store: DigestStore, title: str, **more: Any) -> int:
    return (await store.entries.add(EntryDraft(title, **more), ANN)).id


def member(number: int) -> Actor:
    return Actor("discord", "guild", f"member {number}", "")


async def lease(store: DigestStore, clock: FakeClock) -> list[Work]:
    return list(await store.posts.lease("discord", clock.now, clock.now + 3 * MINUTE, "process", 9))


async def sent_post(store: DigestStore, clock: FakeClock, *entries: int, shown: str) -> None:
    channel = await scheduled(store)
    plan = PostPlan(1, 1, entries)
    await make_posts(store, channel, [plan], next_at=TOMORROW, seen=len(entries))
    [work] = await lease(store, clock)
    assert await store.posts.sent(work, RECEIPT, shown)


async def edited(store: DigestStore, clock: FakeClock, shown: str) -> bool:
    """Do the edit that is due, if one is."""
    for work in await lease(store, clock):
        assert work.task is Task.UPDATE
        return await store.posts.updated(work, shown)
    return False


async def test_a_person_has_one_vote_and_takes_it_back(store: DigestStore) -> None:
    one, two = await add(store, "one"), await add(store, "two")
    entry, counts = await store.votes.toggle(one, ANN)
    assert (entry.votes, counts) == (1, True)
    # The same id elsewhere is somebody else.
    for other in (BEN, replace(ANN, workspace="other"), replace(ANN, platform="slack")):
        await store.votes.toggle(one, other)
    assert [each.votes for each in await store.entries.get_many([one, two])] == [4, 0]
    assert [each.votes for each in (await store.entries.latest(5)).items] == [0, 4]
    entry, counts = await store.votes.toggle(one, ANN)
    assert (entry.votes, counts) == (3, False)
    assert entry.updated_at == entry.created_at


async def test_who_votes_in_their_own_messages_has_no_second_vote(store: DigestStore) -> None:
    entry = await add(store, "One")
    alone = replace(member(1), workspace="")
    await store.votes.toggle(entry, member(1))
    back, counts = await store.votes.toggle(entry, alone)
    assert (back.votes, counts) == (0, False)
    await store.votes.toggle(entry, alone)
    back, counts = await store.votes.toggle(entry, member(1))
    assert (back.votes, counts) == (0, False)


async def test_presses_at_once_leave_a_count_that_is_true(store: DigestStore) -> None:
    one = await add(store, "one")
    people = [member(number % 5) for number in range(15)]
    await asyncio.gather(*(store.votes.toggle(one, person) for person in people))
    assert (await store.entries.get(one)).votes == 5


async def test_only_what_is_published_can_be_voted_for(store: DigestStore) -> None:
    waiting = await add(store, "waits", status=Status.PENDING)
    retracted = await add(store, "retracted")
    await store.votes.toggle(retracted, ANN)
    await store.entries.retract(retracted, ANN)
    for number in (waiting, retracted, 99, 0, -1, 10**30):
        with pytest.raises(EntryNotFound):
            await store.votes.toggle(number, BEN)
    assert (await store.entries.restore(retracted, ANN)).votes == 1


async def test_an_edit_keeps_the_votes(store: DigestStore) -> None:
    one = await add(store, "one")
    await store.votes.toggle(one, ANN)
    assert (await store.entries.edit(one, EntryDraft("renamed"), ANN)).votes == 1


async def test_the_same_story_has_the_votes_of_both_one_a_person(
    store: DigestStore, clock: FakeClock
) -> None:
    one, other = await add(store, "one"), await add(store, "other")
    await store.votes.toggle(one, ANN)
    await store.votes.toggle(other, ANN)
    await store.votes.toggle(other, BEN)
    clock.forward(minutes=1)
    # It was published, and its publishing taken back: it waits again, with its votes.
    waits = await add(store, "waits", status=Status.PENDING)
    await store.reviews.publish(waits, ANN)
    for number in (1, 2):
        await store.votes.toggle(waits, member(number))
    await store.votes.toggle(waits, BEN)
    await store.reviews.undo(waits, ANN)
    assert (await store.reviews.join(waits, other, ANN)).id == other
    assert (await store.entries.get(other)).votes == 4
    clock.forward(minutes=1)
    await store.reviews.undo(waits, ANN)
    entries = await store.entries.get_many([one, other, waits])
    assert [entry.votes for entry in entries] == [1, 2, 3]


async def test_the_best_have_votes_then_saves_then_sources_then_are_newer(
    store: DigestStore, clock: FakeClock
) -> None:
    old = await add(store, "old")
    for number in range(9):
        await store.votes.toggle(old, member(number))
    clock.forward(days=1)
    begin = clock.now
    days = {"newest": 3, "newer": 2, "told": 1, "saved": 1, "voted": 1, "voted and saved": 1}
    ids = {
        title: await add(store, title, published=PublishedDate(2026, 3, day))
        for title, day in days.items()
    }
    waits = await add(store, "waits", status=Status.PENDING)
    for title in ("voted", "voted and saved"):
        await store.votes.toggle(ids[title], ANN)
    for title in ("saved", "voted and saved"):
        await store.people.save(BEN, ids[title])
    await tell(store, ids["told"])
    expected = ["voted and saved", "voted", "saved", "told", "newest", "newer"]
    clock.forward(days=1)
    page = await store.votes.best(begin, clock.now, 9)
    assert [entry.title for entry in page.items] == expected
    assert waits not in [entry.id for entry in page.items]
    page = await store.votes.best(begin, clock.now, 2, 1)
    assert ([entry.title for entry in page.items], page.more) == (expected[1:3], True)
    assert (await store.votes.best(begin - GATHER, begin, 9)).items == ()
    # A post has the same order.
    found = await store.posts.candidates(1)
    ranked = sorted(found, key=lambda one: one.rank, reverse=True)
    assert [one.entry_id for one in ranked] == [ids[title] for title in expected]


async def tell(store: DigestStore, entry_id: int) -> None:
    """Let a source have told an entry."""
    async with store._database.write() as connection:
        await connection.execute(
            insert(entry_sources).values(
                entry_id=entry_id,
                source_id=1,
                name="a",
                title="",
                url="https://a.example",
                at=MORNING,
                joined=False,
            )
        )


async def test_posts_show_new_counts_in_one_edit_after_a_while(
    store: DigestStore, clock: FakeClock
) -> None:
    one, two = await add(store, "one"), await add(store, "two")
    await sent_post(store, clock, one, two, shown="0,0")
    assert await store.votes.refresh(GATHER) is None
    await store.votes.toggle(one, ANN)
    assert await store.votes.refresh(GATHER) == clock.now + GATHER
    assert not await edited(store, clock, "")
    clock.forward(minutes=4)
    await store.votes.toggle(two, BEN)
    assert await store.votes.refresh(GATHER) == clock.now + MINUTE
    clock.forward(minutes=1)
    assert await store.votes.refresh(GATHER) is None
    assert await edited(store, clock, "1,1")
    assert not await edited(store, clock, "")
    # The next vote waits as long again.
    await store.votes.toggle(one, BEN)
    assert await store.votes.refresh(GATHER) == clock.now + GATHER
    clock.forward(minutes=5)
    await store.votes.refresh(GATHER)
    assert await edited(store, clock, "2,1")


async def test_a_post_whose_counts_are_right_again_is_not_edited(
    store: DigestStore, clock: FakeClock
) -> None:
    one = await add(store, "one")
    await sent_post(store, clock, one, shown="0")
    await store.votes.toggle(one, ANN)
    await store.votes.toggle(one, ANN)
    clock.forward(minutes=5)
    assert await store.votes.refresh(GATHER) is None
    assert not await edited(store, clock, "")
    # What an edit of the entry showed meanwhile is not shown again.
    await store.votes.toggle(one, ANN)
    await store.entries.edit(one, EntryDraft("renamed"), ANN)
    assert await edited(store, clock, "1")
    clock.forward(minutes=5)
    assert await store.votes.refresh(GATHER) is None
    assert not await edited(store, clock, "")


async def test_an_edit_of_an_entry_does_not_wait_for_votes(
    store: DigestStore, clock: FakeClock
) -> None:
    one = await add(store, "one")
    await sent_post(store, clock, one, shown="0")
    await store.votes.toggle(one, ANN)
    await store.entries.retract(one, ANN)
    assert await edited(store, clock, "")


async def test_counts_are_not_shown_before_news(store: DigestStore, clock: FakeClock) -> None:
    one, two = await add(store, "one"), await add(store, "two")
    await sent_post(store, clock, one, shown="0")
    await store.votes.toggle(one, ANN)
    clock.forward(minutes=5)
    other = await scheduled(store, replace(HERE, id="other"))
    await make_posts(store, other, [PostPlan(1, 1, (two,))], next_at=TOMORROW, seen=2)
    assert await store.votes.refresh(GATHER) == clock.now + timedelta(seconds=1)
    [news] = await lease(store, clock)
    assert news.task is Task.PUBLISH
    await store.posts.sent(news, RECEIPT, "0")
    assert await store.votes.refresh(GATHER) is None
    assert await edited(store, clock, "1")


async def test_counts_are_not_shown_before_news_that_is_due(
    store: DigestStore, clock: FakeClock
) -> None:
    one = await add(store, "one")
    await sent_post(store, clock, one, shown="0")
    await store.votes.toggle(one, ANN)
    clock.forward(minutes=5)
    subscription = Subscription(Schedule("0 9 * * *", "Asia/Seoul"), since=clock())
    other = replace(HERE, id="other")
    await store.channels.schedule(other, subscription, ANN, clock())
    assert await store.votes.refresh(GATHER) == clock.now + timedelta(seconds=1)
    await store.channels.schedule(other, subscription, ANN, TOMORROW)
    assert await store.votes.refresh(GATHER) is None
    assert await edited(store, clock, "1")


async def test_a_vote_while_a_post_is_on_its_way_is_shown_later(
    store: DigestStore, clock: FakeClock
) -> None:
    one = await add(store, "one")
    channel = await scheduled(store)
    await make_posts(store, channel, [PostPlan(1, 1, (one,))], next_at=TOMORROW, seen=1)
    [work] = await lease(store, clock)
    await store.votes.toggle(one, ANN)
    assert await store.votes.refresh(GATHER) is None
    await store.posts.sent(work, RECEIPT, "0")
    clock.forward(minutes=5)
    await store.votes.refresh(GATHER)
    assert await edited(store, clock, "1")


async def test_a_channel_has_posts_of_the_best_beside_those_of_what_is_new(
    store: DigestStore, open_store: Open
) -> None:
    one = await add(store, "one")
    new = await scheduled(store)
    best = await scheduled(store, show=Show.BEST)
    assert (best.ref, best.subscription.show, new.subscription.show) == (HERE, Show.BEST, Show.NEW)
    assert best.id != new.id
    plan = PostPlan(1, 1, (one,))
    made = [
        *await make_posts(store, new, [plan], next_at=TOMORROW, seen=1),
        *await make_posts(store, best, [plan], next_at=TOMORROW, seen=1),
    ]
    assert [post.entry_ids for post in made] == [(one,), (one,)]
    assert made[0].key != made[1].key
    # Nor does either carry it again: also where another process makes posts for the same slot.
    other = await open_store()
    assert await make_posts(other, best, [plan], next_at=TOMORROW, seen=1) == ()
    await other.close()
    again = await store.channels.get(best.kept_ref)
    later = replace(again, next_at=TOMORROW)
    assert await make_posts(store, later, [plan], next_at=None, seen=1) == ()
    assert len(await history(store, best.id, 9)) == 1


async def test_a_star_decides_between_those_of_as_many_votes_and_sources(
    store: DigestStore, clock: FakeClock
) -> None:
    one, two, three = [await add(store, title) for title in ("one", "two", "three")]
    assert (await store.reviews.star(one, ANN)).starred
    await store.votes.toggle(two, BEN)

    best = await store.votes.best(clock.now - MINUTE, clock.now + MINUTE, 9)
    assert [entry.id for entry in best.items] == [two, one, three]
    ranks = {each.entry_id: each.rank for each in await store.posts.candidates(0)}
    assert sorted(ranks, key=lambda entry: ranks[entry], reverse=True) == [two, one, three]

    assert not (await store.reviews.star(one, BEN)).starred
    best = await store.votes.best(clock.now - MINUTE, clock.now + MINUTE, 9)
    assert [entry.id for entry in best.items] == [two, three, one]
    assert [each.action for each in (await store.audit.list(2)).items] == ["unstar", "star"]


async def test_what_waits_keeps_its_star_when_it_is_published(store: DigestStore) -> None:
    waits = await add(store, "waits", status=Status.PENDING)
    await store.reviews.star(waits, ANN)
    await store.reviews.publish(waits, ANN)
    assert (await store.entries.get(waits)).starred
    await store.entries.retract(waits, ANN)
    with pytest.raises(EntryNotFound):
        await store.reviews.star(waits, ANN)
