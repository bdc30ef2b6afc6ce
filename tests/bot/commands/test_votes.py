"""Voting, the best of a time, and schedules for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.port.invocation import Outcome
from store.model import Actor, ChannelState, Order, Show, best_of
from tests.bot.commands.conftest import GENERAL, TypedConversation, words_of

ADD = "add https://a.example/{0} title:T{0} date:2026-11-{0}"


async def add(talk: TypedConversation, *days: int) -> None:
    for day in days:
        await talk.type(ADD.format(day))


async def test_a_vote_counts_and_is_taken_back_by_the_same(talk: TypedConversation) -> None:
    await add(talk, 10)
    reply = await talk.type("vote 1")
    assert "Your vote counts: T10 · 1 vote" in words_of(reply.card)
    assert (reply.private, reply.pressed) == (True, "👍 1")
    talk.become(name="Other")
    assert "2 votes" in await talk.said("vote 1")
    shown = await talk.type("show 1")
    assert "👍 2" in [action.label for action in shown.card.sections[0].actions]
    assert "T10" in await talk.said("latest")
    assert "👍 2" in words_of((await talk.type("latest")).card)
    [button] = [one for one in shown.card.sections[0].actions if one.command == "vote"]
    again = await talk.press(button)
    assert "Your vote is taken back: T10 · 1 vote" in words_of(again.card)
    await talk.type("language ko")
    assert "추천했습니다: T10 · 추천 2개" in await talk.said("추천 1")


async def test_what_is_not_published_has_no_votes(talk: TypedConversation) -> None:
    await add(talk, 10)
    await talk.type("retract 1")
    reply = await talk.type("vote 1")
    assert reply.outcome is Outcome.REFUSED
    assert "Only what is published can be voted for." in words_of(reply.card)
    shown = await talk.type("show 1")
    assert "vote" not in [action.command for action in shown.card.sections[0].actions]
    talk.become(name="member")
    assert "This entry was retracted." in await talk.said("vote 1")
    assert "no entry 99" in (await talk.said("vote 99")).casefold()


async def test_the_best_of_a_time_have_the_most_votes(talk: TypedConversation) -> None:
    await add(talk, 10, 12, 11)
    await talk.store.votes.toggle(3, Actor("slack", "T1", "U1", ""))
    best = await talk.type("best")
    assert [entry.title for entry in best.entries] == ["T11", "T12", "T10"]
    assert "The best of the last seven days" in words_of(best.card)
    talk.clock[0] += timedelta(days=8)
    assert (await talk.type("best")).entries == ()
    assert "Nothing was published in that time." in await talk.said("best")
    assert len((await talk.type("best month")).entries) == 3
    talk.clock[0] += timedelta(days=300)
    assert len((await talk.type("best year")).entries) == 3
    assert "There is no page 2" in await talk.said("best year page:2")
    assert (await talk.type("best decade")).outcome is Outcome.MISTYPED


async def test_a_long_list_of_the_best_has_pages(talk: TypedConversation) -> None:
    await add(talk, *range(1, 13))
    first = await talk.type("best month")
    [onward] = first.card.actions
    assert dict(onward.arguments) == {"period": "month", "page": "2"}
    assert len((await talk.press(onward)).entries) == 2


async def test_a_channel_may_have_the_best_beside_what_is_new(talk: TypedConversation) -> None:
    await talk.type("schedule daily 09:00")
    said = await talk.said("schedule weekly fri 17:00 show:best")
    assert "The best AI news will be posted here" in said
    assert "It begins with what was published since Fri, Nov 20, 2026 17:00" in said
    new = await talk.store.channels.get(GENERAL)
    best = await talk.store.channels.get(best_of(GENERAL))
    assert (new.subscription.show, best.subscription.show) == (Show.NEW, Show.BEST)
    assert best.subscription.order is Order.BEST
    status = await talk.said("status")
    assert "The best, every Fri at 17:00" in status
    assert "every day at 09:00" in status
    # Which of the two is meant is said, or it is that of what is new.
    assert "show:best continues" in await talk.said("pause show:best")
    assert (await talk.store.channels.get(best_of(GENERAL))).state is ChannelState.PAUSED
    assert "continue" in await talk.said("resume show:best")
    assert "No more AI news will be posted" in await talk.said("unschedule")
    assert "The best AI news is no longer posted" in await talk.said("unschedule")
    assert "has no schedule" in await talk.said("unschedule")


async def test_a_preview_of_the_best_has_what_is_posted_already(talk: TypedConversation) -> None:
    await talk.type("schedule weekly fri 17:00 show:best limit:1")
    await add(talk, 20, 21)
    await talk.type("vote 1")
    preview = await talk.type("preview")
    assert [entry.title for entry in preview.entries] == ["T20"]
    said = words_of(preview.card)
    assert "The best AI news · " in said
    assert "1 more: /ainews best" in said


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("schedule instant show:best", "The best is known after a while."),
        ("schedule weekly fri 17:00 show:best order:oldest", "the best come first"),
        ("schedule weekly fri 17:00 show:worst", "show"),
    ],
)
async def test_what_the_best_cannot_be_is_said(
    talk: TypedConversation, line: str, says: str
) -> None:
    reply = await talk.type(line)
    assert reply.outcome is Outcome.MISTYPED
    assert says in words_of(reply.card)


async def test_who_votes_is_known_by_their_workspace_too(talk: TypedConversation) -> None:
    await add(talk, 10)
    await talk.type("vote 1")
    actor = talk.asker.actor
    talk.asker = replace(talk.asker, actor=replace(actor, workspace="other"))
    assert "2 votes" in await talk.said("vote 1")
