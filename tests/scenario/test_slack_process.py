"""The whole bot in a workspace: its own process, started as an operator starts it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import unused_port

from tests.fakes.slack import FakeChannel, FakePerson, FakeSlack
from tests.fakes.slack.deeds import Deeds, labels
from tests.fakes.slack.server import SCOPES, SECRET
from tests.scenario.process import Bot, installed

CHANNEL = "C0NEWS"
LINK = "https://arxiv.example/abs/1706.03762"

pytestmark = installed("slack")


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    """A workspace that holds whatever the bot sends against Slack's contracts."""
    async with FakeSlack.running() as slack:
        workspace = slack.workspace
        workspace.channel(FakeChannel(CHANNEL, creator="U0SORA"))
        workspace.person(FakePerson("U0ADMIN", "Jun", admin=True))
        workspace.person(FakePerson("U0MINJI", "Minji"))
        workspace.person(FakePerson("U0SORA", "Sora"))
        yield slack
        assert slack.violations == []


def settings_of(slack: FakeSlack, mode: str) -> dict[str, str]:
    """Return what an operator sets for one way of being reached; Slack takes that way."""
    settings = slack.environment()
    if mode == "http":
        port = unused_port()
        slack.calls_at = f"http://127.0.0.1:{port}/slack/events"
        del settings["SLACK_APP_TOKEN"]
        settings |= {"SLACK_SIGNING_SECRET": SECRET, "AINEWS_HTTP": f"127.0.0.1:{port}"}
    return settings


async def answer(deeds: Deeds, line: str) -> dict[str, Any]:
    """Type a line and return the answer."""
    return await (await deeds.type(line)).answer()


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_a_workspace_lives_with_the_bot(slack: FakeSlack, tmp_path: Path, mode: str) -> None:
    jun, minji, sora = (Deeds(slack, who, CHANNEL) for who in ("U0ADMIN", "U0MINJI", "U0SORA"))
    bot = Bot(tmp_path, settings_of(slack, mode), "slack")
    try:
        await bot.start()
        if mode == "http":
            assert await bot.run("health") == (0, "The bot is running and ready.\n")
        assert "🚫" in str((await answer(minji, "schedule instant"))["blocks"])
        assert "✅" in str((await answer(sora, "schedule instant"))["blocks"])
        assert "#ai-news" in str((await answer(minji, "status"))["blocks"])
        await write(jun)
        (post,) = await slack.said(CHANNEL)
        assert "Attention &lt;all&gt;" in str(post["blocks"])
        assert post["metadata"]["event_type"] == "ainews_post"
        assert post["metadata"]["event_payload"]["key"]
        await read(minji)
        await revise(slack, jun, post)
        assert len(slack.workspace.channels[CHANNEL].messages) == 1
        assert await bot.stop() == 0
    finally:
        await bot.close()
    assert not any(token in "".join(bot.log) for token in (slack.bot_token, slack.app_token))


async def write(jun: Deeds) -> None:
    """Add an entry by the form; make a mistake first."""
    form = await (await jun.type("add")).view()
    wrong = await jun.send(form, title="Attention", link=LINK, date="never")
    assert (await wrong.acknowledgement())["errors"].keys() == {"date"}
    sent = await jun.send(form, title="Attention <all>", link=LINK, tags="paper", date="2017-06")
    said = str(await sent.acknowledgement())
    if "One moment…" in said:
        said = str(await sent.view())  # the machine is busy: the answer takes its place
    assert "✅" in said


async def read(minji: Deeds) -> None:
    """Find the entry in every way, as somebody who may only read."""
    latest = await answer(minji, "latest")
    found = await answer(minji, "search attention tag:paper since:2017")
    for shown in (latest, found):
        assert "Attention &lt;all&gt;" in str(shown["blocks"])
        assert "Retract" not in labels(shown["blocks"])
    await minji.open_home()
    home = await minji.slack.home(minji.user)
    assert "Attention &lt;all&gt;" in str(home["blocks"])
    form = await (await minji.shortcut("search_ainews")).view()
    sent = await minji.send(form, words="attention")
    assert "Attention &lt;all&gt;" in str(await sent.acknowledgement())


async def revise(slack: FakeSlack, jun: Deeds, post: Mapping[str, Any]) -> None:
    """Edit the entry, then retract it; both reach the post."""
    form = await (await jun.type("edit 1")).view()
    sent = await jun.send(form, title="Attention is all you need")
    assert "Attention is all you need" in str(await sent.acknowledgement())
    await slack.until(lambda: "Attention is all you need" in str(post["blocks"]))
    await answer(jun, "retract 1")
    await slack.until(lambda: "Attention" not in str(post))
    assert "retracted" in str(post["blocks"])


async def test_check_names_what_is_there_and_what_is_missing(
    slack: FakeSlack, tmp_path: Path
) -> None:
    (code, printed), (http, heard) = await asyncio.gather(
        Bot(tmp_path, settings_of(slack, "socket")).run("check"),
        Bot(tmp_path, settings_of(slack, "http")).run("check"),
    )
    assert (code, http) == (0, 0), printed + heard
    assert "reach /slack/events" in heard
    assert "✓ Slack: signed in to Home as @ainews." in printed
    assert "✓ Slack: no permission is missing." in printed
    assert "✓ Slack: Socket Mode works." in printed
    slack.scopes = SCOPES.replace("users:read,", "")
    slack.app_token = slack.app_token[::-1]
    code, printed = await Bot(tmp_path, settings_of(slack, "socket")).run("check")
    assert code == 1
    assert "✗ The Slack app lacks permissions: users:read." in printed
    assert "✗ Slack does not accept SLACK_APP_TOKEN." in printed
    assert slack.bot_token not in printed
