"""What is kept of somebody, told to them in private, and removed at their word."""

from __future__ import annotations

import pytest

from bot.port.invocation import Outcome, Reach, Role
from store.model import Actor
from tests.bot.commands.conftest import OPERATOR, TypedConversation, words_of


@pytest.fixture
async def member(talk: TypedConversation) -> TypedConversation:
    """A conversation with a member who saved, voted and suggested."""
    await talk.type("add https://example.org/1 A story")
    await talk.commands.workspace_seen("test", "home", "Acme")
    talk.become(name="Sora")
    for line in ("save 1", "vote 1", "language en"):
        await talk.type(line)
    await talk.type('suggest https://example.org/2 title:"Found by me" why:"It matters"')
    return talk


async def test_it_is_told_in_private(member: TypedConversation) -> None:
    reply = await member.type("privacy", reach=Reach.CHANNEL)

    assert (reply.outcome, reply.private) == (Outcome.DONE, True)
    assert words_of(reply.card).splitlines() == [
        "What is kept of you",
        "You are known here as Sora.",
        "Forget me removes this at once, in every server:",
        "• 1 chosen language",
        "• 1 saved entry",
        "• 1 vote",
        "• 1 suggested link",
        "• 1 entry with the name of who added it",
        "• 1 line of the log",
        "Forget me",
    ]


async def test_one_press_removes_it(member: TypedConversation) -> None:
    [forget] = (await member.type("privacy")).card.actions
    woken = member.woken

    reply = await member.press(forget)

    assert (reply.outcome, reply.private) == (Outcome.DONE, True)
    assert "• 1 saved entry" in words_of(reply.card)
    assert "so that others know" not in words_of(reply.card)
    assert member.woken > woken
    assert await member.said("privacy") == "Nothing is kept of you."
    assert "Your list is empty" in await member.said("saved")
    assert await member.said("privacy forget:yes") == "Nothing is kept of you."
    member.asker = OPERATOR
    assert "Suggested by somebody." in await member.said("review")
    log = await member.said("log")
    assert "Sora" not in log
    assert "somebody · added" in log


async def test_what_a_moderator_did_stays_and_is_said(member: TypedConversation) -> None:
    member.become(name="Jun", roles=Role.MEMBER | Role.MODERATOR)
    await member.type("review skip 2")
    await member.type("save 1")
    told = (await member.said("privacy")).splitlines()
    at = told.index(
        "This stays with your name, so that others know who did it. The operator can remove it:"
    )
    assert told[at:] == [
        told[at],
        "• 1 decision about an entry",
        "• 1 line of the log",
        "Forget me",
    ]

    gone = await member.said("privacy forget:yes")

    assert "• 1 saved entry" in gone
    assert "• 1 decision about an entry" in gone.partition("so that others know")[2]
    assert "Jun" in await member.said("log")
    assert "Forget me" not in await member.said("privacy")


async def test_nobody_sees_or_forgets_another(member: TypedConversation) -> None:
    member.become(name="Mallory", roles=Role.EVERY, actor=Actor("test", "beta", "x", "Mallory"))

    assert await member.said("privacy") == "Nothing is kept of you."
    await member.type("privacy forget:yes")

    member.become(name="Sora")
    assert "1 saved entry" in await member.said("privacy")


async def test_help_leads_there(member: TypedConversation) -> None:
    actions = (await member.type("help")).card.actions
    assert "privacy" in [one.command for one in actions]
