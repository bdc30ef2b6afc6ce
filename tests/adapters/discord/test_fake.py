"""The fake itself: it sees what Discord would refuse, so that no violation means something."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from adapters.discord.cards.components import container, text
from bot.port.platform import PlatformContext
from tests.adapters.discord.starting import started
from tests.adapters.discord.test_posts import ref
from tests.fakes.cards import digest, entry
from tests.fakes.discord import FakeDiscord, contract, rules
from tests.fakes.discord.limits import DiscordLimits
from tests.fakes.discord.reading import read
from tests.fakes.handler import FakeHandler

BUTTON = {"type": 2, "style": 2, "label": "a", "custom_id": "a"}
V2: dict[str, Any] = {"flags": 1 << 15, "allowed_mentions": {"parse": []}}


def message(*components: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a message of Components V2."""
    return {**V2, "components": list(components), **more}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"content": "x" * 2001, "allowed_mentions": {"parse": []}}, "more than 2000"),
        (V2, "empty"),
        ({"content": "x"}, "allowed_mentions"),
        (message(text("a"), content="x"), "beside Components V2"),
        ({"components": [text("a")], "allowed_mentions": {"parse": []}}, "without their flag"),
        (message(*(text("a") for _ in range(41))), "more than 40"),
        (message(text("x" * 4001)), "more than 4000"),
        (message(text(" ")), "empty text"),
        (message(text("hello @everyone")), "mention"),
        (message(text("hello <@123>")), "mention"),
        (message({"type": 1, "components": [BUTTON, BUTTON]}), "not unique"),
        (message({"type": 1, "components": [{**BUTTON, "custom_id": "x" * 101}]}), "longer"),
        (message({"type": 1, "components": [{**BUTTON, "label": ""}]}), "without words"),
        (message(text("a"), nonce="x" * 26), "nonce"),
        (message(text("a"), enforce_nonce=True), "without a nonce"),
    ],
)
def test_what_the_description_does_not_say_is_seen(body: dict[str, Any], said: str) -> None:
    assert said in " ".join(rules.message_violations(body))


@pytest.mark.skipif(not contract.present(), reason=contract.ABSENT)
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/channels/1/messages", message({"type": 99})),
        ("POST", "/channels/1/messages", message({**text("a"), "colour": 1})),
        ("POST", "/channels/1/messages", message(container([text("")], 0))),
        ("POST", "/channels/1/messages", {**message(text("a")), "nonsense": 1}),
        ("POST", "/channels/1/threads", {"message": {}}),
        ("POST", "/nowhere", {}),
        ("PUT", "/applications/1/commands", [{"description": "no name"}]),
    ],
)
def test_what_the_description_says_is_seen(method: str, path: str, body: Any) -> None:
    assert list(contract.violations(method, path, {}, body))


@pytest.mark.skipif(not contract.present(), reason=contract.ABSENT)
def test_what_is_well_is_let_through() -> None:
    body = message(container([text("a")], 0), nonce="k")

    assert list(contract.violations("POST", "/channels/1/messages", {}, body)) == []
    assert list(rules.message_violations(body)) == []
    assert list(contract.violations("GET", "/channels/1/messages", {"limit": "100"}, None)) == []
    assert list(contract.violations("GET", "/channels/1/messages", {"limit": "101"}, None))


@pytest.mark.parametrize(
    ("written", "words", "effect"),
    [
        ("**a**", "a", "bold"),
        ("*a*", "a", "italic"),
        ("_a_", "a", "italic"),
        ("__a__", "a", "underline"),
        ("~~a~~", "a", "struck"),
        ("||a||", "a", "spoiler"),
        ("`a`", "a", "code"),
        ("# a", "a", "heading"),
        ("-# a", "a", "small"),
        ("> a", "a", "quote"),
        ("- a", "a", "list"),
        ("1. a", "a", "list"),
        ("[a](https://b.example)", "a", "link"),
        ("https://b.example", "https://b.example", "link"),
        ("<@1>", "<@1>", "mention"),
        ("@everyone", "@everyone", "mention"),
        ("<t:1:D>", "<t:1:D>", "time"),
    ],
)
def test_the_reader_sees_markup(written: str, words: str, effect: str) -> None:
    seen = read(written)

    assert seen.words == words
    assert [kind for kind, _ in seen.effects] == [effect]


async def test_the_bot_keeps_to_the_limits_that_the_fake_enforces(context: PlatformContext) -> None:
    async with FakeDiscord(DiscordLimits(whole=50, messages=3, window=0.2)) as discord:
        guild = discord.world.guild()
        busy = discord.world.channel(guild, "busy")
        others = [discord.world.channel(guild, f"c{number}") for number in range(20)]
        here = PlatformContext(discord.environment, context.clock, context.data_folder)
        async with started(here, discord, FakeHandler()) as bot:
            posts = [(busy, number) for number in range(7)] + [(each, 0) for each in others]
            await asyncio.gather(
                *(
                    bot.publish(ref(channel), digest(entry()), f"key{channel.id[-6:]}{number}")
                    for channel, number in posts
                )
            )

        assert discord.limiter is not None
        assert discord.limiter.refused == 0
        assert len(discord.posts(busy)) == 7
        assert [len(discord.posts(each)) for each in others] == [1] * 20
        assert discord.violations == []
