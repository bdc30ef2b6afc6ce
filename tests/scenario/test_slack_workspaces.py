"""Workspaces install the bot by themselves: its own process, on its own site, at their own pace."""

from __future__ import annotations

import base64
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp.test_utils import unused_port

from tests.fakes.secrets import found_in, kept_in
from tests.fakes.slack import FakeChannel, FakePerson, FakeSlack
from tests.fakes.slack.deeds import Deeds
from tests.fakes.slack.installer import Installer
from tests.fakes.slack.oauth import CLIENT_SECRET
from tests.scenario.places import bring
from tests.scenario.process import Bot, installed
from tests.scenario.test_slack_process import answer, write

CHANNEL = "C0NEWS"
ONE, OTHER = "T1ONE", "T2OTHER"
ADMIN = "U1ADMIN"

pytestmark = installed("slack")


@asynccontextmanager
async def two_workspaces() -> AsyncIterator[FakeSlack]:
    """Slack with two workspaces that have nothing to do with each other."""
    async with FakeSlack.running() as slack:
        for team in (ONE, OTHER):
            workspace = slack.team(team, f"Team {team}")
            workspace.channel(FakeChannel(CHANNEL))
            workspace.person(FakePerson(ADMIN, "Jun", admin=True, team=team))
        slack.grants.rotating = True
        yield slack
        assert slack.violations == []


def settings_of(slack: FakeSlack) -> tuple[dict[str, str], str]:
    """Return what an operator sets for an app that workspaces install, and its site."""
    listens = f"127.0.0.1:{unused_port()}"
    site = f"http://{listens}"
    key = base64.b64encode(os.urandom(32)).decode()
    return slack.credentials(site, listens) | {"AINEWS_SEAL_KEY": key}, site


async def test_two_workspaces_install_the_bot_and_one_removes_it(tmp_path: Path) -> None:
    async with two_workspaces() as slack:
        settings, site = settings_of(slack)
        bot = Bot(tmp_path, settings, "slack")
        try:
            await bot.start()
            async with Installer.at(site) as browser:
                await live_with_both(slack, bot, browser)
                await lose_one(slack, bot, tmp_path)
                await win_it_back(slack, browser)
            assert await bot.stop() == 0
        finally:
            await bot.close()
        assert (await bot.run("backup", "copy.db"))[0] == 0
        secrets = {*slack.grants.seen, settings["AINEWS_SEAL_KEY"], CLIENT_SECRET}
        assert found_in("".join(bot.log), secrets) == []
        assert ONE in kept_in(tmp_path)
        assert found_in(kept_in(tmp_path), secrets) == []


async def live_with_both(slack: FakeSlack, bot: Bot, browser: Installer) -> None:
    """Install it in both; either reads until the operator lets it curate."""
    for team in (ONE, OTHER):
        status, page = await browser.install(team)
        assert (status, f"Team {team}" in page) == (200, True)
    code, listed = await bot.run("workspaces")
    assert (code, listed.count("· reads ·")) == (0, 2), listed
    assert (await bot.run("workspaces", "allow", f"slack/{ONE}"))[0] == 0
    jun, ann = (Deeds(slack, ADMIN, CHANNEL, team) for team in (ONE, OTHER))
    for person in (jun, ann):
        assert "✅" in str((await answer(person, "schedule instant"))["blocks"])
    await write(jun)
    for team in (ONE, OTHER):
        (post,) = await slack.said(CHANNEL, team=team)
        assert "Attention &lt;all&gt;" in str(post["blocks"])
    assert "🚫" in str((await answer(ann, "add"))["blocks"])
    assert "#ai-news" in str((await answer(ann, "status"))["blocks"])


async def lose_one(slack: FakeSlack, bot: Bot, folder: Path) -> None:
    """Let one workspace remove the bot. The other goes on, and the operator hears of it once."""
    slack.uninstall(ONE)
    for event in ("tokens_revoked", "app_uninstalled"):
        happened = await Deeds(slack, ADMIN, CHANNEL, ONE).event(
            {"type": event, "tokens": {"oauth": [], "bot": ["U0BOT"]}}
        )
        await happened.acknowledgement()
    await bring(bot, folder, [{"title": "Second story", "url": "https://news.example/2"}])
    posts = await slack.said(CHANNEL, 2, team=OTHER)
    assert "Second story" in str(posts[1]["blocks"])
    assert len(slack.teams[ONE].channels[CHANNEL].messages) == 1
    assert "".join(bot.log).count(f"removed from slack/{ONE}") == 1
    code, status = await bot.run("status")
    assert code == 0
    assert "not in this Slack workspace any more" in status


async def win_it_back(slack: FakeSlack, browser: Installer) -> None:
    """Install it again, and invite it: what was missed comes by itself, once."""
    slack.teams[ONE].channels[CHANNEL].joined = True
    assert (await browser.install(ONE))[0] == 200
    posts = await slack.said(CHANNEL, 2, team=ONE)
    assert "Second story" in str(posts[1]["blocks"])
    assert len(slack.teams[OTHER].channels[CHANNEL].messages) == 2


async def test_what_is_missing_is_said_at_once(tmp_path: Path) -> None:
    async with two_workspaces() as slack:
        settings, _ = settings_of(slack)
        del settings["AINEWS_SEAL_KEY"]
        code, printed = await Bot(tmp_path, settings).run("run")
    assert code != 0
    assert "AINEWS_SEAL_KEY" in printed
    assert "openssl rand -base64 32" in printed


async def test_another_key_is_named_and_ends_nothing(tmp_path: Path) -> None:
    async with two_workspaces() as slack:
        settings, site = settings_of(slack)
        bot = Bot(tmp_path, settings, "slack")
        try:
            await bot.start()
            async with Installer.at(site) as browser:
                await browser.install(ONE)
                await bot.stop()
                another = base64.b64encode(os.urandom(32)).decode()
                bot = Bot(tmp_path, settings | {"AINEWS_SEAL_KEY": another}, "slack")
                await bot.start()
                assert f"(slack/{ONE})" in "".join(bot.log)
                assert (await browser.install(OTHER))[0] == 200
                there = Deeds(slack, ADMIN, CHANNEL, OTHER)
                assert (await answer(there, "latest"))["blocks"]
                assert await bot.stop() == 0
        finally:
            await bot.close()
