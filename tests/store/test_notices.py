"""Notices: what an owner is to be told, once, whatever dies on the way."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from store.model import (
    Actor,
    Channel,
    ChannelState,
    EntryDraft,
    Notice,
    NoticeKind,
    NoticeState,
    PostPlan,
    PostState,
    Receipt,
    Trouble,
    Work,
)
from store.store import DigestStore
from tests.fakes.clock import FakeClock
from tests.fakes.stored import make_posts
from tests.store.conftest import ANN, BEN, HERE, Open, scheduled, subscription

REMOVED = Trouble("The bot was removed.", "Invite it again.")
LATE = Trouble("It could not be sent in time.")
LEASE = timedelta(minutes=3)
TOMORROW = timedelta(days=1)


async def lease(store: DigestStore, clock: FakeClock, platform: str = "discord") -> Notice | None:
    return await store.notices.lease(platform, clock.now, clock.now + LEASE)


async def leased(store: DigestStore, clock: FakeClock) -> Notice:
    notice = await lease(store, clock)
    assert notice is not None
    return notice


async def broken(store: DigestStore) -> Channel:
    channel = await scheduled(store)
    assert await store.broken.mark(channel.id, REMOVED)
    return channel


async def in_hand(store: DigestStore, clock: FakeClock) -> Work:
    entry = await store.entries.add(EntryDraft("one"), ANN)
    channel = await scheduled(store)
    await make_posts(
        store, channel, [PostPlan(1, 1, (entry.id,))], next_at=clock.now + TOMORROW, seen=1
    )
    return await next_work(store, clock)


async def next_work(store: DigestStore, clock: FakeClock) -> Work:
    until = clock.now + timedelta(minutes=2)
    (work,) = await store.posts.lease("discord", clock.now, until, "worker", 1)
    return work


async def notices(store: DigestStore) -> tuple[Notice, ...]:
    (standing,) = (await store.overview.page(9)).items
    return standing.notices


async def test_the_owner_of_a_broken_channel_is_told_once(
    store: DigestStore, clock: FakeClock
) -> None:
    await broken(store)
    notice = await leased(store, clock)
    assert (notice.kind, notice.trouble, notice.state, notice.tries) == (
        NoticeKind.BROKEN, REMOVED, NoticeState.SENDING, 1
    )  # fmt: skip
    assert (notice.channel.ref, notice.channel.owner) == (HERE, ANN)
    assert notice.channel.state is ChannelState.BROKEN
    assert await lease(store, clock) is None
    assert await store.notices.settle(notice, NoticeState.TOLD)
    assert not await store.notices.settle(notice, NoticeState.TOLD)
    clock.forward(days=1)
    assert await lease(store, clock) is None
    assert [one.state for one in await notices(store)] == [NoticeState.TOLD]


async def test_the_mark_and_the_notice_are_written_together(
    open_store: Open, clock: FakeClock
) -> None:
    await broken(await open_store())
    assert (await leased(await open_store(), clock)).kind is NoticeKind.BROKEN


async def test_two_programs_tell_once(open_store: Open, clock: FakeClock) -> None:
    stores = [await open_store(), await open_store()]
    await broken(stores[0])
    found = await asyncio.gather(*(lease(stores[number % 2], clock) for number in range(6)))
    assert len([one for one in found if one is not None]) == 1


async def test_what_surely_did_not_arrive_is_told_later_and_given_up_in_the_end(
    store: DigestStore, clock: FakeClock
) -> None:
    await broken(store)
    first = await leased(store, clock)
    later = clock.now + timedelta(minutes=5)
    assert await store.notices.settle(first, NoticeState.WAITING, "busy", later)
    assert await lease(store, clock) is None
    (waiting,) = await notices(store)
    assert (waiting.state, waiting.due_at, waiting.obstacle) == (
        NoticeState.WAITING, later, "busy"
    )  # fmt: skip
    clock.now = later
    second = await leased(store, clock)
    assert second.tries == 2
    assert not await store.notices.settle(first, NoticeState.TOLD)
    assert await store.notices.settle(second, NoticeState.UNDELIVERED, "no messages, please")
    clock.forward(days=1)
    assert await lease(store, clock) is None
    (lost,) = await notices(store)
    assert (lost.state, lost.obstacle) == (NoticeState.UNDELIVERED, "no messages, please")


async def test_who_is_killed_amid_telling_leaves_it_unsure_and_it_is_not_said_again(
    store: DigestStore, clock: FakeClock
) -> None:
    await broken(store)
    sending = await leased(store, clock)
    clock.forward(minutes=3)
    found = await leased(store, clock)
    assert (found.id, found.state) == (sending.id, NoticeState.UNSURE)
    assert await lease(store, clock) is None
    assert not await store.notices.settle(sending, NoticeState.TOLD)


async def test_whoever_runs_the_owner_s_platform_tells_them(
    store: DigestStore, clock: FakeClock
) -> None:
    owner = Actor("slack", "team", "U1", "Jun")
    channel = await store.channels.schedule(HERE, subscription(), owner, clock.now)
    await store.broken.mark(channel.id, REMOVED)
    assert await lease(store, clock) is None
    notice = await lease(store, clock, "slack")
    assert notice is not None
    assert (notice.channel.ref.platform, notice.channel.owner) == ("discord", owner)


async def test_who_broke_again_before_anything_arrived_is_told_no_second_time(
    store: DigestStore, clock: FakeClock
) -> None:
    channel = await broken(store)
    await store.notices.settle(await leased(store, clock), NoticeState.TOLD)
    # What was on its way when it broke says nothing: it is still tried again, and told of.
    await store.broken.arrived(channel.id)
    assert (await store.channels.get(HERE)).try_at is not None
    await store.broken.mend(channel.id, None)
    marked = await store.broken.mark(channel.id, REMOVED)
    assert marked is not None
    assert not marked[1]
    assert await lease(store, clock) is None

    await store.broken.mend(channel.id, None)
    await store.broken.arrived(channel.id)
    assert (await store.channels.get(HERE)).trouble_since is None
    assert await notices(store) == ()
    marked = await store.broken.mark(channel.id, REMOVED)
    assert marked is not None
    assert marked[1]
    assert await lease(store, clock) is not None


async def test_what_is_no_longer_so_is_not_told(store: DigestStore, clock: FakeClock) -> None:
    channel = await broken(store)
    await store.broken.mend(channel.id, None)
    assert await lease(store, clock) is None
    await store.broken.mark(channel.id, REMOVED)
    await store.channels.resume(HERE, BEN, clock.now)
    assert await lease(store, clock) is None
    # A person took it in hand: when that did not help, they hear of it.
    await store.broken.mark(channel.id, REMOVED)
    assert await lease(store, clock) is not None
    await store.channels.end(HERE, ANN)
    await scheduled(store)
    assert await notices(store) == ()


async def test_a_post_that_is_given_up_is_told_in_the_same_stroke_and_once(
    store: DigestStore, clock: FakeClock
) -> None:
    work = await in_hand(store, clock)
    assert await store.posts.fail(work, "too late", LATE)
    notice = await leased(store, clock)
    assert (notice.kind, notice.trouble) == (NoticeKind.MISSED, LATE)
    await store.notices.settle(notice, NoticeState.TOLD)
    assert not await store.notices.missed(work.channel.id, LATE)
    channel = await store.channels.get(HERE)
    assert channel.trouble_since == clock.now
    clock.forward(days=1)
    await make_posts(store, channel, [PostPlan(1, 1, (1,))], next_at=None, seen=1)
    assert await store.posts.fail(await next_work(store, clock), "too late", LATE)
    assert await lease(store, clock) is None


async def test_a_lease_that_was_lost_tells_nobody(store: DigestStore, clock: FakeClock) -> None:
    work = await in_hand(store, clock)
    clock.forward(minutes=5)
    await next_work(store, clock)
    assert not await store.posts.fail(work, "too late", LATE)
    assert await lease(store, clock) is None


async def test_what_cannot_be_made_is_told_once_until_a_post_arrives(
    store: DigestStore, clock: FakeClock
) -> None:
    channel = await scheduled(store)
    assert await store.notices.missed(channel.id, LATE)
    assert not await store.notices.missed(channel.id, LATE)
    await store.broken.arrived(channel.id)
    assert await lease(store, clock) is None
    assert await store.notices.missed(channel.id, LATE)


# The overview


def brief(page: object) -> list[tuple[str, bool]]:
    items = page.items  # type: ignore[attr-defined]  # a Page
    return [(one.channel.ref.id, one.channel.trouble_since is not None) for one in items]


async def test_those_in_trouble_come_first_a_page_at_a_time(
    store: DigestStore, clock: FakeClock
) -> None:
    for number in range(5):
        await scheduled(store, replace(HERE, id=str(number)))
    await scheduled(store, replace(HERE, workspace="other", id="x"))
    await store.channels.end(replace(HERE, id="0"), ANN)
    await store.broken.mark(4, REMOVED)
    first = await store.overview.page(2, 0, "discord", HERE.workspace)
    second = await store.overview.page(2, 2, "discord", HERE.workspace)
    assert (brief(first), first.more) == ([("3", True), ("1", False)], True)
    assert (brief(second), second.more) == ([("2", False), ("4", False)], False)
    assert len((await store.overview.page(99)).items) == 5
    assert [one.channel.ref.id async for one in store.overview.all(batch=2)] == [
        "1", "2", "3", "4", "x"
    ]  # fmt: skip
    totals = await store.overview.totals(clock.now, "discord", HERE.workspace)
    assert totals.channels[ChannelState.BROKEN] == 1
    assert totals.channels[ChannelState.ACTIVE] == 3
    assert totals.notices[NoticeState.WAITING] == 1
    assert (await store.overview.totals(clock.now)).channels[ChannelState.ACTIVE] == 4


async def test_a_standing_tells_what_arrived_what_is_on_its_way_and_what_failed(
    store: DigestStore, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    work = await in_hand(store, clock)
    await store.posts.sent(work, Receipt("discord", {"message": "1"}))
    with caplog.at_level(logging.INFO, "store.posts"):
        await store.entries.edit(1, EntryDraft("better"), ANN)
    assert caplog.messages == ["updates queued posts=1 entries=1"]
    second = await store.entries.add(EntryDraft("two"), ANN)
    clock.forward(days=1)
    channel = await store.channels.get(HERE)
    plans = [PostPlan(1, 1, (second.id,))]
    await make_posts(store, channel, plans, next_at=clock.now + TOMORROW, seen=2)
    again = await next_work(store, clock)
    later = clock.now + timedelta(minutes=7)
    await store.posts.retry(again, later, "busy")

    (standing,) = (await store.overview.page(9)).items
    assert [one async for one in store.overview.all()] == [standing]
    assert standing.last is not None
    assert standing.last.key == work.post.key
    assert standing.current is not None
    assert (standing.current.next_at, standing.current.reason, standing.current.attempts) == (
        later, "busy", 1
    )  # fmt: skip
    assert (standing.counts, standing.updates) == ({PostState.QUEUED: 1}, 1)
    assert standing.failure is None
    totals = await store.overview.totals(later)
    assert (totals.posts[PostState.QUEUED], totals.updates, totals.held, totals.late) == (
        1,
        1,
        0,
        1,
    )
    assert (await store.overview.totals(clock.now)).late == 0
    assert totals.next_attempt == clock.now - TOMORROW

    await store.broken.mark(channel.id, REMOVED)
    totals = await store.overview.totals(later, "discord", HERE.workspace)
    assert (totals.held, totals.late, totals.updates) == (1, 0, 1)
    await store.channels.end(HERE, ANN)
    await scheduled(store)
    (standing,) = (await store.overview.page(9)).items
    assert standing.failure is not None
    assert standing.failure.reason


async def test_an_empty_store_has_nothing_to_show(store: DigestStore, clock: FakeClock) -> None:
    now: datetime = clock.now
    totals = await store.overview.totals(now)
    assert set(totals.posts.values()) == {0}
    assert (totals.late, totals.next_attempt) == (0, None)
    assert [one async for one in store.overview.all()] == []
