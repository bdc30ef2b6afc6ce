"""Commands that people give: what the handler gets, and what they see."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

import pytest

from adapters.discord.interactions.answers import Patience
from bot.port.card import Tone
from bot.port.form import Choice
from bot.port.invocation import Invocation, Outcome, Reply, Role
from bot.port.platform import PlatformContext
from tests.adapters.discord.starting import started
from tests.fakes.cards import digest, entry, message
from tests.fakes.discord import DiscordUser, FakeDiscord, FakeDiscordChannel, Guild
from tests.fakes.discord.faults import Break
from tests.fakes.discord.people import buttons_of
from tests.fakes.discord.world import (
    ADMINISTRATOR,
    MANAGE_CHANNELS,
    PUBLIC_THREAD,
    SEND,
    SEND_IN_THREADS,
)
from tests.fakes.handler import COMMANDS, FakeHandler

bot_runs = pytest.mark.usefixtures("bot")


@pytest.fixture(params=["gateway", "https"])
def way(request: pytest.FixtureRequest) -> str:
    """Both ways in which commands come in."""
    return str(request.param)


class SlowHandler(FakeHandler):
    """Answers when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.asked = asyncio.Event()

    async def run(self, invocation: Invocation) -> Reply:
        """Wait for the gate."""
        self.asked.set()
        await self.gate.wait()
        return await super().run(invocation)

    async def complete(
        self, invocation: Invocation, parameter: str, typed: str, limit: int
    ) -> Sequence[Choice]:
        """Wait for the gate."""
        await self.gate.wait()
        return await super().complete(invocation, parameter, typed, limit)


class BrokenHandler(FakeHandler):
    """Raises, which no handler should."""

    async def run(self, invocation: Invocation) -> Reply:
        """Fail."""
        raise RuntimeError(f"broken at {invocation.command}")


@bot_runs
async def test_a_command_reaches_the_handler_typed(
    member: DiscordUser, channel: FakeDiscordChannel, handler: FakeHandler
) -> None:
    answer = await member.slash(channel, "latest", count=3, tag="llm")

    asked = handler.invocations[0]
    assert (asked.command, asked.arguments) == ("latest", {"count": 3, "tag": "llm"})
    assert asked.channel.platform == "discord"
    assert (asked.channel.workspace, asked.channel.id) == (member.guild.id, channel.id)
    assert asked.asker.roles == Role.MEMBER
    assert asked.asker.actor.id == member.user.id
    assert asked.asker.actor.name == "Minji"
    assert asked.channel_name == "#news"
    assert "Done: latest count=3 tag=llm" in answer.text


@bot_runs
async def test_a_lookup_is_seen_by_the_asker_and_can_be_shared(
    member: DiscordUser, channel: FakeDiscordChannel, handler: FakeHandler
) -> None:
    handler.answers["latest"] = lambda _: Reply(digest(entry()))
    answer = await member.slash(channel, "latest", count=3)
    assert answer.ephemeral

    shared = await member.click(answer.message, "Share here")
    assert not shared.ephemeral
    assert handler.invocations[-1].arguments == {"count": "3", "share": "yes"}
    assert "Share here" not in buttons_of(shared.message)
    assert "Minji: /ainews latest 3" in shared.text
    assert "/ainews latest" not in answer.text


@bot_runs
async def test_the_option_share_shows_an_answer_to_everybody(
    member: DiscordUser, channel: FakeDiscordChannel, handler: FakeHandler
) -> None:
    answer = await member.slash(channel, "latest", share="yes")

    assert not answer.ephemeral
    assert handler.invocations[0].arguments == {"share": "yes"}


@bot_runs
async def test_where_answers_are_public_only_those_to_typed_lookups_are(
    moderator: DiscordUser, channel: FakeDiscordChannel, handler: FakeHandler
) -> None:
    handler.answers_public = True
    handler.answers["latest"] = lambda _: Reply(digest(entry()))

    answer = await moderator.slash(channel, "latest")
    assert not answer.ephemeral
    assert "Share here" not in buttons_of(answer.message)
    assert (await moderator.slash(channel, "latest", share="no")).ephemeral
    assert (await moderator.slash(channel, "save", id="1")).ephemeral
    assert (await moderator.slash(channel, "retract", id="1")).ephemeral
    assert (await moderator.click(answer.message, "Details")).ephemeral


