"""What cannot be prepared or posted is said once, and stops nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from bot.delivery.worker import Content
from bot.port.card import Card
from store.model import Channel, ChannelState, PostState
from store.store import DigestStore
from tests.bot.delivery.breaking import BUSY, PATIENT, told_how
from tests.bot.world import DeliveryWorld, a_world, render
from tests.fakes.platform import CallStep, FakePlatform
from tests.fakes.stored import history


async def test_a_post_that_cannot_be_prepared_is_said_once_and_anew_after_it_worked(
    world: DeliveryWorld,
) -> None:
    await world.channel()
    await world.add("one")
    await world.to_the_slot()
    fails = [True]

    def sometimes(content: Content, channel: Channel) -> Card:
        if fails:
            raise ValueError("a bug")
        return render(content, channel)

    await world.settle(world.delivery(render=sometimes), hours=0.01)
    assert len(world.platform.told) == 1
    assert "could not be prepared" in world.platform.told[0][1].summary
    await world.settle(world.delivery(render=sometimes), hours=2)
    assert len(world.platform.told) == 1
    fails.clear()
    await world.settle(world.delivery(render=sometimes), hours=1)
    assert world.platform.shown("chat") == [1]
    assert await told_how(world) == []

    fails.append(True)
    await world.add("two")
    await world.to_the_slot()
    await world.settle(world.delivery(render=sometimes), hours=1)
    assert len(world.platform.told) == 2


async def test_a_post_that_was_given_up_is_said_once_however_many_follow(
    world: DeliveryWorld,
) -> None:
    await world.channel()
    await world.add("one")
    await world.to_the_slot()
    world.platform.publishing.always = BUSY
    await world.settle(world.delivery(PATIENT), hours=80)
    (told,) = world.platform.told
    assert told[1].summary.startswith("chat: out of order If it happens again")
    failed = [one for one in await history(world.store, 1, 9) if one.state is PostState.FAILED]
    assert len(failed) > 1

    world.platform.publishing.always = CallStep()
    await world.settle(world.delivery(PATIENT), hours=26)
    assert world.platform.shown("chat") == [1]
    await world.add("two")
    world.platform.publishing.always = BUSY
    await world.settle(world.delivery(PATIENT), hours=60)
    assert len(world.platform.told) == 2


class Cursed:
    """A room of the store in which one method fails whenever a channel is in it."""

    def __init__(self, room: object, method: str, channel: int) -> None:
        self._room = room
        self._method = method
        self._channel = channel

    def __getattr__(self, name: str) -> object:
        real = getattr(self._room, name)
        if name != self._method:
            return real

        async def guarded(what: object, *rest: object) -> object:
            items = cast("list[object]", what)
            ids = {getattr(one, "channel", one) for one in items}
            numbers = {getattr(one, "id", one) for one in ids}
            if self._channel in numbers:
                raise ZeroDivisionError(name)
            return await real(what, *rest)

        return guarded


class Haunted:
    """A store with a cursed room of posts."""

    def __init__(self, store: DigestStore, method: str, channel: int) -> None:
        self._store = store
        self.posts = Cursed(store.posts, method, channel)

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


@pytest.mark.parametrize("method", ["carried", "make_many"])
async def test_one_channel_whose_posts_cannot_be_made_stops_no_other(
    world: DeliveryWorld, caplog: pytest.LogCaptureFixture, method: str
) -> None:
    names = [f"chat-{number}" for number in range(5)]
    cursed = [await world.channel(name) for name in names][2]
    await world.add("one")
    await world.to_the_slot(names[0])
    haunted = cast("DigestStore", Haunted(world.store, method, cursed.id))
    delivery = world.delivery(store=haunted)
    for _ in range(6):
        await delivery.run_once()
        world.clock.forward(minutes=10)
    assert [world.platform.shown(name) for name in names] == [[1], [1], [], [1], [1]]
    assert (await world.state(names[2])).trouble_since is not None
    assert len(world.platform.told) == 1
    assert "could not be made" in world.platform.told[0][1].summary
    assert "ZeroDivisionError" in caplog.text

    # Once the program is mended, so is the channel, with a late post.
    world.clock.forward(hours=7)
    await world.settle(world.delivery(), hours=1)
    assert world.platform.shown(names[2]) == [1]
    assert "late" in world.platform.in_channel(names[2])[0].card.summary


async def test_a_platform_for_which_nothing_can_be_decided_stops_no_other(tmp_path: Path) -> None:
    good, bad = FakePlatform("fake"), FakePlatform("bad", cast("int", "five"))
    async with a_world(tmp_path, good, bad) as world:
        await world.channel()
        await world.channel("chat", platform="bad")
        await world.add("one")
        await world.to_the_slot()
        await world.delivery().run_once()
        assert good.shown("chat") == [1]
        assert (await world.state("chat", "bad")).state is ChannelState.BROKEN
