"""What comes to /discord/interactions: only what Discord signed, lately, is taken in, and once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from aiohttp.test_utils import unused_port
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.https.endpoint import Endpoint
from adapters.discord.platform import DiscordPlatform
from adapters.discord.setup.settings import read_discord_settings
from bot.port.platform import Permanent, PlatformContext, Retryable
from bot.port.service import HttpRequest, HttpResponse
from tests.adapters.discord.starting import listening, started
from tests.fakes.clock import FakeClock
from tests.fakes.discord import DiscordUser, FakeDiscord, FakeDiscordChannel, Guild
from tests.fakes.discord.calls import CallingDiscord
from tests.fakes.handler import FakeHandler

bot_runs = pytest.mark.usefixtures("bot")


@bot_runs
async def test_a_command_is_answered_and_then_the_call_is_over(
    discord: FakeDiscord, member: DiscordUser, channel: FakeDiscordChannel, handler: FakeHandler
) -> None:
    answer = await member.slash(channel, "latest", count=3)

    assert answer.exchange.call is not None
    assert await answer.exchange.call == 202
    assert [one.command for one in handler.invocations] == ["latest"]
    assert handler.invocations[0].delivery == answer.exchange.id
    assert discord.gateway.identified == 0


@bot_runs
async def test_discord_verifies_the_address(discord: FakeDiscord) -> None:
    status, body = await discord.calls.ping(discord.calls.urls[0])

    assert (status, json.loads(body)) == (200, {"type": 1})


async def test_the_address_is_verified_before_the_bot_is_signed_in(
    discord: FakeDiscord, context: PlatformContext
) -> None:
    platform = DiscordPlatform(read_discord_settings(context.environment), context)
    body = json.dumps({"type": 2}).encode()
    url = discord.calls.urls[0]
    async with listening(context, platform):
        assert (await discord.calls.ping(url))[0] == 200
        assert (await discord.calls.send(url, body, discord.calls.signed(body)))[0] == 503
    await platform.close()


def unsigned(signed: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in signed.items() if name != "X-Signature-Ed25519"}


@bot_runs
@pytest.mark.parametrize(
    "wrong",
    [
        unsigned,
        lambda signed: {**signed, "X-Signature-Ed25519": "00" * 64},
        lambda signed: {**signed, "X-Signature-Ed25519": "not hexadecimal"},
        lambda signed: {**signed, "X-Signature-Ed25519": signed["X-Signature-Ed25519"][:-2]},
        lambda signed: {**signed, "X-Signature-Timestamp": "0"},
        lambda signed: {**signed, "X-Signature-Timestamp": "9" * 5000},
        lambda signed: {**signed, "X-Signature-Timestamp": "now"},
        lambda signed: {**signed, "X-Signature-Timestamp": ""},
    ],
)
async def test_what_discord_did_not_sign_is_refused(
    discord: FakeDiscord,
    member: DiscordUser,
    channel: FakeDiscordChannel,
    handler: FakeHandler,
    wrong: Any,
) -> None:
    await member.slash(channel, "latest")
    body = discord.calls.calls[0]

    status, said = await discord.calls.send(
        discord.calls.urls[0], body, wrong(discord.calls.signed(body))
    )

    assert (status, said) == (401, b"")
    assert len(handler.invocations) == 1


@bot_runs
async def test_another_body_than_was_signed_is_refused(discord: FakeDiscord) -> None:
    headers = discord.calls.signed(b'{"type":1}')

    status, _ = await discord.calls.send(discord.calls.urls[0], b'{"type":1} ', headers)

    assert status == 401


@bot_runs
@pytest.mark.parametrize("age", [600.0, -600.0])
async def test_what_was_signed_long_ago_or_ahead_is_refused(
    discord: FakeDiscord, age: float, caplog: pytest.LogCaptureFixture
) -> None:
    body = b'{"type":1}'

    status, _ = await discord.calls.send(
        discord.calls.urls[0], body, discord.calls.signed(body, age)
    )

    assert status == 401
    assert "clock" in caplog.text


@bot_runs
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"\xff\xfe", 400),
        (b"[1]", 400),
        (b'{"type":1}'[:-1], 400),
        (b"[" * 100_000, 400),
        (b"{}", 400),
        (b'{"type":2}', 400),
        (b'{"type":2,"id":"x","token":1,"version":1,"application_id":"1"}', 400),
        (b'{"type":3,"guild_id":[],"channel":7}', 400),
        (b'{"type":2,"guild_id":{"a":1}}', 400),
        (b" " * (1024 * 1024 + 1), 413),
        (b" " * (6 * 1024 * 1024), 413),
    ],
)
async def test_a_hostile_body_is_refused_even_signed(
    discord: FakeDiscord, handler: FakeHandler, body: bytes, status: int
) -> None:
    sent, _ = await discord.calls.send(discord.calls.urls[0], body, discord.calls.signed(body))

    assert sent == status
    assert handler.invocations == []


@given(
    payload=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["type", "id", "guild_id", "data", "channel", "member", "user"])
                | st.text(max_size=4),
                inner,
                max_size=5,
            )
        ),
        max_leaves=12,
    )
)
async def test_no_signed_body_is_more_than_a_refusal(payload: Any) -> None:
    clock, taken = FakeClock(), []

    async def take_in(said: dict[str, Any]) -> HttpResponse:
        taken.append(said)
        return HttpResponse(202)

    discord = CallingDiscord(lambda: clock().timestamp())
    endpoint = Endpoint(discord.public_key, clock, take_in)
    body = json.dumps(payload).encode()
    (route,) = endpoint.routes

    answer = await route.handle(HttpRequest("POST", route.path, "", discord.signed(body), body))

    assert answer.status in {200, 202, 400}
    assert (answer.status == 202) == bool(taken)


@bot_runs
async def test_only_the_one_address_is_served(discord: FakeDiscord) -> None:
    url = discord.calls.urls[0]
    for wrong in (f"{url}/", url.removesuffix("/interactions")):
        assert (await discord.calls.send(wrong, b"{}", discord.calls.signed(b"{}")))[0] == 404


async def test_the_key_of_another_application_is_said_at_the_start(
    discord: FakeDiscord, context: PlatformContext, handler: FakeHandler
) -> None:
    discord.world.application["verify_key"] = "0d" * 32

    with pytest.raises(Permanent, match="not the key of the application"):
        async with started(context, discord, handler):
            pass


@pytest.mark.parametrize("way", ["gateway", "https"])
async def test_that_no_commands_come_by_the_gateway_is_a_warning_only_where_it_is_open(
    discord: FakeDiscord,
    context: PlatformContext,
    handler: FakeHandler,
    caplog: pytest.LogCaptureFixture,
    way: str,
) -> None:
    discord.world.application["interactions_endpoint_url"] = "https://news.example/discord"

    async with started(context, discord, handler):
        assert ("interaction endpoint URL" in caplog.text) == (way == "gateway")


async def test_a_discord_that_is_away_is_tried_again(
    discord: FakeDiscord, context: PlatformContext, handler: FakeHandler
) -> None:
    platform = DiscordPlatform(read_discord_settings(context.environment), context)
    discord.fault("GET", "/users/@me/guilds", status=503, body={"message": "no", "code": 0})
    with pytest.raises(Retryable):
        await platform.start(handler)
    assert not platform.connected

    await platform.start(handler)

    assert platform.connected
    await platform.close()
    assert not platform.connected


Made = Callable[[dict[str, Any]], dict[str, Any]]


def without(*names: str) -> Made:
    return lambda call: {name: value for name, value in call.items() if name not in names}


def having(**values: Any) -> Made:
    return lambda call: call | values


@bot_runs
@pytest.mark.parametrize(
    ("made", "status"),
    [
        (having(type=99), 202),
        (having(type=4, data={"name": "ainews", "type": 1, "options": []}), 202),
        (having(type=3, data={"custom_id": "of another app", "component_type": 99}), 202),
        (having(type=5, data={"custom_id": "", "components": [{"type": 99}]}), 202),
        (having(member={}), 400),
        (without("member"), 400),
        (having(channel=None), 400),
    ],
)
async def test_a_call_that_asks_for_nothing_known_runs_nothing(
    discord: FakeDiscord,
    member: DiscordUser,
    channel: FakeDiscordChannel,
    handler: FakeHandler,
    *,
    made: Made,
    status: int,
) -> None:
    await member.slash(channel, "latest")
    body = json.dumps(made(json.loads(discord.calls.calls[0]))).encode()

    sent, _ = await discord.calls.send(discord.calls.urls[0], body, discord.calls.signed(body))

    assert (sent, len(handler.invocations)) == (status, 1)


async def test_the_same_call_at_two_processes_is_answered_once(
    discord: FakeDiscord,
    context: PlatformContext,
    member: DiscordUser,
    channel: FakeDiscordChannel,
    handler: FakeHandler,
) -> None:
    other = f"127.0.0.1:{unused_port()}"
    second = replace(context, environment={**context.environment, "AINEWS_HTTP": other})
    async with started(context, discord, handler), started(second, discord, handler):
        answer = await member.slash(channel, "latest")
        body = discord.calls.calls[0]
        status, _ = await discord.calls.send(
            f"http://{other}/discord/interactions", body, discord.calls.signed(body)
        )

    assert status == 202
    assert len(answer.messages) == 1
    assert [one.delivery for one in handler.invocations] == [answer.exchange.id] * 2


async def test_each_server_is_told_of_the_one_joined_first_before_others(
    discord: FakeDiscord, context: PlatformContext, handler: FakeHandler, guild: Guild
) -> None:
    later = discord.world.guild("Later")
    discord.world.joined_at[guild.id] = "2026-02-01T00:00:00+00:00"
    discord.world.joined_at[later.id] = "2026-01-01T00:00:00+00:00"

    async with started(context, discord, handler):
        assert list(handler.workspaces.values()) == ["Later", "Server"]

        third = discord.world.guild("Third")
        talk = discord.world.channel(third, "talk")
        await discord.person(third).slash(talk, "latest")
        await discord.person(third).slash(talk, "latest")

    assert list(handler.workspaces.values()) == ["Later", "Server", "Third"]
    assert len(discord.sent("GET", "/users/@me/guilds")) == 2
