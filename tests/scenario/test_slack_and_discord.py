"""One process in two places: what is curated in Slack is read on Discord, and the other way."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.discord.cards.components import count
from store.store import DigestStore
from tests.fakes.discord import DiscordUser, FakeDiscord, FakeDiscordChannel
from tests.fakes.discord.people import options_of, text_of
from tests.fakes.discord.world import MANAGE_CHANNELS, MANAGE_MESSAGES
from tests.fakes.slack import FakeChannel, FakePerson, FakeSlack
from tests.fakes.slack.deeds import Deeds
from tests.fakes.stored import scheduled_channels
from tests.scenario.process import Bot, installed, start_on_discord

NEWS = "C0NEWS"
STORY = "https://arxiv.example/abs/1706.03762"
ITEMS = [
    {
        "title": f"Story {number} of twelve",
        "url": f"https://site{number}.example/",
        "published": f"2021-02-{number:02}",
        "tags": ["llm" if number % 2 else "paper"],
        "note": "What it says, and why it matters to people.",
    }
    for number in range(1, 13)
]
LEAP_DAY = "0 9 29 2 *"
"""A schedule whose time does not come while a test runs."""

pytestmark = installed("discord", "slack")


@dataclass(frozen=True)
class Places:
    """The two places at which the bot is, and who curates there."""

    slack: FakeSlack
    discord: FakeDiscord
    jun: Deeds
    sora: DiscordUser
    talk: FakeDiscordChannel

    def in_slack(self) -> list[str]:
        """Return the posts in Slack."""
        return [str(one) for one in self.slack.workspace.channels[NEWS].messages]

    def on_discord(self) -> list[str]:
        """Return the posts on Discord."""
        posts = self.discord.posts(self.talk)
        return [text_of(one) for one in posts if "interaction_metadata" not in one]

    async def each_says(self, words: str) -> None:
        """Wait until there is one post in each place, and it says so."""
        await self.slack.until(lambda: words in "".join(self.in_slack()))
        await self.discord.until(lambda: words in "".join(self.on_discord()))
        assert (len(self.in_slack()), len(self.on_discord())) == (1, 1)


@pytest.fixture
async def places() -> AsyncIterator[Places]:
    """A workspace and a server; whatever the bot sends is held against their contracts."""
    async with FakeSlack.running() as slack, FakeDiscord() as discord:
        slack.workspace.channel(FakeChannel(NEWS))
        slack.workspace.person(FakePerson("U0JUN", "Jun", admin=True))
        guild = discord.world.guild("Korean AI")
        talk = discord.world.channel(guild, "talk")
        sora = discord.person(guild, "Sora", MANAGE_CHANNELS | MANAGE_MESSAGES)
        yield Places(slack, discord, Deeds(slack, "U0JUN", NEWS), sora, talk)
        assert (slack.violations, discord.violations) == ([], [])


@pytest.fixture
async def bot(places: Places, tmp_path: Path) -> AsyncIterator[Bot]:
    """A bot in both places, with both tokens set."""
    environment = places.slack.environment(**places.discord.environment)
    bot = Bot(tmp_path, environment, "discord", "slack")
    yield bot
    await bot.close()


async def let_the_time_come(folder: Path) -> None:
    """Make this minute the one for which the channels wait."""
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    store = await DigestStore.open(f"sqlite:///{folder / 'ainews.db'}", lambda: datetime.now(UTC))
    for channel in await scheduled_channels(store):
        assert channel.next_at is not None
        assert channel.next_at > minute
        await store.channels.schedule(channel.ref, channel.subscription, channel.owner, minute)
    await store.close()


async def test_a_brief_post_in_two_places(places: Places, bot: Bot, tmp_path: Path) -> None:
    jun, sora, talk = places.jun, places.sora, places.talk
    await start_on_discord(bot, places.discord)
    await (await jun.type(f"schedule “{LEAP_DAY}” since:2021-01")).answer()
    await sora.slash(talk, "schedule", when=LEAP_DAY, since="2021-01")
    (tmp_path / "items.jsonl").write_text("\n".join(map(json.dumps, ITEMS)), encoding="utf-8")
    code, printed = await bot.run("import", "items.jsonl")
    assert code == 0, printed
    await let_the_time_come(tmp_path)
    await places.each_says("2 more: ")
    for said in (*places.in_slack(), *places.on_discord()):
        assert "Story 10" in said
        assert "10 new entries" in said
        assert all(heading in said for heading in ("🧠 Models", "📄 Papers"))
        assert "/ainews latest" in said
        assert "Story 1 " not in said
        assert "Story 2 " not in said

    posts = [one for one in places.discord.posts(talk) if "interaction_metadata" not in one]
    (box,) = posts[0]["components"]
    # Box, head, line, lead, row of three, line, two sections, foot, row with a menu.
    assert count([box]) == 14
    assert len(options_of(posts[0])) == 18
    (message,) = places.slack.workspace.channels[NEWS].messages
    kinds = [block["type"] for block in message["blocks"]]
    assert kinds[:4] == ["header", "context", "section", "actions"]
    menus = [block["accessory"]["type"] for block in message["blocks"] if "accessory" in block]
    assert menus == ["overflow"] * 9

    await sora.slash(talk, "retract", id="10")
    edit = await sora.slash(talk, "edit", id="12")
    await sora.submit(edit, {"title": "Renamed"})
    await places.each_says("Renamed")
    await places.each_says("9 new entries")
    assert "Story 10" not in "".join(places.in_slack() + places.on_discord())
    assert await bot.stop() == 0


async def test_one_digest_in_two_places(places: Places, bot: Bot, tmp_path: Path) -> None:
    jun, sora, talk = places.jun, places.sora, places.talk
    await start_on_discord(bot, places.discord)
    await (await jun.type(f"schedule “{LEAP_DAY}”")).answer()
    await sora.slash(talk, "schedule", when=LEAP_DAY)

    form = await (await jun.type("add")).view()
    sent = await jun.send(form, title="Attention", link=STORY, date="2017-06-12")
    assert "✅" in str(await sent.acknowledgement())
    found = await sora.slash(talk, "search", words="attention")
    assert "Attention" in found.text
    assert (places.in_slack(), places.on_discord()) == ([], [])
    await let_the_time_come(tmp_path)
    await places.each_says("Attention")

    edit = await sora.slash(talk, "edit", id="1")
    await sora.submit(edit, {"title": "Attention is all you need"})
    await places.each_says("Attention is all you need")

    await sora.slash(talk, "retract", id="1")
    await places.each_says("retracted")
    assert "Attention" not in "".join(places.in_slack() + places.on_discord())
    for answer in (
        (await sora.slash(talk, "search", words="attention")).text,
        str((await (await jun.type("search attention")).answer())["blocks"]),
    ):
        assert "all you need" not in answer

    assert await bot.stop() == 0
