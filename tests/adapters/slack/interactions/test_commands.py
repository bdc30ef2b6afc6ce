"""Slash commands: acknowledged, run and answered."""

from __future__ import annotations

import re

from bot.port.card import Card
from bot.port.invocation import Reply, Role
from tests.adapters.slack.conftest import ADMIN, CHANNEL
from tests.adapters.slack.handler import ScriptedHandler, entry
from tests.fakes.slack import FakeChannel
from tests.fakes.slack.deeds import Deeds, labels
from tests.fakes.slack.server import FakeSlack


async def test_a_command_is_acknowledged_empty_and_answered_for_all(member: Deeds) -> None:
    delivery = await member.type("latest 5")
    answer = await delivery.answer()
    assert await delivery.acknowledgement() == {}
    assert answer["response_type"] == "in_channel"
    assert answer["blocks"][0]["text"]["text"] == "Latest AI news"
    assert "<https://news.example/10|Story 10>" in answer["blocks"][1]["text"]["text"]
    assert labels(answer["blocks"]) == ["Details", "Save", "Details", "Save", "Next page"]


async def test_the_line_reaches_the_handler_with_who_asks_and_where(
    member: Deeds, handler: ScriptedHandler
) -> None:
    await (await member.type("latest count:5")).answer()
    asked = handler.asked
    assert asked.command == "latest"
    assert asked.arguments == {"count": "5"}
    assert asked.interactive
    assert (asked.channel.platform, asked.channel.workspace) == ("slack", "T0HOME")
    assert asked.channel.id == CHANNEL
    assert asked.asker.actor.name == "Minji"
    assert asked.asker.roles == Role.MEMBER
    assert asked.asker.language == "en-US"


async def test_what_concerns_the_asker_alone_is_shown_to_them_alone(member: Deeds) -> None:
    answer = await (await member.type("saved")).answer()
    assert answer["response_type"] == "ephemeral"


async def test_a_misspelling_gets_the_nearest_command(member: Deeds) -> None:
    answer = await (await member.type("lastest")).answer()
    assert "/ainews latest" in answer["text"]
    assert answer["response_type"] == "ephemeral"


async def test_the_command_alone_opens_a_menu(member: Deeds, handler: ScriptedHandler) -> None:
    answer = await (await member.type("  ")).answer()
    assert answer["response_type"] == "ephemeral"
    assert len(labels(answer["blocks"])) == 5
    assert handler.invocations == []
    search = labels(answer["blocks"])[1]
    form = await (await member.press(answer, search)).view()
    assert [block["block_id"] for block in form["blocks"]] == ["words", "tag", "since"]


async def test_a_menu_is_in_the_language_of_the_slack_locale(
    slack: FakeSlack, member: Deeds
) -> None:
    slack.workspace.people[member.user].locale = "ko-KR"
    answer = await (await member.type("")).answer()
    assert re.search(r"[가-힣]", " ".join(labels(answer["blocks"])))


async def test_people_groups_channels_and_links_lose_their_brackets(
    slack: FakeSlack, admin: Deeds, handler: ScriptedHandler
) -> None:
    line = "search <@U1|minji> <!subteam^S1|@curators> <https://a.example/?x=1&amp;y=2> a &lt; b"
    await (await admin.type(line)).answer()
    assert handler.asked.arguments["words"] == ("U1 group:S1 https://a.example/?x=1&y=2 a < b")
    assert handler.asked.channel.id == CHANNEL
    assert slack.called("users.info") == [{"user": ADMIN, "include_locale": "1"}]


async def test_a_named_channel_is_what_the_command_is_about(
    slack: FakeSlack, handler: ScriptedHandler, admin: Deeds
) -> None:
    slack.workspace.channel(FakeChannel("C0OTHER"))
    for line in (
        "schedule daily 09:00 <#C0OTHER|other>",
        "schedule channel:<#C0OTHER> daily 09:00",
    ):
        await (await admin.type(line)).answer()
        assert handler.asked.channel.id == "C0OTHER"
        assert handler.asked.arguments == {"when": "daily 09:00"}


async def test_a_channel_has_its_name_where_everybody_may_know_it(
    slack: FakeSlack, handler: ScriptedHandler, admin: Deeds
) -> None:
    slack.workspace.channel(FakeChannel("C0OTHER", "other"))
    slack.workspace.channel(FakeChannel("G0SECRET", "secret", private=True))
    slack.workspace.channel(FakeChannel("G0UNSEEN", "unseen", private=True, joined=False))
    for channel, name in (("C0OTHER", "#other"), ("G0SECRET", ""), ("G0UNSEEN", "")):
        await (await admin.type(f"schedule instant <#{channel}|given>")).answer()
        assert (handler.asked.channel.id, handler.asked.channel_name) == (channel, name)
    form = await (await admin.type("edit 12")).view()
    await (await admin.send(form)).acknowledgement()
    assert (handler.asked.submitted, handler.asked.channel_name) == (True, "#ai-news")


async def test_a_long_answer_goes_on_in_further_messages(
    member: Deeds, handler: ScriptedHandler
) -> None:
    sections = tuple(entry(number, note="가나다 " * 150) for number in range(25))
    handler.replies["latest"] = lambda _: Reply(Card("Much", "en", sections=sections))
    delivery = await member.type("latest 25")
    answers = [await delivery.answer() for _ in range(3)]
    shown = [label for answer in answers for label in labels(answer["blocks"])]
    assert shown.count("Details") == 25
