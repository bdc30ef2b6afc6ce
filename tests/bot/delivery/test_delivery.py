"""From "a channel is due" to "it was posted", on a real store: once, whatever happens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.delivery.delivery import Delivery
from bot.delivery.digest import DigestContent
from bot.delivery.planner import preview
from bot.delivery.policy import Policy
from bot.port.card import Card
from bot.port.platform import Permanent, Retryable, Unknown
from bot.schedule.phrases import Ticker
from store.errors import DatabaseLocked
from store.model import (
    INSTANT,
    Channel,
    ChannelRef,
    ChannelState,
    EntryDraft,
    PostState,
    Receipt,
    Schedule,
    Status,
    Subscription,
)
from tests.bot.world import CURATOR, OWNER, DeliveryWorld, a_world, notify, render
from tests.fakes.clock import MORNING
from tests.fakes.fuse import Fuse
from tests.fakes.platform import (
    CallStep,
    FakePlatform,
    held,
    lost_answer,
    lost_on_the_way,
    refused,
)

DAY = timedelta(days=1)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[DeliveryWorld]:
    async with a_world(tmp_path) as made:
        yield made


async def to_the_slot(world: DeliveryWorld, name: str = "chat") -> None:
    slot = (await world.state(name)).next_at
    assert slot is not None
    world.clock.now = slot


async def counts(world: DeliveryWorld) -> dict[PostState, int]:
    return {state: count for state, count in (await world.store.posts.counts()).items() if count}


# The plain way


async def test_a_post_goes_out_at_its_slot_and_only_once(world: DeliveryWorld) -> None:
    await world.channel()
    await world.add_all(["one", "two"])
    delivery = world.delivery()

    await delivery.run_once()
    assert world.platform.messages == []

    await to_the_slot(world)
    for _ in range(3):
        await delivery.run_once()
    assert world.platform.shown("chat") == [1, 2]
    assert (await world.state()).next_at == MORNING + 2 * DAY
    assert await counts(world) == {PostState.SENT: 1}

    world.clock.forward(days=1)
    await delivery.run_once()
    assert len(world.platform.messages) == 1


async def test_a_post_a_minute_ahead_goes_out_in_its_minute(world: DeliveryWorld) -> None:
    await world.channel(rule="1 9 * * *")
    await world.add("one")
    delivery = world.delivery()
    world.clock.forward(seconds=59)
    await delivery.run_once()
    assert world.platform.messages == []
    world.clock.forward(seconds=1)
    await delivery.run_once()
    assert world.platform.shown("chat") == [1]


async def test_the_rest_goes_with_the_next_post(world: DeliveryWorld) -> None:
    await world.channel(limit=2)
    await world.add_all("abc")
    delivery = world.delivery()
    await to_the_slot(world)
    await delivery.run_once()
    assert "rest=1" in world.platform.messages[0].card.summary
    await to_the_slot(world)
    await delivery.run_once()
    assert [one.entry_ids for one in world.platform.messages] == [[1, 2], [3]]


async def test_a_long_digest_comes_in_parts_and_in_order(world: DeliveryWorld) -> None:
    world.platform.entries_per_message = 2
    await world.channel()
    await world.add_all("abcde")
    await to_the_slot(world)
    await world.delivery().run_once()
    assert [one.entry_ids for one in world.platform.in_channel("chat")] == [[1, 2], [3, 4], [5]]
    parts = [one.card.summary.split()[1] for one in world.platform.messages]
    assert parts == ["part=1/3", "part=2/3", "part=3/3"]
    assert world.platform.most_under_way == 1


async def test_further_parts_go_under_the_first_where_the_channel_wants_a_thread(
    world: DeliveryWorld,
) -> None:
    world.platform.entries_per_message = 2
    await world.channel(threaded=True)
    await world.add_all("abcde")
    await to_the_slot(world)
    await world.delivery().run_once()
    first, second, third = world.platform.messages
    assert first.under is None
    assert second.under == third.under == Receipt("fake", {"message": "0"})


async def test_an_instant_channel_gets_what_is_published_at_once(world: DeliveryWorld) -> None:
    await world.channel(rule=INSTANT)
    delivery = world.delivery()
    await delivery.run_once()
    assert world.platform.messages == []
    await world.add("one")
    await delivery.run_once()
    await world.add("two")
    world.clock.forward(seconds=1)
    await delivery.run_once()
    assert [one.entry_ids for one in world.platform.messages] == [[1], [2]]


async def test_many_entries_at_once_reach_an_instant_channel_in_several_posts(
    world: DeliveryWorld,
) -> None:
    await world.channel(rule=INSTANT, limit=2)
    await world.add_all("abcde")
    delivery = world.delivery()
    for _ in range(4):
        await delivery.run_once()
        world.clock.forward(seconds=1)
    assert [one.entry_ids for one in world.platform.messages] == [[1, 2], [3, 4], [5]]


async def test_tags_and_quiet_days(world: DeliveryWorld) -> None:
    await world.channel("llm", tags=("LLM",))
    await world.channel("quiet", tags=("none",), quiet_days=True)
    await world.channel("silent", tags=("none",))
    await world.add("one", "llm")
    await world.add("two")
    await to_the_slot(world, "llm")
    await world.delivery().run_once()
    assert world.platform.shown("llm") == [1]
    assert [one.entry_ids for one in world.platform.in_channel("quiet")] == [[]]
    assert world.platform.in_channel("silent") == []


async def test_a_retagged_entry_reaches_the_channel_that_wants_it_now(world: DeliveryWorld) -> None:
    await world.channel(tags=("llm",))
    entry = await world.add("one")
    delivery = world.delivery()
    await to_the_slot(world)
    await delivery.run_once()
    await world.store.entries.edit(entry.id, EntryDraft(title="one", tags=("llm",)), CURATOR)
    await to_the_slot(world)
    await delivery.run_once()
    assert world.platform.shown("chat") == [entry.id]


async def test_channels_of_a_platform_that_does_not_run_here_wait(world: DeliveryWorld) -> None:
    await world.channel("far", platform="elsewhere")
    await world.channel()
    await world.add("one")
    await to_the_slot(world)
    await world.delivery().run_once()
    assert world.platform.shown("chat") == [1]
    assert (await world.state("far", "elsewhere")).next_at == world.clock()


async def test_a_preview_is_what_the_next_post_says(world: DeliveryWorld) -> None:
    channel = await world.channel(limit=2)
    await world.add_all("abc")
    content = await preview(world.store, channel, world.clock())
    assert [entry.id for entry in content.entries] == [1, 2]
    assert (content.rest, content.slot, content.late) == (1, channel.next_at, False)
    assert await counts(world) == {}


# Days on which the clocks change, and late posts


async def test_a_day_with_a_time_that_is_not_there_has_one_post(world: DeliveryWorld) -> None:
    world.clock.now = datetime.fromisoformat("2026-03-07T12:00:00-05:00")
    await world.channel(rule="30 2 * * *", zone="America/New_York", quiet_days=True)
    delivery = world.delivery()
    end = world.clock() + timedelta(days=3)
    while world.clock() < end:
        await delivery.run_once()
        world.clock.forward(minutes=30)
    posts = await world.store.posts.history((await world.state()).id, 10)
    assert [post.slot.isoformat() for post in reversed(posts)] == [
        "2026-03-08T07:30:00+00:00",
        "2026-03-09T06:30:00+00:00",
        "2026-03-10T06:30:00+00:00",
    ]


async def test_a_day_with_a_time_that_comes_twice_has_one_post(world: DeliveryWorld) -> None:
    world.clock.now = datetime.fromisoformat("2026-10-31T12:00:00-04:00")
    await world.channel(rule="30 1 * * *", zone="America/New_York", quiet_days=True)
    delivery = world.delivery()
    end = world.clock() + timedelta(days=2)
    while world.clock() < end:
        await delivery.run_once()
        world.clock.forward(minutes=30)
    posts = await world.store.posts.history((await world.state()).id, 10)
    assert [post.slot.isoformat() for post in reversed(posts)] == [
        "2026-11-01T05:30:00+00:00",
        "2026-11-02T06:30:00+00:00",
    ]


async def test_a_late_post_says_so_and_missed_slots_make_one(world: DeliveryWorld) -> None:
    await world.channel()
    await world.add("one")
    world.clock.now = MORNING + 4 * DAY + timedelta(hours=2)
    await world.delivery().run_once()
    (message,) = world.platform.messages
    assert message.entry_ids == [1]
    assert "late" in message.card.summary
    (post,) = await world.store.posts.history((await world.state()).id, 10)
    assert post.slot == MORNING + 4 * DAY
    assert (await world.state()).next_at == MORNING + 5 * DAY


async def test_what_came_too_late_goes_with_the_next_post(world: DeliveryWorld) -> None:
    await world.channel(rule="0 9 * * 1")
    await world.add("one")
    world.clock.now = MORNING + 12 * DAY
    delivery = world.delivery()
    await delivery.run_once()
    assert world.platform.messages == []
    world.clock.now = MORNING + 14 * DAY
    await delivery.run_once()
    assert world.platform.shown("chat") == [1]
    assert "late" not in world.platform.messages[0].card.summary


# Trouble


async def test_a_platform_s_own_delay_is_kept(world: DeliveryWorld) -> None:
    await world.channel()
    await world.add("one")
    await to_the_slot(world)
    world.platform.publishing.then(refused(Retryable("slow down", timedelta(seconds=37))))
    delivery = world.delivery()
    await delivery.run_once()
    assert await world.store.posts.next_attempt(["fake"]) == world.clock() + timedelta(seconds=37)
    world.clock.forward(seconds=36.9)
    await delivery.run_once()
    assert world.platform.messages == []
    world.clock.forward(seconds=0.2)
    await delivery.run_once()
    assert world.platform.shown("chat") == [1]


async def test_retries_without_a_delay_come_less_and_less_often(world: DeliveryWorld) -> None:
    await world.channel()
    await world.add("one")
    await to_the_slot(world)
    world.platform.publishing.always = refused(Retryable("out of order"))
    delivery = world.delivery()
    pauses = []
    for _ in range(14):
        await delivery.run_once()
        following = await world.store.posts.next_attempt(["fake"])
        assert following is not None
        pauses.append((following - world.clock()).total_seconds())
        world.clock.now = following
    assert pauses == sorted(pauses)
    assert pauses[0] == pytest.approx(1.5)
    assert pauses[-1] == pytest.approx(450)


async def test_an_outage_of_hours_loses_nothing_and_the_post_says_that_it_is_late(
    world: DeliveryWorld,
) -> None:
    await world.channel()
    await world.add("one")
    await to_the_slot(world)
    world.platform.publishing.always = refused(Retryable("out of order"))
    delivery = world.delivery()
    await world.settle(delivery, hours=5)
    assert world.platform.messages == []
    world.platform.publishing.always = CallStep()
    await world.settle(delivery, hours=1)
    assert world.platform.shown("chat") == [1]
    assert "late" in world.platform.messages[0].card.summary


async def test_after_a_day_without_the_platform_the_next_post_takes_over(
    world: DeliveryWorld,
) -> None:
    await world.channel()
    await world.add("one")
    await to_the_slot(world)
    world.platform.publishing.always = refused(Retryable("out of order"))
    delivery = world.delivery(Policy(longest_pause=timedelta(hours=2)))
    await world.settle(delivery, hours=20)
    await world.add("two")
    await world.settle(delivery, hours=40)
    world.platform.publishing.always = CallStep()
    await world.settle(delivery, hours=40)
    assert sorted(world.platform.shown("chat")) == [1, 2]
    failed = [
        post
        for post in await world.store.posts.history((await world.state()).id, 10)
        if post.state is PostState.FAILED
    ]
    assert failed
    assert all("next post" in post.reason for post in failed)


async def test_a_lost_answer_is_looked_for_and_not_sent_again(world: DeliveryWorld) -> None:
    await world.channel()
    await world.add("one")
    await to_the_slot(world)
    world.platform.publishing.then(lost_answer())
    delivery = world.delivery()
    await delivery.run_once()
    assert await counts(world) == {PostState.UNKNOWN: 1}
    await world.settle(delivery)
    assert len(world.platform.messages) == 1
    assert await counts(world) == {PostState.SENT: 1}


async def test_what_was_lost_on_the_way_is_looked_for_and_then_sent(world: DeliveryWorld) -> None:
    await world.channel()
    await world.add("one")
    await to_the_slot(world)
    world.platform.publishing.then(lost_on_the_way())
    await world.settle(world.delivery())
    assert world.platform.finding.calls == 1
    assert world.platform.shown("chat") == [1]
    assert world.platform.keys_taken_twice() == []


async def test_while_it_cannot_be_looked_for_it_is_not_sent(world: DeliveryWorld) -> None:
    await world.channel()
    await world.add("one")
    await to_the_slot(world)
    world.platform.publishing.then(lost_answer())
    world.platform.finding.then(
        refused(Retryable("busy")),
        refused(Unknown("no answer")),
        CallStep(error=ValueError("a bug")),
        refused(Retryable("busy", timedelta(minutes=30))),
    )
    await world.settle(world.delivery())
    assert world.platform.finding.calls == 5
    assert world.platform.publishing.calls == 1
    assert await counts(world) == {PostState.SENT: 1}


async def test_a_platform_that_never_answers_is_given_up_on_and_looked_for(
    world: DeliveryWorld,
) -> None:
    await world.channel()
    await world.add("one")
    await to_the_slot(world)
    world.platform.publishing.then(held(asyncio.Event()))
    delivery = world.delivery(Policy(answer=timedelta(0)))
    await delivery.run_once()
    (post,) = await world.store.posts.history((await world.state()).id, 1)
    assert post.state is PostState.UNKNOWN
    assert post.reason == "The platform did not answer."


async def test_a_bug_in_an_adapter_never_posts_twice(
    world: DeliveryWorld, caplog: pytest.LogCaptureFixture
) -> None:
    await world.channel()
    await world.add("one")
    await to_the_slot(world)
    world.platform.publishing.then(CallStep(error=KeyError("id")))
    with caplog.at_level(logging.ERROR):
        await world.settle(world.delivery())
    assert len(world.platform.messages) == 1
    assert "KeyError" in caplog.text


async def test_a_refusal_for_good_breaks_the_channel_and_its_owner_hears_of_it_once(
    world: DeliveryWorld,
) -> None:
    world.platform.entries_per_message = 1
    await world.channel()
    await world.channel("other")
    await world.add_all("ab")
    await to_the_slot(world)
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
    await to_the_slot(world)
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
    await to_the_slot(world)
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
    await to_the_slot(world)
    world.platform.publishing.then(refused(Permanent("Gone.")))
    world.platform.in_the_way["chat"] = ["gone"]
    delivery = world.delivery()
    await delivery.run_once()
    world.clock.forward(seconds=10)
    await world.store.channels.resume(channel.ref, OWNER, world.clock())
    await delivery.run_once()
    assert world.platform.shown("chat") == [1]


async def test_a_schedule_that_cannot_be_read_breaks_its_channel_only(world: DeliveryWorld) -> None:
    for name, rule, zone in (("rule", "nonsense", "UTC"), ("zone", "0 9 * * *", "Mars/Olympus")):
        subscription = Subscription(Schedule(rule, zone), MORNING)
        await world.store.channels.schedule(
            ChannelRef("fake", "here", name), subscription, OWNER, MORNING + DAY
        )
    await world.channel()
    await world.add("one")
    await to_the_slot(world)
    await world.delivery().run_once()
    assert world.platform.shown("chat") == [1]
    assert (await world.state("rule")).state is ChannelState.BROKEN
    assert (await world.state("zone")).state is ChannelState.BROKEN
    assert len(world.platform.told) == 2


# Edits


async def test_an_edit_reaches_every_post_that_was_sent(world: DeliveryWorld) -> None:
    await world.channel()
    await world.channel("other")
    entry = await world.add("one")
    delivery = world.delivery()
    await to_the_slot(world)
    await delivery.run_once()
    await world.store.entries.edit(entry.id, EntryDraft(title="better"), CURATOR)
    await delivery.run_once()
    await delivery.run_once()
    for message in world.platform.messages:
        assert message.card.sections[0].heading[0].text == "better"
        assert message.updates == 1


async def test_a_retraction_and_its_undo_reach_the_post_and_nothing_comes_twice(
    world: DeliveryWorld,
) -> None:
    await world.channel()
    await world.add_all("ab")
    delivery = world.delivery()
    await to_the_slot(world)
    await delivery.run_once()
    await world.store.entries.retract(1, CURATOR)
    await delivery.run_once()
    assert world.platform.shown("chat") == [2]
    await world.store.entries.retract(2, CURATOR)
    await delivery.run_once()
    assert "emptied" in world.platform.messages[0].card.summary
    await world.store.entries.restore(1, CURATOR)
    await delivery.run_once()
    await to_the_slot(world)
    await delivery.run_once()
    assert [one.entry_ids for one in world.platform.messages] == [[1]]


async def test_an_update_is_late_only_where_its_post_was(world: DeliveryWorld) -> None:
    await world.channel()
    await world.add("one")
    delivery = world.delivery()
    await to_the_slot(world)
    await delivery.run_once()
    world.clock.forward(hours=5)
    await world.store.entries.edit(1, EntryDraft(title="better"), CURATOR)
    await delivery.run_once()
    assert "late" not in world.platform.messages[0].card.summary


async def test_what_is_edited_or_retracted_before_it_is_sent_goes_out_as_it_is(
    world: DeliveryWorld,
) -> None:
    await world.channel()
    await world.add_all("ab")
    await to_the_slot(world)
    world.platform.publishing.then(refused(Retryable("later", timedelta(minutes=1))))
    delivery = world.delivery()
    await delivery.run_once()
    await world.store.entries.edit(1, EntryDraft(title="better"), CURATOR)
    await world.store.entries.retract(2, CURATOR)
    await world.settle(delivery)
    (message,) = world.platform.messages
    assert [one.heading[0].text for one in message.card.sections] == ["better"]


@pytest.mark.parametrize("quiet_days", [False, True])
async def test_a_post_that_is_emptied_before_it_is_sent(
    world: DeliveryWorld, quiet_days: bool
) -> None:
    await world.channel(quiet_days=quiet_days)
    await world.add("one")
    await to_the_slot(world)
    world.platform.publishing.then(refused(Retryable("later", timedelta(minutes=1))))
    delivery = world.delivery()
    await delivery.run_once()
    await world.store.entries.retract(1, CURATOR)
    await world.settle(delivery)
    assert [one.entry_ids for one in world.platform.messages] == ([[]] if quiet_days else [])
    assert all("emptied" not in one.card.summary for one in world.platform.messages)

    # Restored, it reaches the channel after all, once.
    await world.store.entries.restore(1, CURATOR)
    await to_the_slot(world)
    await world.settle(delivery)
    assert world.platform.shown("chat") == [1]


async def test_an_update_is_tried_again_and_one_that_never_can_be_is_let_go(
    world: DeliveryWorld,
) -> None:
    await world.channel()
    await world.add("one")
    delivery = world.delivery()
    await to_the_slot(world)
    await delivery.run_once()
    await world.store.entries.edit(1, EntryDraft(title="better"), CURATOR)
    world.platform.updating.then(
        refused(Retryable("busy", timedelta(minutes=1))),
        lost_answer(),
        CallStep(error=KeyError("id")),
    )
    await world.settle(delivery)
    assert world.platform.messages[0].card.sections[0].heading[0].text == "better"
    assert world.platform.updating.calls == 4

    await world.store.entries.edit(1, EntryDraft(title="best"), CURATOR)
    world.platform.updating.then(refused(Permanent("The message is gone.")))
    await world.settle(delivery)
    assert world.platform.updating.calls == 5
    assert (await world.state()).state is ChannelState.ACTIVE
    assert await world.store.posts.next_attempt(["fake"]) is None


async def test_an_update_that_fails_on_and_on_is_tried_less_and_less_often(
    world: DeliveryWorld,
) -> None:
    await world.channel()
    await world.add("one")
    delivery = world.delivery()
    await to_the_slot(world)
    await delivery.run_once()
    for title in ("better", "best"):
        await world.store.entries.edit(1, EntryDraft(title=title), CURATOR)
        pauses = []
        for _ in range(5):
            world.platform.updating.then(refused(Retryable("busy")))
            await delivery.run_once()
            due = await world.store.posts.next_attempt(["fake"])
            assert due is not None
            pauses.append((due - world.clock.now).total_seconds())
            world.clock.now = due
        assert pauses == [1.5, 3.0, 6.0, 12.0, 24.0]
        await delivery.run_once()
        assert world.platform.messages[0].card.sections[0].heading[0].text == title


# Many at once


async def test_a_slow_channel_holds_up_no_other_and_keeps_its_own_order(
    world: DeliveryWorld,
) -> None:
    world.platform.entries_per_message = 1
    await world.channel("slow")
    for number in range(30):
        await world.channel(f"quick-{number}")
    await world.add_all("ab")
    await to_the_slot(world, "slow")
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
    await to_the_slot(world, "daily-0")
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
    await to_the_slot(world, "chat-0")
    storm = refused(Retryable("Too many requests.", timedelta(seconds=5)))
    world.platform.publishing.then(*[storm, CallStep(), storm, storm, storm] * 20)
    await world.settle(world.delivery())
    assert all(world.platform.shown(f"chat-{number}") == [1] for number in range(40))
    assert world.platform.keys_taken_twice() == []


async def test_a_platform_in_trouble_is_tried_one_at_a_time(world: DeliveryWorld) -> None:
    for number in range(40):
        await world.channel(f"chat-{number}")
    await world.add("one")
    await to_the_slot(world, "chat-0")
    world.platform.publishing.always = refused(Retryable("out of order"))
    delivery = world.delivery(Policy(workers=4, trouble=4))
    await delivery.run_once()

    gate = asyncio.Event()
    world.clock.forward(minutes=10)
    world.platform.publishing.then(held(gate))
    await delivery.tick()
    assert (await counts(world))[PostState.SENDING] == 1

    # It works again: back to as many as it may be.
    again = asyncio.Event()
    world.platform.publishing.always = held(again)
    while not world.platform.begun.empty():
        world.platform.begun.get_nowait()
    gate.set()
    for _ in range(4):
        await world.platform.begun.get()
    assert (await counts(world))[PostState.SENDING] == 4
    again.set()
    await delivery.run_once()
    assert await counts(world) == {PostState.SENT: 40}


async def test_two_processes_on_one_store_post_once(world: DeliveryWorld) -> None:
    for number in range(20):
        await world.channel(f"chat-{number}")
    await world.add_all("abc")
    await to_the_slot(world, "chat-0")
    await asyncio.gather(*(world.delivery().run_once() for _ in range(3)))
    assert all(world.platform.shown(f"chat-{number}") == [1, 2, 3] for number in range(20))
    assert len(world.platform.messages) == 20


async def test_a_channel_with_years_before_it_gets_the_oldest_first(world: DeliveryWorld) -> None:
    await world.add_all(f"entry {number}" for number in range(30))
    await world.channel(since=MORNING - DAY, limit=4)
    await world.channel("new")
    world.clock.forward(seconds=1)
    await world.add("fresh")
    await to_the_slot(world)
    await world.delivery().run_once()
    assert world.platform.shown("chat") == [1, 2, 3, 4]
    assert "rest=27" in world.platform.in_channel("chat")[0].card.summary


# Stopping


async def test_stopping_leaves_what_hangs_to_its_lease_and_a_new_process_finds_it(
    world: DeliveryWorld,
) -> None:
    await world.channel()
    await world.add("one")
    await to_the_slot(world)
    world.platform.publishing.then(held(asyncio.Event()))
    first = world.delivery()
    await first.tick()
    await world.platform.begun.get()
    await first.close(timedelta(0))
    await first.tick()
    assert await counts(world) == {PostState.SENDING: 1}

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
    await to_the_slot(world)
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
    assert await counts(world) == {PostState.SENT: 1}
    await delivery.close()


async def test_a_lease_that_has_almost_run_out_begins_nothing(world: DeliveryWorld) -> None:
    await world.channel()
    await world.add("one")
    await to_the_slot(world)

    def slowly(content: DigestContent, channel: Channel) -> Card:
        world.clock.forward(minutes=2.5)
        return render(content, channel)

    asleep = Delivery(
        world.store, world.platforms, world.clock, render=slowly, notify=notify, owner="asleep"
    )
    await asleep.run_once()
    assert world.platform.publishing.calls == 0
    await world.settle(world.delivery())
    assert world.platform.shown("chat") == [1]


async def test_a_card_that_cannot_be_made_is_tried_again(
    world: DeliveryWorld, caplog: pytest.LogCaptureFixture
) -> None:
    await world.channel()
    await world.add("one")
    await to_the_slot(world)

    def never(content: DigestContent, channel: Channel) -> Card:
        raise ValueError(f"{channel.id} {content.slot}")

    broken = Delivery(
        world.store, world.platforms, world.clock, render=never, notify=notify, owner="broken"
    )
    with caplog.at_level(logging.ERROR):
        await broken.run_once()
    assert "ValueError" in caplog.text
    (post,) = await world.store.posts.history(1, 1)
    assert (post.state, post.reason) == (
        PostState.QUEUED,
        "It could not be prepared. The log says why.",
    )
    await world.settle(world.delivery())
    assert world.platform.shown("chat") == [1]


async def test_a_store_that_fails_loses_nothing(
    world: DeliveryWorld, caplog: pytest.LogCaptureFixture
) -> None:
    await world.channel()
    await world.add("one")
    await to_the_slot(world)
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
    clockwork = Ticker(delivery.tick, timedelta(hours=1))
    clockwork.start()
    await to_the_slot(world)
    clockwork.wake()
    assert await world.platform.begun.get() == "chat"
    await clockwork.stop()
    await delivery.close(timedelta(seconds=30))
    assert await counts(world) == {PostState.SENT: 1}


async def test_stopping_gives_what_is_under_way_time_to_end(world: DeliveryWorld) -> None:
    await world.channel()
    await world.add("one")
    await to_the_slot(world)
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
    assert await counts(world) == {PostState.SENT: 1}


async def test_each_step_of_a_post_is_logged_with_its_key(
    world: DeliveryWorld, caplog: pytest.LogCaptureFixture
) -> None:
    await world.channel()
    await world.add("one")
    await to_the_slot(world)
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


async def test_a_retracted_entry_is_never_posted(world: DeliveryWorld) -> None:
    await world.channel()
    entry = await world.add("one")
    assert (await world.store.entries.retract(entry.id, CURATOR)).status is Status.RETRACTED
    await to_the_slot(world)
    await world.delivery().run_once()
    assert world.platform.messages == []
