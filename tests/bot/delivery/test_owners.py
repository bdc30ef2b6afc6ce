"""Which of several processes brings a post: each those of its own shards, none those of another."""

from __future__ import annotations

import asyncio

from bot.delivery.worker import Content
from bot.port.card import Card
from store.model import SHARDS, Channel, ChannelRef, ChannelState, PostState, Trouble
from tests.bot.world import DeliveryWorld, render
from tests.fakes.deliveries import Owner
from tests.fakes.platform import held


async def test_a_process_that_others_may_count_for_dead_begins_nothing(
    world: DeliveryWorld,
) -> None:
    await world.channel()
    await world.add("one")
    await world.to_the_slot()
    owner = Owner("process", living=False)
    delivery = world.delivery(owner=owner)
    assert await delivery.tick() is None
    assert await world.counts() == {}
    owner.living = True
    await delivery.run_once()
    assert world.platform.shown("chat") == [1]


async def test_each_process_brings_posts_to_workspaces_of_its_own(world: DeliveryWorld) -> None:
    homes = {ChannelRef("fake", f"T{number}", "").shard: f"T{number}" for number in range(60)}
    assert len(homes) == SHARDS
    for shard, workspace in homes.items():
        await world.channel(f"chat-{shard}", workspace=workspace)
    entry = await world.add("one")
    world.clock.forward(days=1)
    mine, others = frozenset({1, 4, 9}), frozenset(range(SHARDS)) - {1, 4, 9}

    await world.delivery(owner=Owner("first", some=mine)).run_once()
    assert {number for number in homes if world.platform.in_channel(f"chat-{number}")} == mine
    # It made no post of another's either: that one decides what it carries.
    assert await world.counts() == {PostState.SENT: len(mine)}

    await world.delivery(owner=Owner("second", some=others)).run_once()
    assert all(world.platform.shown(f"chat-{number}") == [entry.id] for number in homes)
    assert await world.counts() == {PostState.SENT: SHARDS}
    assert world.platform.keys_taken_twice() == []


async def test_a_broken_channel_is_tried_by_whose_shard_it_is(world: DeliveryWorld) -> None:
    channel = await world.channel()
    await world.store.broken.mark(channel.id, Trouble("Away.", ""))
    world.clock.forward(hours=1)
    others = frozenset(range(SHARDS)) - {channel.ref.shard}
    await world.delivery(owner=Owner("first", some=others)).run_once()
    assert (await world.state()).state is ChannelState.BROKEN
    await world.delivery(owner=Owner("second", some=frozenset({channel.ref.shard}))).run_once()
    assert (await world.state()).state is ChannelState.ACTIVE


async def test_a_post_of_a_shard_that_went_to_another_meanwhile_is_not_sent(
    world: DeliveryWorld,
) -> None:
    channel = await world.channel()
    await world.add("one")
    await world.to_the_slot()
    owner = Owner("first", some=frozenset({channel.ref.shard}))

    def taken(content: Content, channel: Channel) -> Card:
        owner.some = frozenset()
        return render(content, channel)

    await world.delivery(render=taken, owner=owner).run_once()
    assert world.platform.publishing.calls == 0
    await world.delivery().run_once()
    assert world.platform.shown("chat") == [1]


async def test_what_is_in_hand_keeps_its_shard(world: DeliveryWorld) -> None:
    channel = await world.channel()
    await world.add("one")
    await world.to_the_slot()
    gate = asyncio.Event()
    world.platform.publishing.then(held(gate))
    deliveries = world.delivery()
    [delivery] = deliveries.each
    assert not delivery.busy(channel.ref.shard)
    await deliveries.tick()
    await world.platform.begun.get()
    assert [number for number in range(SHARDS) if delivery.busy(number)] == [channel.ref.shard]
    gate.set()
    await deliveries.run_once()
    assert not delivery.busy(channel.ref.shard)


async def test_what_is_let_go_of_is_stopped_and_found_by_another(world: DeliveryWorld) -> None:
    await world.channel()
    await world.add("one")
    await world.to_the_slot()
    gate = asyncio.Event()
    world.platform.publishing.then(held(gate))
    first = world.delivery()
    await first.tick()
    await world.platform.begun.get()
    for each in first.each:
        each.abandon()
    await first.close()
    assert await world.counts() == {PostState.SENDING: 1}
    gate.set()
    await world.settle(world.delivery())
    assert world.platform.finding.calls == 1
    assert world.platform.shown("chat") == [1]
