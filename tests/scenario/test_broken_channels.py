"""Channels that are closed to the bot for days, on both platforms, with the owner's own eyes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sized
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from adapters.discord import plugin as on_discord
from adapters.slack import plugin as on_slack
from bot.app import App
from bot.config.installation import Installation
from bot.config.plugins import Plugins
from bot.config.settings import read_settings
from bot.i18n.translator import Translators
from bot.schedule.slots import first_slot
from store.model import Actor, ChannelRef, ChannelState, EntryDraft, Schedule, Subscription
from store.store import DigestStore
from tests.fakes.clock import MORNING, FakeClock
from tests.fakes.databases import new_store
from tests.fakes.discord import FakeDiscord, FakeDiscordChannel
from tests.fakes.discord.people import text_of
from tests.fakes.discord.world import MANAGE_CHANNELS, SEND, VIEW
from tests.fakes.slack import FakeChannel, FakePerson, FakeSlack
from tests.scenario.process import installed

pytestmark = installed("discord", "slack")

TEAM = "T0HOME"
CURATOR = Actor("slack", TEAM, "U0JUN", "Jun")
DAY = timedelta(days=1)


@dataclass
class TwoPlatforms:
    """The two places, the bot in them, and its store."""

    discord: FakeDiscord
    slack: FakeSlack
    store: DigestStore
    clock: FakeClock
    running: asyncio.Task[int]

    async def schedule(self, ref: ChannelRef, owner: Actor, name: str) -> None:
        """Ask for a post each morning."""
        schedule = Schedule("0 9 * * *", "Asia/Seoul")
        subscription = Subscription(schedule, self.clock(), name=name)
        first = first_slot(schedule, self.clock())
        await self.store.channels.schedule(ref, subscription, owner, first)

    async def publish(self, title: str) -> None:
        """Add an entry."""
        draft = EntryDraft(title, url=f"https://news.example/{title}")
        await self.store.entries.add(draft, CURATOR)

    async def state(self, ref: ChannelRef) -> ChannelState:
        """Return how a channel does."""
        return (await self.store.channels.get(ref)).state


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[TwoPlatforms]:
    """The bot in a workspace and in a server, on a clock that the test moves."""
    clock = FakeClock()
    async with FakeSlack.running() as slack, FakeDiscord() as discord:
        environment = slack.environment(AINEWS_DATA_FOLDER=str(tmp_path), **discord.environment)
        installation = Installation(
            environment,
            read_settings(environment),
            Translators("en"),
            Plugins((on_discord, on_slack)),
            clock,
        )
        slack.workspace.person(FakePerson("U0JUN", "Jun", admin=True))
        store = await new_store(tmp_path / "ainews.db", clock)
        running = asyncio.create_task(App(installation, store, print).run())
        await slack.lines(2)
        yield TwoPlatforms(discord, slack, store, clock, running)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        await store.close()
        assert (slack.violations, discord.violations) == ([], [])


def sent_to(town: TwoPlatforms, channel: FakeDiscordChannel) -> int:
    """Return how often a message was sent to a channel on Discord, or tried to be."""
    return len(town.discord.sent("POST", f"/channels/{channel.id}/messages"))


def many(messages: Callable[[], Sized], count: int) -> Callable[[], bool]:
    """Return whether there are so many messages by now."""
    return lambda: len(messages()) == count


def said_in(messages: list[dict[str, Any]]) -> str:
    return "\n".join(map(str, messages))


async def test_closed_for_days_each_channel_gets_one_late_post_and_its_owner_one_message(
    town: TwoPlatforms,
) -> None:
    discord, slack = town.discord, town.slack
    guild = discord.world.guild("Korean AI")
    shut, well = (discord.world.channel(guild, name) for name in ("shut", "well"))
    sora = discord.person(guild, "Sora", MANAGE_CHANNELS)
    archived = slack.workspace.channel(FakeChannel("C0OLD", "old", archived=True))
    busy = slack.workspace.channel(FakeChannel("C0NEW", "new"))
    owner = Actor("discord", guild.id, sora.user.id, "Sora")
    on_shut, on_well = (ChannelRef("discord", guild.id, one.id) for one in (shut, well))
    far = slack.workspace.channel(FakeChannel("C0FAR", "far", archived=True))
    on_old, on_new, on_far = (ChannelRef("slack", TEAM, one.id) for one in (archived, busy, far))
    await town.schedule(on_shut, owner, "#shut")
    await town.schedule(on_well, owner, "#well")
    await town.schedule(on_old, CURATOR, "#old")
    await town.schedule(on_new, owner, "#new")
    # Who owns it is on Discord: that is where she hears of it.
    await town.schedule(on_far, owner, "#far")
    await discord.join(guild)

    shut.overwrites[discord.world.bot.id] = (0, SEND | VIEW)
    await discord.change_channel(shut)
    for morning in range(1, 4):
        await town.publish(f"story-{morning}")
        town.clock.now = MORNING + morning * DAY
        await discord.until(many(partial(discord.posts, well), morning))
        await slack.until(many(lambda: busy.messages, morning))
    mails = discord.world.dm(sora.user)
    told = slack.workspace.channels["DU0JUN"].messages
    await discord.until(many(partial(discord.posts, mails), 2))
    await slack.until(lambda: bool(told))
    here, there = sorted(map(text_of, discord.posts(mails)), key=lambda text: "#far" in text)
    assert "#shut" in here
    assert "permission" in here
    assert "#far" in there
    assert "Unarchive" in there
    (message,) = told
    assert "#old" in str(message)
    assert "Unarchive" in str(message)
    assert {await town.state(ref) for ref in (on_shut, on_old)} == {ChannelState.BROKEN}
    assert {await town.state(ref) for ref in (on_well, on_new)} == {ChannelState.ACTIVE}
    assert (len(discord.posts(shut)), len(archived.messages)) == (0, 0)
    posts = [one for one in slack.called("chat.postMessage") if one["channel"] == "C0OLD"]
    # A try that finds it still closed is no message; one that was sent before that is.
    assert (sent_to(town, shut), len(posts)) == (1, 1)

    shut.overwrites.clear()
    await discord.change_channel(shut)
    archived.archived = False
    town.clock.forward(hours=6, minutes=5)
    await discord.until(lambda: len(discord.posts(shut)) == 1)
    await slack.until(lambda: len(archived.messages) == 1)
    for said in (said_in(discord.posts(shut)), said_in(archived.messages)):
        assert "Late: this post was due Thu, Mar 5, 2026 09:00" in said
        assert all(f"story-{morning}" in said for morning in range(1, 4))
    assert {await town.state(ref) for ref in (on_shut, on_old)} == {ChannelState.ACTIVE}
    assert (len(discord.posts(mails)), len(told)) == (2, 1)
    assert (len(discord.posts(well)), len(busy.messages)) == (3, 3)
