"""Sources by command, in the real process, on Discord and in Slack."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.rules import every
from tests.fakes.discord.world import MANAGE_MESSAGES
from tests.fakes.feeds import BLOG, PAGE, install_feeds
from tests.fakes.site import FakeSite
from tests.fakes.slack import FakeChannel, FakePerson, FakeSlack
from tests.fakes.slack.deeds import Deeds
from tests.scenario.process import Bot, installed, start_on_discord

BUTTON = 2

pytestmark = installed("discord", "slack")


@pytest.fixture
async def places() -> AsyncIterator[tuple[FakeDiscord, FakeSlack]]:
    """A server and a workspace; whatever the bot sends is held against their contracts."""
    async with FakeSlack.running() as slack, FakeDiscord() as discord:
        slack.workspace.channel(FakeChannel("C0NEWS"))
        slack.workspace.person(FakePerson("U0JUN", "Jun", admin=True))
        yield discord, slack
        assert (slack.violations, discord.violations) == ([], [])


async def test_one_moderator_adds_and_the_other_changes(
    places: tuple[FakeDiscord, FakeSlack], tmp_path: Path
) -> None:
    discord, slack = places
    packages = install_feeds(tmp_path / "packages")
    path = os.pathsep.join([str(packages), *sys.path])
    environment = slack.environment(**discord.environment, PYTHONPATH=path)
    bot = Bot(tmp_path, environment, "discord", "slack")
    guild = discord.world.guild("Korean AI")
    talk = discord.world.channel(guild, "talk")
    sora = discord.person(guild, "Sora", MANAGE_MESSAGES)
    jun = Deeds(slack, "U0JUN", "C0NEWS")
    try:
        await start_on_discord(bot, discord)

        which = await sora.slash(talk, "source", action="add", source=PAGE, only='"language model"')
        assert "This page names 2 feeds. Which one?" in which.text
        add = next(each for each in every(which.message["components"]) if each["type"] == BUTTON)
        added = await sora.press(which.message, add["custom_id"])
        assert "**The Example Blog** is source **1**." in added.text
        assert added.ephemeral
        offered = await sora.complete(talk, "source", "source", "exam", action="show")
        assert offered == [("1 · The Example Blog", "1")]

        answer = await (await jun.type(f"source add {BLOG}")).answer()
        assert "This feed is source 1 already" in str(answer["blocks"])
        form = await (await jun.type("source edit 1")).view()
        sent = await jun.send(form, tags="law", review="no")
        assert "was changed" in str(await sent.acknowledgement())
        listed = await sora.slash(talk, "sources")
        assert "#law" in listed.text
        assert "without a review" in listed.text

        known = await sora.slash(talk, "source", action="starter")
        chosen = await sora.choose(known.message, "1 · OpenAI News")
        assert "**OpenAI News** is source **2**." in chosen.text
        offer = await (await jun.type("source starter")).answer()
        refused = await (await jun.press(offer, "Add")).answer()
        assert "was not added" in str(refused["blocks"])
        assert await bot.stop() == 0
    finally:
        await bot.close()


FEED = """<rss version="2.0"><channel><title>모델 소식</title><link>/</link>
<item><title>작은 언어모델 공개</title><link>/1</link>
<pubDate>Mon, 23 Nov 2026 09:00:00 +0900</pubDate></item>
<item><title>사옥을 옮깁니다</title><link>/2</link></item></channel></rss>"""


async def test_a_page_leads_to_its_feed_over_http(tmp_path: Path) -> None:
    async with FakeSite() as site:
        link = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
        site.answers("/", f"<!doctype html><html><head>{link}</head></html>".encode())
        site.answers("/feed.xml", FEED.encode(), Content_Type="application/rss+xml")
        bot = Bot(tmp_path, {"AINEWS_FETCH_ALLOW": site.host})

        code, said = await bot.run("source", "add", site.url(), "--only", "언어 모델을")
        assert (code, "모델 소식 is source 1." in said) == (0, True), said
        assert "Items that pass the rules: 1 of 2." in said
        code, said = await bot.run("source", "add", site.url("/nothing"))
        assert code == 1
        assert "was not added: The server has nothing" in said

    code, said = await Bot(tmp_path, {}).run("source", "try", "1")
    assert code == 1
    assert "is in a private network" in said
