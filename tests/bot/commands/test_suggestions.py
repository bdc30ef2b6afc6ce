"""Members suggest links."""

from __future__ import annotations

from bot.port.invocation import Outcome, Role
from tests.bot.commands.conftest import TypedConversation, words_of

MODERATOR = Role.MEMBER | Role.MODERATOR


async def test_a_member_suggests_a_link(talk: TypedConversation) -> None:
    talk.become(name="Minji")
    reply = await talk.type("suggest https://a.example/news why:It is the first of its size")
    assert reply.private
    assert "you will hear the result" in words_of(reply.card)
    assert "waits for a moderator already" in await talk.said("suggest https://a.example/news")
    talk.become(name="Jun", roles=MODERATOR)
    said = await talk.said("review")
    assert "a.example/news" in said
    assert "Suggested by Minji. “It is the first of its size”" in said
    assert "as entry 1" in await talk.said("suggest https://a.example/news")
    await talk.type("review skip 1")
    assert "was skipped" in await talk.said("add https://a.example/news Title")
    talk.become(name="Ann")
    assert "decided against this link" in await talk.said("suggest https://a.example/news")


async def test_a_member_who_suggests_too_much_is_told(talk: TypedConversation) -> None:
    talk.become(name="Minji")
    for number in range(5):
        assert (await talk.type(f"suggest https://a.example/{number}")).outcome is Outcome.DONE
    assert "You suggested 5 links within a day." in await talk.said("suggest https://a.example/5")


async def test_a_published_story_is_shown_to_who_suggests_it(talk: TypedConversation) -> None:
    await talk.type("add https://a.example/news A story")
    talk.become(name="Minji")
    assert "already here, as entry 1" in await talk.said("suggest https://a.example/news")
