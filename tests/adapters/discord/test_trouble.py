"""What goes wrong between the bot and Discord, and what the port says of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.discord import plugin
from adapters.discord.platform import DiscordPlatform
from bot.port.platform import Permanent, PlatformContext, PlatformError, Retryable, Unknown
from store.model import Actor
from tests.adapters.discord.starting import started
from tests.adapters.discord.test_posts import FIRST, SECOND, earlier, ref
from tests.fakes.cards import digest, entry, message
from tests.fakes.discord import DiscordUser, FakeDiscord, FakeDiscordChannel, Guild
from tests.fakes.discord.faults import Break
from tests.fakes.discord.world import FORUM, SEND, VIEW
from tests.fakes.handler import FakeHandler

POSTS = r"/channels/\d+/messages"


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait between two attempts."""
    monkeypatch.setattr("adapters.discord.rest.messages._RESENDS", (0.0, 0.0))


async def trouble(bot: DiscordPlatform, channel: FakeDiscordChannel) -> PlatformError:
    """Return what a post fails with."""
    with pytest.raises(PlatformError) as raised:
        await bot.publish(ref(channel), digest(entry()), FIRST)
    return raised.value


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("taken", [True, False])
async def test_a_server_error_is_got_over_and_posts_once(
    discord: FakeDiscord,
    channel: FakeDiscordChannel,
    bot: DiscordPlatform,
    status: int,
    *,
    taken: bool,
) -> None:
    discord.fault("POST", POSTS, status=status, taken=taken)

    await bot.publish(ref(channel), digest(entry()), FIRST)

    assert len(discord.posts(channel)) == 1


async def test_every_answer_over_http_is_counted(
    discord: FakeDiscord, channel: FakeDiscordChannel, context: PlatformContext
) -> None:
    met: list[tuple[str, int]] = []
    platform = plugin.create(replace(context, answered=lambda *answer: met.append(answer)))
    await platform.start(FakeHandler())
    await discord.gateway.connected()
    before = set(met)
    discord.fault("POST", POSTS, status=502, taken=False)
    discord.fault("POST", POSTS, breaks=Break.BEFORE)

    await platform.publish(ref(channel), digest(entry()), FIRST)

    assert ("discord", 200) in before  # who discord.py asked by itself
    assert {answer for answer in met if answer not in before} == {("discord", 502), ("discord", 0)}
    await platform.close()


@pytest.mark.parametrize("breaks", Break)
async def test_a_connection_that_breaks_is_got_over_and_posts_once(
    discord: FakeDiscord, channel: FakeDiscordChannel, bot: DiscordPlatform, breaks: Break
) -> None:
    discord.fault("POST", POSTS, breaks=breaks)

    await bot.publish(ref(channel), digest(entry()), FIRST)

    assert len(discord.posts(channel)) == 1


async def test_an_answer_that_cannot_be_read_is_got_over_and_posts_once(
    discord: FakeDiscord, channel: FakeDiscordChannel, bot: DiscordPlatform
) -> None:
    discord.fault("POST", POSTS, garbled=True)

    await bot.publish(ref(channel), digest(entry()), FIRST)

    assert len(discord.posts(channel)) == 1


async def test_what_stays_without_an_answer_is_unknown_and_then_found(
    discord: FakeDiscord, channel: FakeDiscordChannel, bot: DiscordPlatform
) -> None:
    discord.fault("POST", POSTS, status=502, taken=True, times=3)

    assert isinstance(await trouble(bot, channel), Unknown)
    found = await bot.find(ref(channel), FIRST, earlier())

    assert found is not None
    assert len(discord.posts(channel)) == 1


async def test_a_forum_thread_is_never_begun_twice_unseen(
    discord: FakeDiscord, guild: Guild, bot: DiscordPlatform
) -> None:
    forum = discord.world.channel(guild, "forum", FORUM)
    discord.fault("POST", ".*/threads", status=502, taken=True)

    assert isinstance(await trouble(bot, forum), Unknown)

    assert len(discord.sent("POST", "/threads")) == 1
    assert await bot.find(ref(forum), FIRST, earlier()) is not None


async def test_what_reads_or_changes_is_merely_to_be_tried_again(
    discord: FakeDiscord, channel: FakeDiscordChannel, bot: DiscordPlatform
) -> None:
    receipt = await bot.publish(ref(channel), digest(entry()), FIRST)
    for method in ("GET", "PATCH", "DELETE"):
        discord.fault(method, ".*", status=502)

    with pytest.raises(Retryable):
        await bot.find(ref(channel), FIRST, earlier())
    with pytest.raises(Retryable):
        await bot.update(receipt, message("other"))
    with pytest.raises(Retryable):
        await bot.remove(receipt)


async def test_a_short_wait_that_discord_asks_for_is_waited(
    discord: FakeDiscord, channel: FakeDiscordChannel, bot: DiscordPlatform
) -> None:
    discord.fault("POST", POSTS, status=429, body={"retry_after": 0.01, "message": "", "code": 0})

    await bot.publish(ref(channel), digest(entry()), FIRST)

    assert len(discord.posts(channel)) == 1


async def test_a_long_wait_that_discord_asks_for_is_the_callers(
    discord: FakeDiscord, channel: FakeDiscordChannel, bot: DiscordPlatform
) -> None:
    body = {"retry_after": 77.5, "message": "", "code": 0}
    discord.fault("POST", POSTS, status=429, body=body)

    error = await trouble(bot, channel)
    assert isinstance(error, Retryable)
    assert error.after == timedelta(seconds=77.5)

    again = await trouble(bot, channel)
    assert isinstance(again, Retryable)
    assert again.after is not None
    assert again.after > timedelta(seconds=70)
    assert len(discord.sent("POST", "/messages")) == 1


