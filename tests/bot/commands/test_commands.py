"""What members, moderators and operators get for what they type."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.port.card import LinkText
from bot.port.invocation import Invocation, Outcome, Reach, Role
from bot.port.platform import KnownName
from store.model import ChannelRef
from tests.bot.commands.conftest import ADD, TypedConversation, words_of
from tests.fakes.platform import FakePlatform


async def test_an_empty_digest_says_so(talk: TypedConversation) -> None:
    assert "There is nothing here yet." in await talk.said("latest")


async def test_named_people_and_groups_are_moderators(talk: TypedConversation) -> None:
    platform = FakePlatform("test")
    talk.platforms["test"] = platform
    platform.people = {"guest": KnownName("Guest"), "group:editors": KnownName("Editors")}
    await talk.type("moderators add guest")
    await talk.type("moderators add group:editors")
    assert "group:editors" in await talk.said("moderators")
    talk.become(name="Guest")
    assert (await talk.type(ADD)).outcome is Outcome.DONE
    talk.become(name="Other")
    assert (await talk.type("retract 1")).outcome is Outcome.REFUSED
    talk.become(name="Other", groups=frozenset({"editors"}))
    assert (await talk.type("retract 1")).outcome is Outcome.DONE
    talk.become(name="Boss", roles=Role.OPERATOR)
    await talk.type("moderators remove guest")
    assert "not on the list" in await talk.said("moderators remove guest")
    talk.become(name="Guest")
    assert (await talk.type("restore 1")).outcome is Outcome.REFUSED


async def test_each_person_has_a_list_of_their_own(talk: TypedConversation) -> None:
    await talk.type(ADD)
    assert "Saved: EfficientNetV2" in await talk.said("save 1")
    assert "Already on your list" in await talk.said("save 1")
    assert "EfficientNetV2" in await talk.said("saved")
    assert "There is no page 2." in await talk.said("saved page:2")
    talk.become(name="Other")
    assert "Your list is empty" in await talk.said("saved")
    assert "Not on your list" in await talk.said("unsave 1")


async def test_a_list_is_emptied_at_once_and_only_ones_own(talk: TypedConversation) -> None:
    await talk.type(ADD)
    await talk.type("save 1")
    shown = await talk.type("saved")
    asked = await talk.press(shown.card.actions[-1])
    assert "cannot be undone" in words_of(asked.card)
    assert "EfficientNetV2" in await talk.said("saved")
    shared = await talk.type("saved share:yes", reach=Reach.CHANNEL)
    offered = [each.command for each in shared.card.sections[0].actions]
    assert "save" in offered, "others save it for themselves"
    assert "unsave" not in {*offered, *(each.command for each in shared.card.actions)}
    talk.become(name="Other")
    await talk.type("save 1")
    talk.become()
    (sure,) = asked.card.actions
    await talk.press(sure)
    assert "Your list is empty" in await talk.said("saved")
    talk.become(name="Other")
    assert "EfficientNetV2" in await talk.said("saved")
    assert "Say which entry" in await talk.said("unsave")


async def test_answers_follow_the_chosen_language(talk: TypedConversation) -> None:
    await talk.type(ADD)
    chosen = await talk.type("language ko")
    assert "한국어" in words_of(chosen.card)
    assert chosen.card.language == "ko", "the card's own words follow at once"
    answer = await talk.said("최신")
    assert "최신 AI 소식" in answer
    assert "2021년 4월" in answer
    assert "English" in await talk.said("language en")


async def test_the_platforms_language_counts_until_one_is_chosen(talk: TypedConversation) -> None:
    talk.become(language="ko-KR")
    assert "아직 소식이 없습니다" in await talk.said("latest")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("show", "“id” is missing. Type, for example: /ainews show 12"),
        ("show twelve", "“twelve” is not a whole number"),
        ("show 999", "There is no entry 999"),
        ("show 99999999999999999999", "not a whole number"),
        ("latest 0", "between 1 and 25"),
        ("latest 26", "between 1 and 25"),
        ("search x --since soon", "“soon” is not a date"),
        ("add https://a.example", "The title is missing"),
        ("add htps://a.example/x", "looks like an address"),
        ("add hxxps://a.example/x A title", "“hxxps://a.example/x” looks like an address"),
        ("add www.example.org/x A title", "“www.example.org/x” looks like an address"),
        ("add news.example/x title:A", "“news.example/x” looks like an address"),
        ("add news.example/2026/x", "looks like an address"),
        ("add A title www.example.org/x", "“www.example.org/x” looks like an address"),
        ("add A title https//a.example/x", "“https//a.example/x” looks like an address"),
        ("add https://a.example title:x date:2021-13", "is not in the calendar"),
        ("add https://a.example title:x date:2104-03", "more than a year ahead"),
        ("add https://a.example title:x date:03/04/2021", "2021-03-04 / 2021-04-03"),
        ("language fr", "Choose one of: ko, en"),
        ("schedule daily 25:00", "25:00"),
        ("schedule daily 09:00 timezone:Asia/Soul", "Did you mean Asia/Seoul?"),
        ("schedule", "“when” is missing"),
        ("nonsense", "There is no command"),
        ("show \u202e\u0007", "not a whole number"),
        (f"add https://a.example title:{'x' * 501}", "at most 500 characters"),
    ],
)
async def test_what_is_wrong_is_said(talk: TypedConversation, line: str, says: str) -> None:
    reply = await talk.type(line)
    assert reply.outcome is not Outcome.DONE
    assert says in words_of(reply.card)


async def test_only_the_operator_sees_other_workspaces_and_the_machine(
    talk: TypedConversation,
) -> None:
    await talk.type("schedule daily 09:00")
    talk.channel = ChannelRef("test", "elsewhere", "other")
    assert "every day at 09:00" in await talk.said("status")
    talk.become(roles=Role.EVERY)
    assert "No channel has a schedule" in await talk.said("status")
    await talk.store.close()
    reply = await talk.type("add https://a.example title:x")
    assert "ainews.db" not in words_of(reply.card)


async def test_help_lists_what_this_person_may_use(talk: TypedConversation) -> None:
    assert "/ainews retract" in await talk.said("help all:yes")
    talk.become(name="Guest")
    answer = await talk.said("help all:yes")
    assert "/ainews latest" in answer
    assert "/ainews retract" not in answer
    assert "since" in await talk.said("help search")


async def test_help_begins_with_what_people_come_for(talk: TypedConversation) -> None:
    buttons = [each.label for each in (await talk.type("")).card.actions]
    assert buttons[-1] == "All commands"
    assert "Post the news here" in buttons
    talk.become(name="Guest")
    card = (await talk.type("help")).card
    assert len(card.lead) == 4
    assert "Post the news here" not in [each.label for each in card.actions]


async def test_values_are_completed(talk: TypedConversation) -> None:
    await talk.type(ADD)
    await talk.type("add https://b.example title:트랜스포머 tags:llm,paper")
    offers = await talk.commands.complete(_invocation(talk, "latest"), "tag", "LL", 25)
    assert [offer.value for offer in offers] == ["llm"]
    for typed in ("트랜스", "ㅌㄹㅅㅍㅁ"):
        offers = await talk.commands.complete(_invocation(talk, "show"), "id", typed, 25)
        assert [offer.value for offer in offers] == ["2"]
    tags = await talk.commands.complete(_invocation(talk, "add"), "tags", "llm,pa", 25)
    assert [offer.value for offer in tags] == ["llm,paper"]
    tags = await talk.commands.complete(_invocation(talk, "add"), "tags", "#llm #pa", 25)
    assert [offer.value for offer in tags] == ["#llm paper"]
    zone = await talk.commands.complete(_invocation(talk, "schedule"), "timezone", "seo", 5)
    assert [offer.value for offer in zone] == ["Asia/Seoul"]


async def test_a_cards_link_is_a_link_and_its_text_is_only_text(talk: TypedConversation) -> None:
    await talk.type('add https://a.example title:"<@123> [x](http://evil.example) @everyone"')
    reply = await talk.type("latest")
    (heading,) = reply.card.sections[0].heading
    assert heading == LinkText("<@123> [x](http://evil.example) @everyone", "https://a.example")


def _invocation(talk: TypedConversation, command: str) -> Invocation:
    return Invocation(command, talk.asker, talk.channel)


async def test_what_is_delivered_twice_is_done_once(talk: TypedConversation) -> None:
    add = replace(
        talk.invocation("add", link="https://a.example/1", title="A"), delivery="trigger-1"
    )
    replies = await asyncio.gather(*(talk.commands.run(add) for _ in range(3)))
    assert all(reply.private for reply in replies)
    (done,) = [reply for reply in replies if not reply.repeated]
    assert done.card.summary == "A"
    for repeated in (reply for reply in replies if reply is not done):
        assert "came in twice" in repeated.card.summary
        assert repeated.outcome is Outcome.REFUSED
    again = await talk.commands.run(replace(talk.invocation("retract", id="1"), delivery="2"))
    assert "Retracted" in again.card.summary
    # Who looks something up has the answer each time.
    look = replace(talk.invocation("latest"), delivery="3")
    assert {(await talk.commands.run(look)).outcome for _ in range(2)} == {Outcome.DONE}
