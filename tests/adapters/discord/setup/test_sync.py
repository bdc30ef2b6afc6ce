"""Commands are registered once, when they changed."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.discord.interactions.answers import Patience
from adapters.discord.platform import DiscordPlatform
from adapters.discord.setup.commands import NOTE
from adapters.discord.setup.settings import read_discord_settings
from bot.port.card import Card
from bot.port.notes import Notes, OwnNotes
from bot.port.platform import PlatformContext
from store.model import ChannelRef
from tests.adapters.discord.starting import started
from tests.fakes.clock import FakeClock
from tests.fakes.discord import FakeDiscord, Guild
from tests.fakes.handler import COMMANDS, FakeHandler


def context(discord: FakeDiscord, notes: Notes, guild_ids: str = "") -> PlatformContext:
    """Return what a platform is made from."""
    environment = discord.environment | ({"DISCORD_GUILD_IDS": guild_ids} if guild_ids else {})
    return PlatformContext(environment, FakeClock(), Path(), notes=notes)


@pytest.fixture
def notes() -> Notes:
    """Return what is kept from one start to the next."""
    return OwnNotes()


async def run(discord: FakeDiscord, context: PlatformContext, handler: FakeHandler) -> None:
    """Start a bot and stop it."""
    async with started(context, discord, handler):
        pass


async def test_an_unchanged_list_is_registered_once(discord: FakeDiscord, notes: Notes) -> None:
    for _ in range(3):
        await run(discord, context(discord, notes), FakeHandler())

    assert discord.routes.registered == 1
    assert [each["name"] for each in discord.routes.commands["everywhere"]] == [
        "ainews",
        "Add to AI news",
    ]


async def test_a_changed_list_is_registered_again(discord: FakeDiscord, notes: Notes) -> None:
    await run(discord, context(discord, notes), FakeHandler())
    await run(discord, context(discord, notes), FakeHandler(COMMANDS[:2]))

    assert discord.routes.registered == 2


async def test_while_developing_commands_appear_only_there_and_then_everywhere(
    discord: FakeDiscord, notes: Notes, guild: Guild
) -> None:
    await run(discord, context(discord, notes, f" {guild.id}, {guild.id}"), FakeHandler())
    assert set(discord.routes.commands) == {guild.id}

    await run(discord, context(discord, notes), FakeHandler())
    assert discord.routes.commands[guild.id] == []
    assert len(discord.routes.commands["everywhere"]) == 2


async def test_a_server_that_the_bot_is_not_in_keeps_nobody_else_waiting(
    discord: FakeDiscord, notes: Notes, guild: Guild, caplog: pytest.LogCaptureFixture
) -> None:
    await run(discord, context(discord, notes, f"1,{guild.id}"), FakeHandler())

    assert len(discord.routes.commands[guild.id]) == 2
    assert "server 1 takes no commands" in caplog.text


async def test_the_bot_runs_even_where_registering_fails(
    discord: FakeDiscord, notes: Notes, caplog: pytest.LogCaptureFixture
) -> None:
    discord.fault("PUT", ".*/commands", status=400)

    await run(discord, context(discord, notes), FakeHandler())
    assert "could not be registered" in caplog.text

    await run(discord, context(discord, notes), FakeHandler())
    assert discord.routes.registered == 1


async def test_no_post_waits_until_discord_has_registered_commands(
    discord: FakeDiscord, notes: Notes, guild: Guild
) -> None:
    news = discord.world.channel(guild, "news")
    fault = discord.fault("PUT", ".*/commands", gate=asyncio.Event())
    made = context(discord, notes)
    async with started(made, discord, FakeHandler(), Patience(answer=0.01)) as platform:
        await platform.publish(ChannelRef("discord", guild.id, news.id), Card("News", "en"), "key")
    assert (fault.seen, discord.routes.registered) == (1, 0)

    await run(discord, context(discord, notes), FakeHandler())
    assert discord.routes.registered == 1


async def test_who_takes_over_asks_discord_for_little_before_it_posts(
    discord: FakeDiscord, notes: Notes, guild: Guild
) -> None:
    news = discord.world.channel(guild, "news")
    made = context(discord, notes)
    await run(discord, made, FakeHandler())
    discord.requests.clear()
    platform = DiscordPlatform(read_discord_settings(made.environment), made)
    try:
        # As when it takes over: nobody waits until the gateway has opened.
        await platform.start(FakeHandler())
        await platform.publish(ChannelRef("discord", guild.id, news.id), Card("News", "en"), "key")
    finally:
        await platform.close()
    asked = [(one.method, one.path) for one in discord.requests if "gateway" not in one.path]
    posted = asked.index(("POST", f"/channels/{news.id}/messages"))
    # Who it is, which application that is, and where the channel is that it does not know yet.
    assert posted <= 3, asked


@pytest.mark.parametrize(
    "kept", ["", "{", "[]", '{"application": 1, "scopes": {}}', '{"scopes": 1}']
)
async def test_a_broken_memory_costs_only_one_registration(
    discord: FakeDiscord, notes: Notes, kept: str
) -> None:
    await notes.write(NOTE, kept, timedelta(days=1))

    await run(discord, context(discord, notes), FakeHandler())

    assert discord.routes.registered == 1
