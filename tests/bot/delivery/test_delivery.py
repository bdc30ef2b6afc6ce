"""Many posts at once, and the end of a process: none waits for another, and none is lost."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from pathlib import Path

import pytest

from bot.delivery.delivery import SOON
from bot.delivery.policy import Policy
from bot.delivery.ticker import Ticker
from bot.port.platform import Permanent, Retryable
from store.errors import DatabaseLocked
from store.model import INSTANT, PostState
from tests.bot.world import OWNER, DeliveryWorld, a_world
from tests.fakes.fuse import Fuse
from tests.fakes.platform import CallStep, FakePlatform, held, lost_answer, refused

DAY = timedelta(days=1)


async def test_a_slow_channel_holds_up_no_other_and_keeps_its_own_order(
    world: DeliveryWorld,
) -> None:
    world.platform.entries_per_message = 1
    await world.channel("slow")
    for number in range(30):
        await world.channel(f"quick-{number}")
    await world.add_all("ab")
    await world.to_the_slot("slow")
    gate = asyncio.Event()
    world.platform.publishing.of_channel["slow"] = held(gate)
    delivery = world.delivery(Policy(workers=2))
    await delivery.tick()
    for _ in range(1 + 30 * 2):
        await world.platform.begun.get()
    assert world.platform.in_channel("slow") == []
    gate.set()
    await delivery.run_once()
    assert world.platform.shown("slow") == [1, 2]
    assert all(world.platform.shown(f"quick-{number}") == [1, 2] for number in range(30))
    assert world.platform.most_under_way == 2
    await delivery.close()


async def test_few_posts_are_under_way_in_one_workspace(world: DeliveryWorld) -> None:
    for number in range(5):
        await world.channel(f"many-{number}")
    await world.channel("elsewhere", workspace="there")
    await world.add("one")
    await world.to_the_slot("many-0")
    gate = asyncio.Event()
    world.platform.publishing.always = held(gate)
    delivery = world.delivery(Policy(each_workspace=2))
    await delivery.tick()
    for _ in range(3):
        await world.platform.begun.get()
    await delivery.tick()
    assert world.platform.most_under_way == 3
    gate.set()
    await delivery.run_once()
    assert world.platform.shown("elsewhere") == [1]
    assert all(world.platform.shown(f"many-{number}") == [1] for number in range(5))
    await delivery.close()


async def test_a_slow_platform_holds_up_no_other(tmp_path: Path) -> None:
    slow, quick = FakePlatform("slow"), FakePlatform("quick")
    async with a_world(tmp_path, slow, quick) as world:
        await world.channel(platform="slow")
        await world.channel(platform="quick")
        await world.add("one")
        world.clock.forward(days=1)
        gate = asyncio.Event()
        slow.publishing.always = held(gate)
        delivery = world.delivery()
        await delivery.tick()
        await slow.begun.get()
        await quick.begun.get()
        gate.set()
        await delivery.run_once()
        assert slow.shown("chat") == quick.shown("chat") == [1]
        await delivery.close()


async def test_an_instant_post_does_not_wait_behind_a_morning_of_digests(
    world: DeliveryWorld,
) -> None:
    for number in range(20):
        await world.channel(f"daily-{number}")
    await world.channel("now", INSTANT, tags=("urgent",))
    await world.add("one")
    await world.to_the_slot("daily-0")
    gate = asyncio.Event()
    world.platform.publishing.always = held(gate)
    delivery = world.delivery(Policy(workers=1))
    await delivery.tick()
    await world.platform.begun.get()
    await world.add("two", "urgent")
    world.clock.forward(seconds=1)
    await delivery.tick()
    gate.set()
    assert await world.platform.begun.get() == "now"
    await delivery.run_once()
    await delivery.close()


async def test_a_storm_of_429_ends_with_every_post_sent_once(world: DeliveryWorld) -> None:
    for number in range(40):
        await world.channel(f"chat-{number}")
    await world.add("one")
    await world.to_the_slot("chat-0")
    storm = refused(Retryable("Too many requests.", timedelta(seconds=5)))
    world.platform.publishing.then(*[storm, CallStep(), storm, storm, storm] * 20)
    await world.settle(world.delivery())
    assert all(world.platform.shown(f"chat-{number}") == [1] for number in range(40))
    assert world.platform.keys_taken_twice() == []


async def test_a_platform_in_trouble_is_tried_one_at_a_time(world: DeliveryWorld) -> None:
    for number in range(40):
        await world.channel(f"chat-{number}")
    await world.add("one")
    await world.to_the_slot("chat-0")
    world.platform.publishing.always = refused(Retryable("out of order"))
    delivery = world.delivery(Policy(workers=4, trouble=4))
    await delivery.run_once()

    gate = asyncio.Event()
    world.clock.forward(minutes=10)
    world.platform.publishing.then(held(gate))
    await delivery.tick()
    assert (await world.counts())[PostState.SENDING] == 1

    # It works again: back to as many as it may be.
    again = asyncio.Event()
    world.platform.publishing.always = held(again)
    while not world.platform.begun.empty():
        world.platform.begun.get_nowait()
    gate.set()
    for _ in range(4):
        await world.platform.begun.get()
    assert (await world.counts())[PostState.SENDING] == 4
    again.set()
    await delivery.run_once()
    assert await world.counts() == {PostState.SENT: 40}


async def test_two_processes_on_one_store_post_once(world: DeliveryWorld) -> None:
    for number in range(20):
        await world.channel(f"chat-{number}")
    await world.add_all("abc")
    await world.to_the_slot("chat-0")
    await asyncio.gather(*(world.delivery().run_once() for _ in range(3)))
    assert all(world.platform.shown(f"chat-{number}") == [1, 2, 3] for number in range(20))
    assert len(world.platform.messages) == 20


async def test_stopping_leaves_what_hangs_to_its_lease_and_a_new_process_finds_it(
    world: DeliveryWorld,
) -> None:
    await world.channel()
    await world.add("one")
    await world.to_the_slot()
    world.platform.publishing.then(held(asyncio.Event()))
    first = world.delivery()
    await first.tick()
    await world.platform.begun.get()
    await first.close(timedelta(0))
    await first.tick()
    assert await world.counts() == {PostState.SENDING: 1}

    second = world.delivery()
    await second.run_once()
    assert world.platform.messages == []
    await world.settle(second)
    assert world.platform.finding.calls == 1
    assert world.platform.shown("chat") == [1]


async def test_what_a_worker_still_has_in_hand_is_not_begun_again(world: DeliveryWorld) -> None:
    # The machine slept: the lease ran out while the platform's answer was awaited.
    await world.channel()
    await world.add("one")
    await world.to_the_slot()
    gate = asyncio.Event()
    world.platform.publishing.then(held(gate))
    delivery = world.delivery()
    await delivery.tick()
    await world.platform.begun.get()
    world.clock.forward(minutes=10)
    await delivery.tick()
    gate.set()
    await world.settle(delivery)
    assert world.platform.publishing.calls == 1
    assert await world.counts() == {PostState.SENT: 1}
    await delivery.close()


async def test_a_store_that_fails_loses_nothing(
    world: DeliveryWorld, caplog: pytest.LogCaptureFixture
) -> None:
    await world.channel()
    await world.add("one")
    await world.to_the_slot()
    for at in range(12):
        # Each thing that the store is asked for fails once, also the receipt of what was sent.
        fuse = Fuse(at, DatabaseLocked("digest.db"), once=True)
        delivery = world.delivery(store=fuse.store(world.store))
        with caplog.at_level(logging.WARNING):
            await delivery.tick()
            await delivery.close(timedelta(seconds=30))
        world.clock.forward(minutes=4)
    assert "digest.db is locked" in caplog.text
    await world.settle(world.delivery())
    assert world.platform.shown("chat") == [1]
    assert len(world.platform.messages) == 1


async def test_the_clockwork_and_the_delivery_together(world: DeliveryWorld) -> None:
    await world.channel()
    await world.add("one")
    delivery = world.delivery()
    ticker = Ticker(world.clock, world.store.version)
    ticker.add("posts", delivery.tick)
    ticker.start()
    await world.to_the_slot()
    ticker.wake()
    assert await world.platform.begun.get() == "chat"
    await ticker.stop()
    await delivery.close(timedelta(seconds=30))
    assert await world.counts() == {PostState.SENT: 1}


async def test_stopping_gives_what_is_under_way_time_to_end(world: DeliveryWorld) -> None:
    await world.channel()
    await world.add("one")
    await world.to_the_slot()
    gate = asyncio.Event()
    world.platform.publishing.then(held(gate))
    delivery = world.delivery()
    await delivery.tick()
    await world.platform.begun.get()
    closing = asyncio.create_task(delivery.close(timedelta(seconds=30)))
    await asyncio.sleep(0)
    gate.set()
    await closing
    await delivery.close()
    assert await world.counts() == {PostState.SENT: 1}


async def test_each_step_of_a_post_is_logged_with_its_key(
    world: DeliveryWorld, caplog: pytest.LogCaptureFixture
) -> None:
    await world.channel()
    await world.add("one")
    await world.to_the_slot()
    world.platform.publishing.then(refused(Retryable("later", timedelta(minutes=1))), lost_answer())
    with caplog.at_level(logging.INFO, logger="bot.delivery"):
        await world.settle(world.delivery())
    key = world.platform.messages[0].key
    steps = [
        record.getMessage() for record in caplog.records if f"key={key}" in record.getMessage()
    ]
    assert [step.partition(" key=")[0] for step in steps] == [
        "post made",
        "post leased",
        "post sending",
        "post retried later",
        "post leased",
        "post sending",
        "post looked for later",
        "post leased",
        "post found",
        "post sent",
    ]


async def test_it_sleeps_until_the_next_slot(world: DeliveryWorld) -> None:
    delivery = world.delivery()
    assert await delivery.tick() is None
    channel = await world.channel()
    await world.channel("monthly", "0 9 1 * *")
    assert await delivery.tick() == channel.next_at
    await world.store.channels.pause(channel.ref, OWNER)
    assert await delivery.tick() == (await world.state("monthly")).next_at


async def test_while_a_post_is_under_way_it_looks_every_second(world: DeliveryWorld) -> None:
    await world.channel()
    await world.add("one")
    await world.to_the_slot()
    gate = asyncio.Event()
    world.platform.publishing.then(held(gate))
    delivery = world.delivery()
    assert await delivery.tick() == world.clock() + SOON
    assert await delivery.tick() == world.clock() + SOON
    gate.set()
    await delivery.run_once()
    assert await delivery.tick() == (await world.state()).next_at
    await delivery.close()


async def test_it_sleeps_until_what_failed_is_tried_again(world: DeliveryWorld) -> None:
    await world.channel()
    await world.add("one")
    await world.to_the_slot()
    world.platform.publishing.then(refused(Retryable("slow down", timedelta(minutes=7))))
    delivery = world.delivery()
    await delivery.run_once()
    assert await delivery.tick() == world.clock() + timedelta(minutes=7)

    world.clock.forward(minutes=7)
    world.platform.publishing.then(refused(Permanent("The bot was removed.")))
    world.platform.telling.then(refused(Retryable("slow down", timedelta(seconds=90))))
    world.platform.in_the_way["chat"] = ["removed"]
    await delivery.run_once()
    # The channel is tried again in a minute, and its owner told after that.
    assert await delivery.tick() == world.clock() + timedelta(minutes=1)
    world.clock.forward(minutes=1)
    await delivery.run_once()
    assert await delivery.tick() == world.clock() + timedelta(seconds=30)
    await delivery.close()


async def test_a_store_that_fails_is_asked_again_soon(world: DeliveryWorld) -> None:
    fuse = Fuse(0, DatabaseLocked("digest.db"), once=True)
    delivery = world.delivery(store=fuse.store(world.store))
    assert await delivery.tick() == world.clock() + SOON
    assert await delivery.tick() is None
