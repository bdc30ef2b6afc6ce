"""One post and one platform: whatever it answers, the post comes once, and reads as it is now."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import pytest

from bot.delivery.policy import Policy
from bot.delivery.worker import Content
from bot.port.card import Card
from bot.port.platform import Permanent, Retryable, Unknown
from store.model import Channel, ChannelState, EntryDraft, PostState, Receipt, Status
from tests.bot.world import CURATOR, DeliveryWorld, render
from tests.fakes.deliveries import Owner
from tests.fakes.platform import CallStep, held, lost_answer, lost_on_the_way, refused
from tests.fakes.stored import history

DAY = timedelta(days=1)


async def test_further_parts_go_under_the_first_where_the_channel_wants_a_thread(
    world: DeliveryWorld,
) -> None:
    world.platform.entries_per_message = 2
    await world.channel(threaded=True)
    await world.add_all("abcde")
    await world.to_the_slot()
    await world.delivery().run_once()
    first, second, third = world.platform.messages
    assert first.under is None
    assert second.under == third.under == Receipt("fake", {"message": "0"})


async def test_a_platform_s_own_delay_is_kept(world: DeliveryWorld) -> None:
    await world.channel()
    await world.add("one")
    await world.to_the_slot()
    world.platform.publishing.then(refused(Retryable("slow down", timedelta(seconds=37))))
    delivery = world.delivery()
    await delivery.run_once()
    assert await world.store.posts.next_attempt("fake") == world.clock() + timedelta(seconds=37)
    world.clock.forward(seconds=36.9)
    await delivery.run_once()
    assert world.platform.messages == []
    world.clock.forward(seconds=0.2)
    await delivery.run_once()
    assert world.platform.shown("chat") == [1]


async def test_retries_without_a_delay_come_less_and_less_often(world: DeliveryWorld) -> None:
    await world.channel()
    await world.add("one")
    await world.to_the_slot()
    world.platform.publishing.always = refused(Retryable("out of order"))
    delivery = world.delivery()
    pauses = []
    for _ in range(14):
        await delivery.run_once()
        following = await world.store.posts.next_attempt("fake")
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
    await world.to_the_slot()
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
    await world.to_the_slot()
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
        for post in await history(world.store, (await world.state()).id, 10)
        if post.state is PostState.FAILED
    ]
    assert failed
    assert all("next post" in post.reason for post in failed)


async def test_a_lost_answer_is_looked_for_and_not_sent_again(world: DeliveryWorld) -> None:
    await world.channel()
    await world.add("one")
    await world.to_the_slot()
    world.platform.publishing.then(lost_answer())
    delivery = world.delivery()
    await delivery.run_once()
    assert await world.counts() == {PostState.UNKNOWN: 1}
    await world.settle(delivery)
    assert len(world.platform.messages) == 1
    assert await world.counts() == {PostState.SENT: 1}


async def test_what_was_lost_on_the_way_is_looked_for_and_then_sent(world: DeliveryWorld) -> None:
    await world.channel()
    await world.add("one")
    await world.to_the_slot()
    world.platform.publishing.then(lost_on_the_way())
    await world.settle(world.delivery())
    assert world.platform.finding.calls == 1
    assert world.platform.shown("chat") == [1]
    assert world.platform.keys_taken_twice() == []


async def test_while_it_cannot_be_looked_for_it_is_not_sent(world: DeliveryWorld) -> None:
    await world.channel()
    await world.add("one")
    await world.to_the_slot()
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
    assert await world.counts() == {PostState.SENT: 1}


async def test_a_platform_that_never_answers_is_given_up_on_and_looked_for(
    world: DeliveryWorld,
) -> None:
    await world.channel()
    await world.add("one")
    await world.to_the_slot()
    world.platform.publishing.then(held(asyncio.Event()))
    delivery = world.delivery(Policy(answer=timedelta(0)))
    await delivery.run_once()
    (post,) = await history(world.store, (await world.state()).id, 1)
    assert post.state is PostState.UNKNOWN
    assert post.reason == "The platform did not answer."


async def test_a_bug_in_an_adapter_never_posts_twice(
    world: DeliveryWorld, caplog: pytest.LogCaptureFixture
) -> None:
    await world.channel()
    await world.add("one")
    await world.to_the_slot()
    world.platform.publishing.then(CallStep(error=KeyError("id")))
    with caplog.at_level(logging.ERROR):
        await world.settle(world.delivery())
    assert len(world.platform.messages) == 1
    assert "KeyError" in caplog.text


async def test_an_edit_reaches_every_post_that_was_sent(world: DeliveryWorld) -> None:
    await world.channel()
    await world.channel("other")
    entry = await world.add("one")
    delivery = world.delivery()
    await world.to_the_slot()
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
    await world.to_the_slot()
    await delivery.run_once()
    await world.store.entries.retract(1, CURATOR)
    await delivery.run_once()
    assert world.platform.shown("chat") == [2]
    await world.store.entries.retract(2, CURATOR)
    await delivery.run_once()
    assert "emptied" in world.platform.messages[0].card.summary
    await world.store.entries.restore(1, CURATOR)
    await delivery.run_once()
    await world.to_the_slot()
    await delivery.run_once()
    assert [one.entry_ids for one in world.platform.messages] == [[1]]


async def test_an_update_is_late_only_where_its_post_was(world: DeliveryWorld) -> None:
    await world.channel()
    await world.add("one")
    delivery = world.delivery()
    await world.to_the_slot()
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
    await world.to_the_slot()
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
    await world.to_the_slot()
    world.platform.publishing.then(refused(Retryable("later", timedelta(minutes=1))))
    delivery = world.delivery()
    await delivery.run_once()
    await world.store.entries.retract(1, CURATOR)
    await world.settle(delivery)
    assert [one.entry_ids for one in world.platform.messages] == ([[]] if quiet_days else [])
    assert all("emptied" not in one.card.summary for one in world.platform.messages)

    # Restored, it reaches the channel after all, once.
    await world.store.entries.restore(1, CURATOR)
    await world.to_the_slot()
    await world.settle(delivery)
    assert world.platform.shown("chat") == [1]


async def test_an_update_is_tried_again_and_one_that_never_can_be_is_let_go(
    world: DeliveryWorld,
) -> None:
    await world.channel()
    await world.add("one")
    delivery = world.delivery()
    await world.to_the_slot()
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
    assert await world.store.posts.next_attempt("fake") is None


async def test_an_update_that_fails_on_and_on_is_tried_less_and_less_often(
    world: DeliveryWorld,
) -> None:
    await world.channel()
    await world.add("one")
    delivery = world.delivery()
    await world.to_the_slot()
    await delivery.run_once()
    for title in ("better", "best"):
        await world.store.entries.edit(1, EntryDraft(title=title), CURATOR)
        pauses = []
        for _ in range(5):
            world.platform.updating.then(refused(Retryable("busy")))
            await delivery.run_once()
            due = await world.store.posts.next_attempt("fake")
            assert due is not None
            pauses.append((due - world.clock.now).total_seconds())
            world.clock.now = due
        assert pauses == [1.5, 3.0, 6.0, 12.0, 24.0]
        await delivery.run_once()
        assert world.platform.messages[0].card.sections[0].heading[0].text == title


async def test_a_lease_that_has_almost_run_out_begins_nothing(world: DeliveryWorld) -> None:
    await world.channel()
    await world.add("one")
    await world.to_the_slot()

    owner = Owner("asleep")
    rendered: list[Card] = []

    def slowly(content: Content, channel: Channel) -> Card:
        world.clock.forward(minutes=2.5)
        rendered.append(render(content, channel))
        owner.living = len(rendered) < 4  # else it would try for a day
        return rendered[-1]

    asleep = world.delivery(render=slowly, owner=owner)
    await asleep.run_once()
    assert len(rendered) == 4
    assert world.platform.publishing.calls == 0
    await world.settle(world.delivery())
    assert world.platform.shown("chat") == [1]


async def test_a_process_that_was_stopped_before_it_sent_a_post_does_not_send_it(
    world: DeliveryWorld,
) -> None:
    await world.channel()
    await world.add("one")
    await world.to_the_slot()
    owner = Owner("process")

    def stopped(content: Content, channel: Channel) -> Card:
        owner.living = False
        return render(content, channel)

    await world.delivery(render=stopped, owner=owner).run_once()
    assert world.platform.publishing.calls == 0
    # Nobody else need wait for its lease.
    assert await world.store.posts.next_attempt("fake") == world.clock.now
    await world.delivery().run_once()
    assert world.platform.shown("chat") == [1]


async def test_a_card_that_cannot_be_made_is_tried_again(
    world: DeliveryWorld, caplog: pytest.LogCaptureFixture
) -> None:
    await world.channel()
    await world.add("one")
    await world.to_the_slot()

    def never(content: Content, channel: Channel) -> Card:
        raise ValueError(f"{channel.id} {content}")

    broken = world.delivery(render=never)
    with caplog.at_level(logging.ERROR):
        await broken.run_once()
    assert "ValueError" in caplog.text
    (post,) = await history(world.store, 1, 1)
    assert (post.state, post.reason) == (
        PostState.QUEUED,
        "It could not be prepared. The log says why.",
    )
    await world.settle(world.delivery())
    assert world.platform.shown("chat") == [1]


async def test_a_retracted_entry_is_never_posted(world: DeliveryWorld) -> None:
    await world.channel()
    entry = await world.add("one")
    assert (await world.store.entries.retract(entry.id, CURATOR)).status is Status.RETRACTED
    await world.to_the_slot()
    await world.delivery().run_once()
    assert world.platform.messages == []
