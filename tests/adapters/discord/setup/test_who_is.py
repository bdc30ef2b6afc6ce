"""Who is meant by an id."""

from __future__ import annotations

from adapters.discord.platform import DiscordPlatform
from bot.port.platform import KnownName
from tests.fakes.discord import DiscordUser, FakeDiscord, Guild


async def test_people_and_roles_are_known_by_their_ids_alone(
    discord: FakeDiscord, bot: DiscordPlatform, guild: Guild, member: DiscordUser
) -> None:
    team = discord.world.role(guild, "team")
    await discord.quiet()
    person = await bot.who_is(guild.id, member.user.id, group=False)
    assert person is not None
    for name in ("minji", "@minji", "group:1", "", "１２"):
        assert await bot.who_is(guild.id, name, group=False) is None
        assert await bot.who_is(guild.id, name, group=True) is None
    assert await bot.who_is(guild.id, guild.id, group=True) == KnownName("@everyone")
    assert await bot.who_is(guild.id, f"{team}9", group=True) is None
