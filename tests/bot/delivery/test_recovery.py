"""Channels in trouble: their owner hears of it once, and they catch up with one late post."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from bot.delivery.policy import Policy
from bot.delivery.worker import Content
from bot.port.card import Card
from bot.port.platform import Permanent, Retryable, Unknown
from bot.schedule.slots import first_slot
from store.model import (
    INSTANT,
    Actor,
    Channel,
    ChannelRef,
    ChannelState,
    EntryDraft,
    Notice,
    NoticeState,
    PostState,
    Schedule,
    Subscription,
)
from store.store import DigestStore
from tests.bot.world import CURATOR, OWNER, ZONE, DeliveryWorld, a_world, notify, render
from tests.fakes.clock import MORNING
from tests.fakes.deliveries import AllDeliveries
from tests.fakes.fuse import Fuse
from tests.fakes.platform import (
    CallStep,
    FakePlatform,
    Killed,
    killed_after,
    killed_before,
    refused,
)
from tests.fakes.stored import history

DAY = timedelta(days=1)
GONE = refused(Permanent("The bot was removed.", "Ask it back."))
BUSY = refused(Retryable("out of order"))

PATIENT = Policy(longest_pause=timedelta(hours=2))
"""Days of an outage take few tries."""


async def a_channel_that_breaks(
    world: DeliveryWorld, name: str = "chat", rule: str = "0 9 * * *", *, direct: bool = False
) -> None:
    """Schedule a channel and let the platform refuse it."""
    await world.channel(name, rule, direct=direct)
    await world.add("one")
    await world.to_the_slot(name)
    world.platform.publishing.of_channel[name] = GONE
    world.platform.in_the_way[name] = ["removed"]


def mend(world: DeliveryWorld, name: str = "chat") -> None:
    world.platform.publishing.of_channel.pop(name)
    world.platform.in_the_way.pop(name)


async def told_how(world: DeliveryWorld) -> list[tuple[str, NoticeState, str]]:
    """Return how far owners have been told: the kind, the state and why not."""
    standings = [one async for one in world.store.overview.all()]
    return [
        (notice.kind.value, notice.state, notice.obstacle)
        for standing in standings
        for notice in standing.notices
    ]


def lines(caplog: pytest.LogCaptureFixture, step: str) -> list[str]:
    return [each for each in caplog.messages if each.startswith(f"{step} ")]


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


# Told once


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


# What failed is said


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


async def at_last(world: DeliveryWorld, delivery: AllDeliveries) -> list[str]:
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
