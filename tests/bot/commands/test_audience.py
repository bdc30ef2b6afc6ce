"""Who sees an answer: typed, by a button, from a form, shared, and where answers are public."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.commands.audience import written
from bot.commands.catalogue import all_commands
from bot.port.card import Action, Mention, Named, Tone
from bot.port.invocation import Outcome, Reach, Reply, Role
from store.model import Actor, ChannelRef, ChannelState
from tests.bot.commands.conftest import OPERATOR, TypedConversation, conversation, words_of
from tests.fakes.databases import new_database

LOOKUPS = ("latest", "search model", "show 1", "tags", "saved", "status", "help")
COMMANDS = {command.name: command for command in all_commands()}


@pytest.fixture(scope="module")
def news_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A digest with an entry that Minji saved, one that was retracted, a channel; made once."""
    path = tmp_path_factory.mktemp("news") / "ainews.db"

    async def fill() -> None:
        async with conversation(new_database(path)) as talk:
            await talk.type("add https://example.org/1 A small model tags:llm")
            await talk.type("add https://example.org/2 Withdrawn claim")
            await talk.type("retract 2")
            await talk.type("schedule daily 09:00")
            talk.become()
            await talk.type("save 1")

    asyncio.run(fill())
    return path


@pytest.fixture
async def news(news_file: Path, tmp_path: Path) -> AsyncIterator[TypedConversation]:
    """A member's conversation over a copy of that digest."""
    path = shutil.copyfile(news_file, tmp_path / "ainews.db")
    async with conversation(f"sqlite:///{path}") as talk:
        talk.become()
        yield talk


def share_of(reply: Reply) -> Action | None:
    """Return the button that shares an answer."""
    return next((one for one in reply.card.actions if one.label == "Share here"), None)


@pytest.mark.parametrize("line", LOOKUPS)
async def test_a_lookup_is_private_and_can_be_shared(news: TypedConversation, line: str) -> None:
    reply = await news.type(line, reach=Reach.CHANNEL)
    assert (reply.outcome, reply.private) == (Outcome.DONE, True)
    assert reply.card.byline == ()
    share = share_of(reply)
    assert share is not None

    shared = await news.press(share)
    assert (shared.outcome, shared.private) == (Outcome.DONE, False)
    assert "".join(span.text for span in shared.card.byline) == f"Minji: /ainews {line}"
    assert share_of(shared) is None

    typed = await news.type(f"{line} share:yes", reach=Reach.CHANNEL)
    assert (typed.private, typed.card) == (False, shared.card)


@pytest.mark.parametrize("line", LOOKUPS)
async def test_where_nobody_else_reads_nothing_is_offered(
    news: TypedConversation, line: str
) -> None:
    reply = await news.type(f"{line} share:yes")
    assert reply.private
    assert share_of(reply) is None


@pytest.mark.parametrize(
    "line",
    ["search unheard", "show 9", "show 2", "latest tag:none", "saved page:9", "latest page:9",
     "status page:9", "help nothing", "lookup", "show", "latest colour:red", "retract 1",
     "save 1", "language ko", "log", "answers"],
)  # fmt: skip
@pytest.mark.parametrize("way", ["typed", "asked for", "where answers are public"])
async def test_what_found_nothing_or_was_refused_is_never_public(
    news: TypedConversation, line: str, way: str
) -> None:
    if way == "where answers are public":
        await news.store.answers.show(news.channel, OPERATOR.actor, public=True)
    asked = f"{line} share:yes" if way == "asked for" else line
    reply = await news.type(asked, reach=Reach.CHANNEL)
    assert reply.private
    assert share_of(reply) is None


async def test_an_empty_digest_is_nobody_elses_matter(talk: TypedConversation) -> None:
    for line in ("latest", "tags", "saved", "status"):
        reply = await talk.type(f"{line} share:yes", reach=Reach.CHANNEL)
        assert (reply.outcome, reply.private) == (Outcome.DONE, True)


