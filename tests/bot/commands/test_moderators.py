"""Who is named as a moderator: those whom the platform knows, shown by their names."""

from __future__ import annotations

import pytest

from bot.port.card import Mention, Named
from bot.port.invocation import Outcome
from bot.port.platform import KnownName, Retryable
from store.model import Moderator
from tests.bot.commands.conftest import TypedConversation, words_of
from tests.fakes.platform import FakePlatform

MINJI = Mention("U1", Named.PERSON, "U1")
CURATORS = Mention("group:S1", Named.GROUP, "S1")


@pytest.fixture
def home(talk: TypedConversation) -> FakePlatform:
    """A platform with a person, a group and a guest."""
    platform = FakePlatform("test")
    platform.people = {
        "U1": KnownName("Minji"),
        "group:S1": KnownName("Curators"),
        "U2": KnownName("Visitor", reads_only=True),
    }
    talk.platforms["test"] = platform
    return platform


@pytest.mark.usefixtures("home")
async def test_they_are_shown_by_their_names_never_by_their_numbers(
    talk: TypedConversation,
) -> None:
    for who, shown in (("U1", MINJI), ("group:S1", CURATORS)):
        reply = await talk.type(f"moderators add {who}")
        assert reply.outcome is Outcome.DONE
        assert shown in reply.card.lead[0]
        assert shown.id not in reply.card.summary
    listed = await talk.type("moderators")
    assert listed.card.lead[1:] == ((MINJI,), (CURATORS,))
    gone = await talk.type("moderators remove U1")
    assert MINJI in gone.card.lead[0]
    again = await talk.type("moderators remove U1")
    assert (again.outcome, again.private) == (Outcome.REFUSED, True)
    assert MINJI in again.card.lead[0]


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("who", ["nobody-like-that", "@minji", "group:U1", "S1", "<@!x>"])
async def test_nobody_is_named_whom_the_platform_does_not_know(
    talk: TypedConversation, who: str
) -> None:
    reply = await talk.type(f"moderators add {who}")
    assert (reply.outcome, reply.private) == (Outcome.REFUSED, True)
    assert f"Nobody was found by the name “{who}”" in words_of(reply.card)
    assert await talk.store.people.moderators("test", "home") == ()


@pytest.mark.usefixtures("home")
async def test_a_guest_is_not_named_for_what_they_cannot_do(talk: TypedConversation) -> None:
    assert "Visitor cannot curate" in await talk.said("moderators add U2")
    assert await talk.store.people.moderators("test", "home") == ()


async def test_where_nobody_can_be_asked_nobody_is_named(
    talk: TypedConversation, home: FakePlatform
) -> None:
    home.unknown = Retryable("Slack is down.")
    assert "Nobody could be looked up just now" in await talk.said("moderators add U1")
    talk.platforms.clear()
    assert "Nobody was found" in await talk.said("moderators add U1")


@pytest.mark.usefixtures("home")
async def test_a_name_that_was_taken_for_somebody_once_can_be_removed(
    talk: TypedConversation,
) -> None:
    nobody = Moderator("test", "home", "nobody-like-that", group=False)
    await talk.store.people.add_moderator(nobody, talk.asker.actor)
    assert "nobody-like-that" in await talk.said("moderators")
    assert "no longer" in await talk.said("moderators remove nobody-like-that")
    assert await talk.store.people.moderators("test", "home") == ()
