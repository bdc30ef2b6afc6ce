"""The same behaviour on a Discord of somebody else's making, in the same process.

simcord models Discord apart from our own fake, and checks what a person could do at all.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import discord
import pytest
import simcord

from adapters.discord.cards.typed import TypedCommands
from adapters.discord.gateway import Client
from adapters.discord.interactions.answers import CommandRunner, Patience
from adapters.discord.setup.commands import command_payload
from bot.i18n.translator import Translators
from bot.port.card import Action, Card, Text
from bot.port.invocation import Invocation, Reply, Role
from bot.port.notes import OwnNotes
from tests.fakes.cards import digest, entry
from tests.fakes.handler import FakeHandler


@pytest.fixture
def handler() -> FakeHandler:
    """Return the commands that the bot has."""
    return FakeHandler()


@asynccontextmanager
async def simulated(handler: FakeHandler) -> AsyncIterator[simcord.Env]:
    """Run a Discord with the bot in it, for as long as one test needs it."""
    translators = Translators("en")

    async def register(client: Client) -> None:
        payload = command_payload(handler.commands, translators)
        await client.http.bulk_upsert_global_commands(client.application_id or 0, payload)

    async def seen(server: str, name: str) -> None:
        await handler.workspace_seen("discord", server, name)

    typed = TypedCommands(translators, handler.commands)
    client = Client(
        CommandRunner(handler, translators, Patience(), typed, notes=OwnNotes()), register, seen
    )
    async with simcord.run(client, shard_count=1) as env:
        yield env


async def test_a_lookup_and_its_next_page(handler: FakeHandler) -> None:
    async with simulated(handler) as env:
        handler.answers["latest"] = paged
        channel = env.create_guild().create_text_channel("news")
        alice = env.guild.add_member(env.create_user("alice"))

        result = await alice.slash(channel, "ainews latest", count=3)
        assert result.ephemeral
        assert result.response is not None
        turned = await alice.click(result.response, label="Next page")

        assert handler.invocations[-1].arguments == {"count": "3", "page": "2"}
        assert turned.acknowledged


async def test_completion(handler: FakeHandler) -> None:
    async with simulated(handler) as env:
        channel = env.create_guild().create_text_channel("news")
        alice = env.guild.add_member(env.create_user("alice"))

        offered = await alice.autocomplete(channel, "ainews latest", "tag", "l")

        assert [each["value"] for each in offered] == ["llm"]


async def test_the_form_of_add(handler: FakeHandler) -> None:
    async with simulated(handler) as env:
        guild = env.create_guild()
        channel = guild.create_text_channel("news")
        curators = guild.create_role(
            "Curators", permissions=discord.Permissions(manage_messages=True)
        )
        moderator = guild.add_member(env.create_user("mod"), roles=[curators])

        shown = await moderator.slash(channel, "ainews add", link="https://a.example/1")
        await moderator.submit_modal(
            shown, {"link": "https://a.example/1", "title": "CLIP", "note": "", "tags": "vision"}
        )

        asked = handler.invocations[-1]
        assert asked.submitted
        assert asked.arguments["title"] == "CLIP"
        assert asked.asker.roles == Role.MEMBER | Role.MODERATOR
        assert str(curators.id) in asked.asker.groups


async def test_the_menu_of_a_message(handler: FakeHandler) -> None:
    async with simulated(handler) as env:
        channel = env.create_guild().create_text_channel("news")
        alice = env.guild.add_member(env.create_user("alice"))
        said = await alice.send(channel, "look: https://a.example/1")

        result = await alice.context_menu(channel, "Add to AI news", said)

        assert result.modal is not None
        assert handler.invocations[-1].arguments == {"link": "https://a.example/1"}


async def test_a_button_works_after_a_restart(handler: FakeHandler) -> None:
    async with simulated(handler) as env:
        handler.answers["latest"] = lambda _: Reply(digest(entry(12)))
        channel = env.create_guild().create_text_channel("news")
        alice = env.guild.add_member(env.create_user("alice"))
        result = await alice.slash(channel, "ainews latest", share="yes")
        assert not result.ephemeral

        await env.restart_bot()
        assert channel.last_message is not None
        await alice.click(channel.last_message, label="Details")

        assert handler.invocations[-1].arguments == {"id": "12"}


def paged(invocation: Invocation) -> Reply:
    """Answer with a page and a button to the next."""
    rest: dict[str, Any] = {**invocation.arguments, "page": 2}
    arguments = {name: str(value) for name, value in rest.items()}
    action = Action("Next page", invocation.command, arguments)
    return Reply(Card("page", "en", lead=((Text("page"),),), actions=(action,)))
