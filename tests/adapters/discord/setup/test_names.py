"""What channels are called now, for whoever may see them."""

from __future__ import annotations

from adapters.discord.platform import DiscordPlatform
from adapters.discord.posts import NAME
from bot.port.invocation import Asker, Role, anybody
from bot.port.platform import PlatformContext
from store.model import Actor, ChannelRef
from tests.adapters.discord.starting import started
from tests.fakes.discord import DiscordUser, FakeDiscord, FakeDiscordChannel, Guild
from tests.fakes.discord.world import (
    ADMINISTRATOR,
    MANAGE_GUILD,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    VIEW,
)
from tests.fakes.handler import FakeHandler


def ref(channel: FakeDiscordChannel) -> ChannelRef:
    return ChannelRef(NAME, str(channel.guild_id), channel.id)


def asker(person: DiscordUser, roles: Role = Role.MEMBER) -> Asker:
    groups = frozenset(person.guild.members[person.user.id])
    return Asker(Actor(NAME, person.guild.id, person.user.id, ""), roles, groups)


async def test_a_renamed_channel_has_its_new_name(
    discord: FakeDiscord, bot: DiscordPlatform, channel: FakeDiscordChannel, member: DiscordUser
) -> None:
    assert await bot.names([ref(channel)], asker(member)) == {ref(channel): "#news"}
    channel.name = "better-news"
    await discord.change_channel(channel)
    await member.slash(channel, "latest")
    assert await bot.names([ref(channel)], asker(member)) == {ref(channel): "#better-news"}


async def test_a_hidden_channel_has_none_but_for_who_sees_it(
    context: PlatformContext, discord: FakeDiscord, guild: Guild, channel: FakeDiscordChannel
) -> None:
    world = discord.world
    team, boss = world.role(guild, "team"), world.role(guild, "boss", ADMINISTRATOR)
    quiet = world.channel(guild, "quiet")
    thread = world.channel(guild, "talk", PUBLIC_THREAD, parent=quiet)
    stranger, insider, invited, chief = (discord.person(guild) for _ in range(4))
    guild.members[insider.user.id].append(team)
    guild.members[chief.user.id].append(boss)
    quiet.overwrites = {guild.id: (0, VIEW), team: (VIEW, 0), invited.user.id: (VIEW, 0)}
    both = [ref(quiet), ref(thread)]
    async with started(context, discord, FakeHandler()) as bot:
        await stranger.slash(channel, "latest")
        assert await bot.names(both, asker(stranger)) == {}
        assert await bot.names([*both, ref(channel)], anybody(asker(chief))) == {
            ref(channel): "#news"
        }
        for person in (insider, invited, chief):
            assert list((await bot.names(both, asker(person))).values()) == ["#quiet", "#talk"]
        assert list((await bot.names(both, None)).values()) == ["#quiet", "#talk"]


async def test_a_deleted_channel_is_known_to_who_manages_the_server_alone(
    bot: DiscordPlatform, channel: FakeDiscordChannel, member: DiscordUser
) -> None:
    gone = ChannelRef(NAME, str(channel.guild_id), "1")
    assert await bot.names([gone], asker(member)) == {}
    assert await bot.names([gone], asker(member, Role.EVERY)) == {gone: ""}
    assert await bot.names([gone], None) == {gone: ""}


async def test_an_archived_thread_has_its_name_for_whoever_sees_its_channel(
    context: PlatformContext, discord: FakeDiscord, guild: Guild, channel: FakeDiscordChannel
) -> None:
    world = discord.world
    quiet = world.channel(guild, "quiet")
    quiet.overwrites = {guild.id: (0, VIEW)}
    boss = world.role(guild, "boss", ADMINISTRATOR)
    manager, chief = discord.person(guild, "Sora", MANAGE_GUILD), discord.person(guild)
    guild.members[chief.user.id].append(boss)
    guild.members[world.bot.id].append(boss)
    threads = [
        world.channel(guild, "open", PUBLIC_THREAD, parent=channel),
        world.channel(guild, "secret", PRIVATE_THREAD, parent=channel),
        world.channel(guild, "inner", PUBLIC_THREAD, parent=quiet),
    ]
    for thread in threads:
        thread.archived = True
    threads[0].name = "open again"
    refs = [ref(one) for one in threads]
    async with started(context, discord, FakeHandler()) as bot:
        await manager.slash(channel, "latest")
        seen = await bot.names(refs, asker(manager, Role.MEMBER | Role.ADMIN))
        assert seen == {refs[0]: "#open again"}
        for person in (asker(chief, Role.EVERY), None):
            names = (await bot.names(refs, person)).values()
            assert list(names) == ["#open again", "#secret", "#inner"]


async def test_a_thread_that_the_bot_was_removed_from_is_nobodys_to_know(
    context: PlatformContext, discord: FakeDiscord, guild: Guild, channel: FakeDiscordChannel
) -> None:
    quiet = discord.world.channel(guild, "quiet")
    quiet.overwrites = {guild.id: (0, VIEW)}
    thread = discord.world.channel(guild, "secret", PRIVATE_THREAD, parent=quiet)
    thread.archived = True
    manager = discord.person(guild, "Sora", MANAGE_GUILD)
    async with started(context, discord, FakeHandler()) as bot:
        await manager.slash(channel, "latest")
        assert await bot.names([ref(thread)], asker(manager, Role.MEMBER | Role.ADMIN)) == {}
        assert await bot.names([ref(thread)], None) == {ref(thread): ""}
