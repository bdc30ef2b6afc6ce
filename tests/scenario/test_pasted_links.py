"""A link is pasted in Slack and on Discord, and the form has what its page says: real processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.discord import DiscordUser, FakeDiscord, FakeDiscordChannel
from tests.fakes.discord.people import InteractionAnswer
from tests.fakes.discord.world import MANAGE_CHANNELS, MANAGE_MESSAGES
from tests.fakes.site import FakeSite
from tests.fakes.slack import FakeChannel, FakePerson, FakeSlack
from tests.fakes.slack.deeds import Deeds
from tests.scenario.process import Bot, installed, start_on_discord

NEWS = "C0NEWS"
STORY = """<html lang="ko"><meta charset="euc-kr"><title>무시되는 제목 : 예시일보</title>
<meta property="og:title" content="새 모델 <꽃>이 노래한다 - 예시일보">
<meta property="og:site_name" content="예시일보">
<meta property="og:description" content="처음으로 노래하는 모델이다.">
<meta property="og:image" content="/flower.png">
<span>입력 2026.11.20 10:30</span> <span>수정 2026.11.21 09:00</span>"""
PAPER = """<meta name="citation_title" content="Attention Is All You Need">
<meta name="citation_author" content="Vaswani, Ashish">
<meta name="citation_date" content="2017/06/12">
<meta name="citation_abstract" content="The dominant models are complex.">"""

pytestmark = installed("discord", "slack")


@dataclass
class WebPlaces:
    """The web, and two places at which the bot is."""

    web: FakeSite
    slack: FakeSlack
    discord: FakeDiscord
    jun: Deeds
    sora: DiscordUser
    talk: FakeDiscordChannel


@pytest.fixture
async def places() -> AsyncIterator[WebPlaces]:
    """A workspace and a server; whatever the bot sends is held against their contracts."""
    async with FakeSlack.running() as slack, FakeDiscord() as discord, FakeSite() as web:
        slack.workspace.channel(FakeChannel(NEWS))
        slack.workspace.person(FakePerson("U0JUN", "Jun", admin=True))
        guild = discord.world.guild("Korean AI")
        talk = discord.world.channel(guild, "talk")
        sora = discord.person(guild, "Sora", MANAGE_CHANNELS | MANAGE_MESSAGES)
        web.answers("/story", STORY.encode("cp949"), Content_Type="text/html")
        web.answers("/paper", PAPER.encode(), Content_Type="text/html")
        yield WebPlaces(web, slack, discord, Deeds(slack, "U0JUN", NEWS), sora, talk)
        assert (slack.violations, discord.violations) == ([], [])


@pytest.fixture
async def bot(places: WebPlaces, tmp_path: Path) -> AsyncIterator[Bot]:
    """A bot in both places, which may ask the loopback."""
    environment = places.slack.environment(**places.discord.environment)
    environment["AINEWS_FETCH_ALLOW"] = places.web.host
    bot = Bot(tmp_path, environment, "discord", "slack")
    yield bot
    await bot.close()


def fields_on_discord(form: InteractionAnswer) -> dict[str, str]:
    """Return what a form on Discord holds, by field; `link?` is what stands beside the link."""
    rows = form.modal["components"]
    held = {row["component"]["custom_id"]: row["component"].get("value", "") for row in rows}
    return held | {"link?": rows[0].get("description", "")}


def fields_in_slack(form: dict[str, Any]) -> dict[str, str]:
    """Return what a form in Slack holds, by field."""
    inputs = [block for block in form["blocks"] if block["type"] == "input"]
    return {each["block_id"]: each["element"].get("initial_value", "") for each in inputs}


async def test_a_pasted_link_fills_its_form(places: WebPlaces, bot: Bot) -> None:
    await start_on_discord(bot, places.discord)
    story = places.web.url("/story")
    form = await places.sora.slash(places.talk, "add", link=story)
    held = fields_on_discord(form)
    assert held == {
        "link?": "",
        "link": story,
        "title": "새 모델 <꽃>이 노래한다",
        "note": "처음으로 노래하는 모델이다.",
        "date": "2026-11-20",
        "tags": "",
    }
    assert "Published as entry **1**" in (await places.sora.submit(form)).text

    paper = places.web.url("/paper")
    message = {"text": f"읽어 보세요 <{paper}|paper>", "attachments": [{"title": "Of Slack's"}]}
    view = await (await places.jun.message_shortcut("add_to_ainews", message)).view()
    assert fields_in_slack(view) == {
        "link": paper,
        "title": "Attention Is All You Need",
        "note": "The dominant models are complex.",
        "date": "2017-06-12",
        "tags": "",
    }
    assert "✅" in str(await (await places.jun.send(view)).acknowledgement())
    again = await places.sora.slash(places.talk, "add", link=f"{paper}?utm_source=x")
    assert "already here, as entry **2**" in again.text
    await unread_and_late(places)
    assert await bot.stop() == 0


async def unread_and_late(places: WebPlaces) -> None:
    """Paste a link without a page, and one whose page comes when its entry is published."""
    view = await (await places.jun.type(f"add {places.web.url('/gone')}")).view()
    assert fields_in_slack(view)["link"] == places.web.url("/gone")
    assert "There is no page at this address (404)." in str(view["blocks"][0])

    published = asyncio.Event()

    async def late(writer: asyncio.StreamWriter) -> None:
        await published.wait()
        body = STORY.encode("cp949")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
        writer.write(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()

    places.web.does("/late", late)
    form = await places.sora.slash(places.talk, "add", link=places.web.url("/late"))
    held = fields_on_discord(form)
    assert held["link?"].startswith("The page is slow.")
    assert held["title"] == ""
    added = await places.sora.submit(form, {"title": "A slow page", "date": "2026"})
    assert "Published as entry **3**" in added.text
    published.set()
    while "처음으로" not in (shown := await places.sora.slash(places.talk, "show", id=3)).text:
        pass  # another process fills it in
    assert "A slow page" in shown.text
    assert places.web.url("/flower.png") in str(shown.message)


async def test_the_shell_takes_what_pages_say(places: WebPlaces, bot: Bot, tmp_path: Path) -> None:
    code, printed = await bot.run("add", places.web.url("/paper"))
    assert (code, "Attention Is All You Need" in printed) == (0, True), printed
    links = [places.web.url(path) for path in ("/story", "/gone")]
    (tmp_path / "links.md").write_text("".join(f"* {link}\n" for link in links), encoding="utf-8")
    code, printed = await bot.run("import", "--fetch", "--dry-run", "links.md")
    assert printed.splitlines() == [
        "Line 1: new: 새 모델 <꽃>이 노래한다",
        f"Line 2: Skipped: There is no page at this address (404). | {links[1]}",
        "Added 1, updated 0, unchanged 0, skipped 1, not understood 0.",
        "This was a dry run: nothing was changed.",
    ]
    assert code == 0
