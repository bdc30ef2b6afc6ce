"""A channel that was broken catches up with one late post."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

import pytest

from bot.delivery.policy import Policy
from bot.port.platform import Permanent, Retryable
from store.model import INSTANT, ChannelState, EntryDraft, PostState
from tests.bot.delivery.breaking import BUSY, DAY, PATIENT, a_channel_that_breaks, lines, mend
from tests.bot.world import CURATOR, OWNER, DeliveryWorld
from tests.fakes.clock import MORNING
from tests.fakes.deliveries import Deliveries
from tests.fakes.platform import CallStep, refused
from tests.fakes.stored import history

# Broken, and mended


async def test_a_refusal_for_good_breaks_the_channel_and_its_owner_hears_of_it_once(
    world: DeliveryWorld,
) -> None:
    world.platform.entries_per_message = 1
    await world.channel()
    await world.channel("other")
    await world.add_all("ab")
    await world.to_the_slot()
    world.platform.publishing.of_channel["chat"] = refused(
        Permanent("The bot was removed.", "Ask it back.")
    )
    world.platform.in_the_way["chat"] = ["still removed"]
    delivery = world.delivery()
    for _ in range(5):
        await delivery.run_once()
        world.clock.forward(hours=5)
    channel = await world.state()
    assert channel.state is ChannelState.BROKEN
    assert channel.reason == "The bot was removed."
    assert [(person, card.summary) for person, card in world.platform.told] == [
        (OWNER, "chat: The bot was removed. Ask it back.")
    ]
    assert world.platform.shown("other") == [1, 2]

    # A process that starts anew tells nobody again.
    await world.delivery().run_once()
    assert len(world.platform.told) == 1


async def test_a_broken_channel_gets_everything_once_it_is_back(world: DeliveryWorld) -> None:
    world.platform.entries_per_message = 1
    await world.channel()
    await world.add_all("ab")
    await world.to_the_slot()
    world.platform.publishing.then(refused(Permanent("The bot was removed.")))
    world.platform.in_the_way["chat"] = ["removed"]
    delivery = world.delivery()
    await delivery.run_once()
    world.clock.forward(hours=8)
    await delivery.run_once()
    assert (await world.state()).state is ChannelState.BROKEN

    world.platform.in_the_way.clear()
    world.clock.forward(hours=8)
    await delivery.run_once()
    assert (await world.state()).state is ChannelState.ACTIVE
    await world.settle(delivery, hours=40)
    assert sorted(world.platform.shown("chat")) == [1, 2]
    assert world.platform.keys_taken_twice() == []


async def test_an_edit_that_a_broken_channel_refuses_is_shown_once_it_is_back(
    world: DeliveryWorld,
) -> None:
    await world.channel()
    await world.add("one")
    delivery = world.delivery()
    await world.to_the_slot()
    await world.settle(delivery)
    await world.add("two")
    await world.store.entries.edit(1, EntryDraft(title="better"), CURATOR)
    refusal = refused(Permanent("The bot may not write here."))
    world.platform.updating.then(refusal)
    world.platform.publishing.then(refusal)
    world.clock.forward(days=1)
    await delivery.run_once()
    assert (await world.state()).state is ChannelState.BROKEN
    assert await world.store.posts.next_attempt("fake") is None

    await world.settle(delivery, hours=40)
    assert world.platform.shown("chat") == [1, 2]
    assert world.platform.messages[0].card.sections[0].heading[0].text == "better"
    assert world.platform.updating.calls == 2


async def test_a_channel_that_is_mended_in_vain_rests_longer_and_its_owner_hears_once(
    world: DeliveryWorld,
) -> None:
    await world.channel(rule="* * * * *")
    await world.add("one")
    world.platform.publishing.always = refused(Permanent("No permission."))
    delivery = world.delivery()
    for _ in range(24 * 2):
        world.clock.forward(minutes=30)
        await delivery.run_once()
    assert len(world.platform.told) == 1
    assert 3 < world.platform.publishing.calls < 20

    world.platform.publishing.always = CallStep()
    for _ in range(8 * 2):
        world.clock.forward(minutes=30)
        await delivery.run_once()
    assert world.platform.shown("chat") == [1]

    # Once it worked, the next trouble is news again.
    world.platform.publishing.always = refused(Permanent("No permission."))
    await world.add("two")
    world.clock.forward(minutes=1)
    await delivery.run_once()
    assert len(world.platform.told) == 2


async def test_an_owner_who_cannot_be_told_now_is_told_later(world: DeliveryWorld) -> None:
    await world.channel()
    await world.add("one")
    await world.to_the_slot()
    world.platform.publishing.then(refused(Permanent("Gone.")))
    world.platform.in_the_way["chat"] = ["gone"]
    world.platform.telling.then(refused(Retryable("slow down", timedelta(minutes=2))))
    delivery = world.delivery()
    await delivery.run_once()
    assert world.platform.told == []
    world.clock.forward(minutes=2)
    await delivery.run_once()
    await delivery.run_once()
    assert len(world.platform.told) == 1


async def test_a_resumed_channel_gets_its_posts_again(world: DeliveryWorld) -> None:
    channel = await world.channel()
    await world.add("one")
    await world.to_the_slot()
    world.platform.publishing.then(refused(Permanent("Gone.")))
    world.platform.in_the_way["chat"] = ["gone"]
    delivery = world.delivery()
    await delivery.run_once()
    world.clock.forward(seconds=10)
    await world.store.channels.resume(channel.ref, OWNER, world.clock())
    await delivery.run_once()
    assert world.platform.shown("chat") == [1]


# Tried again in time, also over restarts


async def test_restarts_are_no_storm_of_tries(
    world: DeliveryWorld, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for number in range(10):
        await a_channel_that_breaks(world, f"chat-{number}")
    await world.delivery().run_once()
    assert world.platform.publishing.calls == 10
    for _ in range(50):
        await world.delivery().run_once()
        world.clock.forward(seconds=1)
    assert lines(caplog, "channel still broken") == []
    for _ in range(24 * 4):
        world.clock.forward(minutes=15)
        await world.delivery().run_once()
    assert world.platform.publishing.calls == 10
    tries = len(lines(caplog, "channel still broken"))
    # At 1, 2, 4 ... 256 minutes, and then every six hours: a dozen times a day each.
    assert 10 * 8 <= tries <= 10 * 13
    assert len(world.platform.told) == 10


async def test_whose_messages_take_nothing_for_two_weeks_is_left_alone(
    world: DeliveryWorld,
) -> None:
    await a_channel_that_breaks(world, direct=True)
    await world.settle(world.delivery(), hours=13 * 24)
    assert (await world.state()).state is ChannelState.BROKEN
    await world.settle(world.delivery(), hours=2 * 24)
    assert (await world.state()).state is ChannelState.PAUSED
    calls = world.platform.publishing.calls
    mend(world)
    await world.settle(world.delivery(), hours=7 * 24)
    assert world.platform.publishing.calls == calls

    await world.channel(direct=True)  # they follow again
    await world.add("two")
    await world.to_the_slot()
    await world.delivery().run_once()
    assert world.platform.shown("chat") == [2]


# Catching up


async def at_last(world: DeliveryWorld, delivery: Deliveries) -> list[str]:
    """Let a channel be tried and post; return what its messages say."""
    for _ in range(13):
        world.clock.forward(minutes=30)
        await world.settle(delivery, hours=0.1)
    return [one.card.summary for one in world.platform.in_channel("chat")]


async def test_a_channel_that_was_broken_for_a_morning_gets_its_post_late(
    world: DeliveryWorld,
) -> None:
    await a_channel_that_breaks(world)
    delivery = world.delivery()
    await delivery.run_once()
    world.clock.forward(hours=1)
    mend(world)
    (said,) = await at_last(world, delivery)
    assert "late" in said
    assert world.platform.shown("chat") == [1]
    (post,) = await history(world.store, 1, 9)
    assert (post.slot, post.state) == (MORNING + DAY, PostState.SENT)


async def test_a_channel_that_was_broken_for_days_gets_one_late_post_with_all_of_them(
    world: DeliveryWorld,
) -> None:
    await a_channel_that_breaks(world)
    delivery = world.delivery()
    for title in ("two", "three", "four"):
        await delivery.run_once()
        world.clock.forward(days=1)
        await world.add(title)
    world.clock.forward(hours=2)
    mend(world)
    (said,) = await at_last(world, delivery)
    assert "late" in said
    assert world.platform.shown("chat") == [1, 2, 3, 4]
    assert (await world.state()).next_at == MORNING + 5 * DAY
    assert len(world.platform.told) == 1


async def test_an_instant_channel_that_was_broken_gets_one_late_post(world: DeliveryWorld) -> None:
    await a_channel_that_breaks(world, rule=INSTANT)
    delivery = world.delivery()
    await delivery.run_once()
    for title in ("two", "three"):
        world.clock.forward(hours=2)
        await world.add(title)
        await delivery.run_once()
    mend(world)
    (said,) = await at_last(world, delivery)
    assert "late" in said
    assert world.platform.shown("chat") == [1, 2, 3]


async def test_what_is_too_old_for_a_late_post_comes_with_the_next_one(
    world: DeliveryWorld,
) -> None:
    await a_channel_that_breaks(world)
    delivery = world.delivery(Policy(too_late_after=timedelta(hours=1)))
    await delivery.run_once()
    world.clock.forward(days=3, hours=13)
    await world.add("two")
    mend(world)
    assert await at_last(world, delivery) == []
    assert (await world.state()).state is ChannelState.ACTIVE
    await world.to_the_slot()
    await delivery.run_once()
    (message,) = world.platform.messages
    assert message.entry_ids == [1, 2]
    assert "late" not in message.card.summary


@pytest.mark.parametrize("days", [0, 3])
async def test_after_an_outage_of_the_program_there_is_one_late_post(
    world: DeliveryWorld, days: int
) -> None:
    await world.channel()
    await world.add("one")
    world.clock.now = MORNING + DAY * (1 + days) + timedelta(hours=3)
    await world.add("two")
    await world.settle(world.delivery(), hours=1)
    (message,) = world.platform.messages
    assert "late" in message.card.summary
    assert message.entry_ids == [1, 2]


async def test_after_an_outage_of_the_platform_there_is_one_late_post_and_nothing_is_lost(
    world: DeliveryWorld,
) -> None:
    await world.channel()
    world.platform.publishing.always = BUSY
    delivery = world.delivery(PATIENT)
    end: datetime = MORNING + 4 * DAY
    number = 0
    while world.clock() < end:
        number += 1
        await world.add(f"entry {number}")
        await world.settle(delivery, hours=23)
        world.clock.forward(hours=1)
    world.platform.publishing.always = CallStep()
    await world.settle(delivery, hours=1)
    late = [one for one in world.platform.messages if "late" in one.card.summary]
    assert len(late) <= 1
    await world.settle(delivery, hours=50)
    assert sorted(world.platform.shown("chat")) == list(range(1, number + 1))
    assert len([one for one in world.platform.messages if "late" in one.card.summary]) <= 1


async def test_a_channel_that_was_resumed_by_hand_catches_up_too(world: DeliveryWorld) -> None:
    await a_channel_that_breaks(world)
    delivery = world.delivery()
    await delivery.run_once()
    world.clock.forward(days=2, hours=1)
    mend(world)
    ref = (await world.state()).ref
    await world.store.channels.resume(ref, OWNER, world.clock() + DAY)
    await world.settle(delivery, hours=1)
    (message,) = world.platform.messages
    assert message.entry_ids == [1]
    assert "late" in message.card.summary
