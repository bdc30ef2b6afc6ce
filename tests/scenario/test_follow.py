"""A digest in one's own direct messages, from one process on both platforms."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.discord import DiscordUser, FakeDiscord, FakeDiscordChannel
from tests.fakes.discord.people import InteractionAnswer, text_of
from tests.fakes.discord.world import MANAGE_MESSAGES
from tests.fakes.slack import FakePerson, FakeSlack
from tests.fakes.slack.deeds import Deeds, labels
from tests.fakes.slack.server import SlackFault
from tests.scenario.places import LEAP_DAY, let_the_time_come
from tests.scenario.process import Bot, installed, start_on_discord

pytestmark = installed("discord", "slack")

DIRECT = "DU0MINJI"


@pytest.fixture
async def discord() -> AsyncIterator[FakeDiscord]:
    """Return a Discord whose every request is checked."""
    async with FakeDiscord() as fake:
        yield fake
        assert fake.violations == []


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    """Return a Slack whose every request is checked."""
    async with FakeSlack.running() as fake:
        fake.workspace.person(FakePerson("U0MINJI"))
        yield fake
        assert fake.violations == []


@pytest.fixture
async def bot(discord: FakeDiscord, slack: FakeSlack, tmp_path: Path) -> AsyncIterator[Bot]:
    """A bot in both places, with both tokens set."""
    bot = Bot(tmp_path, slack.environment(**discord.environment), "discord", "slack")
    yield bot
    await bot.close()


async def test_a_digest_comes_to_ones_own_messages_until_it_is_ended(
    discord: FakeDiscord, slack: FakeSlack, bot: Bot, tmp_path: Path
) -> None:
    guild = discord.world.guild("Korean AI")
    talk = discord.world.channel(guild, "talk")
    haneul = discord.person(guild, "하늘", locale="ko")
    sora = discord.person(guild, "Sora", MANAGE_MESSAGES)
    minji = Deeds(slack, "U0MINJI", "C0TALK")
    dm = discord.world.dm(haneul.user)

    def on_discord() -> list[dict[str, Any]]:
        return [post for post in discord.posts(dm) if "interaction_metadata" not in post]

    def in_slack() -> list[dict[str, Any]]:
        return slack.workspace.channels[DIRECT].messages

    async def each_says(words: str, count: int) -> None:
        await discord.until(lambda: words in "".join(map(text_of, on_discord())))
        await slack.until(lambda: words in str(in_slack()))
        assert (len(on_discord()), len(in_slack())) == (count, count)

    await start_on_discord(bot, discord)
    discord.routes.closed_dms.add(haneul.user.id)
    closed = await haneul.slash(talk, "follow", when=LEAP_DAY)
    assert closed.ephemeral
    assert "다이렉트 메시지를 허용" in (await closed.final()).text
    slack.fail("chat.postMessage", SlackFault(error="messages_tab_disabled"))
    assert "cannot write to you" in str(await (await minji.type("follow")).answer())
    assert (on_discord(), in_slack()) == ([], [])

    discord.routes.closed_dms.clear()
    followed = await (await haneul.slash(talk, "follow", when=LEAP_DAY)).final()
    assert "Asia/Seoul" in followed.text
    assert followed.ephemeral
    assert "direct messages" in str(await (await minji.type(f"follow “{LEAP_DAY}”")).answer())
    assert (len(on_discord()), len(in_slack())) == (1, 1)
    await what_one_gets_is_changed_in_a_form(haneul, followed, minji)

    await sora.submit(
        await sora.slash(talk, "add"), {"title": "Attention", "link": "https://a.example/1"}
    )
    await let_the_time_come(tmp_path)
    await each_says("Attention", 2)
    edit = await sora.slash(talk, "edit", id="1")
    await sora.submit(edit, {"title": "Renamed"})
    await each_says("Renamed", 2)
    assert "하늘" not in (await (await sora.slash(talk, "status")).final()).text

    await what_the_buttons_of_a_post_do(haneul, dm, on_discord()[1])
    direct = Deeds(slack, "U0MINJI", DIRECT)
    assert "Unfollow" in labels(in_slack()[1]["blocks"])
    ended = await (await direct.press(in_slack()[1], "Unfollow", alone=False)).answer()
    assert "No more AI news" in str(ended)

    await sora.submit(
        await sora.slash(talk, "add"), {"title": "Never there", "link": "https://a.example/2"}
    )
    own = await haneul.slash(dm, "follow", when="instant")
    assert "다이렉트 메시지로" in (await own.final()).text
    await sora.submit(
        await sora.slash(talk, "add"), {"title": "New again", "link": "https://a.example/3"}
    )
    await discord.until(lambda: "New again" in "".join(map(text_of, on_discord())))
    assert "Never there" not in "".join(map(text_of, on_discord()))
    assert len(in_slack()) == 2
    assert await bot.stop() == 0


async def what_one_gets_is_changed_in_a_form(
    person: DiscordUser, followed: InteractionAnswer, minji: Deeds
) -> None:
    """Press Change in both places: what is not changed stays."""
    form = await person.click(followed.message, "바꾸기")
    held = {row["component"]["custom_id"]: row["component"] for row in form.modal["components"]}
    assert (held["when"]["value"], held["limit"]["value"]) == (LEAP_DAY, "10")
    changed = await (await person.submit(form, {"limit": "3", "tags": ""})).final()
    assert "최대 3건" in changed.text
    assert "Asia/Seoul" in changed.text

    shown = await (await minji.type("following")).answer()
    view = await (await minji.press(shown, "Change")).view()
    sent = await minji.send(view, limit="4", layout="titles")
    said = str(await sent.acknowledgement())
    assert "At most 4 entries" in said
    assert "Titles only" in said


async def what_the_buttons_of_a_post_do(
    person: DiscordUser, dm: FakeDiscordChannel, post: dict[str, Any]
) -> None:
    """Press each button of a post in somebody's direct messages."""
    saved = await (await person.click(post, "저장")).final()
    assert "저장했습니다" in saved.text
    assert "Renamed" in (await (await person.click(post, "자세히")).final()).text
    assert "Renamed" in (await (await person.slash(dm, "saved")).final()).text
    ended = await (await person.click(post, "그만 받기")).final()
    assert "보내지 않습니다" in ended.text