async def test_a_channel_that_is_full_delays_no_other(
    discord: FakeDiscord, guild: Guild, channel: FakeDiscordChannel, bot: DiscordPlatform
) -> None:
    other = discord.world.channel(guild, "other")
    discord.fault("POST", POSTS, status=429, body={"retry_after": 60, "message": "", "code": 0})
    await trouble(bot, channel)

    await bot.publish(ref(other), digest(entry()), SECOND)

    assert len(discord.posts(other)) == 1


async def test_a_channel_that_is_gone_is_permanent(
    discord: FakeDiscord, channel: FakeDiscordChannel, bot: DiscordPlatform
) -> None:
    channel.deleted = True

    error = await trouble(bot, channel)

    assert isinstance(error, Permanent)
    assert "deleted" in error.reason
    assert error.remedy
    assert len(discord.sent("POST", "/messages")) == 1


@pytest.mark.parametrize(("denied", "said"), [(VIEW, "cannot see"), (SEND, "lacks a permission")])
async def test_a_permission_that_is_missing_is_permanent_and_comes_back(
    discord: FakeDiscord, channel: FakeDiscordChannel, bot: DiscordPlatform, denied: int, said: str
) -> None:
    channel.overwrites[discord.world.bot.id] = (0, denied)

    error = await trouble(bot, channel)
    assert isinstance(error, Permanent)
    assert said in error.reason

    channel.overwrites.clear()
    await bot.publish(ref(channel), digest(entry()), FIRST)
    assert len(discord.posts(channel)) == 1


async def test_being_thrown_out_is_permanent_and_being_invited_again_mends_it(
    discord: FakeDiscord,
    guild: Guild,
    channel: FakeDiscordChannel,
    bot: DiscordPlatform,
    member: DiscordUser,
) -> None:
    await discord.kick(guild)
    error = await trouble(bot, channel)
    assert isinstance(error, Permanent)

    await discord.join(guild)
    await bot.publish(ref(channel), digest(entry()), FIRST)
    assert "Done: latest" in (await member.slash(channel, "latest")).text


async def test_a_refused_message_is_permanent(
    discord: FakeDiscord, channel: FakeDiscordChannel, bot: DiscordPlatform
) -> None:
    body = {"message": "blocked", "code": 200000}
    discord.fault("POST", POSTS, status=400, body=body)

    error = await trouble(bot, channel)

    assert isinstance(error, Permanent)
    assert "AutoMod" in error.reason


async def test_what_is_not_discord_is_not_the_channels_fault(
    discord: FakeDiscord, channel: FakeDiscordChannel, bot: DiscordPlatform
) -> None:
    discord.fault("POST", POSTS, status=403, body="<html>blocked</html>")

    assert isinstance(await trouble(bot, channel), Retryable)


async def test_a_revoked_token_breaks_no_channel(
    discord: FakeDiscord, channel: FakeDiscordChannel, bot: DiscordPlatform
) -> None:
    discord.revoked = True

    error = await trouble(bot, channel)

    assert isinstance(error, Retryable)
    assert error.after is not None


async def test_discord_out_of_reach_is_to_be_tried_again(
    discord: FakeDiscord, channel: FakeDiscordChannel, bot: DiscordPlatform
) -> None:
    port = discord.port
    await discord.stop()

    error = await trouble(bot, channel)
    assert isinstance(error, Retryable)

    await discord.start(port)
    await bot.publish(ref(channel), digest(entry()), FIRST)
    assert len(discord.posts(channel)) == 1


async def test_a_lost_direct_message_is_unknown(
    discord: FakeDiscord, guild: Guild, bot: DiscordPlatform, member: DiscordUser
) -> None:
    discord.fault("POST", POSTS, status=502)

    with pytest.raises(Unknown):
        await bot.tell(Actor("discord", guild.id, member.user.id, "Minji"), message("hello"))


@pytest.mark.parametrize(
    ("denied", "words"),
    [(SEND, "Send Messages"), (1 << 14, "Embed Links"), (1 << 16, "Read Message History")],
)
async def test_obstacles_name_the_permission_that_is_missing(
    context: PlatformContext,
    discord: FakeDiscord,
    channel: FakeDiscordChannel,
    denied: int,
    words: str,
) -> None:
    channel.overwrites[discord.world.bot.id] = (0, denied)
    async with started(context, discord, FakeHandler()) as bot:
        # What the gateway said before an answered command has arrived.
        guild = discord.world.guilds[str(channel.guild_id)]
        await discord.person(guild).slash(channel, "latest")
        said = await bot.obstacles(ref(channel), "en")

    assert f"“{words}”" in said[0]


async def test_a_channel_that_is_well_has_no_obstacles(
    discord: FakeDiscord, guild: Guild, bot: DiscordPlatform, channel: FakeDiscordChannel
) -> None:
    assert await bot.obstacles(ref(channel), "en") == []
    hidden = discord.world.channel(guild, "hidden")
    hidden.overwrites[guild.id] = (0, VIEW)
    [said] = await bot.obstacles(ref(hidden), "en")
    assert "cannot see" in said
    hidden.overwrites.clear()
    assert await bot.obstacles(ref(hidden), "en") == []


async def test_a_forum_whose_tags_are_all_moderators_is_an_obstacle(
    context: PlatformContext, discord: FakeDiscord, guild: Guild, channel: FakeDiscordChannel
) -> None:
    forum = discord.world.channel(guild, "forum", FORUM)
    forum.flags = 1 << 4
    async with started(context, discord, FakeHandler()) as bot:
        await discord.person(guild).slash(channel, "latest")
        [said] = await bot.obstacles(ref(forum), "en")
    assert "requires a tag" in said
