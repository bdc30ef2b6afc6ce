"""What is known of servers where no gateway tells: Discord is asked, and not at each step."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.discord.interactions.custom_ids import Mode, Press, seal_one
from adapters.discord.platform import DiscordPlatform
from adapters.discord.rest.pace import Timer
from adapters.discord.setup.settings import read_discord_settings
from bot.port.invocation import Asker, Role
from bot.port.platform import KnownName, Permanent, PlatformContext, Retryable
from store.model import Actor, ChannelRef
from tests.adapters.discord.starting import started
from tests.fakes.cards import digest, entry
from tests.fakes.clock import FakeClock
from tests.fakes.discord import DiscordUser, FakeDiscord, FakeDiscordChannel, Guild
from tests.fakes.discord.world import (
    ANNOUNCEMENT,
    FORUM,
    HISTORY,
    MANAGE_CHANNELS,
    PUBLIC_THREAD,
    SEND,
    VIEW,
    VOICE,
)
from tests.fakes.handler import FakeHandler


class Seconds:
    """A clock that goes when it is told, and on by what is waited."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        self.now += seconds


def ref_of(channel: FakeDiscordChannel) -> ChannelRef:
    return ChannelRef("discord", channel.guild_id or "", channel.id)


async def test_channels_are_named_to_those_who_see_them(
    discord: FakeDiscord,
    bot: DiscordPlatform,
    guild: Guild,
    channel: FakeDiscordChannel,
    member: DiscordUser,
) -> None:
    hidden = discord.world.channel(guild, "hidden")
    hidden.overwrites[guild.id] = (0, VIEW)
    hidden.overwrites[discord.world.bot.id] = (VIEW, 0)
    asker = Asker(Actor("discord", guild.id, member.user.id, "Minji"))
    refs = [ref_of(channel), ref_of(hidden)]

    assert await bot.names(refs, asker) == {refs[0]: "#news"}
    assert await bot.names(refs, None) == {refs[0]: "#news", refs[1]: "#hidden"}
    assert len(discord.sent("GET", f"/guilds/{guild.id}/channels")) == 1


async def test_a_role_has_its_name(
    discord: FakeDiscord, bot: DiscordPlatform, guild: Guild
) -> None:
    role = discord.world.role(guild, "Curators")

    assert await bot.who_is(guild.id, role, group=True) == KnownName("Curators")
    assert await bot.who_is(guild.id, "1", group=True) is None


async def test_what_the_bot_may_not_do_is_said_within_a_minute(
    context: PlatformContext,
    discord: FakeDiscord,
    guild: Guild,
    channel: FakeDiscordChannel,
    handler: FakeHandler,
) -> None:
    clock = Seconds()
    settings = read_discord_settings(context.environment)
    ticker = Timer(clock, clock.sleep)
    bot = DiscordPlatform(settings, context, ticker=ticker)
    await bot.start(handler)
    assert await bot.obstacles(ref_of(channel), "en") == []
    guild.roles[guild.id] &= ~SEND
    assert await bot.obstacles(ref_of(channel), "en") == []
    clock.now += 61

    said = await bot.obstacles(ref_of(channel), "en")

    assert "Send Messages" in said[0]
    assert len(discord.sent("GET", f"/guilds/{guild.id}")) == 2
    await bot.close()


async def test_what_somebody_may_do_in_another_channel_is_asked_for(
    discord: FakeDiscord,
    bot: DiscordPlatform,
    guild: Guild,
    channel: FakeDiscordChannel,
    handler: FakeHandler,
) -> None:
    """A button names only the channel, not what the presser may do there."""
    del bot
    other = discord.world.channel(guild, "other")
    owner = discord.person(guild, "Sora")
    other.overwrites[owner.user.id] = (MANAGE_CHANNELS, 0)

    shown = await owner.slash(channel, "latest")
    press = seal_one(Press(Mode.ANSWER, "pause", {"channel": other.id}))

    await owner.press(shown.message, press or "")

    *_, pressed = handler.invocations
    assert pressed.elsewhere
    assert Role.CHANNEL_OWNER in pressed.asker.roles


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("kind", [VOICE, FORUM, PUBLIC_THREAD, ANNOUNCEMENT])
async def test_a_command_is_understood_in_each_kind_of_channel(
    discord: FakeDiscord, channel: FakeDiscordChannel, handler: FakeHandler, kind: int
) -> None:
    """Of a channel Discord sends only a part, of a voice channel not its bitrate."""
    guild = discord.world.guilds[channel.guild_id or ""]
    member = discord.person(guild)
    place = discord.world.channel(guild, "place", kind, parent=channel)

    await member.slash(place, "latest")

    assert handler.invocations[0].channel == ref_of(place)
    assert handler.invocations[0].channel_name == "#place"


