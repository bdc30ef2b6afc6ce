"""The whole bot on Discord: its own process, started as an operator starts it, on the loopback."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import unused_port

from tests.fakes.discord import DiscordUser, FakeDiscord, FakeDiscordChannel, Guild
from tests.fakes.discord.people import buttons_of, text_of
from tests.fakes.discord.reading import read
from tests.fakes.discord.world import (
    ANNOUNCEMENT,
    FORUM,
    MANAGE_CHANNELS,
    MANAGE_MESSAGES,
    PUBLIC_THREAD,
)
from tests.scenario.process import Bot, installed, start_on_discord

PAGE = """---
title: AI news
---
* 2021.3.31 ResNet-RS: 더 나은 훈련 전략 https://arxiv.example/abs/2103.07579
* 202104 EfficientNetV2 https://arxiv.example/abs/2104.00298
* 2021.2.18 Transformers in Vision: A Survey https://arxiv.example/abs/2101.01169
"""
STORY = "https://arxiv.example/abs/1706.03762"
SHARED = "https://blog.example/clip"

pytestmark = installed("discord")


@pytest.fixture
async def discord() -> AsyncIterator[FakeDiscord]:
    """Return a Discord whose every request is checked."""
    async with FakeDiscord() as fake:
        yield fake
        assert fake.violations == []


@pytest.fixture
def way() -> str:
    """Return how commands come in."""
    return "gateway"


@pytest.fixture
async def bot(discord: FakeDiscord, tmp_path: Path, way: str) -> AsyncIterator[Bot]:
    """Return a bot with three entries in its store."""
    called = way == "https"
    settings = discord.called_at(f"127.0.0.1:{unused_port()}") if called else discord.environment
    bot = Bot(tmp_path, settings, "discord")
    (tmp_path / "page.md").write_text(PAGE, encoding="utf-8")
    code, printed = await bot.run("import", "page.md")
    assert code == 0, printed
    yield bot
    await bot.close()


def words_of(message: Mapping[str, Any]) -> str:
    """Return what a reader sees of a message."""
    return read(text_of(message)).words


def threads_of(discord: FakeDiscord, forum: FakeDiscordChannel) -> list[FakeDiscordChannel]:
    """Return the threads of a forum."""
    return [each for each in discord.world.channels.values() if each.parent_id == forum.id]


def posts(discord: FakeDiscord, channel: FakeDiscordChannel) -> list[dict[str, Any]]:
    """Return what was posted to a channel; for a forum, in its threads."""
    places = threads_of(discord, channel) if channel.kind == FORUM else [channel]
    found = [post for place in places for post in discord.posts(place)]
    return [post for post in found if "interaction_metadata" not in post]


@pytest.mark.parametrize("way", ["gateway", "https"])
async def test_a_server_lives_with_the_bot(discord: FakeDiscord, bot: Bot) -> None:
    guild = discord.world.guild("Korean AI")
    talk = discord.world.channel(guild, "talk")
    places = four_kinds(discord, guild)
    member = discord.person(guild, "Minji")
    korean = discord.person(guild, "하늘", locale="ko")
    moderator = discord.person(guild, "Jisoo", MANAGE_MESSAGES)
    owner = discord.person(guild, "Sora", MANAGE_CHANNELS)
    await start_on_discord(bot, discord)

    await look_around(talk, member, korean)
    await schedule_everywhere(talk, places, owner, member)
    await add_by_form(talk, moderator, member)
    await everywhere(discord, places, 1)
    await add_by_menu(discord, talk, moderator, member)
    await everywhere(discord, places, 2)
    for channel in places:
        first, second = posts(discord, channel)[:2]
        assert "Attention Is All You Need" in words_of(first)
        assert "CLIP" in words_of(second)
    await discord.until(lambda: all(each["flags"] & 1 for each in posts(discord, places[1])))
    assert [thread.applied_tags for thread in threads_of(discord, places[2])] == [["77"], ["77"]]

    await page_after_a_restart(bot, discord, talk, member)
    await retract(discord, talk, places, moderator)

    assert [len(posts(discord, channel)) for channel in places] == [2, 2, 2, 2]
    assert discord.routes.registered == 1
    assert await bot.stop() == 0


async def everywhere(discord: FakeDiscord, places: list[FakeDiscordChannel], count: int) -> None:
    """Wait until so many posts stand in each channel."""
    await discord.until(lambda: all(len(posts(discord, each)) >= count for each in places))


def four_kinds(discord: FakeDiscord, guild: Guild) -> list[FakeDiscordChannel]:
    """Return a channel of every kind that takes posts."""
    text = discord.world.channel(guild, "ai-news")
    announcement = discord.world.channel(guild, "announcements", ANNOUNCEMENT)
    forum = discord.world.channel(guild, "forum", FORUM)
    forum.tags = [
        {"id": "77", "name": "AI news", "moderated": False, "emoji_id": None, "emoji_name": None}
    ]
    thread = discord.world.channel(guild, "a thread", PUBLIC_THREAD, parent=text)
    return [text, announcement, forum, thread]


async def look_around(talk: FakeDiscordChannel, member: DiscordUser, korean: DiscordUser) -> None:
    """Read, search and look up, in both languages."""
    latest = await member.slash(talk, "latest", count=2)
    assert latest.ephemeral
    assert "EfficientNetV2" in latest.text
    assert "ResNet-RS" in latest.text
    searched = await korean.slash(talk, "search", words="훈련 전략")
    assert "ResNet-RS" in searched.text
    [(shown, number)] = await member.complete(talk, "show", "id", "vision")
    assert "Transformers in Vision" in shown
    one = await member.slash(talk, "show", id=number)
    assert "February 18, 2021" in one.text
    saved = await member.click(one.message, "Save")
    assert "Saved" in saved.text
    refused = await member.slash(talk, "add", link=STORY)
    assert "Only moderators" in refused.text


async def schedule_everywhere(
    talk: FakeDiscordChannel,
    places: list[FakeDiscordChannel],
    owner: DiscordUser,
    member: DiscordUser,
) -> None:
    """Ask for posts at once, in every kind of channel."""
    refused = await member.slash(talk, "schedule", when="instant", channel=places[0])
    assert "Only those who manage that channel" in refused.text
    for channel in places:
        answer = await owner.slash(talk, "schedule", when="instant", channel=channel)
        assert answer.exchange.answered == 4, answer.text
        assert ("continues in a thread" in answer.text) == (channel.kind == FORUM)
    status = await owner.slash(talk, "status")
    words = words_of(status.message)
    assert [f"#{each.name}" in words for each in places] == [True] * len(places)


async def add_by_form(
    talk: FakeDiscordChannel, moderator: DiscordUser, member: DiscordUser
) -> None:
    """Add an entry with the form; make a mistake first."""
    form = await moderator.slash(talk, "add", link=STORY)
    wrong = await moderator.submit(form, {"title": "Attention Is All You Need", "date": "someday"})
    again = await moderator.click(wrong.message, "Correct the form")
    added = await moderator.submit(again, {"date": "2017-06-12", "note": "@everyone **read** this"})
    assert "Published" in added.text
    twice = await moderator.slash(talk, "add", link=f"{STORY}?utm_source=feed")
    assert "already here" in twice.text
    found = await member.slash(talk, "search", words="attention")
    assert "Attention Is All You Need" in words_of(found.message)


async def add_by_menu(
    discord: FakeDiscord, talk: FakeDiscordChannel, moderator: DiscordUser, member: DiscordUser
) -> None:
    """Add an entry from a message in which somebody shared a link."""
    said = discord.world.add_message(talk, member.user, {"content": f"look: {SHARED}"})
    said["embeds"] = [{"url": SHARED, "title": "CLIP: connecting text and images"}]
    form = await moderator.menu("Add to AI news", said)
    added = await moderator.submit(form)
    assert "Published" in added.text


async def page_after_a_restart(
    bot: Bot, discord: FakeDiscord, talk: FakeDiscordChannel, member: DiscordUser
) -> None:
    """Turn a page of a message that another process sent."""
    first = await member.slash(talk, "latest", count=1)
    await bot.stop(signal.SIGKILL)
    await start_on_discord(bot, discord)
    turned = await member.click(first.message, "Next page")
    assert turned.message["id"] == first.message["id"]
    assert {"Previous page", "Next page"} <= set(buttons_of(turned.message))


async def retract(
    discord: FakeDiscord,
    talk: FakeDiscordChannel,
    places: list[FakeDiscordChannel],
    moderator: DiscordUser,
) -> None:
    """Retract an entry, and see it disappear from every post that carried it."""
    [(_, number)] = await moderator.complete(talk, "retract", "id", "Attention")
    await moderator.slash(talk, "retract", id=number)

    def gone() -> bool:
        carried = [words_of(post) for channel in places for post in posts(discord, channel)]
        return not any("Attention" in words for words in carried)

    await discord.until(gone)