async def test_a_shared_answer_shows_what_a_member_may_see(news: TypedConversation) -> None:
    news.become(name="Jun", roles=Role.MEMBER | Role.MODERATOR)
    own = await news.type("show 1", reach=Reach.CHANNEL)
    assert own.card.sections[0].curator_actions
    shared = await news.type("show 1 share:yes", reach=Reach.CHANNEL)
    assert shared.card.sections[0].curator_actions == ()

    withdrawn = await news.type("show 2", reach=Reach.CHANNEL)
    assert "Withdrawn claim" in words_of(withdrawn.card)
    assert share_of(withdrawn) is None
    assert {one.command for one in withdrawn.card.sections[0].actions}.isdisjoint({"save", "vote"})
    assert "Only what is published can be saved." in await news.said("save 2")
    refused = await news.type("show 2 share:yes", reach=Reach.CHANNEL)
    assert refused.private
    assert "This entry was retracted." in words_of(refused.card)
    help_ = await news.type("help share:yes", reach=Reach.CHANNEL)
    assert "/ainews retract" not in words_of(help_.card)


async def test_where_answers_are_public_typed_lookups_are(news: TypedConversation) -> None:
    news.become(name="Jun", roles=Role.EVERY)
    done = await news.type("answers public", reach=Reach.CHANNEL)
    assert done.private
    assert "Everybody in this channel sees the answers" in words_of(done.card)
    assert "Everybody in this channel sees the answers" in await news.said("answers")

    for line in ("latest", "search model", "show 1", "tags", "status"):
        assert not (await news.type(line, reach=Reach.CHANNEL)).private
        assert (await news.type(f"{line} share:no", reach=Reach.CHANNEL)).private
        assert (await news.type(line, reach=Reach.ASKER)).private
    for line in ("saved", "help", "edit 1 title:New", "preview"):
        assert (await news.type(line, reach=Reach.CHANNEL)).private
    assert (await news.press(Action("Details", "show", {"id": "1"}))).private

    await news.type("answers private", reach=Reach.CHANNEL)
    assert (await news.type("latest", reach=Reach.CHANNEL)).private
    assert "answers" in await news.said("log")


async def test_a_thread_does_as_its_channel_does(news: TypedConversation) -> None:
    news.become(name="Jun", roles=Role.EVERY)
    thread = ChannelRef("test", "home", "thread")

    async def typed(command: str, **arguments: str) -> Reply:
        asked = replace(news.invocation(command, **arguments), channel=thread, within=news.channel)
        return await news.commands.run(replace(asked, reach=Reach.CHANNEL))

    assert (await typed("latest")).private
    await news.type("answers public", reach=Reach.CHANNEL)
    assert not (await typed("latest")).private
    said = words_of((await typed("answers")).card)
    assert "Everybody in this channel sees the answers" in said
    assert "A thread does as its channel that channel does" in said
    kept = await typed("answers", manner="private")
    assert kept.card.tone is Tone.REFUSED
    assert not (await typed("latest")).private

    await news.type("answers private", reach=Reach.CHANNEL)
    assert (await typed("latest")).private
    assert (await typed("answers", manner="public")).card.tone is Tone.DONE
    assert not (await typed("latest")).private
    assert (await news.type("latest", reach=Reach.CHANNEL)).private


async def test_only_administrators_of_a_workspace_that_curates_decide_it(
    news: TypedConversation,
) -> None:
    refused = await news.type("answers public", reach=Reach.CHANNEL)
    assert "Only administrators" in words_of(refused.card)
    await news.commands.workspace_seen("test", "home", "Acme")
    stranger = Actor("test", "beta", "x", "Mallory")
    news.become(name="Mallory", roles=Role.EVERY, actor=stranger)
    assert "This server reads the digest of Acme" in await news.said("answers public")


async def test_pages_of_a_private_answer_stay_private(talk: TypedConversation) -> None:
    for number in range(12):
        await talk.type(f"add https://example.org/{number} Model {number}")
    reply = await talk.type("search model", reach=Reach.CHANNEL)
    onward = next(one for one in reply.card.actions if one.label == "Next page")
    page = await talk.press(onward)
    assert page.private
    assert page.entries
    share = share_of(page)
    assert share is not None
    shared = await talk.press(share)
    assert not shared.private
    assert shared.entries == page.entries


@pytest.mark.parametrize("line", ["schedule daily 09:00", "pause", "resume", "unschedule"])
async def test_what_changes_a_channels_posts_is_said_there_unless_asked_not_to(
    talk: TypedConversation, line: str
) -> None:
    await talk.type("schedule daily 09:00")
    if line == "resume":
        await talk.type("pause")
    assert not (await talk.type(line, reach=Reach.CHANNEL)).private
    await talk.type("schedule daily 09:00")
    assert (await talk.type(f"{line} share:no", reach=Reach.CHANNEL)).private