async def test_roles_are_those_of_the_call(
    discord: FakeDiscord, bot: DiscordPlatform, guild: Guild, handler: FakeHandler
) -> None:
    channel, member = discord.world.channel(guild, "talk"), discord.person(guild)
    await member.slash(channel, "latest")
    await bot.who_is(guild.id, "1", group=True)
    role = discord.world.role(guild, "new")
    guild.members[member.user.id] = [role]

    await member.slash(channel, "latest")

    assert [one.asker.groups for one in handler.invocations] == [
        frozenset({guild.id}),
        frozenset({guild.id, role}),
    ]


async def test_a_post_is_one_request_once_the_channel_is_known(
    discord: FakeDiscord, bot: DiscordPlatform, channel: FakeDiscordChannel
) -> None:
    for number in range(3):
        await bot.publish(ref_of(channel), digest(entry(1)), f"key{number}")

    assert len(discord.posts(channel)) == 3
    assert len(discord.sent("GET", f"/channels/{channel.id}")) == 1


async def test_a_channel_s_kind_is_known_at_the_next_start(
    discord: FakeDiscord,
    context: PlatformContext,
    channel: FakeDiscordChannel,
    handler: FakeHandler,
) -> None:
    for number in range(2):
        async with started(context, discord, handler) as bot:
            await bot.publish(ref_of(channel), digest(entry(1)), f"key{number}")

    assert len(discord.posts(channel)) == 2
    assert len(discord.sent("GET", f"/channels/{channel.id}")) == 1


async def test_a_channel_that_became_another_kind_is_asked_anew(
    discord: FakeDiscord, bot: DiscordPlatform, channel: FakeDiscordChannel
) -> None:
    await bot.publish(ref_of(channel), digest(entry(1)), "key1")
    channel.kind = FORUM
    with pytest.raises(Permanent):
        await bot.publish(ref_of(channel), digest(entry(1)), "key2")

    await bot.publish(ref_of(channel), digest(entry(1)), "key3")

    [thread] = [one for one in discord.world.channels.values() if one.parent_id == channel.id]
    assert len(discord.posts(thread)) == 1


async def test_a_post_is_not_missed_where_the_history_is_hidden(
    discord: FakeDiscord,
    bot: DiscordPlatform,
    guild: Guild,
    channel: FakeDiscordChannel,
    clock: FakeClock,
) -> None:
    """Discord answers with an empty history: to believe it would send the post again."""
    await bot.publish(ref_of(channel), digest(entry(1)), "key1")
    guild.roles[guild.id] &= ~HISTORY
    discord.fault("GET", f"/guilds/{guild.id}", status=503, body={"message": "no", "code": 0})
    since = clock() - timedelta(minutes=1)

    with pytest.raises(Retryable):
        await bot.find(ref_of(channel), "key1", since)
    with pytest.raises(Permanent, match="may not read"):
        await bot.find(ref_of(channel), "key1", since)


async def test_a_server_that_the_bot_left_is_forgotten(
    bot: DiscordPlatform, guild: Guild, channel: FakeDiscordChannel, member: DiscordUser
) -> None:
    asker = Asker(Actor("discord", guild.id, member.user.id, "Minji"))
    guild.joined = False

    assert await bot.names([ref_of(channel)], asker) == {}
    [said] = await bot.obstacles(ref_of(channel), "en")
    assert "cannot see" in said