@bot_runs
async def test_what_concerns_another_channel_is_not_told_in_this_one(
    discord: FakeDiscord, guild: Guild, channel: FakeDiscordChannel, handler: FakeHandler
) -> None:
    other = discord.world.channel(guild, "curation")
    owner = discord.person(guild, "owner", MANAGE_CHANNELS | SEND)

    here = await owner.slash(channel, "pause")
    there = await owner.slash(channel, "pause", channel=other)
    shared = await owner.slash(channel, "pause", channel=other, share="yes")

    assert not here.ephemeral
    assert there.ephemeral
    assert shared.ephemeral
    assert [each.elsewhere for each in handler.invocations] == [False, True, True]
    assert handler.invocations[1].channel_name == "#curation"


@bot_runs
async def test_whoever_may_not_write_cannot_make_the_bot_write(
    discord: FakeDiscord, guild: Guild, channel: FakeDiscordChannel, handler: FakeHandler
) -> None:
    channel.overwrites[guild.id] = (0, SEND)
    channel.overwrites[discord.world.bot.id] = (SEND, 0)
    reader = discord.person(guild, "reader")
    handler.answers["latest"] = lambda _: Reply(digest(entry()))

    answer = await reader.slash(channel, "latest", share="yes")

    assert answer.ephemeral
    assert "Share here" not in buttons_of(answer.message)


@bot_runs
async def test_refusals_and_private_answers_are_never_public(
    member: DiscordUser, channel: FakeDiscordChannel, handler: FakeHandler
) -> None:
    handler.answers["latest"] = lambda _: Reply(message("no", tone=Tone.REFUSED), Outcome.REFUSED)
    handler.answers["show"] = lambda _: Reply(message("a secret"), private=True)

    assert (await member.slash(channel, "latest", share="yes")).ephemeral
    assert (await member.slash(channel, "show", id="1", share="yes")).ephemeral
    assert (await member.slash(channel, "save", id="1")).ephemeral


@pytest.mark.parametrize(
    ("permissions", "roles"),
    [
        (0, Role.MEMBER),
        (1 << 13, Role.MEMBER | Role.MODERATOR),
        (MANAGE_CHANNELS, Role.MEMBER | Role.CHANNEL_OWNER),
        (1 << 5, Role.MEMBER | Role.ADMIN),
        (ADMINISTRATOR, Role.EVERY),
    ],
)
@bot_runs
async def test_roles_come_from_permissions(
    discord: FakeDiscord,
    channel: FakeDiscordChannel,
    handler: FakeHandler,
    permissions: int,
    roles: Role,
) -> None:
    guild = discord.world.guilds[str(channel.guild_id)]
    person = discord.person(guild, "somebody", permissions)

    await person.slash(channel, "latest")

    asker = handler.invocations[0].asker
    assert asker.roles == roles
    assert asker.groups >= set(guild.members[person.user.id])


@bot_runs
async def test_roles_are_those_of_the_moment(
    discord: FakeDiscord, guild: Guild, channel: FakeDiscordChannel, handler: FakeHandler
) -> None:
    person = discord.person(guild, "somebody", MANAGE_CHANNELS)
    await person.slash(channel, "latest")
    guild.members[person.user.id] = []
    await person.slash(channel, "latest")

    assert [each.asker.roles for each in handler.invocations] == [
        Role.MEMBER | Role.CHANNEL_OWNER,
        Role.MEMBER,
    ]


@pytest.mark.parametrize(
    ("locale", "understood"), [("ko", ("ko", "Asia/Seoul")), ("ja", ("en-US", None))]
)
@bot_runs
async def test_the_language_is_the_persons_else_the_servers(
    discord: FakeDiscord,
    channel: FakeDiscordChannel,
    handler: FakeHandler,
    locale: str,
    understood: tuple[str, str | None],
) -> None:
    guild = discord.world.guilds[str(channel.guild_id)]

    await discord.person(guild, locale=locale).slash(channel, "latest")

    asker = handler.invocations[0].asker
    assert (asker.language, asker.timezone) == understood


@bot_runs
async def test_values_are_offered_while_they_are_typed(
    member: DiscordUser, channel: FakeDiscordChannel, handler: FakeHandler
) -> None:
    assert await member.complete(channel, "latest", "tag", "l") == [("tag llm", "llm")]
    assert await member.complete(channel, "show", "id", "") == [("id 12", "12"), ("id 7", "7")]
    assert handler.completed[0] == ("latest", "tag", "l")


async def test_an_answer_that_takes_long_is_promised_first(
    context: PlatformContext, discord: FakeDiscord, guild: Guild, channel: FakeDiscordChannel
) -> None:
    handler = SlowHandler()
    async with started(context, discord, handler, Patience(answer=0.01)):
        person = discord.person(guild)
        promised = await person.slash(channel, "latest")
        assert promised.exchange.loading
        assert promised.ephemeral

        handler.gate.set()
        answer = await promised.final()
    assert "Done: latest" in answer.text
    assert answer.ephemeral
    assert len(answer.messages) == 1


