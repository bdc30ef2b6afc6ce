"""Sent posts show new counts of votes, gathered in one edit."""

from __future__ import annotations

from datetime import timedelta

from tests.bot.world import DeliveryWorld

MINUTES = timedelta(minutes=5)


async def test_votes_of_five_minutes_make_one_edit(world: DeliveryWorld) -> None:
    await world.channel()
    await world.channel("other")
    await world.add("one")
    delivery, counts = world.delivery(), world.store.votes
    await world.to_the_slot()
    await delivery.run_once()
    for number in range(20):
        await world.vote(1, number)
        assert await counts.refresh(MINUTES) is not None
        await delivery.run_once()
    assert [one.updates for one in world.platform.messages] == [0, 0]
    world.clock.now += MINUTES
    assert await counts.refresh(MINUTES) is None
    for _ in range(2):
        await delivery.run_once()
    assert [one.updates for one in world.platform.messages] == [1, 1]


async def test_a_vote_that_is_taken_back_makes_no_edit(world: DeliveryWorld) -> None:
    await world.channel()
    await world.add("one", votes=2)
    delivery, counts = world.delivery(), world.store.votes
    await world.to_the_slot()
    await delivery.run_once()
    # The post showed both votes from the beginning; it is looked at, and left as it is.
    await world.vote(1, 7)
    await world.vote(1, 7)
    world.clock.now += MINUTES
    assert await counts.refresh(MINUTES) is None
    await delivery.run_once()
    assert [one.updates for one in world.platform.messages] == [0]
