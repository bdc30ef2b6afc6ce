"""How the channels do, as people read it: what concerns them, in their language, a page each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.port.invocation import Asker, Outcome, Reach, Role
from store.model import (
    Actor,
    Channel,
    ChannelRef,
    EntryDraft,
    NoticeState,
    PostPlan,
    Receipt,
    Schedule,
    Subscription,
    Trouble,
    Work,
)
from tests.bot.commands.conftest import START, TypedConversation, words_of
from tests.fakes.platform import FakePlatform
from tests.fakes.stored import make_posts

MINJI = Actor("test", "home", "minji", "Minji")
SEOUL = "Asia/Seoul"
REMOVED = Trouble("The bot lacks a permission in the channel.", "Give it back.")
DAY = timedelta(days=1)


async def a_channel(
    talk: TypedConversation, name: str = "general", workspace: str = "home", zone: str = SEOUL
) -> Channel:
    subscription = Subscription(Schedule("0 9 * * *", zone), START, name=f"#{name}")
    return await talk.store.channels.schedule(
        ChannelRef("test", workspace, name), subscription, MINJI, talk.clock[0]
    )


async def in_hand(talk: TypedConversation, channel: Channel) -> Work:
    """Make a post for a channel and lease it."""
    entry = await talk.store.entries.add(EntryDraft(f"for {channel.ref.id}"), MINJI)
    plans = [PostPlan(1, 1, (entry.id,))]
    await make_posts(talk.store, channel, plans, next_at=talk.clock[0] + DAY, seen=entry.id)
    return await next_work(talk)


async def next_work(talk: TypedConversation) -> Work:
    now = talk.clock[0]
    (work,) = await talk.store.posts.lease("test", now, now + timedelta(minutes=3), "worker", 1)
    return work


async def test_what_arrived_and_what_comes_next_is_said(talk: TypedConversation) -> None:
    work = await in_hand(talk, await a_channel(talk))
    await talk.store.posts.sent(work, Receipt("test", {}))
    said = await talk.said("status")
    assert "1 entry in the digest." in said
    assert "1 channel\n" in said
    assert "Last post: Mon, Nov 23, 2026 09:00 (Asia/Seoul, UTC+9)" in said
    assert "Next post: Tue, Nov 24, 2026 09:00 (Asia/Seoul, UTC+9)" in said
    assert "Late" not in said


async def test_what_is_on_its_way_is_said_with_the_reason_and_the_next_attempt(
    talk: TypedConversation,
) -> None:
    work = await in_hand(talk, await a_channel(talk))
    await talk.store.posts.retry(work, START + timedelta(minutes=40), "busy")
    talk.clock[0] += timedelta(minutes=20)
    said = await talk.said("status")
    assert "1 channel · 1 is late" in said
    assert "1 post waits" in said
    assert said.count("Next attempt: Mon, Nov 23, 2026 09:40 (Asia/Seoul, UTC+9)") == 2
    assert "tried 1 times: busy" in said
    assert "Late\n" in said


async def test_what_was_given_up_is_said(talk: TypedConversation) -> None:
    work = await in_hand(talk, await a_channel(talk))
    await talk.store.posts.fail(work, "It could not be sent in time.")
    said = await talk.said("status")
    assert "gave up on 1 so far" in said
    assert "Gave up on the post of Mon, Nov 23, 2026 09:00" in said
    assert "It could not be sent in time." in said


async def test_a_broken_channel_comes_first_with_its_reason_and_who_is_not_told(
    talk: TypedConversation,
) -> None:
    await a_channel(talk, "well")
    channel = await a_channel(talk)
    work = await in_hand(talk, channel)
    await talk.store.posts.retry(work, talk.clock[0], REMOVED.reason)
    await talk.store.broken.mark(channel.id, REMOVED)
    said = await talk.said("status")
    assert said.index("#general") < said.index("#well")
    assert "2 channels · 1 is broken" in said
    assert "1 post waits · 1 of these is held back" in said
    assert f"Broken: {REMOVED.reason}" in said
    assert "Next attempt: Mon, Nov 23, 2026 09:01" in said
    assert "Nothing has arrived since Mon, Nov 23, 2026 09:00" in said
    assert "The owner will be notified." in said

    now = talk.clock[0]
    notice = await talk.store.notices.lease("test", now, now + DAY)
    assert notice is not None
    await talk.store.notices.settle(notice, NoticeState.WAITING, "busy", now + timedelta(hours=1))
    assert "The owner will be notified at Mon, Nov 23, 2026 10:00" in await talk.said("status")
    later = now + timedelta(hours=1)
    notice = await talk.store.notices.lease("test", later, later + DAY)
    assert notice is not None
    await talk.store.notices.settle(notice, NoticeState.UNDELIVERED, "No messages.")
    assert "The owner could not be notified: No messages." in await talk.said("status")
    assert "1 owner may not have been notified" in await talk.said("status")
    await talk.store.broken.mend(channel.id, None)
    assert "Its owner" not in await talk.said("status")


async def test_it_is_said_in_korean_too(talk: TypedConversation) -> None:
    channel = await a_channel(talk)
    await in_hand(talk, channel)
    await talk.store.broken.mark(channel.id, REMOVED)
    await talk.type("language ko")
    said = await talk.said("status")
    for words in (
        "채널 1개 · 보낼 수 없음 1개",
        "보내는 중 1개",
        "보낼 수 없음: 채널에서 봇의 권한이 부족합니다.",
        "다음 시도: ",
        "채널 담당자에게 곧 알립니다.",
    ):
        assert words in said


async def test_many_channels_come_a_page_at_a_time(talk: TypedConversation) -> None:
    for number in range(23):
        await a_channel(talk, f"c{number:02}")
    first = await talk.type("status")
    assert len(first.card.sections) == 10
    assert [one.label for one in first.card.actions] == ["Next page"]
    third = await talk.type("status page:3")
    assert [section.heading[0].text for section in third.card.sections] == ["#c20", "#c21", "#c22"]
    assert [one.label for one in third.card.actions] == ["Previous page"]
    none = await talk.type("status page:4")
    assert none.outcome is Outcome.DONE
    assert "There is no page 4." in words_of(none.card)


async def test_a_member_sees_their_workspace_only_and_gets_no_data(talk: TypedConversation) -> None:
    await a_channel(talk)
    other = await a_channel(talk, "secret", "elsewhere")
    work = await in_hand(talk, other)
    await talk.store.posts.retry(work, talk.clock[0], "busy")
    await talk.store.broken.mark(other.id, REMOVED)
    assert (await talk.type("status")).data is not None
    for roles in (Role.MEMBER, Role.EVERY):
        talk.become(name="Guest", roles=roles)
        reply = await talk.type("status")
        said = words_of(reply.card)
        assert "secret" not in said
        assert "1 channel\n" in said
        for word in ("broken", "waits", "held back", "told"):
            assert word not in said
        assert reply.data is None
    talk.asker = Asker(Actor("test", "other", "x", "X"))
    talk.channel = ChannelRef("test", "nowhere", "x")
    assert "No channel has a schedule" in await talk.said("status")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd"])
async def test_a_channel_with_an_unreadable_schedule_is_shown(
    talk: TypedConversation, zone: str
) -> None:
    await a_channel(talk, zone=zone)
    said = await talk.said("status")
    assert "(Asia/Seoul, UTC+9)" in said
    assert zone in said


async def test_channels_have_the_names_of_now_and_hidden_ones_none(talk: TypedConversation) -> None:
    platform = FakePlatform("test")
    talk.platforms["test"] = platform
    for name in ("general", "old-name", "quiet"):
        await a_channel(talk, name)
    platform.called["old-name"] = "#new-name"
    platform.hidden = {"quiet", "general"}
    everything = await talk.said("status")
    assert "#quiet" in everything
    assert "#new-name" in everything
    talk.become(name="Guest", roles=Role.EVERY)
    said = await talk.said("status")
    assert "#general\n" in said  # that is where it is asked
    assert "#new-name\n" in said
    assert "#old-name" not in said
    assert "quiet" not in said
    assert "1 channel is not shown: you cannot see it." in said

    platform.hidden, platform.private = set(), {"quiet"}
    assert "#quiet" in await talk.said("status")
    shared = await talk.type("status share:yes", reach=Reach.CHANNEL)
    assert not shared.private
    assert "#new-name" in words_of(shared.card)
    assert "quiet" not in words_of(shared.card)