@pytest.mark.parametrize("secret", [True, False])
async def test_a_promise_is_made_to_the_asker_alone_whoever_sees_the_answer(
    context: PlatformContext,
    discord: FakeDiscord,
    guild: Guild,
    channel: FakeDiscordChannel,
    *,
    secret: bool,
) -> None:
    handler = SlowHandler()
    handler.answers["latest"] = lambda _: Reply(message("It came."), private=secret)
    async with started(context, discord, handler, Patience(answer=0.01)):
        promised = await discord.person(guild).slash(channel, "latest", share="yes")
        assert promised.ephemeral

        handler.gate.set()
        answer = await promised.final()
    assert answer.exchange.deleted is not secret
    assert answer.ephemeral is secret
    assert "It came." in answer.text


async def test_an_answer_that_never_comes_is_apologised_for(
    context: PlatformContext,
    discord: FakeDiscord,
    guild: Guild,
    channel: FakeDiscordChannel,
    caplog: pytest.LogCaptureFixture,
) -> None:
    patience = Patience(answer=0.01, whole=0.05)
    async with started(context, discord, SlowHandler(), patience):
        promised = await discord.person(guild).slash(channel, "latest")
        answer = await promised.final()
    reference = answer.text.rpartition(" ")[2].rstrip(".")
    assert "Something went wrong" in answer.text
    assert f"reference {reference}" in caplog.text


async def test_completion_that_takes_long_offers_nothing(
    context: PlatformContext, discord: FakeDiscord, guild: Guild, channel: FakeDiscordChannel
) -> None:
    handler = SlowHandler()
    async with started(context, discord, handler, Patience(completion=0.01)):
        assert await discord.person(guild).complete(channel, "latest", "tag", "l") == []


@pytest.mark.parametrize("locale", ["en-US", "ko"])
async def test_a_failure_reaches_the_person_with_a_reference_that_is_in_the_log(
    context: PlatformContext,
    discord: FakeDiscord,
    channel: FakeDiscordChannel,
    caplog: pytest.LogCaptureFixture,
    locale: str,
) -> None:
    guild = discord.world.guilds[str(channel.guild_id)]
    async with started(context, discord, BrokenHandler(COMMANDS)):
        answer = await discord.person(guild, locale=locale).slash(channel, "latest")
    reference = re.findall(r"[0-9a-f]{8}", answer.text)[0]
    assert f"reference {reference}" in caplog.text
    assert answer.ephemeral
    assert "broken at latest" in caplog.text


@bot_runs
async def test_an_answer_whose_connection_broke_is_given_again(
    discord: FakeDiscord, member: DiscordUser, channel: FakeDiscordChannel
) -> None:
    discord.fault("POST", r"/interactions/.*/callback", breaks=Break.AFTER)

    answer = await member.slash(channel, "latest")
    await discord.quiet()

    assert "Done: latest" in answer.text
    assert len(answer.messages) == 1


@bot_runs
async def test_a_picture_that_discord_refuses_costs_only_the_picture(
    member: DiscordUser, channel: FakeDiscordChannel, handler: FakeHandler
) -> None:
    image = "https://refused.example/i.png"
    handler.answers["show"] = lambda _: Reply(digest(entry(image=image)))

    answer = await member.slash(channel, "show", id="12")

    assert "CLIP" in answer.text
    assert "refused.example" not in str(answer.message)


@bot_runs
async def test_a_long_answer_comes_in_several_messages(
    member: DiscordUser, channel: FakeDiscordChannel, handler: FakeHandler
) -> None:
    handler.answers["show"] = lambda _: Reply(message("word " * 2000))

    answer = await member.slash(channel, "show", id="12")
    while "word " * 10 not in answer.text or len(answer.messages) < 3:
        answer.exchange.changed.clear()
        await answer.exchange.changed.wait()

    assert answer.text.count("word") == 2000
    assert all(each["flags"] & 64 for each in answer.messages)


@bot_runs
async def test_a_thread_is_known_with_the_channel_that_it_belongs_to(
    discord: FakeDiscord, guild: Guild, channel: FakeDiscordChannel, handler: FakeHandler
) -> None:
    thread = discord.world.channel(guild, "a talk", PUBLIC_THREAD, parent=channel)
    owner = discord.person(guild, "owner", MANAGE_CHANNELS | SEND | SEND_IN_THREADS)

    await owner.slash(channel, "latest")
    await owner.slash(thread, "latest")
    await owner.slash(channel, "pause", channel=thread)

    belongs = [asked.within and asked.within.id for asked in handler.invocations]
    assert belongs == [None, channel.id, channel.id]
