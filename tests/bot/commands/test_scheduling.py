"""What the owners of a channel get for what they type about its schedule."""

from __future__ import annotations

import pytest

from bot.commands.parse import LineParser
from bot.i18n.translator import Translators
from bot.port.invocation import Invocation, Role
from store.model import ChannelRef, Layout, Leftover, Order
from tests.bot.commands.conftest import ADD, TypedConversation, words_of

LEFT_TITLES = (Order.OLDEST, Leftover.LEAVE, Layout.TITLES)


async def test_a_schedule_is_in_the_time_zone_of_who_makes_it(talk: TypedConversation) -> None:
    talk.become(roles=Role.EVERY, timezone="America/New_York")
    assert "(America/New_York, UTC-5)" in await talk.said("schedule daily 09:00")
    talk.become(roles=Role.EVERY, timezone="Europe/London")
    assert "(America/New_York, UTC-5)" in await talk.said("schedule daily 10:00")
    said = await talk.said("schedule daily 09:00 timezone:KST")
    assert "every day at 09:00 (Asia/Seoul)" in said
    assert "Where you are: Tue, Nov 24, 2026 00:00 (Europe/London, UTC)" in said


async def test_utc_is_no_time_zone_to_be_silent_about(talk: TypedConversation) -> None:
    talk = TypedConversation(talk.store, timezone="Etc/UTC", clock=talk.clock)
    talk.become(roles=Role.EVERY)
    reply = await talk.type("schedule daily 09:00 limit:3")
    assert reply.card.actions[0].label == "Asia/Seoul, UTC+9"
    assert "every day at 09:00 (Asia/Seoul)" in words_of(
        (await talk.press(reply.card.actions[0])).card
    )
    channel = await talk.store.channels.get(talk.channel)
    assert channel.subscription.limit == 3
    talk.channel = ChannelRef("test", "home", "other")
    talk.become(roles=Role.EVERY, timezone="Nowhere/Else")
    assert "(UTC)" in await talk.said("schedule daily 09:00")


@pytest.mark.parametrize("line", ["schedule daily 09:00", "unschedule", "pause", "resume"])
async def test_only_those_who_manage_a_channel_schedule_it(
    talk: TypedConversation, line: str
) -> None:
    talk.become(roles=Role.MEMBER | Role.MODERATOR)
    assert "Only those who manage this channel" in await talk.said(line)


async def test_a_channel_is_scheduled_paused_resumed_and_ended(talk: TypedConversation) -> None:
    answer = await talk.said("schedule daily 09:00 tags:llm limit:3 quiet:say")
    assert "every day at 09:00 (Asia/Seoul)" in answer
    assert "Only #llm" in answer
    assert "Next post: Tue, Nov 24, 2026 09:00 (Asia/Seoul, UTC+9)" in answer
    assert "every day at 09:00" in await talk.said("status")
    assert "paused" in await talk.said("pause")
    assert "Paused" in await talk.said("status")
    assert "continue" in await talk.said("resume")
    assert "No more AI news" in await talk.said("unschedule")
    assert "has no schedule" in await talk.said("pause")
    assert "No channel has a schedule" in await talk.said("status")


@pytest.mark.parametrize(
    ("forum", "line", "threaded"),
    [
        (False, "schedule daily 09:00", False),
        (False, "schedule daily 09:00 parts:thread", True),
        (True, "schedule daily 09:00", True),
    ],
)
async def test_a_long_digest_stays_in_one_thread_where_that_is_wanted_or_in_a_forum(
    talk: TypedConversation, forum: bool, line: str, threaded: bool
) -> None:
    parsed = LineParser(talk.commands.commands, Translators("en")).parse(line)
    await talk.commands.run(
        Invocation(parsed.command, talk.asker, talk.channel, parsed.arguments, threads_only=forum)
    )
    assert (await talk.store.channels.get(talk.channel)).subscription.threaded is threaded


async def test_a_preview_says_what_the_next_post_would_say(talk: TypedConversation) -> None:
    await talk.type("schedule daily 09:00 limit:1")
    await talk.type(ADD)
    await talk.type("add https://b.example title:B")
    reply = await talk.type("preview")
    assert [entry.title for entry in reply.entries] == ["B"]
    assert "1 more: /ainews latest" in words_of(reply.card)
    await talk.type("schedule daily 09:00 limit:1 order:oldest since:2021")
    reply = await talk.type("preview")
    assert [entry.title for entry in reply.entries] == ["EfficientNetV2"]
    assert "1 more entry comes with the next post." in words_of(reply.card)


@pytest.mark.parametrize(
    ("line", "order", "leftover", "layout"),
    [
        ("schedule daily 09:00", Order.BEST, Leftover.LEAVE, Layout.BRIEF),
        ("schedule instant", Order.OLDEST, Leftover.WAIT, Layout.BRIEF),
        ("schedule daily 09:00 order:oldest", Order.OLDEST, Leftover.WAIT, Layout.BRIEF),
        ("schedule daily 09:00 rest:wait layout:full", Order.BEST, Leftover.WAIT, Layout.FULL),
        ("예약 매일 09:00 모양:titles 순서:oldest 나머지:leave", *LEFT_TITLES),
    ],
)
async def test_a_schedule_says_what_comes_first_and_how_it_looks(
    talk: TypedConversation, line: str, order: Order, leftover: Leftover, layout: Layout
) -> None:
    reply = await talk.type(line)
    subscription = (await talk.store.channels.get(talk.channel)).subscription
    assert (subscription.order, subscription.leftover, subscription.layout) == (
        order,
        leftover,
        layout,
    )
    first = "The best first" if order is Order.BEST else "The oldest first"
    assert first in words_of(reply.card)


@pytest.mark.parametrize(("quiet", "silent"), [("quiet:skip", True), ("quiet:say", False)])
async def test_a_preview_of_nothing_says_whether_a_post_goes_out(
    talk: TypedConversation, quiet: str, silent: bool
) -> None:
    await talk.type(f"schedule daily 09:00 {quiet}")
    assert ("No post goes out" in await talk.said("preview")) is silent


async def test_a_preview_looks_as_the_post_will(talk: TypedConversation) -> None:
    await talk.type("schedule daily 09:00")
    for title in "ABCD":
        await talk.type(f"add https://{title}.example title:{title} tags:paper")
    card = (await talk.type("preview")).card
    assert [(one.brief, one.group) for one in card.sections] == [
        (False, ""),
        (True, "📄 Papers"),
        (True, ""),
        (True, ""),
    ]
