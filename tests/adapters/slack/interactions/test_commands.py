"""Slash commands: acknowledged, run and answered."""

from __future__ import annotations

import re

from bot.port.card import Card
from bot.port.invocation import Reply, Role
from tests.adapters.slack.conftest import ADMIN, CHANNEL
from tests.adapters.slack.handler import ScriptedHandler, entry, say
from tests.fakes.slack import FakeChannel
from tests.fakes.slack.deeds import Deeds, labels
from tests.fakes.slack.server import FakeSlack


async def test_a_command_is_acknowledged_empty_and_answered_to_the_asker(member: Deeds) -> None:
    delivery = await member.type("latest 5")
    answer = await delivery.answer()
    assert await delivery.acknowledgement() == {}
    assert answer["response_type"] == "ephemeral"
    assert answer["blocks"][0]["text"]["text"] == "Latest AI news"
    assert "<https://news.example/10|Story 10>" in answer["blocks"][1]["text"]["text"]
    assert labels(answer["blocks"]) == [
        *("Details", "Save", "Details", "Save"),
        *("Next page", "Share here"),
    ]


async def test_a_lookup_is_shared_under_the_name_of_who_shares_it(
    member: Deeds, handler: ScriptedHandler
) -> None:
    answer = await (await member.type("search 모델 압축 tag:llm")).answer()
    shared = await (await member.press(answer, "Share here")).answer()
    assert handler.asked.arguments == {"words": "모델 압축", "tag": "llm", "share": "yes"}
    assert (shared["response_type"], shared["replace_original"]) == ("in_channel", False)
    said = shared["blocks"][0]
    assert said["type"] == "context"
    assert said["elements"][0]["text"] == "Minji: /ainews search 모델 압축 tag:llm"
    assert "Share here" not in labels(shared["blocks"])


async def test_what_is_typed_with_share_is_for_all(member: Deeds, handler: ScriptedHandler) -> None:
    answer = await (await member.type("latest share:yes")).answer()
    assert answer["response_type"] == "in_channel"
    assert answer["blocks"][0]["elements"][0]["text"] == "Minji: /ainews latest"
    handler.replies["latest"] = lambda _: Reply(say("Nothing is there."), private=True)
    assert (await (await member.type("latest share:yes")).answer())["response_type"] == "ephemeral"
    refused = await (await member.type("retract 12 share:yes")).answer()
    assert refused["response_type"] == "ephemeral"


async def test_where_answers_are_public_only_those_to_typed_lookups_are(
    admin: Deeds, handler: ScriptedHandler
) -> None:
    handler.answers_public = True
    answer = await (await admin.type("latest")).answer()
    assert answer["response_type"] == "in_channel"
    assert {"Edit", "Share here"}.isdisjoint(labels(answer["blocks"]))
    for line in ("latest share:no", "retract 12", "lookup"):
        assert (await (await admin.type(line)).answer())["response_type"] == "ephemeral"
    page = await (await admin.press(answer, "Next page", alone=False)).answer()
    assert (page["response_type"], page["replace_original"]) == ("ephemeral", False)


async def test_in_a_direct_message_there_is_nobody_to_share_with(
    slack: FakeSlack, member: Deeds
) -> None:
    direct = Deeds(slack, member.user, f"D{member.user}")
    answer = await (await direct.type("latest share:yes")).answer()
    assert answer["response_type"] == "ephemeral"
    assert "Share here" not in labels(answer["blocks"])


async def test_what_concerns_another_channel_is_not_told_in_this_one(
    slack: FakeSlack, admin: Deeds, handler: ScriptedHandler
) -> None:
    slack.workspace.channel(FakeChannel("C0OTHER", "curation"))
    here = await (await admin.type("schedule instant")).answer()
    assert here["response_type"] == "in_channel"
    for line in ("schedule instant <#C0OTHER>", "schedule instant channel:<#C0OTHER> share:yes"):
        there = await (await admin.type(line)).answer()
        assert there["response_type"] == "ephemeral"
        assert (handler.asked.elsewhere, handler.asked.channel_name) == (True, "#curation")


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
    assert "/latest" in answer["text"]
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
        "schedule daily 09:00 channel:C0OTHER",
        "schedule 채널:C0OTHER daily 09:00",
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
