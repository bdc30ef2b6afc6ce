"""What members see of entries that are not published, and workspaces that only read."""

from __future__ import annotations

import pytest

from bot.port.invocation import Outcome, Role
from store.model import Actor
from tests.bot.commands.conftest import TypedConversation

CURATOR = Role.MEMBER | Role.MODERATOR


@pytest.fixture
async def retracted(talk: TypedConversation) -> TypedConversation:
    """A conversation of a member, who saved an entry that was retracted since."""
    await talk.type("add https://example.org/secret Withdrawn claim")
    talk.become()
    await talk.type("save 1")
    talk.become(name="Jun", roles=CURATOR)
    await talk.type("retract 1")
    talk.become()
    return talk


@pytest.mark.parametrize("line", ["show 1", "save 1", "unsave 1"])
async def test_a_retracted_entry_is_gone_for_members(
    retracted: TypedConversation, line: str
) -> None:
    reply = await retracted.type(line)

    assert reply.outcome is Outcome.REFUSED
    assert reply.private
    assert reply.entries == ()
    said = await retracted.said(line)
    assert "This entry was retracted." in said
    assert "Withdrawn" not in said


async def test_lists_and_counts_leave_it_out(retracted: TypedConversation) -> None:
    assert "Withdrawn" not in await retracted.said("saved")
    assert "0 entries in the digest." in await retracted.said("status")


async def test_moderators_see_it_marked(retracted: TypedConversation) -> None:
    retracted.become(name="Jun", roles=CURATOR)

    said = await retracted.said("show 1")

    assert "Withdrawn claim" in said
    assert "retracted" in said


async def test_the_first_workspace_curates_and_a_further_one_reads(talk: TypedConversation) -> None:
    talk.become(name="Jun", roles=CURATOR)
    await talk.type("add https://example.org/1 A story")
    await talk.commands.workspace_seen("test", "home", "Acme")
    stranger = Actor("test", "beta", "x", "Mallory")
    talk.become(name="Mallory", roles=Role.EVERY, actor=stranger)

    for line in ("edit 1 title:HACKED", "retract 1", "log", "moderators add @x"):
        assert "This server reads the digest of Acme" in await talk.said(line)
    assert "A story" in await talk.said("latest")
    assert len(talk.told) == 2  # one of each workspace, however much is tried there

    by = Actor("terminal", "local", "me", "me")
    await talk.store.workspaces.let_curate("test", "beta", by, curates=True)
    assert "was changed" in await talk.said("edit 1 title:Better")
    await talk.store.workspaces.let_curate("test", "beta", by, curates=False)
    assert "This server reads" in await talk.said("edit 1 title:Worse")


async def test_nobody_curates_in_direct_messages(talk: TypedConversation) -> None:
    talk.become(name="Jun", roles=Role.EVERY, actor=Actor("test", "", "jun", "Jun"))

    assert "works in a server" in await talk.said("add https://example.org/1 A story")
