"""A post's life: made once, leased to one worker, sent, tried again, given up, updated."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.model import (
    Channel,
    ChannelRef,
    EntryDraft,
    Layout,
    Leftover,
    Order,
    Post,
    PostBatch,
    PostPlan,
    PostState,
    Receipt,
    Task,
    Trouble,
    Work,
)
from store.posts.rows import post_key
from store.store import DigestStore
from tests.fakes.clock import MORNING, FakeClock
from tests.fakes.stored import history, left_out, make_posts, post_counts
from tests.store.conftest import ANN, AT_ONCE, HERE, Open, scheduled, subscription

TOMORROW = MORNING + timedelta(days=1)
RECEIPT = Receipt("discord", {"message": "42", "note": "\ud800"})
LEASE = timedelta(minutes=2)


async def added(store: DigestStore, count: int) -> list[int]:
    return [(await store.entries.add(EntryDraft(f"entry {n}"), ANN)).id for n in range(count)]


async def made(
    store: DigestStore, channel: Channel, *parts: Sequence[int], seen: int = 99
) -> tuple[Post, ...]:
    plans = [PostPlan(part, len(parts), tuple(ids), rest=part) for part, ids in enumerate(parts, 1)]
    return await make_posts(store, channel, plans, next_at=TOMORROW, seen=seen)


async def lease(
    store: DigestStore, now: datetime, *, owner: str = "worker", limit: int = 10
) -> tuple[Work, ...]:
    return await store.posts.lease("discord", now, now + LEASE, owner, limit)


async def a_leased_post(store: DigestStore, clock: FakeClock) -> Work:
    ids = await added(store, 2)
    await made(store, await scheduled(store), ids)
    (work,) = await lease(store, clock.now)
    return work


async def only(store: DigestStore, channel: Channel) -> Post:
    (post,) = await history(store, channel.id, 5)
    return post


async def test_candidates_stand_in_the_order_in_which_they_were_published(
    store: DigestStore, clock: FakeClock
) -> None:
    one, two, three = await added(store, 3)
    await store.entries.retract(two, ANN)
    first, third = await store.posts.candidates(0)
    assert (first.entry_id, first.serial, third.entry_id, third.serial) == (one, 1, three, 3)
    assert first.first_published_at == clock.now
    await store.entries.restore(two, ANN)
    await store.entries.edit(one, EntryDraft("entry 0", tags=("New",)), ANN)
    found = await store.posts.candidates(1)
    assert [(each.entry_id, each.serial) for each in found] == [(three, 3), (two, 4), (one, 5)]
    assert found[2].tags == frozenset({"new"})
    assert [each.entry_id for each in await store.posts.candidates(1, 1)] == [three]
    await store.entries.edit(one, EntryDraft("renamed", tags=("new",)), ANN)
    assert (await store.posts.candidates(4))[0].serial == 5


async def test_few_posts_of_one_workspace_are_handed_out_at_a_time(
    store: DigestStore, clock: FakeClock
) -> None:
    ids = await added(store, 1)
    for workspace, count in (("busy", 5), ("calm", 1), ("next", 3)):
        for number in range(count):
            ref = ChannelRef("discord", workspace, f"channel {number}")
            await made(store, await scheduled(store, ref), ids)

    async def apart(limit: int = 10, **in_hand: int) -> list[tuple[str, str]]:
        leased = await store.posts.lease(
            "discord", clock.now, clock.now + LEASE, "worker", limit, each=2, in_hand=in_hand
        )
        return [(work.channel.ref.workspace, work.channel.ref.id) for work in leased]

    assert await apart(4) == [
        ("busy", "channel 0"),
        ("busy", "channel 1"),
        ("calm", "channel 0"),
        ("next", "channel 0"),
    ]
    assert await apart(busy=2, next=1) == [("next", "channel 1")]
    assert await apart(busy=2, next=2) == []
    assert await apart(busy=1) == [("busy", "channel 2"), ("next", "channel 2")]
    assert len(await lease(store, clock.now)) == 2


async def test_a_slot_is_posted_once(store: DigestStore, clock: FakeClock) -> None:
    ids = await added(store, 3)
    channel = await scheduled(store)
    first, second = await made(store, channel, ids[:2], ids[2:], seen=3)
    assert (first.slot, first.part, first.parts, first.rest) == (MORNING, 1, 2, 1)
    assert (first.entry_ids, second.entry_ids) == (tuple(ids[:2]), tuple(ids[2:]))
    assert first.key == post_key(HERE, MORNING, 1)
    assert (first.state, first.attempts, first.not_before) == (PostState.QUEUED, 0, clock.now)
    assert await made(store, channel, ids) == ()
    moved = await store.channels.get(HERE)
    assert (moved.next_at, moved.seen) == (TOMORROW, 3)
    assert await store.posts.carried([channel.id, 99], 1) == {(channel.id, 2), (channel.id, 3)}
    assert await history(store, channel.id, 5) == (second, first)


async def test_nothing_is_posted_for_a_channel_that_changed(store: DigestStore) -> None:
    ids = await added(store, 1)
    channel = await scheduled(store)
    assert await made(store, replace(channel, seen=7), ids) == ()
    assert await made(store, replace(channel, next_at=TOMORROW), ids) == ()
    assert await made(store, replace(channel, next_at=None), ids) == ()
    await store.channels.pause(HERE, ANN)
    assert await made(store, channel, ids) == ()
    assert await history(store, channel.id, 5) == ()


async def test_a_quiet_day_and_a_move_without_a_post(store: DigestStore) -> None:
    channel = await scheduled(store)
    assert await make_posts(store, channel, [], next_at=MORNING, seen=5) == ()
    moved = await store.channels.get(HERE)
    assert moved.seen == 5
    (quiet,) = await make_posts(
        store, moved, [PostPlan(1, 1, (), late=True)], next_at=TOMORROW, seen=5
    )
    assert (quiet.entry_ids, quiet.late) == ((), True)


async def test_what_a_post_leaves_out_is_settled_with_it(store: DigestStore) -> None:
    ids = await added(store, 4)
    channel = await scheduled(store, order=Order.BEST, leftover=Leftover.LEAVE)
    plan = PostPlan(1, 1, (ids[3],), rest=3, left=tuple(ids[:3]), layout=Layout.BRIEF)
    (post,) = await make_posts(store, channel, [plan], next_at=TOMORROW, seen=9)
    assert (post.entry_ids, post.rest, post.leaves) == ((ids[3],), 3, True)
    assert await history(store, channel.id, 5) == (post,)
    assert post.layout is Layout.BRIEF
    assert await left_out(store, channel.id) == set(ids[:3])
    assert await store.posts.carried([channel.id], 0) == {(channel.id, number) for number in ids}

    # What it left out is on no later post, also where that was decided at the same time.
    moved = await store.channels.get(HERE)
    later = await make_posts(store, moved, [PostPlan(1, 1, tuple(ids))], next_at=None, seen=9)
    assert later == ()

    await store.entries.edit(ids[0], EntryDraft("changed"), ANN)
    assert await only_revision(store, channel) == 0
    await store.entries.edit(ids[3], EntryDraft("changed too"), ANN)
    assert await only_revision(store, channel) == 1


async def test_what_a_failed_post_left_out_is_new_again(
    store: DigestStore, clock: FakeClock
) -> None:
    ids = await added(store, 2)
    channel = await scheduled(store)
    plan = PostPlan(1, 1, tuple(ids[1:]), rest=1, left=(ids[0],))
    await make_posts(store, channel, [plan], next_at=TOMORROW, seen=2)
    (work,) = await lease(store, clock.now)
    assert await store.posts.fail(work, "too late")
    assert await store.posts.carried([channel.id], 0) == frozenset()
    assert (await store.channels.get(HERE)).seen == 0


async def only_revision(store: DigestStore, channel: Channel) -> int:
    return (await only(store, channel)).revision


async def test_an_entry_reaches_a_channel_once(store: DigestStore) -> None:
    ids = await added(store, 2)
    await made(store, await scheduled(store), ids[:1])
    channel = await store.channels.get(HERE)
    (post,) = await make_posts(
        store,
        channel,
        [PostPlan(1, 2, (ids[0],)), PostPlan(2, 2, (ids[0], ids[1], ids[1]))],
        next_at=None,
        seen=9,
    )
    assert (post.part, post.entry_ids) == (2, (ids[1],))


async def test_many_channels_get_their_posts_in_one_go(store: DigestStore) -> None:
    ids = await added(store, 3)
    channels = [
        await store.channels.schedule(replace(HERE, id=str(n)), subscription(), ANN, MORNING)
        for n in range(5)
    ]
    await store.channels.end(channels[2].ref, ANN)
    plan = (PostPlan(1, 2, tuple(ids[:2])), PostPlan(2, 2, tuple(ids[2:])))
    makings = [PostBatch(channel, plan, TOMORROW, 3) for channel in channels]
    posts = await store.posts.make_many(makings)
    assert [(post.channel_id, post.part) for post in posts] == [
        (channel.id, part) for channel in channels if channel is not channels[2] for part in (1, 2)
    ]
    assert posts == tuple(
        sorted(
            [post for channel in channels for post in await history(store, channel.id, 9)],
            key=lambda post: post.id,
        )
    )
    assert await store.posts.make_many(makings) == ()
    assert await store.posts.make_many([]) == ()


async def test_a_slot_that_is_over_is_not_posted_again(store: DigestStore) -> None:
    ids = await added(store, 2)
    await made(store, await scheduled(store), ids[:1], seen=1)
    again = await store.channels.schedule(HERE, subscription(), ANN, MORNING)
    assert await made(store, again, ids[1:], seen=2) == ()
    moved = await store.channels.get(HERE)
    assert (moved.next_at, moved.seen) == (TOMORROW, again.seen)


async def test_an_instant_channel_is_woken_for_what_came_meanwhile(
    store: DigestStore, clock: FakeClock
) -> None:
    channel = await scheduled(store, schedule=AT_ONCE)
    ids = await added(store, 2)
    plans = [PostPlan(1, 1, (ids[0],))]
    assert len(await make_posts(store, channel, plans, next_at=None, seen=1)) == 1
    woken = await store.channels.get(HERE)
    assert woken.next_at == clock.now + timedelta(seconds=1)
    plans = [PostPlan(1, 1, (ids[1],))]
    assert len(await make_posts(store, woken, plans, next_at=None, seen=2)) == 1
    assert (await store.channels.get(HERE)).next_at is None


async def test_publishing(store: DigestStore, clock: FakeClock) -> None:
    work = await a_leased_post(store, clock)
    assert (work.task, work.owner, work.until) == (Task.PUBLISH, "worker", clock.now + LEASE)
    assert (work.post.state, work.post.attempts) == (PostState.SENDING, 1)
    assert work.channel == await store.channels.get(HERE)
    assert await lease(store, clock.now) == ()
    assert await store.posts.next_attempt("discord") == clock.now + LEASE
    sent_at = clock.forward(seconds=5)
    assert await store.posts.sent(work, RECEIPT)
    post = await only(store, work.channel)
    assert (post.state, post.receipt, post.sent_at) == (PostState.SENT, RECEIPT, sent_at)
    assert await store.posts.next_attempt("discord") is None
    assert (await post_counts(store))[PostState.SENT] == 1
    assert not await store.posts.sent(work, RECEIPT)


async def test_other_platforms_posts_are_left_alone(store: DigestStore, clock: FakeClock) -> None:
    await made(store, await scheduled(store), await added(store, 1))
    assert await store.posts.lease("slack", clock.now, clock.now + LEASE, "w", 9) == ()
    assert await store.posts.next_attempt("slack") is None
    assert await store.posts.next_attempt("discord") == clock.now


async def test_trying_again_later(store: DigestStore, clock: FakeClock) -> None:
    work = await a_leased_post(store, clock)
    later = clock.now + timedelta(seconds=30)
    assert await store.posts.retry(work, later, "It is too busy.")
    post = await only(store, work.channel)
    assert (post.state, post.reason, post.not_before) == (
        PostState.QUEUED, "It is too busy.", later
    )  # fmt: skip
    assert await lease(store, clock.now) == ()
    assert await store.posts.next_attempt("discord") == later
    (again,) = await lease(store, later)
    assert (again.task, again.post.attempts) == (Task.PUBLISH, 2)


async def test_a_lost_lease_counts_for_nothing(store: DigestStore, clock: FakeClock) -> None:
    old = await a_leased_post(store, clock)
    clock.forward(minutes=3)
    (new,) = await lease(store, clock.now, owner=old.owner)
    assert new.task is Task.FIND
    assert not await store.posts.sent(old, RECEIPT)
    assert not await store.posts.retry(old, clock.now, "")
    assert not await store.posts.unknown(old, "", clock.now)
    assert not await store.posts.fail(old, "")
    assert not await store.posts.updated(old)
    assert (await only(store, new.channel)).state is PostState.UNKNOWN
    assert await store.posts.sent(new, RECEIPT)


async def test_what_may_have_arrived_is_looked_for(store: DigestStore, clock: FakeClock) -> None:
    work = await a_leased_post(store, clock)
    later = clock.now + timedelta(seconds=10)
    assert await store.posts.unknown(work, "No answer came.", later)
    post = await only(store, work.channel)
    assert (post.state, post.reason) == (PostState.UNKNOWN, "No answer came.")
    assert await lease(store, clock.now) == ()
    (found,) = await lease(store, later)
    assert (found.task, found.post.attempts) == (Task.FIND, 1)
    assert await store.posts.unknown(found, "It cannot be asked.", later + LEASE)
    (again,) = await lease(store, later + LEASE)
    assert again.task is Task.FIND
    assert await store.posts.retry(again, later + LEASE, "It was not found.")
    (publish,) = await lease(store, later + LEASE)
    assert (publish.task, publish.post.attempts) == (Task.PUBLISH, 2)


async def test_a_lease_that_runs_out_is_looked_for(store: DigestStore, clock: FakeClock) -> None:
    work = await a_leased_post(store, clock)
    assert await lease(store, work.until - timedelta(microseconds=1), owner="other") == ()
    (found,) = await lease(store, work.until, owner="other")
    assert (found.task, found.post.state) == (Task.FIND, PostState.UNKNOWN)
    (again,) = await lease(store, found.until, owner="third")
    assert again.task is Task.FIND
    assert await store.posts.sent(again, RECEIPT)


@pytest.mark.parametrize("task", [Task.PUBLISH, Task.FIND])
async def test_what_a_failed_post_carried_is_new_again(
    store: DigestStore, clock: FakeClock, task: Task
) -> None:
    work = await a_leased_post(store, clock)
    channel = await store.channels.get(HERE)
    assert channel.seen == 99
    if task is Task.FIND:
        (work,) = await lease(store, work.until)
    assert work.task is task
    assert await store.posts.fail(work, "The channel is gone.")
    post = await only(store, work.channel)
    assert (post.state, post.reason) == (PostState.FAILED, "The channel is gone.")
    assert post.entry_ids == work.post.entry_ids
    assert await store.posts.next_attempt("discord") is None
    assert await store.posts.carried([channel.id], 0) == frozenset()
    again = await store.channels.get(HERE)
    assert again.seen == 0
    assert await made(store, channel, work.post.entry_ids) == ()
    (second,) = await made(store, again, work.post.entry_ids)
    assert second.entry_ids == work.post.entry_ids
    await store.entries.retract(work.post.entry_ids[0], ANN)
    first = (await history(store, channel.id, 5))[1]
    assert (first.state, first.revision) == (PostState.FAILED, 0)


async def test_a_failed_post_wakes_an_instant_channel(store: DigestStore, clock: FakeClock) -> None:
    channel = await scheduled(store, schedule=AT_ONCE)
    (number,) = await added(store, 1)
    await make_posts(store, channel, [PostPlan(1, 1, (number,))], next_at=None, seen=1)
    (work,) = await lease(store, clock.now)
    await store.posts.fail(work, "no")
    assert (await store.channels.get(HERE)).next_at == clock.now + timedelta(seconds=1)


async def test_a_change_reaches_the_posts_that_carry_it(
    store: DigestStore, clock: FakeClock
) -> None:
    work = await a_leased_post(store, clock)
    await store.posts.sent(work, RECEIPT)
    clock.forward(hours=1)
    await store.entries.edit(1, EntryDraft("new title"), ANN)
    assert await store.posts.next_attempt("discord") == clock.now
    (update,) = await lease(store, clock.now)
    assert (update.task, update.post.state, update.post.receipt) == (
        Task.UPDATE, PostState.SENT, RECEIPT
    )  # fmt: skip
    assert (update.post.revision, update.post.shown, update.post.attempts) == (1, 0, 1)
    assert await store.posts.updated(update)
    assert (await only(store, work.channel)).shown == 1
    for change in (store.entries.retract, store.entries.restore):
        clock.forward(minutes=1)
        await change(2, ANN)
        (update,) = await lease(store, clock.now)
        assert update.task is Task.UPDATE
        await store.posts.updated(update)
    assert await lease(store, clock.now + LEASE) == ()


async def test_a_change_while_a_post_is_under_way_is_not_lost(
    store: DigestStore, clock: FakeClock
) -> None:
    work = await a_leased_post(store, clock)
    await store.entries.edit(1, EntryDraft("changed while it was sent"), ANN)
    assert await lease(store, clock.now) == ()
    await store.posts.sent(work, RECEIPT)
    (update,) = await lease(store, clock.now)
    assert (update.task, update.post.revision) == (Task.UPDATE, 1)
    await store.entries.edit(1, EntryDraft("changed while it was updated"), ANN)
    assert await lease(store, clock.now) == ()
    await store.posts.updated(update)
    (again,) = await lease(store, clock.now)
    assert again.post.revision == 2
    await store.posts.updated(again)
    assert await store.posts.next_attempt("discord") is None


async def test_a_change_before_a_post_is_sent_needs_no_update(
    store: DigestStore, clock: FakeClock
) -> None:
    ids = await added(store, 1)
    await made(store, await scheduled(store), ids)
    await store.entries.edit(ids[0], EntryDraft("changed"), ANN)
    (work,) = await lease(store, clock.now)
    await store.posts.sent(work, RECEIPT)
    assert await store.posts.next_attempt("discord") is None


async def test_an_update_may_be_tried_again_or_given_up(
    store: DigestStore, clock: FakeClock
) -> None:
    work = await a_leased_post(store, clock)
    await store.posts.sent(work, RECEIPT)
    await store.entries.edit(1, EntryDraft("changed"), ANN)
    (update,) = await lease(store, clock.now)
    later = clock.now + timedelta(minutes=1)
    assert await store.posts.retry(update, later, "busy")
    assert (await only(store, work.channel)).state is PostState.SENT
    assert await lease(store, clock.now) == ()
    (update,) = await lease(store, later)
    assert await store.posts.unknown(update, "no answer", later + LEASE)
    (update,) = await lease(store, later + LEASE)
    (expired,) = await lease(store, update.until)
    assert expired.task is Task.UPDATE
    assert await store.posts.fail(expired, "The message is gone.")
    post = await only(store, work.channel)
    assert (post.state, post.shown, post.receipt) == (PostState.SENT, 0, RECEIPT)
    assert await store.posts.carried([work.channel.id], 0)
    assert await store.posts.next_attempt("discord") is None


async def test_a_channel_gets_its_posts_one_after_the_other(
    store: DigestStore, clock: FakeClock
) -> None:
    ids = await added(store, 3)
    await made(store, await scheduled(store), ids[:1], ids[1:2], ids[2:])
    other = await scheduled(store, replace(HERE, id="other"))
    await made(store, other, ids)
    first, parallel = await lease(store, clock.now)
    assert [(one.post.part, one.channel.ref.id) for one in (first, parallel)] == [
        (1, "news"), (1, "other")
    ]  # fmt: skip
    later = clock.now + timedelta(minutes=1)
    await store.posts.retry(first, later, "busy")
    await store.posts.sent(parallel, RECEIPT)
    assert await lease(store, clock.now) == ()
    assert await store.posts.next_attempt("discord") == later
    for part in (1, 2, 3):
        (work,) = await lease(store, later)
        assert work.post.part == part
        await store.posts.sent(work, RECEIPT)


async def test_new_posts_come_before_updates_and_instant_ones_first(
    store: DigestStore, clock: FakeClock
) -> None:
    sent = await a_leased_post(store, clock)
    await store.posts.sent(sent, RECEIPT)
    await store.entries.edit(1, EntryDraft("changed"), ANN)
    clock.forward(minutes=1)
    daily = await scheduled(store, replace(HERE, id="daily"))
    await made(store, daily, [1])
    clock.forward(minutes=1)
    instant = await scheduled(store, replace(HERE, id="instant"), schedule=AT_ONCE)
    await made(store, instant, [1])
    works = await lease(store, clock.now)
    assert [(one.channel.ref.id, one.task) for one in works] == [
        ("instant", Task.PUBLISH), ("daily", Task.PUBLISH), ("news", Task.UPDATE)
    ]  # fmt: skip


async def test_held_back_channels_get_no_new_posts(store: DigestStore, clock: FakeClock) -> None:
    work = await a_leased_post(store, clock)
    await store.posts.sent(work, RECEIPT)
    channel = await store.channels.get(HERE)
    (third,) = await added(store, 1)
    assert await make_posts(
        store, channel, [PostPlan(1, 1, (third,))], next_at=TOMORROW + LEASE, seen=100
    )
    await store.channels.pause(HERE, ANN)
    assert await lease(store, clock.now) == ()
    assert await store.posts.next_attempt("discord") is None
    await store.entries.retract(1, ANN)
    (update,) = await lease(store, clock.now)
    assert update.task is Task.UPDATE
    await store.posts.retry(update, clock.now, "")
    await store.channels.resume(HERE, ANN, TOMORROW)
    await store.broken.mark(channel.id, Trouble("gone"))
    assert await lease(store, clock.now) == ()
    assert await store.posts.next_attempt("discord") is None
    await store.broken.mend(channel.id, TOMORROW)
    assert {one.task for one in await lease(store, clock.now)} == {Task.UPDATE, Task.PUBLISH}


async def test_two_programs_make_a_post_once(open_store: Open) -> None:
    stores = [await open_store(), await open_store()]
    ids = await added(stores[0], 2)
    channel = await scheduled(stores[0])
    results = await asyncio.gather(
        *(made(stores[number % 2], channel, ids[:1], ids[1:]) for number in range(8))
    )
    assert sorted(map(len, results)) == [0] * 7 + [2]
    assert len(await history(stores[1], channel.id, 9)) == 2


async def test_two_programs_never_lease_the_same_post(open_store: Open, clock: FakeClock) -> None:
    stores = [await open_store(), await open_store()]
    ids = await added(stores[0], 1)
    channels = [await scheduled(stores[0], replace(HERE, id=str(n))) for n in range(12)]
    plan = (PostPlan(1, 1, tuple(ids)),)
    await stores[0].posts.make_many([PostBatch(one, plan, None, 1) for one in channels])
    leased = await asyncio.gather(
        *(lease(stores[n % 2], clock.now, owner=f"worker {n}", limit=3) for n in range(6))
    )
    numbers = [work.post.id for works in leased for work in works]
    assert len(numbers) == len(set(numbers))
    rest = await lease(stores[0], clock.now, limit=99)
    assert len(numbers) + len(rest) == 12


async def test_changes_and_posts_do_not_wait_for_each_other(
    open_store: Open, clock: FakeClock
) -> None:
    stores = [await open_store(), await open_store()]
    ids = await added(stores[0], 2)
    channels = [await scheduled(stores[0], replace(HERE, id=str(n))) for n in range(6)]
    plan = (PostPlan(1, 1, tuple(ids)),)
    await stores[0].posts.make_many([PostBatch(one, plan, None, 1) for one in channels])

    async def work(store: DigestStore) -> None:
        while works := await lease(store, clock.now, owner=str(id(store)), limit=2):
            for one in works:
                if one.task is Task.PUBLISH:
                    assert await store.posts.sent(one, RECEIPT)
                else:
                    assert await store.posts.updated(one)

    async def change(store: DigestStore) -> None:
        for number in range(5):
            await store.entries.edit(ids[0], EntryDraft(f"change {number}"), ANN)
            await store.entries.edit(ids[1], EntryDraft(f"change {number}", tags=("t",)), ANN)

    await asyncio.gather(work(stores[0]), work(stores[1]), change(stores[0]), change(stores[1]))
    await work(stores[0])
    assert (await post_counts(stores[0]))[PostState.SENT] == 6
    for channel in channels:
        post = await only(stores[1], channel)
        assert post.shown == post.revision


@given(
    platform=st.text(),
    channel=st.text(),
    slot=st.datetimes(timezones=st.timezones()),
    part=st.integers(1, 99),
)
def test_a_key_is_short_and_its_own(platform: str, channel: str, slot: datetime, part: int) -> None:
    ref = ChannelRef(platform, "guild", channel)
    key = post_key(ref, slot, part)
    assert len(key) == 25
    assert set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789")
    assert key == post_key(ref, slot.astimezone(UTC), part)
    assert key != post_key(ref, slot, part + 1)
    assert key != post_key(replace(ref, id=channel + "x"), slot, part)
