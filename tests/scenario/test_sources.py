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
        assert "It names 2 feeds. Which one?" in which.text
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
        assert "is changed" in str(await sent.acknowledgement())
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
