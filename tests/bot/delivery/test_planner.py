"""What is due becomes posts: at its slot, with what is new, in parts, late or not at all."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.delivery.planner import preview
from bot.port.platform import Retryable
from store.model import (
    INSTANT,
    ChannelRef,
    ChannelState,
    EntryDraft,
    Leftover,
    Order,
    PostState,
    Schedule,
    Show,
    Subscription,
    best_of,
)
from tests.bot.world import CURATOR, OWNER, DeliveryWorld
from tests.fakes.clock import MORNING
from tests.fakes.platform import refused
from tests.fakes.stored import history

DAY = timedelta(days=1)


async def test_a_post_goes_out_at_its_slot_and_only_once(world: DeliveryWorld) -> None:
    await world.channel()
    await world.add_all(["one", "two"])
    delivery = world.delivery()

    await delivery.run_once()
    assert world.platform.messages == []

    await world.to_the_slot()
    for _ in range(3):
        await delivery.run_once()
    assert world.platform.shown("chat") == [1, 2]
    assert (await world.state()).next_at == MORNING + 2 * DAY
    assert await world.counts() == {PostState.SENT: 1}

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
    await world.to_the_slot()
    await delivery.run_once()
    assert "rest=1" in world.platform.messages[0].card.summary
    await world.to_the_slot()
    await delivery.run_once()
    assert [one.entry_ids for one in world.platform.messages] == [[1, 2], [3]]


async def test_a_long_digest_comes_in_parts_and_in_order(world: DeliveryWorld) -> None:
    world.platform.entries_per_message = 2
    await world.channel()
    await world.add_all("abcde")
    await world.to_the_slot()
    await world.delivery().run_once()
    assert [one.entry_ids for one in world.platform.in_channel("chat")] == [[1, 2], [3, 4], [5]]
    parts = [one.card.summary.split()[1] for one in world.platform.messages]
    assert parts == ["part=1/3", "part=2/3", "part=3/3"]
    assert world.platform.most_under_way == 1


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
    await world.to_the_slot("llm")
    await world.delivery().run_once()
    assert world.platform.shown("llm") == [1]
    assert [one.entry_ids for one in world.platform.in_channel("quiet")] == [[]]
    assert world.platform.in_channel("silent") == []


async def test_a_retagged_entry_reaches_the_channel_that_wants_it_now(world: DeliveryWorld) -> None:
    await world.channel(tags=("llm",))
    entry = await world.add("one")
    delivery = world.delivery()
    await world.to_the_slot()
    await delivery.run_once()
    await world.store.entries.edit(entry.id, EntryDraft(title="one", tags=("llm",)), CURATOR)
    await world.to_the_slot()
    await delivery.run_once()
    assert world.platform.shown("chat") == [entry.id]


async def test_the_best_are_posted_and_no_later_post_carries_the_rest(world: DeliveryWorld) -> None:
    await world.channel(limit=2, order=Order.BEST, leftover=Leftover.LEAVE)
    await world.add("one", votes=1)
    left = await world.add("two")
    await world.add("three", votes=3)
    delivery = world.delivery()
    await world.to_the_slot()
    await delivery.run_once()
    assert [one.entry_ids for one in world.platform.messages] == [[3, 1]]
    assert "rest=1 leaves" in world.platform.messages[0].card.summary

    # New for other channels: it got a tag. The post that left it out says nothing of it.
    await world.store.entries.edit(left.id, EntryDraft(title="two", tags=("llm",)), CURATOR)
    await delivery.run_once()
    assert [one.updates for one in world.platform.messages] == [0]
    await world.add("four")
    await world.to_the_slot()
    await delivery.run_once()
    assert world.platform.shown("chat") == [3, 1, 4]


async def test_what_a_failed_post_left_out_competes_again(world: DeliveryWorld) -> None:
    await world.channel(limit=1, order=Order.BEST, leftover=Leftover.LEAVE)
    await world.add("one")
    best = await world.add("two", votes=1)
    world.platform.publishing.then(refused(Retryable("away", timedelta(hours=30))))
    delivery = world.delivery()
    await world.to_the_slot()
    await delivery.run_once()
    await world.store.entries.retract(best.id, CURATOR)
    await world.settle(delivery, hours=80)
    assert world.platform.shown("chat") == [1]


async def test_channels_of_a_platform_that_does_not_run_here_wait(world: DeliveryWorld) -> None:
    await world.channel("far", platform="elsewhere")
    await world.channel()
    await world.add("one")
    await world.to_the_slot()
    await world.delivery().run_once()
    assert world.platform.shown("chat") == [1]
    assert (await world.state("far", "elsewhere")).next_at == world.clock()


async def test_a_preview_is_what_the_next_post_says(world: DeliveryWorld) -> None:
    channel = await world.channel(limit=2)
    await world.add_all("abc")
    content = await preview(world.store, channel, world.clock())
    assert [entry.id for entry in content.entries] == [1, 2]
    assert (content.rest, content.slot, content.late) == (1, channel.next_at, False)
    assert await world.counts() == {}


async def test_a_day_with_a_time_that_is_not_there_has_one_post(world: DeliveryWorld) -> None:
    world.clock.now = datetime.fromisoformat("2026-03-07T12:00:00-05:00")
    await world.channel(rule="30 2 * * *", zone="America/New_York", quiet_days=True)
    delivery = world.delivery()
    end = world.clock() + timedelta(days=3)
    while world.clock() < end:
        await delivery.run_once()
        world.clock.forward(minutes=30)
    posts = await history(world.store, (await world.state()).id, 10)
    assert [post.slot.isoformat() for post in reversed(posts)] == [
        "2026-03-08T07:00:00+00:00",
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
    posts = await history(world.store, (await world.state()).id, 10)
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
    (post,) = await history(world.store, (await world.state()).id, 10)
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


async def test_a_channel_with_years_before_it_gets_the_oldest_first(world: DeliveryWorld) -> None:
    await world.add_all(f"entry {number}" for number in range(30))
    await world.channel(since=MORNING - DAY, limit=4)
    await world.channel("new")
    world.clock.forward(seconds=1)
    await world.add("fresh")
    await world.to_the_slot()
    await world.delivery().run_once()
    assert world.platform.shown("chat") == [1, 2, 3, 4]
    assert "rest=27" in world.platform.in_channel("chat")[0].card.summary


async def test_a_schedule_that_cannot_be_read_breaks_its_channel_only(world: DeliveryWorld) -> None:
    for name, rule, zone in (("rule", "nonsense", "UTC"), ("zone", "0 9 * * *", "Mars/Olympus")):
        subscription = Subscription(Schedule(rule, zone), MORNING)
        await world.store.channels.schedule(
            ChannelRef("fake", "here", name), subscription, OWNER, MORNING + DAY
        )
    await world.channel()
    await world.add("one")
    await world.to_the_slot()
    await world.delivery().run_once()
    assert world.platform.shown("chat") == [1]
    assert (await world.state("rule")).state is ChannelState.BROKEN
    assert (await world.state("zone")).state is ChannelState.BROKEN
    assert len(world.platform.told) == 2


async def test_the_best_of_the_week_goes_beside_what_is_new_once(world: DeliveryWorld) -> None:
    await world.channel()
    await world.channel(
        rule="0 17 * * 5", show=Show.BEST, order=Order.BEST, leftover=Leftover.LEAVE, limit=2
    )
    delivery = world.delivery()
    for title, votes in (("one", 1), ("two", 0), ("three", 3)):
        await world.add(title, votes=votes)
        await world.to_the_slot()
        await delivery.run_once()
    assert world.platform.shown("chat") == [1, 2, 3]
    friday = await world.store.channels.get(best_of(ChannelRef("fake", "here", "chat")))
    assert friday.next_at is not None
    # What is killed between the making and the sending is neither lost nor sent twice.
    world.clock.now = friday.next_at
    await world.vote(2, 1)
    await world.vote(2, 2)
    for again in (delivery, world.delivery(), world.delivery()):
        await again.run_once()
    [*_, best] = world.platform.messages
    assert [one.entry_ids for one in world.platform.in_channel("chat")] == [[1], [2], [3], [3, 2]]
    assert "rest=1 leaves" in best.card.summary
    # An edit reaches both posts that carry the entry.
    await world.store.entries.edit(3, EntryDraft(title="renamed"), CURATOR)
    await delivery.run_once()
    assert [one.updates for one in world.platform.messages] == [0, 0, 1, 1]
