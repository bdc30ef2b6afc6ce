"""Channels that posts cannot reach: held back, tried less and less often, mended once."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from store.model import (
    ChannelRef,
    ChannelState,
    EntryDraft,
    PostPlan,
    PostState,
    Trouble,
)
from store.store import DigestStore
from tests.fakes.clock import MORNING, FakeClock
from tests.fakes.stored import history, make_posts
from tests.store.conftest import ANN, AT_ONCE, HERE, Open, scheduled

THERE = ChannelRef("slack", "team", "general\x00")
TOMORROW = MORNING + timedelta(days=1)
REMOVED = Trouble("The bot was removed.")


async def test_a_broken_channel_keeps_its_slot_and_is_tried_less_and_less_often(
    store: DigestStore, clock: FakeClock
) -> None:
    channel = await scheduled(store)
    marked = await store.broken.mark(channel.id, REMOVED)
    assert marked is not None
    broken, news = marked
    assert news
    assert (broken.state, broken.reason, broken.next_at, broken.trouble_since) == (
        ChannelState.BROKEN, "The bot was removed.", MORNING, MORNING
    )  # fmt: skip
    assert await store.broken.mark(channel.id, Trouble("again")) is None
    assert await store.channels.due(MORNING, 9, "discord") == ()
    assert await store.channels.next_due("discord") == MORNING + timedelta(minutes=1)

    longest = timedelta(minutes=3)
    assert await store.broken.take("discord", longest, 9) == ()
    clock.forward(minutes=1)
    assert await store.broken.take("slack", longest, 9) == ()
    (tried,) = await store.broken.take("discord", longest, 9)
    assert (tried.id, tried.try_at) == (channel.id, clock.now + timedelta(minutes=2))
    assert await store.broken.take("discord", longest, 9) == ()
    clock.forward(minutes=2)
    (tried,) = await store.broken.take("discord", longest, 9)
    assert tried.try_at == clock.now + longest

    mended = await store.broken.mend(channel.id, TOMORROW)
    assert (mended.state, mended.reason, mended.next_at, mended.try_at) == (
        ChannelState.ACTIVE, "", MORNING, None
    )  # fmt: skip
    assert await store.broken.mend(channel.id, TOMORROW) == mended
    again = await store.broken.mark(channel.id, REMOVED)
    assert again is not None
    assert not again[1]
    assert again[0].try_at == clock.now + longest


async def test_two_programs_try_a_broken_channel_once(open_store: Open, clock: FakeClock) -> None:
    first, second = await open_store(), await open_store()
    for number in range(4):
        channel = await scheduled(first, replace(HERE, id=str(number)))
        await first.broken.mark(channel.id, REMOVED)
    clock.forward(hours=1)
    tried = await asyncio.gather(
        *(one.broken.take("discord", timedelta(hours=6), 3) for one in (first, second, first))
    )
    assert sorted(one.ref.id for some in tried for one in some) == ["0", "1", "2", "3"]


async def test_what_waits_is_held_while_a_channel_is_broken_or_paused(
    store: DigestStore, clock: FakeClock
) -> None:
    first = await store.entries.add(EntryDraft("one"), ANN)
    channel = await scheduled(store)
    await make_posts(store, channel, [PostPlan(1, 1, (first.id,))], next_at=TOMORROW, seen=1)
    await store.broken.mark(channel.id, REMOVED)
    assert await store.posts.next_attempt("discord") is None
    clock.forward(hours=1)
    await store.broken.mend(channel.id, None)
    assert await store.posts.next_attempt("discord") == MORNING
    await store.channels.pause(HERE, ANN)
    assert await store.posts.next_attempt("discord") is None
    resumed = await store.channels.resume(HERE, ANN, TOMORROW)
    assert await store.posts.next_attempt("discord") == MORNING
    assert resumed.next_at == TOMORROW


async def test_a_paused_channel_is_not_broken_and_so_never_goes_on_by_itself(
    store: DigestStore,
) -> None:
    channel = await scheduled(store)
    await store.channels.pause(HERE, ANN)
    assert await store.broken.mark(channel.id, REMOVED) is None
    assert (await store.channels.get(HERE)).state is ChannelState.PAUSED


async def test_posts_that_a_later_slot_overtook_give_way_to_it_when_a_channel_is_mended(
    store: DigestStore, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "store.posts")
    first = await store.entries.add(EntryDraft("one"), ANN)
    channel = await scheduled(store)
    await make_posts(store, channel, [PostPlan(1, 1, (first.id,))], next_at=TOMORROW, seen=1)
    await store.broken.mark(channel.id, REMOVED)
    clock.forward(days=3)
    mended = await store.broken.mend(channel.id, clock.now)
    assert (mended.next_at, mended.seen) == (TOMORROW, 0)
    (post,) = await history(store, channel.id, 5)
    assert post.state is PostState.FAILED
    assert caplog.messages == [f'post failed key={post.key} channel=1 reason="{post.reason}"']
    assert await store.posts.carried([channel.id], 0) == frozenset()


async def test_a_mended_instant_channel_makes_one_post_of_all_that_waits(
    store: DigestStore, clock: FakeClock
) -> None:
    first = await store.entries.add(EntryDraft("one"), ANN)
    channel = await scheduled(store, schedule=AT_ONCE)
    await make_posts(store, channel, [PostPlan(1, 1, (first.id,))], next_at=None, seen=1)
    await store.broken.mark(channel.id, REMOVED)
    clock.forward(hours=3)
    mended = await store.broken.mend(channel.id, clock.now)
    assert (mended.next_at, mended.seen) == (MORNING + timedelta(seconds=1), 0)
    await store.broken.mark(channel.id, REMOVED)
    idle = await store.broken.mend(channel.id, clock.now)
    assert idle.next_at == mended.next_at
