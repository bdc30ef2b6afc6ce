"""`ainews check` on Discord."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.discord import plugin
from bot.port.platform import CheckLine, PlatformContext
from tests.fakes.clock import FakeClock
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.world import MEMBER_PERMISSIONS, SEND


async def wrong(context: PlatformContext) -> Sequence[CheckLine]:
    """Return what is not well."""
    return [line for line in await plugin.check(context) if not line.well]


async def test_all_is_well(discord: FakeDiscord, context: PlatformContext) -> None:
    discord.world.guild("Server")

    lines = await plugin.check(context)

    assert all(line.well for line in lines)
    assert "“AI News”" in lines[0].sentence
    assert "“Public Bot” is off" in lines[1].sentence
    assert "1 server" in lines[2].sentence


async def test_a_bot_that_everybody_can_invite_is_warned_of(
    discord: FakeDiscord, context: PlatformContext
) -> None:
    discord.world.guild("Server")
    discord.world.application["bot_public"] = True

    lines = await plugin.check(context)

    assert ["“Public Bot” is on" in line.sentence for line in lines if not line.well] == [True]


async def test_the_invitation_asks_for_exactly_what_is_needed(
    discord: FakeDiscord, context: PlatformContext
) -> None:
    lines = await plugin.check(context)

    link = lines[-1].sentence.rpartition(" ")[2]
    query = parse_qs(urlsplit(link).query)
    assert query["client_id"] == [discord.world.application_id]
    assert query["scope"] == ["bot applications.commands"]
    assert query["permissions"] == [str(MEMBER_PERMISSIONS)]


async def test_a_refused_token_names_its_page(
    discord: FakeDiscord, context: PlatformContext
) -> None:
    discord.revoked = True

    [line] = await wrong(context)

    assert "refuses the token" in line.sentence
    assert "Bot" in str(line.remedy)


async def test_discord_out_of_reach_is_said(discord: FakeDiscord, context: PlatformContext) -> None:
    await discord.stop()

    [line] = await wrong(context)

    assert "cannot be asked" in line.sentence


async def test_settings_of_the_portal_that_keep_the_bot_from_working(
    discord: FakeDiscord, context: PlatformContext
) -> None:
    discord.world.guild()
    discord.world.application |= {
        "interactions_endpoint_url": "https://a.example",
        "bot_require_code_grant": True,
        "bot_public": False,
    }

    lines = await wrong(context)

    assert [
        "Interactions Endpoint URL" in str(lines[0].remedy),
        "Code Grant" in str(lines[1].remedy),
    ] == [True, True]


@pytest.fixture
def called(discord: FakeDiscord, context: PlatformContext) -> PlatformContext:
    """Return the settings with which Discord calls the bot at a public address."""
    discord.world.guild()
    environment = discord.called_at("127.0.0.1:3000") | {"AINEWS_WEB_URL": "https://news.example"}
    return replace(context, environment=environment)


async def test_the_address_to_enter_is_said(discord: FakeDiscord, called: PlatformContext) -> None:
    [line] = await wrong(called)
    assert "https://news.example/discord/interactions" in str(line.remedy)

    discord.world.application["interactions_endpoint_url"] = "https://old.example/interactions"
    [line] = await wrong(called)
    assert "https://old.example/interactions" in line.sentence
    assert "https://news.example/discord/interactions" in str(line.remedy)

    wanted = "https://news.example/discord/interactions"
    discord.world.application["interactions_endpoint_url"] = wanted
    lines = await plugin.check(called)
    assert all(line.well for line in lines)
    assert f"Discord sends commands to {wanted}." in [line.sentence for line in lines]


async def test_without_a_public_address_its_path_is_said(
    discord: FakeDiscord, called: PlatformContext
) -> None:
    del discord
    environment = {k: v for k, v in called.environment.items() if k != "AINEWS_WEB_URL"}

    [line] = await wrong(replace(called, environment=environment))

    assert "followed by /discord/interactions" in str(line.remedy)


async def test_the_key_of_another_application_is_said(
    discord: FakeDiscord, called: PlatformContext
) -> None:
    discord.world.application["verify_key"] = "0d" * 32

    [line] = await wrong(called)

    assert line.setting == "DISCORD_PUBLIC_KEY"
    assert "General Information" in str(line.remedy)


async def test_no_server_yet(context: PlatformContext) -> None:
    [line] = await wrong(context)

    assert "no server" in line.sentence


async def test_permissions_that_are_missing_are_named(
    discord: FakeDiscord, context: PlatformContext
) -> None:
    for number in range(7):
        guild = discord.world.guild(f"Server {number}")
        guild.roles[guild.id] = MEMBER_PERMISSIONS & ~SEND

    lines = await wrong(context)

    assert len(lines) == 6
    assert lines[0].sentence == "In “Server 0” the bot lacks: Send Messages."
    assert "2 more servers" in lines[-1].sentence


async def test_a_server_for_development_that_the_bot_is_not_in(
    discord: FakeDiscord, context: PlatformContext
) -> None:
    discord.world.guild()
    environment = {**context.environment, "DISCORD_GUILD_IDS": "123"}

    [line] = await wrong(PlatformContext(environment, FakeClock(), context.data_folder))

    assert "DISCORD_GUILD_IDS" in line.sentence
    assert "123" in line.sentence


@pytest.mark.parametrize("language", ["en", "ko"])
async def test_nothing_is_changed(
    discord: FakeDiscord, context: PlatformContext, language: str
) -> None:
    here = PlatformContext(context.environment, FakeClock(), context.data_folder, language)

    await plugin.check(here)

    assert {each.method for each in discord.requests} == {"GET"}
