"""Workspaces: which curates, and what a blocked one gets."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from store.errors import TooManySchedules, WorkspaceBlocked, WorkspaceNotFound
from store.model import (
    BLOCKED,
    ChannelRef,
    ChannelState,
    EntryDraft,
    PostBatch,
    PostPlan,
    Schedule,
    Trouble,
    best_of,
)
from store.store import DigestStore
from tests.fakes.clock import FakeClock
from tests.store.conftest import ANN, AT_ONCE, BEN, HERE, Open, scheduled, subscription

THERE = ChannelRef("discord", "other", "news")
TALK = ChannelRef("discord", "guild", "talk")
REST = ChannelRef("discord", "guild", "resting")


async def seen(store: DigestStore) -> None:
    for name in ("other", "guild"):
        await store.workspaces.seen("discord", name, name.title())


async def test_a_blocked_workspace_s_channels_rest_and_go_on(
    store: DigestStore, clock: FakeClock
) -> None:
    await seen(store)
    entry = await store.entries.add(EntryDraft("one"), ANN)
    daily = await scheduled(store)
    await scheduled(store, THERE)
    await scheduled(store, TALK, schedule=AT_ONCE)
    await scheduled(store, REST)
    await store.channels.pause(REST, ANN)
    await store.broken.mark((await store.channels.get(TALK)).id, Trouble("Gone.", "Invite."))
    plan = PostPlan(1, 1, (entry.id,))
    await store.posts.make_many([PostBatch(daily, (plan,), clock() + timedelta(1), daily.seen)])

    one, resting = await store.workspaces.block("discord", "guild", BEN)
    assert (one.blocked, one.name, resting) == (True, "Guild", 2)
    assert await store.workspaces.is_blocked("discord", "guild")
    assert not await store.workspaces.is_blocked("discord", "other")
    assert not await store.workspaces.is_blocked("slack", "guild")
    clock.forward(days=3)
    assert [one.ref for one in await store.channels.due(clock(), 9, "discord")] == [THERE]
    assert await store.broken.take("discord", timedelta(hours=6), 9) == ()
    assert await store.notices.next_due("discord") is None
    later = clock() + timedelta(minutes=3)
    assert await store.posts.lease("discord", clock(), later, "p", 9) == ()
    for ref in (HERE, TALK):
        channel = await store.channels.get(ref)
        assert (channel.state, channel.reason) == (ChannelState.PAUSED, BLOCKED)
    assert (await store.workspaces.block("discord", "guild", BEN))[1] == 0

    soon = clock() + timedelta(hours=1)
    asked: list[Schedule] = []

    def first(schedule: Schedule) -> datetime:
        asked.append(schedule)
        return soon

    back, woken = await store.workspaces.unblock("discord", "guild", BEN, first)
    assert (back.blocked, woken) == (False, 2)
    assert AT_ONCE in asked
    for ref in (HERE, TALK):
        channel = await store.channels.get(ref)
        assert (channel.state, channel.reason) == (ChannelState.ACTIVE, "")
        assert channel.next_at == soon
    assert (await store.channels.get(REST)).state is ChannelState.PAUSED
    [work] = await store.posts.lease("discord", clock(), later, "p", 9)
    assert work.post.entry_ids == (entry.id,)
    assert (await store.workspaces.unblock("discord", "guild", BEN, first))[1] == 0
    actions = [one.action for one in (await store.audit.list(2)).items]
    assert actions == ["unblock workspace", "block workspace"]


async def test_nothing_begins_in_a_blocked_workspace(store: DigestStore) -> None:
    await seen(store)
    await scheduled(store, REST)
    await store.channels.pause(REST, ANN)
    await store.workspaces.block("discord", "guild", BEN)

    for ref in (HERE, REST, best_of(HERE)):
        with pytest.raises(WorkspaceBlocked):
            await scheduled(store, ref)
    with pytest.raises(WorkspaceBlocked):
        await store.channels.resume(REST, ANN, None)
    with pytest.raises(WorkspaceBlocked):
        await store.desks.open(HERE, ANN, "en", "")
    await scheduled(store, THERE)
    await store.channels.end(REST, BEN)


async def test_another_process_knows_at_once(open_store: Open) -> None:
    one, other = await open_store(), await open_store()
    await seen(one)
    before = await other.version()

    await one.workspaces.block("discord", "guild", BEN)

    assert await other.workspaces.is_blocked("discord", "guild")
    assert await other.version() != before


async def test_of_many_that_are_seen_at_once_by_several_processes_one_curates(
    open_store: Open,
) -> None:
    processes = [await open_store() for _ in range(3)]

    found = await asyncio.gather(
        *(
            store.workspaces.seen("discord", f"server{number}")
            for number in range(6)
            for store in processes
        )
    )

    assert sum(new for _, new in found) == 6
    listed = [use.workspace for use in await processes[0].workspaces.list()]
    assert [one.id for one in listed if one.curates] == [
        one.id for one in await processes[1].workspaces.homes("discord")
    ]
    assert sum(one.curates for one in listed) == 1
    assert {one.id for one, _ in found if one.curates} == {one.id for one in listed if one.curates}


async def test_a_blocked_workspace_keeps_its_name_up_to_date_and_is_no_home(
    store: DigestStore,
) -> None:
    await seen(store)
    await store.workspaces.let_curate("discord", "guild", BEN, curates=True)
    await store.workspaces.block("discord", "guild", BEN)

    known, new = await store.workspaces.seen("discord", "guild", "Renamed")
    assert (known.name, known.blocked, known.curates, new) == ("Renamed", True, True, False)
    assert [one.id for one in await store.workspaces.homes("discord")] == ["other"]
    listed = {use.workspace.id: use.workspace.blocked for use in await store.workspaces.list()}
    assert listed == {"other": False, "guild": True}


async def test_only_a_known_workspace_is_blocked(store: DigestStore) -> None:
    with pytest.raises(WorkspaceNotFound):
        await store.workspaces.block("discord", "nowhere", BEN)
    with pytest.raises(WorkspaceNotFound):
        await store.workspaces.unblock("discord", "nowhere", BEN, lambda _: None)
    assert not await store.workspaces.is_blocked("discord", "nowhere")


async def test_nobody_in_a_blocked_workspace_is_told_what_became_of_a_suggestion(
    store: DigestStore, clock: FakeClock
) -> None:
    await seen(store)
    draft = EntryDraft("one", url="https://example.org/1")
    entry = await store.suggestions.suggest(draft, "", ANN, "en", hears=True)
    await store.reviews.skip(entry.id, BEN)
    await store.workspaces.block("discord", "guild", BEN)
    clock.forward(hours=1)

    assert await store.suggestions.to_tell("discord", clock()) is None
    assert await store.suggestions.next_to_tell("discord", timedelta(0)) is None
    await store.workspaces.unblock("discord", "guild", BEN, lambda _: None)
    assert await store.suggestions.to_tell("discord", clock()) is not None


async def test_a_workspace_has_no_more_schedules_than_it_may(store: DigestStore) -> None:
    for ref in (HERE, TALK, HERE):
        await store.channels.schedule(ref, subscription(), ANN, None, most=2)
    own = ChannelRef("discord", "guild", "dm")
    await store.channels.schedule(own, subscription(direct=True), ANN, None)

    with pytest.raises(TooManySchedules) as found:
        await store.channels.schedule(REST, subscription(), ANN, None, most=2)
    assert found.value.most == 2
    await store.channels.schedule(THERE, subscription(), ANN, None, most=2)
    await store.channels.end(TALK, ANN)
    await store.channels.schedule(REST, subscription(), ANN, None, most=2)
    with pytest.raises(TooManySchedules):
        await store.channels.schedule(TALK, subscription(), ANN, None, most=2)
