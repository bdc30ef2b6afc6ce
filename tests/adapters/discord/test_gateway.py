"""The gateway: drops, resumes, refusals, and the end."""

from __future__ import annotations

import asyncio
import gc
from dataclasses import replace

import pytest

from adapters.discord import plugin
from adapters.discord.platform import DiscordPlatform
from bot.port.platform import DRAINING, Permanent, PlatformContext, Retryable
from tests.adapters.discord.starting import started
from tests.adapters.discord.test_commands_in import SlowHandler
from tests.adapters.discord.test_posts import FIRST, ref
from tests.fakes.cards import digest, entry
from tests.fakes.discord import DiscordUser, FakeDiscord, FakeDiscordChannel, Guild
from tests.fakes.handler import FakeHandler

GUILDS_ONLY = 1


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait between two attempts."""
    monkeypatch.setattr("adapters.discord.gateway._PAUSES", (0.0,))
    monkeypatch.setattr("discord.backoff.ExponentialBackoff.delay", lambda _: 0.0)

    async def at_once(*_: object, **__: object) -> None:
        """Do without the five seconds between two sessions."""

    monkeypatch.setattr("discord.Client.before_identify_hook", at_once)


@pytest.mark.usefixtures("bot")
async def test_nothing_more_is_listened_to_than_is_needed(discord: FakeDiscord) -> None:
    assert discord.gateway.intents == [GUILDS_ONLY]


@pytest.mark.usefixtures("bot")
async def test_a_connection_that_breaks_is_resumed_and_loses_no_command(
    discord: FakeDiscord, member: DiscordUser, channel: FakeDiscordChannel
) -> None:
    discord.gateway.cut()

    # Given while the bot is away: the session keeps it.
    answer = await member.slash(channel, "latest")

    assert "Done: latest" in answer.text
    assert discord.gateway.resumed == 1


@pytest.mark.usefixtures("bot")
async def test_discord_may_ask_for_another_connection(
    discord: FakeDiscord, member: DiscordUser, channel: FakeDiscordChannel
) -> None:
    await discord.gateway.ask_to_reconnect()
    await discord.gateway.resumed_times(1)

    assert "Done: latest" in (await member.slash(channel, "latest")).text


@pytest.mark.usefixtures("bot")
async def test_a_session_that_is_over_is_begun_anew(
    discord: FakeDiscord, member: DiscordUser, channel: FakeDiscordChannel
) -> None:
    await discord.gateway.call_off()
    await discord.gateway.identified_times(2)

    assert "Done: latest" in (await member.slash(channel, "latest")).text


async def test_a_gateway_that_is_away_for_a_while_is_found_again(
    bot: DiscordPlatform, discord: FakeDiscord, member: DiscordUser, channel: FakeDiscordChannel
) -> None:
    discord.gateway.refusing = True
    discord.gateway.cut()
    await discord.gateway.refused_once()
    assert not bot.connected
    discord.gateway.refusing = False
    await discord.gateway.connected()

    assert "Done: latest" in (await member.slash(channel, "latest")).text


async def test_posts_go_out_while_the_gateway_is_away(
    context: PlatformContext, discord: FakeDiscord, guild: Guild, channel: FakeDiscordChannel
) -> None:
    del guild
    async with started(context, discord, FakeHandler()) as bot:
        discord.gateway.refusing = True
        discord.gateway.cut()
        await bot.publish(ref(channel), digest(entry()), FIRST)
        discord.gateway.refusing = False

    assert len(discord.posts(channel)) == 1


async def test_a_wrong_token_is_said_at_once(
    context: PlatformContext, discord: FakeDiscord
) -> None:
    discord.revoked = True
    bot = plugin.create(context)

    with pytest.raises(Permanent) as refused:
        await bot.start(FakeHandler())
    await bot.close()

    assert "DISCORD_TOKEN" in refused.value.remedy


async def test_discord_out_of_reach_at_the_start_can_be_tried_again(
    context: PlatformContext, discord: FakeDiscord, guild: Guild, channel: FakeDiscordChannel
) -> None:
    port = discord.port
    await discord.stop()
    bot = plugin.create(context)
    with pytest.raises(Retryable):
        await bot.start(FakeHandler())
    person = discord.person(guild)

    await discord.start(port)
    await bot.start(FakeHandler())
    await discord.gateway.connected()

    assert "Done: latest" in (await person.slash(channel, "latest")).text
    await bot.close()


async def test_discord_that_fails_after_the_login_is_tried_again(
    context: PlatformContext, discord: FakeDiscord, guild: Guild, channel: FakeDiscordChannel
) -> None:
    discord.fault("GET", "/gateway/bot", status=400)
    async with started(context, discord, FakeHandler()):
        answer = await discord.person(guild).slash(channel, "latest")

    assert "Done: latest" in answer.text


async def test_a_token_that_is_revoked_ends_the_waiting(
    context: PlatformContext, discord: FakeDiscord, guild: Guild
) -> None:
    del guild
    async with started(context, discord, FakeHandler()) as bot:
        waiting = asyncio.create_task(bot.wait_closed())
        await discord.gateway.close(4004)

        with pytest.raises(Permanent, match="refuses the token"):
            await waiting


async def test_closing_waits_for_an_answer_no_longer_than_discord_does(
    context: PlatformContext, discord: FakeDiscord, guild: Guild, channel: FakeDiscordChannel
) -> None:
    handler = SlowHandler()
    async with started(context, discord, handler) as bot:
        person = discord.person(guild)
        asking = asyncio.create_task(person.slash(channel, "latest"))
        await handler.asked.wait()
        began = asyncio.get_running_loop().time()
        await bot.close()
        assert asyncio.get_running_loop().time() - began < DRAINING + 20  # a machine may stall
        asking.cancel()


async def test_an_answer_that_is_nearly_done_is_given_before_closing(
    context: PlatformContext, discord: FakeDiscord, guild: Guild, channel: FakeDiscordChannel
) -> None:
    handler = SlowHandler()
    async with started(context, discord, handler) as bot:
        asking = asyncio.create_task(discord.person(guild).slash(channel, "latest"))
        await handler.asked.wait()
        closing = asyncio.create_task(bot.close())
        await asyncio.sleep(0)
        handler.gate.set()
        answer = await asking
        await closing

    assert "Done: latest" in answer.text


async def test_it_can_be_closed_unstarted_and_twice(context: PlatformContext) -> None:
    bot = plugin.create(context)
    await bot.close()
    await bot.close()


async def test_who_stops_while_it_logs_in_leaves_no_connection_open(
    context: PlatformContext,
) -> None:
    asked = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await reader.read()  # until the bot hangs up
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    address = {"DISCORD_API_BASE": f"http://{host}:{port}/api/v10"}
    bot = plugin.create(replace(context, environment={**context.environment, **address}))
    logging_in = asyncio.create_task(bot.start(FakeHandler()))
    await asked.wait()

    logging_in.cancel()
    await asyncio.wait({logging_in})
    await bot.close()

    del bot, logging_in
    gc.collect()  # where one is open still, its warning is an error
    server.close()
