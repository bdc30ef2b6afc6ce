"""Buttons and menus: what they do, for whom, after a restart and after an upgrade."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.discord.cards.cards import draw_post
from bot.i18n.translator import Translator
from bot.port.card import Action, Card, Text, Tone
from bot.port.invocation import Invocation, Outcome, Reply
from bot.port.platform import PlatformContext
from store.model import ChannelRef
from tests.adapters.discord.starting import started
from tests.fakes.cards import digest, entry, message
from tests.fakes.discord import DiscordUser, FakeDiscord, FakeDiscordChannel, Guild
from tests.fakes.discord.people import buttons_of, text_of
from tests.fakes.handler import FakeHandler

KEY = "a2b3c4d5e6f7g2h3i4j5k6l01"

bot_runs = pytest.mark.usefixtures("bot")


@pytest.fixture(params=["gateway", "https"])
def way(request: pytest.FixtureRequest) -> str:
    """Both ways in which commands come in."""
    return str(request.param)


def paged(invocation: Invocation) -> Reply:
    """Answer with a page, and buttons to those beside it."""
    page = int(invocation.arguments.get("page", 1))
    rest = {name: str(value) for name, value in invocation.arguments.items() if name != "page"}
    actions = [Action("Next page", invocation.command, {**rest, "page": str(page + 1)})]
    if page > 1:
        actions.insert(
            0, Action("Previous page", invocation.command, {**rest, "page": str(page - 1)})
        )
    text = f"Page {page} of {rest}"
    found = (entry(1), entry(2))
    return Reply(Card(text, "en", lead=((Text(text),),), sections=found, actions=tuple(actions)))


@bot_runs
async def test_a_page_takes_the_place_of_the_one_before(
    member: DiscordUser, channel: FakeDiscordChannel, handler: FakeHandler
) -> None:
    handler.answers["latest"] = paged
    answer = await member.slash(channel, "latest", count=3)

    turned = await member.click(answer.message, "Next page")

    assert turned.message["id"] == answer.message["id"]
    assert "Page 2" in turned.text
    assert handler.invocations[-1].arguments == {"count": "3", "page": "2"}


@bot_runs
async def test_somebody_elses_page_is_not_turned_under_their_eyes(
    discord: FakeDiscord, guild: Guild, channel: FakeDiscordChannel, handler: FakeHandler
) -> None:
    handler.answers["latest"] = paged
    first, second = discord.person(guild, "first"), discord.person(guild, "second")
    shared = await first.slash(channel, "latest", share="yes")

    theirs = await second.click(shared.message, "Next page")
    assert theirs.message["id"] != shared.message["id"]
    assert theirs.ephemeral
    assert "Page 1" in text_of(shared.message)

    own = await first.click(shared.message, "Next page")
    assert own.message["id"] == shared.message["id"]


async def test_a_page_button_works_after_a_restart(
    context: PlatformContext, discord: FakeDiscord, guild: Guild, channel: FakeDiscordChannel
) -> None:
    words = "인공지능 모델 압축 기법에 관한 최신 논문과 " * 5
    handler = FakeHandler()
    handler.answers["search"] = paged
    person = discord.person(guild)
    async with started(context, discord, handler):
        answer = await person.slash(channel, "search", words=words)
        answer = await person.click(answer.message, "Next page")
    async with started(context, discord, handler):
        turned = await person.click(answer.message, "Next page")

    assert "Page 3" in turned.text
    assert handler.invocations[-1].arguments == {"words": words, "page": "3"}


@bot_runs
async def test_a_page_that_all_see_gives_way_only_to_what_all_may_see(
    moderator: DiscordUser, channel: FakeDiscordChannel, handler: FakeHandler
) -> None:
    def last(invocation: Invocation) -> Reply:
        reply = paged(invocation)
        return replace(reply, private=invocation.arguments.get("page") == "3")

    handler.answers["latest"] = last
    shared = await moderator.slash(channel, "latest", share="yes")

    turned = await moderator.click(shared.message, "Next page")
    assert turned.message["id"] == shared.message["id"]
    assert "Retract" not in buttons_of(turned.message)
    nothing = await moderator.click(turned.message, "Next page")
    assert nothing.message["id"] != shared.message["id"]
    assert nothing.ephemeral
    assert "Page 2" in text_of(shared.message)


@bot_runs
async def test_a_page_that_fails_leaves_the_one_that_is_there(
    member: DiscordUser, channel: FakeDiscordChannel, handler: FakeHandler
) -> None:
    handler.answers["latest"] = paged
    answer = await member.slash(channel, "latest")
    handler.answers["latest"] = lambda _: Reply(message("no", tone=Tone.FAILED), Outcome.REFUSED)

    failed = await member.click(answer.message, "Next page")

    assert failed.message["id"] != answer.message["id"]
    assert "Page 1" in text_of(answer.message)


async def test_a_button_of_a_post_is_answered_to_who_pressed_it(
    context: PlatformContext, discord: FakeDiscord, guild: Guild, channel: FakeDiscordChannel
) -> None:
    handler = FakeHandler()
    handler.answers["show"] = lambda _: Reply(digest(entry(12)))
    async with started(context, discord, handler) as bot:
        ref = ChannelRef("discord", guild.id, channel.id)
        await bot.publish(ref, digest(entry(12)), KEY)
        [post] = discord.posts(channel)

        answer = await discord.person(guild).click(post, "Details")

    assert answer.ephemeral
    assert handler.invocations[-1].arguments == {"id": "12"}
    assert len(discord.posts(channel)) == 1


async def test_the_menu_of_a_post_does_what_its_options_say(
    context: PlatformContext, discord: FakeDiscord, guild: Guild, channel: FakeDiscordChannel
) -> None:
    handler = FakeHandler()
    async with started(context, discord, handler) as bot:
        ref = ChannelRef("discord", guild.id, channel.id)
        many = digest(*(entry(number, f"Entry {number}") for number in range(8)))
        await bot.publish(ref, many, KEY)
        [post] = discord.posts(channel)
        person = discord.person(guild)

        details = await person.choose(post, "Entry 5")
        saved = await person.choose(post, "Save · Entry 6")

    assert "Done: show id=5" in details.text
    assert "Done: save id=6" in saved.text
    assert details.ephemeral
    assert saved.ephemeral


@pytest.mark.parametrize(
    "custom_id", ["n|gone|id=1", "nothing of ours", "n|search|words=~0,99", "n|~"]
)
@bot_runs
async def test_a_button_of_the_past_says_so_kindly(
    member: DiscordUser, channel: FakeDiscordChannel, handler: FakeHandler, custom_id: str
) -> None:
    handler.answers["show"] = lambda _: Reply(digest(entry(12)))
    answer = await member.slash(channel, "show", id="12")
    asked = len(handler.invocations)

    stale = await member.press(answer.message, custom_id)

    assert "no longer works" in stale.text
    assert stale.ephemeral
    assert len(handler.invocations) == asked


@bot_runs
async def test_the_buttons_of_moderators_are_never_in_a_public_answer(
    moderator: DiscordUser, channel: FakeDiscordChannel, handler: FakeHandler
) -> None:
    # For whoever is no moderator, the commands leave them out of the card.
    handler.answers["show"] = lambda _: Reply(digest(entry(12)))

    seen = await moderator.slash(channel, "show", id="12")
    assert "Retract" in buttons_of(seen.message)
    shared = await moderator.slash(channel, "show", id="12", share="yes")
    assert "Retract" not in buttons_of(shared.message)

    retracted = await moderator.click(seen.message, "Retract")
    assert "Done: retract id=12" in retracted.text


@bot_runs
async def test_a_button_in_a_direct_message_gives_nobody_a_role(
    discord: FakeDiscord, guild: Guild, moderator: DiscordUser, handler: FakeHandler
) -> None:
    del guild
    dm = discord.world.dm(moderator.user)
    told = discord.world.add_message(
        dm, discord.world.bot, {"components": draw_post(digest(entry(12)), "", Translator("en"))}
    )

    await moderator.click(told, "Details")

    asked = handler.invocations[-1]
    assert asked.asker.actor.workspace == ""
    assert asked.asker.roles.name == "MEMBER"


def voted(invocation: Invocation) -> Reply:
    """Answer a vote in words, and with what the button says from now on."""
    return Reply(message(f"Voted for {invocation.arguments['id']}"), private=True, pressed="👍 4")


@bot_runs
async def test_a_vote_is_counted_on_the_card_that_only_the_person_sees(
    member: DiscordUser, channel: FakeDiscordChannel, handler: FakeHandler
) -> None:
    handler.answers["show"] = lambda _: Reply(
        digest(entry(12, image="https://a.example/a.png")), private=True
    )
    handler.answers["vote"] = voted
    details = await member.slash(channel, "show", id="12")

    counted = await member.click(details.message, "👍 3")

    assert counted.message["id"] == details.message["id"]
    assert "👍 4" in buttons_of(counted.message)
    assert counted.text == details.text
    again = await member.click(counted.message, "👍 4")
    assert again.message["id"] == details.message["id"]


@bot_runs
async def test_a_vote_on_what_others_see_is_answered_in_private(
    member: DiscordUser, channel: FakeDiscordChannel, handler: FakeHandler
) -> None:
    handler.answers["show"] = lambda _: Reply(digest(entry(12)))
    handler.answers["vote"] = voted
    shared = await member.slash(channel, "show", id="12", share="yes")

    answer = await member.click(shared.message, "👍 3")

    assert answer.ephemeral
    assert answer.text == "Voted for 12"
    assert "👍 3" in buttons_of(shared.message)
