"""Channels: schedules given, changed, paused and ended; which are due."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from store.errors import ChannelNotFound
from store.model import (
    SHARDS,
    ChannelRef,
    ChannelState,
    EntryDraft,
    ImportItem,
    PostPlan,
    PostState,
    PublishedDate,
    Schedule,
    Trouble,
)
from store.store import DigestStore
from tests.fakes.clock import MORNING, FakeClock
from tests.fakes.stored import history, make_posts, scheduled_channels
from tests.store.conftest import ANN, AT_ONCE, BEN, DAILY, HERE, scheduled, subscription

THERE = ChannelRef("slack", "team", "general\x00")
TOMORROW = MORNING + timedelta(days=1)
REMOVED = Trouble("The bot was removed.")


async def test_a_schedule_is_kept_as_it_was_wished(store: DigestStore) -> None:
    wanted = subscription(
        tags=("LLM", "논문"), language="ko", limit=3, quiet_days=True, name="#news"
    )
    channel = await store.channels.schedule(HERE, wanted, ANN, TOMORROW)
    assert channel == await store.channels.get(HERE)
    assert (channel.ref, channel.subscription, channel.owner) == (HERE, wanted, ANN)
    assert (channel.state, channel.next_at, channel.seen) == (ChannelState.ACTIVE, TOMORROW, 0)


async def test_a_new_schedule_replaces_the_old_one(store: DigestStore) -> None:
    first = await scheduled(store)
    second = await store.channels.schedule(HERE, subscription(AT_ONCE, limit=1), BEN, None)
    assert (second.id, second.owner, second.subscription.schedule) == (first.id, BEN, AT_ONCE)
    assert await scheduled_channels(store) == (second,)


async def test_channels_of_two_platforms_are_two(store: DigestStore) -> None:
    here = await scheduled(store)
    there = await store.channels.schedule(THERE, subscription(), ANN, TOMORROW)
    assert await scheduled_channels(store) == (here, there)
    assert (await store.channels.get(THERE)).ref == replace(THERE, id="general")


async def test_what_has_no_schedule_is_not_found(store: DigestStore) -> None:
    for attempt in (
        store.channels.get(HERE),
        store.channels.end(HERE, ANN),
        store.channels.pause(HERE, ANN),
        store.channels.resume(HERE, ANN, TOMORROW),
    ):
        with pytest.raises(ChannelNotFound) as caught:
            await attempt
        assert caught.value.ref == HERE


async def test_pausing_and_resuming(store: DigestStore) -> None:
    await scheduled(store)
    paused = await store.channels.pause(HERE, BEN)
    assert (paused.state, paused.next_at) == (ChannelState.PAUSED, None)
    assert await store.channels.pause(HERE, BEN) == paused == await store.channels.get(HERE)
    resumed = await store.channels.resume(HERE, BEN, TOMORROW)
    assert (resumed.state, resumed.next_at) == (ChannelState.ACTIVE, TOMORROW)
    assert await store.channels.resume(HERE, BEN, MORNING) == resumed
    actions = [one.action for one in (await store.audit.list(9, subject="channel:1")).items]
    assert actions == ["resume", "pause", "schedule"]


async def test_an_ended_channel_is_gone_until_it_is_scheduled_again(store: DigestStore) -> None:
    first = await scheduled(store)
    ended = await store.channels.end(HERE, ANN)
    assert ended.state is ChannelState.ENDED
    assert await scheduled_channels(store) == ()
    with pytest.raises(ChannelNotFound):
        await store.channels.get(HERE)
    assert await store.broken.mark(first.id, REMOVED) is None
    again = await scheduled(store)
    assert (again.id, again.state) == (first.id, ChannelState.ACTIVE)


async def test_ending_gives_back_what_waits(store: DigestStore, clock: FakeClock) -> None:
    entry = await store.entries.add(EntryDraft("one"), ANN)
    channel = await store.channels.schedule(HERE, subscription(), ANN, clock.now)
    assert channel.seen == 0
    await make_posts(store, channel, [PostPlan(1, 1, (entry.id,))], next_at=TOMORROW, seen=1)
    await store.channels.end(HERE, ANN)
    again = await scheduled(store)
    assert again.seen == 0
    assert await store.posts.carried([again.id], again.seen) == frozenset()
    (post,) = await history(store, again.id, 5)
    assert (post.state, post.entry_ids) == (PostState.FAILED, (entry.id,))
    assert await store.posts.next_attempt("discord") is None


async def test_channels_are_due_soonest_first(store: DigestStore) -> None:
    for number, minutes in enumerate((3, 1, 2, 9)):
        ref = replace(HERE if number != 1 else THERE, id=str(number))
        await store.channels.schedule(
            ref, subscription(), ANN, MORNING + timedelta(minutes=minutes)
        )
    now = MORNING + timedelta(minutes=3)
    assert [one.ref.id for one in await store.channels.due(now, 9, "slack")] == ["1"]
    assert [one.ref.id for one in await store.channels.due(now, 9, "discord")] == ["2", "0"]
    assert [one.ref.id for one in await store.channels.due(now, 1, "discord")] == ["2"]
    assert await store.channels.due(MORNING, 9, "discord") == ()
    others = set(range(SHARDS)) - {HERE.shard}
    assert len(await store.channels.due(now, 9, "discord", {HERE.shard})) == 2
    assert await store.channels.due(now, 9, "discord", others) == ()
    assert await store.channels.next_due("discord", others) is None
    assert await store.channels.next_due("discord", ()) is None
    assert await store.channels.next_due("slack") == MORNING + timedelta(minutes=1)
    assert await store.channels.next_due("discord") == MORNING + timedelta(minutes=2)
    await store.channels.pause(replace(THERE, id="1"), ANN)
    assert await store.channels.next_due("slack") is None


async def test_a_new_channel_passes_over_what_was_published_before(
    store: DigestStore, clock: FakeClock
) -> None:
    assert await store.channels.next_due("discord") is None
    for title in "ab":
        await store.entries.add(EntryDraft(title), ANN)
    moment = clock.forward(hours=1)
    await store.entries.add(EntryDraft("c"), ANN)
    archive = EntryDraft("d", published=PublishedDate(2020))
    await store.entries.import_batch([ImportItem(archive, 1)], ANN)
    clock.forward(hours=1)

    async def seen(since: object) -> int:
        return (await scheduled(store, since=since)).seen

    assert await seen(clock.now) == 4
    assert await seen(moment) == 2
    assert await seen(MORNING) == 0
    assert await seen(MORNING - timedelta(days=9999)) == 0
    assert await seen(clock.now + timedelta(days=1)) == 4


async def test_news_wakes_instant_channels_that_wait(store: DigestStore, clock: FakeClock) -> None:
    await store.channels.schedule(HERE, subscription(AT_ONCE), ANN, None)
    await store.channels.schedule(replace(HERE, id="cron"), subscription(DAILY), ANN, TOMORROW)
    late = subscription(Schedule("instant", "UTC"), since=TOMORROW)
    await store.channels.schedule(replace(HERE, id="later"), late, ANN, None)
    await store.channels.schedule(replace(HERE, id="paused"), subscription(AT_ONCE), ANN, None)
    await store.channels.pause(replace(HERE, id="paused"), ANN)
    clock.forward(minutes=1)
    entry = await store.entries.add(EntryDraft("one"), ANN)
    (due,) = await store.channels.due(clock.now, 9, "discord")
    assert (due.ref, due.next_at) == (HERE, clock.now)
    await make_posts(store, due, [PostPlan(1, 1, (entry.id,))], next_at=None, seen=1)
    assert await store.channels.due(clock.now, 9, "discord") == ()
    await store.entries.edit(entry.id, EntryDraft("other"), ANN)
    assert await store.channels.next_due("discord") == TOMORROW
    await store.entries.edit(entry.id, EntryDraft("other", tags=("new",)), ANN)
    assert await store.channels.next_due("discord") == clock.now + timedelta(seconds=1)


async def test_the_log_tells_what_changed(store: DigestStore) -> None:
    await scheduled(store, limit=5)
    await store.channels.schedule(HERE, subscription(limit=7, tags=("a",)), BEN, TOMORROW)
    newest, first = (await store.audit.list(9)).items
    assert newest.details == {"most": [5, 7], "tags": [[], ["a"]]}
    assert newest.actor == BEN
    assert first.details["rule"] == [None, DAILY.rule]
