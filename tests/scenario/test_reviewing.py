"""One process, two places: what waits arrives at both desks, and a decision is seen at both."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from store.model import Actor, EntryDraft, Status
from store.store import DigestStore
from tests.fakes.discord import DiscordUser, FakeDiscord, FakeDiscordChannel, rules
from tests.fakes.discord.people import InteractionAnswer, text_of
from tests.fakes.discord.world import MANAGE_CHANNELS, MANAGE_MESSAGES
from tests.fakes.slack import FakeChannel, FakePerson, FakeSlack
from tests.fakes.slack.deeds import Deeds
from tests.scenario.process import Bot, installed, start_on_discord

DESK = "C0DESK"
SOURCE = Actor("", "", "ainews", "AINews")

pytestmark = installed("discord", "slack")


@dataclass(frozen=True)
class TwoDesks:
    """The desks in both places, and who decides there."""

    slack: FakeSlack
    discord: FakeDiscord
    jun: Deeds
    minji: Deeds
    sora: DiscordUser
    desk: FakeDiscordChannel

    def in_slack(self) -> str:
        """Return what the desk in Slack says."""
        return json.dumps([m["blocks"] for m in self.slack_messages()], ensure_ascii=False)

    def on_discord(self) -> str:
        """Return what the desk on Discord says."""
        return "\n".join(text_of(message) for message in self.discord_messages())

    async def each_says(self, *words: str) -> None:
        """Wait until both desks say all of it."""
        await self.slack.until(lambda: all(word in self.in_slack() for word in words))
        await self.discord.until(lambda: all(word in self.on_discord() for word in words))

    async def press_on_discord(self, command: str, entry_id: int) -> InteractionAnswer:
        """Press the button of an entry at the desk on Discord."""
        for message in self.discord_messages():
            for part in rules.every(message["components"]):
                custom_id = str(part.get("custom_id", ""))
                if f"action={command}|id={entry_id}" in custom_id:
                    return await self.sora.press(message, custom_id)
        raise AssertionError(f"there is no {command} of entry {entry_id}")

    async def press_in_slack(self, command: Mapping[str, str], name: str = "review") -> Any:
        """Press the button in Slack that stands for a command."""
        value = json.dumps([name, command], separators=(",", ":"))
        for message in self.slack_messages():
            for block in message["blocks"]:
                for element in block.get("elements", ()):
                    if element.get("value") == value:
                        only = {**message, "blocks": [{**block, "elements": [element]}]}
                        label = element["text"]["text"]
                        return await self.jun.press(only, label, alone=False)
        raise AssertionError(f"there is no {value} in {self.in_slack()}")

    def slack_messages(self) -> list[dict[str, Any]]:
        """Return the messages at the desk in Slack."""
        return list(self.slack.workspace.channels[DESK].messages)

    def discord_messages(self) -> list[dict[str, Any]]:
        """Return the messages at the desk on Discord."""
        posts = self.discord.posts(self.desk)
        return [one for one in posts if "interaction_metadata" not in one]


@pytest.fixture
async def desks() -> AsyncIterator[TwoDesks]:
    """A workspace and a server; whatever the bot sends is held against their contracts."""
    async with FakeSlack.running() as slack, FakeDiscord() as discord:
        slack.workspace.channel(FakeChannel(DESK))
        slack.workspace.person(FakePerson("U0JUN", "Jun", admin=True))
        slack.workspace.person(FakePerson("U0MINJI", "Minji"))
        guild = discord.world.guild("Korean AI")
        desk = discord.world.channel(guild, "desk")
        sora = discord.person(guild, "Sora", MANAGE_CHANNELS | MANAGE_MESSAGES)
        jun, minji = Deeds(slack, "U0JUN", DESK), Deeds(slack, "U0MINJI", DESK)
        yield TwoDesks(slack, discord, jun, minji, sora, desk)
        assert (slack.violations, discord.violations) == ([], [])


@pytest.fixture
async def bot(desks: TwoDesks, tmp_path: Path) -> AsyncIterator[Bot]:
    """A bot in both places, whose desks get at once what waits."""
    environment = desks.slack.environment(**desks.discord.environment, AINEWS_DESK_MINUTES="0")
    bot = Bot(tmp_path, environment, "discord", "slack")
    yield bot
    await bot.close()


async def bring(folder: Path, *titles: str) -> None:
    """Let entries wait, as another program brings them."""
    store = await DigestStore.open(f"sqlite:///{folder / 'ainews.db'}", lambda: datetime.now(UTC))
    for title in titles:
        link = f"https://news.example/{title.replace(' ', '-')}"
        draft = EntryDraft(title, link, added_by="B News", status=Status.PENDING)
        await store.entries.add(draft, SOURCE)
    await store.close()


async def test_two_desks_decide_about_the_same(desks: TwoDesks, bot: Bot, tmp_path: Path) -> None:
    await start_on_discord(bot, desks.discord)
    said = await (await desks.jun.type("review here")).answer()
    assert "moderators" in str(said["blocks"])
    answer = await desks.sora.slash(desks.desk, "review", action="here")
    assert "moderators' desk now" in answer.text
    refused = await (await desks.minji.type("review")).answer()
    assert "🚫" in str(refused["blocks"])

    await bring(tmp_path, "First <story>", "Second story", "Third story")
    await desks.each_says("Second story", "Third story", "B News")
    assert "First &lt;story&gt;" in desks.in_slack()

    published = await desks.press_on_discord("publish", 1)
    assert published.ephemeral
    assert "Published as entry" in published.text
    await desks.each_says("Published by", "Sora")

    skipped = await (await desks.press_in_slack({"action": "skip", "id": "2"})).answer()
    assert "Skipped" in str(skipped["blocks"])
    await desks.each_says("Skipped by", "Jun")

    seen = desks.discord_messages()[0]
    late = await desks.sora.press(seen, "n|review|action=publish|id=2")
    assert "has skipped entry 2 already" in late.text

    opened = await desks.press_in_slack({"id": "3", "publish": "yes"}, "edit")
    sent = await desks.jun.send(await opened.view(), title="Third story, corrected")
    assert "Published as entry" in str(await sent.acknowledgement())
    await desks.each_says("Third story, corrected")
    found = await desks.sora.slash(desks.desk, "latest")
    assert "Third story, corrected" in found.text
    assert "Second story" not in found.text

    undone = await desks.press_on_discord("undo", 2)
    assert "It waits again" in undone.text
    await desks.slack.until(lambda: '\\"skip\\",\\"id\\":\\"2\\"' in desks.in_slack())
    assert len(desks.slack.workspace.channels[DESK].messages) == len(desks.discord_messages())
    assert await bot.stop() == 0


async def test_the_queue_is_gone_through_in_one_place(
    desks: TwoDesks, bot: Bot, tmp_path: Path
) -> None:
    await start_on_discord(bot, desks.discord)
    await bring(tmp_path, "Acme opens a library", "GPT-6 is out", "오픈AI, GPT-6 공개")
    shown = await desks.sora.slash(desks.desk, "review")
    assert shown.ephemeral
    assert "3 entries wait." in shown.text

    form = await desks.sora.click(shown.message, "Same as…")
    [field] = form.modal["components"]
    assert [option["value"] for option in field["component"]["options"]] == ["2", "1"]
    joined = await desks.sora.submit(form, {"same": "2"})
    assert "Merged with entry **2**" in joined.text
    assert "GPT-6 is out" in joined.text
    skipped = await desks.sora.click(joined.message, "Skip")
    assert skipped.message["id"] == joined.message["id"]
    assert "Acme opens a library" in skipped.text

    shown_in_slack = await (await desks.jun.type("review")).answer()
    assert "Acme opens a library" in str(shown_in_slack["blocks"])
    later = await (await desks.jun.press(shown_in_slack, "Later")).answer()
    assert later["replace_original"]
    assert "Put off" in str(later["blocks"])
    done = await (await desks.jun.press(later, "Publish")).answer()
    assert "Nothing waits for a moderator." in str(done["blocks"])
    assert await bot.stop() == 0


async def test_who_suggested_hears(desks: TwoDesks, bot: Bot) -> None:
    await start_on_discord(bot, desks.discord)
    await (await desks.jun.type("review here")).answer()
    line = "suggest https://news.example/open why:The first of its size"
    said = await (await desks.minji.type(line)).answer()
    assert said["response_type"] == "ephemeral"
    await desks.slack.until(lambda: "The first of its size" in desks.in_slack())
    await (await desks.press_in_slack({"action": "publish", "id": "1"})).answer()
    told = await desks.slack.said("DU0MINJI")
    assert "Your suggestion was published" in str(told[0]["blocks"])
    assert await bot.stop() == 0
