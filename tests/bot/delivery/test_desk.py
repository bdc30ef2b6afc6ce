"""What waits arrives at the desks once, and shows what was decided; who suggested it hears."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.delivery.desk import ITEMS, Desk
from bot.i18n.translator import Translator
from bot.port.card import Card
from bot.port.platform import Permanent, Retryable
from bot.views.reviews import outcome_card
from store.model import Channel, ChannelRef, Entry, EntryDraft, PostState, Status
from tests.bot.commands.conftest import words_of
from tests.bot.world import CURATOR, DeliveryWorld, a_world
from tests.fakes.deliveries import AllDeliveries
from tests.fakes.platform import (
    CallStep,
    FakePlatform,
    Killed,
    killed_after,
    killed_before,
    lost_answer,
    refused,
)

GATHER = timedelta(minutes=5)
WEEK = timedelta(days=7)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[DeliveryWorld]:
    """Two platforms with a desk each."""
    async with a_world(tmp_path, FakePlatform("fake"), FakePlatform("other")) as made:
        for name in made.platforms:
            ref = ChannelRef(name, "here", "desk")
            await made.store.desks.open(ref, replace(CURATOR, platform=name), "en", "#desk")
        yield made


def desks(world: DeliveryWorld) -> list[Desk]:
    """Return what the bot has for the desks of each platform."""
    return [
        Desk(
            world.store,
            platform,
            world.clock,
            tell=lambda item, into: outcome_card(item, into, Translator("en")),
            made=lambda: None,
            gather=GATHER,
            review_for=WEEK,
        )
        for platform in world.platforms.values()
    ]


async def wait(world: DeliveryWorld, title: str) -> Entry:
    draft = EntryDraft(title, url=f"https://b.example/{title}", status=Status.PENDING)
    return await world.store.entries.add(draft, CURATOR)


async def bring(world: DeliveryWorld, delivery: AllDeliveries, minutes: float = 5) -> None:
    """Let the time pass, and do all that is due then."""
    world.clock.forward(minutes=minutes)
    for desk in desks(world):
        await desk.tick()
    await world.settle(delivery, hours=0.1)


def cards(platform: FakePlatform) -> list[Card]:
    return [message.card for message in platform.messages]


async def test_what_waits_is_gathered_into_one_message(world: DeliveryWorld) -> None:
    delivery = world.delivery()
    await wait(world, "one")
    [desk, _] = desks(world)
    assert await desk.tick() == world.clock() + GATHER
    await bring(world, delivery, 4)
    await wait(world, "two")
    assert world.platform.messages == []
    await bring(world, delivery, 1)
    for platform in world.platforms.values():
        [card] = cards(platform)
        assert [section.entry_id for section in card.sections] == [2, 1]
        labels = [action.label for action in card.sections[0].actions]
        assert labels == ["Publish", "Edit", "Skip", "Same as…", "⭐ Star"]
    await bring(world, delivery, 60)
    assert len(world.platform.messages) == 1


async def test_more_than_a_message_holds_goes_into_several(world: DeliveryWorld) -> None:
    for number in range(ITEMS + 2):
        await wait(world, f"{number}")
    await bring(world, world.delivery())
    assert [len(card.sections) for card in cards(world.platform)] == [ITEMS, 2]


async def test_a_decision_is_seen_at_every_desk(world: DeliveryWorld) -> None:
    delivery = world.delivery()
    one, two, three = [await wait(world, title) for title in ("one", "two", "three")]
    await bring(world, delivery)
    await world.store.reviews.publish(one.id, CURATOR)
    await world.store.reviews.skip(two.id, CURATOR)
    world.clock.forward(minutes=1)
    await world.store.reviews.join(three.id, one.id, CURATOR)
    await world.settle(delivery, hours=0.1)
    for platform in world.platforms.values():
        [card] = cards(platform)
        said = words_of(card)
        assert "Published by Jun." in said
        assert "Skipped by Jun." in said
        assert f"Merged with entry #{one.id} by Jun." in said
        assert said.count("Undo") == 2  # What joined changed the one that was published before.
        assert "all that waits" not in said
    world.clock.forward(minutes=1)
    await world.store.reviews.undo(two.id, CURATOR)
    await world.settle(delivery, hours=0.1)
    [card] = cards(world.platform)
    assert "Publish" in [action.label for action in card.sections[1].actions]


async def test_what_was_decided_before_it_was_sent_is_not_sent(world: DeliveryWorld) -> None:
    delivery = world.delivery()
    one = await wait(world, "one")
    world.clock.forward(minutes=5)
    for desk in desks(world):
        await desk.tick()
    await world.store.reviews.skip(one.id, CURATOR)
    await world.settle(delivery, hours=0.1)
    assert world.platform.messages == []
    assert await world.counts() == {PostState.FAILED: 2}
    await world.store.reviews.undo(one.id, CURATOR)
    await bring(world, delivery)
    assert len(world.platform.messages) == 1


@pytest.mark.parametrize("step", [killed_before, killed_after, lost_answer])
async def test_a_kill_neither_loses_nor_repeats_a_message(
    world: DeliveryWorld, step: Callable[[], CallStep]
) -> None:
    await wait(world, "one")
    world.platform.publishing.then(step())
    with suppress(Killed):
        await bring(world, world.delivery())
    await bring(world, world.delivery(), 60)
    for platform in world.platforms.values():
        assert len(platform.messages) == 1


async def test_a_desk_that_cannot_be_reached_is_told_of_and_catches_up(
    world: DeliveryWorld,
) -> None:
    delivery = world.delivery()
    await wait(world, "one")
    world.platform.publishing.then(refused(Permanent("The channel is gone.")))
    await bring(world, delivery)
    await world.settle(delivery, hours=24)
    assert len(world.platform.messages) == 1
    [(owner, card)] = world.platform.told
    assert owner.id == CURATOR.id
    assert "The channel is gone." in card.summary


async def test_a_digest_in_the_same_channel_carries_what_the_desk_showed(
    world: DeliveryWorld,
) -> None:
    delivery = world.delivery()
    channel: Channel = await world.channel("desk", "instant")
    one = await wait(world, "one")
    await bring(world, delivery)
    await world.store.reviews.publish(one.id, CURATOR)
    await world.settle(delivery, hours=0.1)
    assert channel.ref == ChannelRef("fake", "here", "desk")
    desk, digest = world.platform.messages
    assert desk.entry_ids == digest.entry_ids == [one.id]


async def suggest(world: DeliveryWorld, title: str) -> Entry:
    draft = EntryDraft(title, url=f"https://b.example/{title}")
    return await world.store.suggestions.suggest(draft, "", CURATOR, "en", hears=True)


async def test_who_suggested_hears_once_what_became_of_it(world: DeliveryWorld) -> None:
    taken, left, same = [await suggest(world, title) for title in ("taken", "left", "same")]
    await world.store.reviews.publish(taken.id, CURATOR)
    await world.store.reviews.skip(left.id, CURATOR)
    await world.store.reviews.join(same.id, taken.id, CURATOR)
    [desk, _] = desks(world)
    assert await desk.tick() == world.clock() + GATHER
    assert world.platform.told == []
    for _ in range(2):
        await bring(world, world.delivery())
    told = [words_of(card) for _, card in world.platform.told]
    assert told == [
        "Your suggestion was published: taken",
        "The moderators decided against your suggestion: left",
        "Your suggestion was merged into this entry: taken",
    ]


async def test_who_cannot_be_told_is_told_later_or_never(
    world: DeliveryWorld, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    entry = await suggest(world, "taken")
    await world.store.reviews.publish(entry.id, CURATOR)
    world.platform.telling.then(refused(Retryable("Too many.", timedelta(minutes=5))))
    await bring(world, world.delivery())
    assert world.platform.told == []
    [line] = (one for one in caplog.messages if one.startswith("member not told"))
    assert line.endswith("again=300.0")
    [desk, _] = desks(world)
    again = await desk.tick()
    assert again is not None
    assert again > world.clock()
    await bring(world, world.delivery(), 10)
    assert len(world.platform.told) == 1
    other = await suggest(world, "other")
    await world.store.reviews.skip(other.id, CURATOR)
    world.platform.telling.then(refused(Permanent("They are gone.")))
    await bring(world, world.delivery())
    await bring(world, world.delivery(), 600)
    assert len(world.platform.told) == 1