@pytest.mark.parametrize(
    ("command", "arguments", "line"),
    [
        ("latest", {"count": 5, "tag": "machine learning"}, 'latest 5 "machine learning"'),
        ("search", {"words": "모델 압축", "since": "2021-01", "page": "2"},
         "search 모델 압축 since:2021-01"),
        ("latest", {"share": "yes"}, "latest"),
        ("add", {"link": "https://a.example", "note": "one\ntwo"},
         'add https://a.example note:"one two"'),
    ],
)  # fmt: skip
def test_a_command_is_written_as_it_might_be_typed(
    command: str, arguments: dict[str, str | int], line: str
) -> None:
    assert written(COMMANDS[command], arguments) == line


@pytest.mark.parametrize("name", ["curation", ""])
async def test_what_is_about_another_channel_names_it_to_the_asker_alone(
    talk: TypedConversation, name: str
) -> None:
    talk.become(name="Jun", roles=Role.EVERY)
    said = []
    for line in ("pause", "schedule daily 09:00", "preview", "pause", "resume", "unschedule"):
        reply = await talk.type_about(f"{line} share:yes" if line != "preview" else line, name)
        assert reply.private
        assert reply.card.byline == ()
        said.append(words_of(reply.card))
        said.append(reply.card.summary)
    shown = "\n".join(said)
    assert not re.search(r"\bhere\b|\bthis channel\b", shown, re.IGNORECASE)
    if name:
        assert all("#curation" in one for one in said if one != said[5])
        assert "resume channel:#curation" in shown
        assert "/ainews schedule daily 09:00 channel:#curation" in said[0]
    else:
        assert "That channel has no schedule." in said[0]
        reply = await talk.type_about("schedule instant", name)
        assert Mention("that channel", Named.CHANNEL, "C0HIDDEN") in reply.card.lead[0]


async def test_a_channel_without_a_name_is_named_by_its_id_where_a_command_is_to_be_typed(
    talk: TypedConversation,
) -> None:
    talk.become(name="Jun", roles=Role.EVERY)
    reply = await talk.type_about("answers public", "")
    assert "/ainews answers private channel:C0HIDDEN" in words_of(reply.card)
    reply = await talk.type_about("answers public", "a forum post")
    assert '/ainews answers private channel:"#a forum post"' in words_of(reply.card)


async def test_a_channel_that_nobody_understood_is_not_taken_for_the_one_at_hand(
    talk: TypedConversation,
) -> None:
    await talk.type("schedule daily 09:00")
    lines = ("pause", "unschedule", "schedule instant", "answers public", "resume", "preview")
    for line in lines:
        for name in ("#curation", "공지", "slack/T0HOME/C0NEWS"):
            reply = await talk.type(f"{line} channel:{name}", reach=Reach.CHANNEL)
            assert reply.outcome is Outcome.REFUSED
            assert reply.private
            assert f"No channel was found by the name “{name}”." in words_of(reply.card)
    channel = await talk.store.channels.get(talk.channel)
    assert channel.state is ChannelState.ACTIVE
    assert not channel.subscription.schedule.instant
    assert not await talk.store.answers.are_public(talk.channel)


async def test_who_may_not_manage_another_channel_is_not_told_its_name(
    talk: TypedConversation,
) -> None:
    talk.become()
    reply = await talk.type_about("pause", "secret")
    assert reply.outcome is Outcome.REFUSED
    assert "that channel" in words_of(reply.card)
    assert "secret" not in words_of(reply.card)


async def test_a_time_zone_is_chosen_for_the_channel_that_was_scheduled(
    talk: TypedConversation,
) -> None:
    talk.become(name="Jun", roles=Role.EVERY)
    reply = await talk.type_about("schedule daily 09:00 timezone:UTC", "curation")
    assert reply.card.actions == ()
    in_utc = TypedConversation(talk.store, talk.asker, timezone="UTC")
    reply = await in_utc.type_about("schedule instant", "other")
    assert {one.arguments["channel"] for one in reply.card.actions} == {"other"}
