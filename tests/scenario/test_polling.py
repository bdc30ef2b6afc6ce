"""News that comes in by itself: the real process, feeds on loopback, and a channel on Discord."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from bot.port.clock import system_clock
from store.model import Actor, SourceRules, Status
from store.store import DigestStore
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.people import text_of
from tests.fakes.discord.world import MANAGE_CHANNELS
from tests.fakes.site import FakeSite
from tests.scenario.process import Bot, installed, start_on_discord

ANN = Actor("discord", "guild", "1", "Ann")

pytestmark = installed("discord")


def feed(name: str, *items: tuple[str, str]) -> bytes:
    """Return a feed of titles and links of the last hour."""
    date = format_datetime(datetime.now(UTC) - timedelta(hours=1))
    told = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid>"
        f"<pubDate>{date}</pubDate></item>"
        for title, link in items
    )
    return f"<rss version='2.0'><channel><title>{name}</title>{told}</channel></rss>".encode()


async def add(folder: Path, sources: Sequence[tuple[str, str, SourceRules]]) -> None:
    """Let the digest have these sources."""
    store = await DigestStore.open(f"sqlite:///{folder / 'ainews.db'}", system_clock)
    for address, name, rules in sources:
        await store.sources.add(address, name, rules, ANN)
    await store.close()


async def titles(folder: Path, status: Status) -> list[str]:
    """Return the titles of entries."""
    store = await DigestStore.open(f"sqlite:///{folder / 'ainews.db'}", system_clock)
    found = [entry.title async for entry in store.entries.all((status,))]
    await store.close()
    return sorted(found)


async def test_a_story_of_two_sources_comes_once_and_a_restart_repeats_nothing(
    tmp_path: Path,
) -> None:
    async with FakeDiscord() as discord, FakeSite() as lab, FakeSite("127.0.0.2") as paper:
        release = lab.url("/otter-4")
        lab.answers("/feed", feed("Lab", ("Introducing Otter 4", release)), ETag='"1"')
        retold = ("오터 4 공개", f"{release}?utm_source=rss")
        ours = ("수달의 하루", paper.url("/day"))
        paper.answers("/rss", feed("신문", retold, ours))
        guild = discord.world.guild("Korean AI")
        talk = discord.world.channel(guild, "talk")
        sora = discord.person(guild, "Sora", MANAGE_CHANNELS)
        environment = {**discord.environment, "AINEWS_FETCH_ALLOW": "127.0.0.0/8"}
        bot = Bot(tmp_path, environment, "discord")
        try:
            await start_on_discord(bot, discord)
            await sora.slash(talk, "schedule", when="instant")
            await add(tmp_path, [(lab.url("/feed"), "Lab", SourceRules(reviewed=False))])

            def seen() -> str:
                return "".join(map(text_of, discord.posts(talk)))

            await discord.until(lambda: "Introducing Otter 4" in seen())
            await add(tmp_path, [(paper.url("/rss"), "신문", SourceRules(reviewed=False))])
            await discord.until(lambda: "수달의 하루" in seen())
            assert "오터 4 공개" not in seen()
            await bot.close()
            await start_on_discord(bot, discord)
            assert await bot.stop() == 0
        finally:
            await bot.close()
        assert await titles(tmp_path, Status.PUBLISHED) == ["Introducing Otter 4", "수달의 하루"]
        assert discord.violations == []
