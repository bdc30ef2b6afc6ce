"""Posts: to every kind of channel, found again, changed and removed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adapters.discord.platform import DiscordPlatform
from bot.port.platform import Permanent, Retryable
from store.model import Actor, ChannelRef
from tests.fakes.cards import digest, entry, message
from tests.fakes.discord import DiscordUser, FakeDiscord, FakeDiscordChannel, Guild
from tests.fakes.discord.people import text_of
from tests.fakes.discord.world import (
    ANNOUNCEMENT,
    CREATE_THREADS,
    FORUM,
    HISTORY,
    PUBLIC_THREAD,
    VOICE,
    User,
)

FIRST = "a2b3c4d5e6f7g2h3i4j5k6l01"
SECOND = "a2b3c4d5e6f7g2h3i4j5k6l02"
THIRD = "a2b3c4d5e6f7g2h3i4j5k6l03"
HOUR = timedelta(hours=1)


def ref(channel: FakeDiscordChannel) -> ChannelRef:
    """Return a channel as the store knows it."""
    return ChannelRef("discord", str(channel.guild_id), channel.id)


def earlier() -> datetime:
    """Return a moment before the test."""
    return datetime.now(UTC) - HOUR


@pytest.mark.parametrize("kind", [0, ANNOUNCEMENT, PUBLIC_THREAD])
async def test_a_post_is_one_message_with_its_key_as_nonce(
    discord: FakeDiscord, guild: Guild, bot: DiscordPlatform, kind: int
) -> None:
    parent = discord.world.channel(guild, "parent") if kind == PUBLIC_THREAD else None
    channel = discord.world.channel(guild, "news", kind, parent=parent)

    receipt = await bot.publish(ref(channel), digest(entry()), FIRST)

    [posted] = discord.posts(channel)
    assert receipt.data == {"channel": channel.id, "message": posted["id"], "key": FIRST}
    [request] = discord.sent("POST", "/messages")
    assert request.body["nonce"] == FIRST
    assert request.body["enforce_nonce"] is True
    assert request.body["allowed_mentions"] == {"parse": []}


async def test_an_announcement_is_published_to_who_follows(
    discord: FakeDiscord, guild: Guild, bot: DiscordPlatform
) -> None:
    channel = discord.world.channel(guild, "news", ANNOUNCEMENT)

    await bot.publish(ref(channel), digest(entry()), FIRST)

    assert discord.posts(channel)[0]["flags"] & 1


async def test_a_post_stands_even_where_it_cannot_be_published_to_who_follows(
    discord: FakeDiscord, guild: Guild, bot: DiscordPlatform
) -> None:
    channel = discord.world.channel(guild, "news", ANNOUNCEMENT)
    body = {"message": "Missing Permissions", "code": 50013}
    discord.fault("POST", ".*/crosspost", status=403, body=body)

    receipt = await bot.publish(ref(channel), digest(entry()), FIRST)

    assert receipt.data["message"] in channel.messages
    assert len(discord.sent("POST", "/crosspost")) == 1


async def test_what_was_posted_but_not_published_is_published_when_it_is_found(
    discord: FakeDiscord, guild: Guild, bot: DiscordPlatform
) -> None:
    channel = discord.world.channel(guild, "news", ANNOUNCEMENT)
    discord.fault("POST", ".*/crosspost", status=403)
    await bot.publish(ref(channel), digest(entry()), FIRST)

    assert await bot.find(ref(channel), FIRST, earlier()) is not None
    assert discord.posts(channel)[0]["flags"] & 1


async def test_a_forum_gets_a_thread_a_digest_tagged(
    discord: FakeDiscord, guild: Guild, bot: DiscordPlatform
) -> None:
    forum = discord.world.channel(guild, "forum", FORUM)
    forum.tags = [tag("1", "help"), tag("2", "News"), tag("3", "AI news", moderated=True)]

    receipt = await bot.publish(ref(forum), digest(entry(), title="AI news · 2 March"), FIRST)

    thread = discord.world.channels[receipt.data["channel"]]
    assert (thread.name, thread.parent_id) == ("CLIP: connecting text and images", forum.id)
    assert thread.applied_tags == ["2"]
    assert "CLIP" in text_of(discord.posts(thread)[0])


async def test_a_part_goes_into_the_thread_of_the_first(
    discord: FakeDiscord, guild: Guild, bot: DiscordPlatform
) -> None:
    forum = discord.world.channel(guild, "forum", FORUM)

    first = await bot.publish(ref(forum), digest(entry()), FIRST)
    second = await bot.publish(ref(forum), digest(entry(2, "second")), SECOND, under=first)

    assert second.data["channel"] == first.data["channel"]
    thread = discord.world.channels[first.data["channel"]]
    assert len(discord.posts(thread)) == 2
    assert await bot.find(ref(forum), FIRST, earlier()) == first
    assert await bot.find(ref(forum), SECOND, earlier(), under=first) == second


@pytest.mark.parametrize("kind", [0, ANNOUNCEMENT])
async def test_a_message_gets_a_thread_for_what_belongs_under_it(
    discord: FakeDiscord, guild: Guild, bot: DiscordPlatform, kind: int
) -> None:
    channel = discord.world.channel(guild, "news", kind)
    first = await bot.publish(ref(channel), digest(entry()), FIRST)

    second = await bot.publish(ref(channel), digest(entry(2, "b")), SECOND, under=first)
    third = await bot.publish(ref(channel), digest(entry(3, "c")), THIRD, under=first)

    thread = discord.world.channels[first.data["message"]]
    assert [second.data["channel"], third.data["channel"]] == [thread.id, thread.id]
    assert len(discord.posts(thread)) == 2
    assert await bot.find(ref(channel), SECOND, earlier(), under=first) == second


async def test_where_no_thread_may_be_begun_a_part_goes_into_the_channel(
    guild: Guild, channel: FakeDiscordChannel, bot: DiscordPlatform
) -> None:
    first = await bot.publish(ref(channel), digest(entry()), FIRST)
    channel.overwrites[guild.id] = (0, CREATE_THREADS)

    second = await bot.publish(ref(channel), digest(entry(2, "b")), SECOND, under=first)

    assert second.data["channel"] == channel.id
    assert await bot.find(ref(channel), SECOND, earlier(), under=first) == second


async def test_in_a_thread_everything_stands_in_that_thread(
    discord: FakeDiscord, guild: Guild, channel: FakeDiscordChannel, bot: DiscordPlatform
) -> None:
    thread = discord.world.channel(guild, "a thread", PUBLIC_THREAD, parent=channel)
    first = await bot.publish(ref(thread), digest(entry()), FIRST)

    second = await bot.publish(ref(thread), digest(entry(2, "b")), SECOND, under=first)

    assert second.data["channel"] == thread.id


@pytest.mark.parametrize(
    ("tags", "required", "applied"),
    [
        ([], False, []),
        ([("1", "help", False)], False, []),
        ([("1", "help", False)], True, ["1"]),
        ([("1", "help", True), ("2", "talk", False)], True, ["2"]),
        ([("1", "뉴스", False)], False, ["1"]),
    ],
)
async def test_which_tag_a_forum_post_gets(
    discord: FakeDiscord,
    guild: Guild,
    bot: DiscordPlatform,
    tags: list[tuple[str, str, bool]],
    *,
    required: bool,
    applied: list[str],
) -> None:
    forum = discord.world.channel(guild, "forum", FORUM)
    forum.tags = [tag(number, name, moderated=moderated) for number, name, moderated in tags]
    forum.flags = 1 << 4 if required else 0

    receipt = await bot.publish(ref(forum), digest(entry()), FIRST)

    assert discord.world.channels[receipt.data["channel"]].applied_tags == applied


@pytest.mark.parametrize("archived", [False, True])
async def test_a_forum_post_is_found_open_or_archived(
    discord: FakeDiscord, guild: Guild, bot: DiscordPlatform, *, archived: bool
) -> None:
    forum = discord.world.channel(guild, "forum", FORUM)
    receipt = await bot.publish(ref(forum), digest(entry()), FIRST)
    thread = discord.world.channels[receipt.data["channel"]]
    thread.archived = archived

    assert await bot.find(ref(forum), FIRST, earlier()) == receipt
    assert await bot.find(ref(forum), "another", earlier()) is None
    later = datetime.now(UTC) + HOUR
    assert await bot.find(ref(forum), FIRST, later) is None


async def test_the_same_post_sent_twice_is_one_message(
    discord: FakeDiscord, channel: FakeDiscordChannel, bot: DiscordPlatform
) -> None:
    first = await bot.publish(ref(channel), digest(entry()), FIRST)
    second = await bot.publish(ref(channel), digest(entry()), FIRST)

    assert first == second
    assert len(discord.posts(channel)) == 1


async def test_a_post_is_found_among_hundreds_of_messages(
    discord: FakeDiscord, channel: FakeDiscordChannel, bot: DiscordPlatform
) -> None:
    person = discord.world.user("talkative")
    talk(discord, channel, person, 250)
    receipt = await bot.publish(ref(channel), digest(entry()), FIRST)
    talk(discord, channel, person, 250)

    assert await bot.find(ref(channel), FIRST, earlier()) == receipt
    assert await bot.find(ref(channel), SECOND, earlier()) is None


async def test_history_is_not_read_further_back_than_asked(
    discord: FakeDiscord, channel: FakeDiscordChannel, bot: DiscordPlatform
) -> None:
    talk(discord, channel, discord.world.bot, 150)

    assert await bot.find(ref(channel), FIRST, datetime.now(UTC) + HOUR) is None
    assert len(discord.sent("GET", "/messages")) == 1


async def test_a_search_that_was_broken_off_goes_on_where_it_was(
    discord: FakeDiscord, channel: FakeDiscordChannel, bot: DiscordPlatform
) -> None:
    talk(discord, channel, discord.world.user("talkative"), 250)
    receipt = await bot.publish(ref(channel), digest(entry()), FIRST)
    discord.fault("GET", ".*/messages", status=502, after=2)

    with pytest.raises(Retryable):
        await bot.find(ref(channel), FIRST, earlier())
    read = len(discord.sent("GET", "/messages"))
    assert await bot.find(ref(channel), FIRST, earlier()) == receipt
    assert len(discord.sent("GET", "/messages")) == read + 1


async def test_an_update_replaces_the_card_and_keeps_the_key(
    discord: FakeDiscord, channel: FakeDiscordChannel, bot: DiscordPlatform
) -> None:
    receipt = await bot.publish(ref(channel), digest(entry()), FIRST)

    await bot.update(receipt, message("What was here has been retracted."))

    [posted] = discord.posts(channel)
    assert "retracted" in text_of(posted)
    assert "CLIP" not in text_of(posted)
    assert await bot.find(ref(channel), FIRST, earlier()) == receipt


async def test_an_update_reaches_a_thread_that_was_archived(
    discord: FakeDiscord, guild: Guild, bot: DiscordPlatform
) -> None:
    forum = discord.world.channel(guild, "forum", FORUM)
    receipt = await bot.publish(ref(forum), digest(entry()), FIRST)
    thread = discord.world.channels[receipt.data["channel"]]
    thread.archived = True

    await bot.update(receipt, message("second thoughts"))

    assert "second thoughts" in text_of(discord.posts(thread)[0])


async def test_a_deleted_post_is_neither_updated_nor_removed_and_no_error(
    channel: FakeDiscordChannel, bot: DiscordPlatform
) -> None:
    receipt = await bot.publish(ref(channel), digest(entry()), FIRST)
    channel.messages.clear()

    await bot.update(receipt, message("second thoughts"))
    await bot.remove(receipt)

    assert not channel.messages


async def test_a_post_is_removed(
    discord: FakeDiscord, channel: FakeDiscordChannel, bot: DiscordPlatform
) -> None:
    receipt = await bot.publish(ref(channel), digest(entry()), FIRST)

    await bot.remove(receipt)

    assert discord.posts(channel) == []


async def test_a_picture_that_discord_refuses_costs_only_the_picture(
    discord: FakeDiscord, channel: FakeDiscordChannel, guild: Guild, bot: DiscordPlatform
) -> None:
    card = digest(entry(image="https://refused.example/i.png"))
    forum = discord.world.channel(guild, "forum", FORUM)

    receipt = await bot.publish(ref(channel), card, FIRST)
    await bot.update(receipt, card)
    await bot.publish(ref(forum), card, SECOND)

    assert "CLIP" in text_of(discord.posts(channel)[0])
    assert "refused.example" not in str(discord.posts(channel)[0])


async def test_a_person_is_told_in_private(
    discord: FakeDiscord,
    guild: Guild,
    channel: FakeDiscordChannel,
    bot: DiscordPlatform,
    member: DiscordUser,
) -> None:
    person = Actor("discord", guild.id, member.user.id, "Minji")

    await bot.tell(person, message("Posts no longer reach #news."))

    dm = discord.world.dm(member.user)
    assert [text_of(each) for each in discord.posts(dm)] == ["Posts no longer reach #news."]
    assert not discord.posts(channel)


async def test_who_takes_no_direct_messages_is_a_reason(
    discord: FakeDiscord, guild: Guild, bot: DiscordPlatform, member: DiscordUser
) -> None:
    discord.routes.closed_dms.add(member.user.id)

    with pytest.raises(Permanent, match="does not take direct messages"):
        await bot.tell(Actor("discord", guild.id, member.user.id, "Minji"), message("hello"))


@pytest.mark.parametrize(("code", "error"), [(50278, Permanent), (40003, Retryable)])
async def test_who_left_is_a_reason_and_too_many_at_once_are_not(
    discord: FakeDiscord,
    bot: DiscordPlatform,
    member: DiscordUser,
    code: int,
    error: type[Exception],
) -> None:
    dm = discord.world.dm(member.user)
    body = {"message": "No", "code": code}
    discord.fault("POST", f"/channels/{dm.id}/messages", status=403, body=body)

    with pytest.raises(error):
        await bot.tell(Actor("discord", "1", member.user.id, "Minji"), message("hello"))


async def test_some_channels_take_no_posts(
    discord: FakeDiscord, guild: Guild, bot: DiscordPlatform
) -> None:
    voice = discord.world.channel(guild, "voice", VOICE)

    with pytest.raises(Permanent) as refused:
        await bot.publish(ref(voice), digest(entry()), FIRST)
    assert "forum" in refused.value.remedy


async def test_channels_that_the_gateway_did_not_tell_of_are_asked_for(
    discord: FakeDiscord, guild: Guild, bot: DiscordPlatform
) -> None:
    new = discord.world.channel(guild, "new", ANNOUNCEMENT)

    await bot.publish(ref(new), digest(entry()), FIRST)

    assert discord.posts(new)[0]["flags"] & 1


async def test_where_history_is_hidden_nobody_can_say_whether_a_post_came(
    discord: FakeDiscord, guild: Guild, channel: FakeDiscordChannel, bot: DiscordPlatform
) -> None:
    await bot.publish(ref(channel), digest(entry()), FIRST)
    channel.overwrites[guild.id] = (0, HISTORY)
    await discord.change_channel(channel)
    # What the gateway said before an answered command has arrived.
    await discord.person(guild).slash(channel, "latest")

    with pytest.raises(Permanent, match="may not read"):
        await bot.find(ref(channel), FIRST, earlier())
    [warning] = await bot.obstacles(ref(channel), "en")
    assert "Read Message History" in warning


def talk(discord: FakeDiscord, channel: FakeDiscordChannel, person: User, count: int) -> None:
    """Let somebody write so many messages."""
    for number in range(count):
        discord.world.add_message(channel, person, {"content": f"message {number}"})


def tag(number: str, name: str, *, moderated: bool = False) -> dict[str, object]:
    """Return a forum's tag as Discord sends it."""
    return {
        "id": number,
        "name": name,
        "moderated": moderated,
        "emoji_id": None,
        "emoji_name": None,
    }
