"""The owner of a channel in trouble hears of it once, on whatever platform they are."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from bot.port.card import Card
from bot.port.platform import Permanent, Retryable, Unknown
from bot.schedule.slots import first_slot
from store.model import Actor, ChannelRef, ChannelState, Notice, NoticeState, Schedule, Subscription
from tests.bot.delivery.breaking import BUSY, GONE, a_channel_that_breaks, lines, told_how
from tests.bot.world import OWNER, ZONE, DeliveryWorld, a_world, notify
from tests.fakes.fuse import Fuse
from tests.fakes.platform import (
    CallStep,
    FakePlatform,
    Killed,
    killed_after,
    killed_before,
    refused,
)


async def test_an_owner_who_could_not_be_told_before_a_restart_hears_after_it(
    world: DeliveryWorld,
) -> None:
    await a_channel_that_breaks(world)
    world.platform.telling.then(refused(Retryable("slow down", timedelta(minutes=7))))
    await world.delivery().run_once()
    assert world.platform.told == []

    world.clock.forward(minutes=6)
    await world.delivery().run_once()
    assert world.platform.told == []
    world.clock.forward(minutes=1)
    await world.delivery().run_once()
    await world.delivery().run_once()
    assert [(who, card.summary) for who, card in world.platform.told] == [
        (OWNER, "chat: The bot was removed. Ask it back.")
    ]


async def test_several_processes_tell_an_owner_once(world: DeliveryWorld) -> None:
    for number in range(5):
        await a_channel_that_breaks(world, f"chat-{number}")
    await asyncio.gather(*(world.delivery().run_once() for _ in range(3)))
    assert len(world.platform.told) == 5


@pytest.mark.parametrize(("moment", "heard"), [(killed_before(), 0), (killed_after(), 1)])
async def test_a_process_that_is_killed_amid_telling_never_makes_it_be_said_twice(
    world: DeliveryWorld, caplog: pytest.LogCaptureFixture, moment: CallStep, heard: int
) -> None:
    await a_channel_that_breaks(world)
    world.platform.telling.then(moment)
    with suppress(Killed):
        await world.delivery().run_once()
    for _ in range(3):
        world.clock.forward(minutes=5)
        await world.delivery().run_once()
    assert len(world.platform.told) == heard
    assert await told_how(world) == [("broken", NoticeState.UNSURE, "")]
    assert len(lines(caplog, "owner perhaps told")) == 1


async def test_killed_at_any_moment_an_owner_is_told_once_or_stands_in_the_status(
    tmp_path: Path,
) -> None:
    at = 0
    while True:
        async with a_world(tmp_path) as world:
            await a_channel_that_breaks(world)
            fuse = Fuse(at)
            watched = fuse.platform(world.platform)
            dying = DeliveryWorld(fuse.store(world.store), world.clock, watched).delivery()
            with suppress(Killed):
                await dying.run_once()
                await dying.run_once()
            await dying.close()
            for _ in range(3):
                world.clock.forward(minutes=4)
                await world.delivery().run_once()
            assert (await world.state()).state is ChannelState.BROKEN, f"killed at {at}"
            ((_, state, _),) = await told_how(world)
            perhaps = state is NoticeState.UNSURE
            heard = len(world.platform.told)
            assert heard == 1 or (perhaps and not heard), f"killed at {at}"
        if not fuse.blown:
            break
        at += 1
    assert at > 10


@pytest.mark.parametrize(
    ("step", "state", "line"),
    [
        (refused(Unknown("The connection was lost.")), NoticeState.UNSURE, "owner perhaps told"),
        (CallStep(error=ValueError("a bug")), NoticeState.UNSURE, "owner perhaps told"),
        (refused(Permanent("No messages, please.")), NoticeState.UNDELIVERED, "owner not told"),
    ],
)
async def test_what_may_have_arrived_or_is_refused_is_not_said_again(
    world: DeliveryWorld,
    caplog: pytest.LogCaptureFixture,
    step: CallStep,
    state: NoticeState,
    line: str,
) -> None:
    await a_channel_that_breaks(world)
    world.platform.telling.then(step)
    for _ in range(3):
        await world.delivery().run_once()
        world.clock.forward(hours=1)
    assert world.platform.telling.calls == 1
    assert [one[1] for one in await told_how(world)] == [state]
    assert len(lines(caplog, line)) == 1


async def test_an_owner_who_can_never_be_told_is_given_up(
    world: DeliveryWorld, caplog: pytest.LogCaptureFixture
) -> None:
    await a_channel_that_breaks(world)
    world.platform.telling.always = BUSY
    for _ in range(100):
        await world.delivery().run_once()
        world.clock.forward(hours=1)
    assert world.platform.telling.calls == 10
    assert await told_how(world) == [("broken", NoticeState.UNDELIVERED, "out of order")]
    (line,) = lines(caplog, "owner not told")
    assert 'reason="out of order"' in line


async def test_a_notice_that_cannot_be_put_into_words_stops_no_other(world: DeliveryWorld) -> None:
    await a_channel_that_breaks(world, "first")
    await a_channel_that_breaks(world, "second")

    def wordless(notice: object) -> Card:
        card = notify(notice)  # type: ignore[arg-type]  # a Notice
        if card.summary.startswith("first"):
            raise KeyError("words")
        return card

    delivery = world.delivery(notify=wordless)
    await delivery.run_once()
    assert len(world.platform.told) == 1
    assert [one[1] for one in await told_how(world)] == [NoticeState.UNDELIVERED, NoticeState.TOLD]


def named(notice: Notice) -> Card:
    return Card(summary=notice.channel.subscription.name, language="en")


async def test_an_owner_is_told_the_name_of_now_of_a_channel_that_they_see(
    world: DeliveryWorld,
) -> None:
    for number, hidden in enumerate((set[str](), {"chat"}), start=1):
        await schedule_for(world, OWNER)
        world.platform.called["chat"] = "#new-name"
        world.platform.hidden = hidden
        delivery = world.delivery(notify=named)
        await delivery.run_once()
        said = [card.summary for _, card in world.platform.told]
        assert said == ["#new-name", "chat"][:number]


# On whatever platform the owner is


async def schedule_for(world: DeliveryWorld, owner: Actor) -> None:
    schedule = Schedule("0 9 * * *", ZONE)
    await world.store.channels.schedule(
        ChannelRef("fake", "here", "chat"),
        Subscription(schedule, world.clock(), name="chat"),
        owner,
        first_slot(schedule, world.clock()),
    )
    await world.add("one")
    await world.to_the_slot()
    world.platform.publishing.of_channel["chat"] = GONE
    world.platform.in_the_way["chat"] = ["removed"]


async def test_an_owner_on_another_platform_is_told_there(
    world: DeliveryWorld, caplog: pytest.LogCaptureFixture
) -> None:
    jun = Actor("other", "team", "jun", "Jun")
    await schedule_for(world, jun)
    other = FakePlatform("other")
    elsewhere = DeliveryWorld(world.store, world.clock, other)
    await world.delivery().run_once()
    assert world.platform.told == []
    (line,) = lines(caplog, "owner to be told")
    assert "platform=other" in line
    assert caplog.records[caplog.messages.index(line)].levelno == logging.WARNING

    await elsewhere.delivery().run_once()
    await elsewhere.delivery().run_once()
    assert [who for who, _ in other.told] == [jun]


async def test_the_operator_is_told_when_the_terminal_is_there_again(world: DeliveryWorld) -> None:
    root = Actor("terminal", "local", "root", "root")
    await schedule_for(world, root)
    for _ in range(3):
        await world.delivery().run_once()
        world.clock.forward(days=1)
    assert await told_how(world) == [("broken", NoticeState.WAITING, "")]
    terminal = FakePlatform("terminal")
    await DeliveryWorld(world.store, world.clock, terminal).delivery().run_once()
    assert [who for who, _ in terminal.told] == [root]
