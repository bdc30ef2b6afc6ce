"""A bot that workspaces install: what its tests share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp.test_utils import unused_port

from adapters.slack.platform import SlackPlatform
from adapters.slack.setup import settings
from bot.config.readers import HttpAddress
from bot.http import Listener
from bot.port.clock import Clock
from tests.adapters.slack.conftest import CHANNEL, at_once
from tests.adapters.slack.handler import ScriptedHandler
from tests.fakes.installations import FakeInstallations
from tests.fakes.platform import made_from
from tests.fakes.slack import FakeChannel, FakePerson, FakeSlack
from tests.fakes.slack.deeds import Deeds
from tests.fakes.slack.installer import Installer

ONE, OTHER = "T1ONE", "T2OTHER"
PERSON = "U1MINJI"


@dataclass(frozen=True)
class Many:
    """Slack with two workspaces, the bot at its site, and a browser."""

    slack: FakeSlack
    installations: FakeInstallations
    bot: SlackPlatform
    browser: Installer
    handler: ScriptedHandler

    def person(self, team: str) -> Deeds:
        """Return a member of a workspace, at the keyboard."""
        return Deeds(self.slack, PERSON, CHANNEL, team)


@asynccontextmanager
async def installable(slack: FakeSlack, clock: Clock) -> AsyncIterator[Many]:
    """Run a bot that both workspaces may install, and neither has."""
    for team in (ONE, OTHER):
        workspace = slack.team(team, f"Team {team}")
        workspace.channel(FakeChannel(CHANNEL))
        workspace.person(FakePerson(PERSON, admin=True, team=team))
    address = HttpAddress("127.0.0.1", unused_port())
    site = f"http://{address}"
    environment = slack.credentials(site, str(address)) | {"AINEWS_SEAL_KEY": "a key"}
    installations, handler = FakeInstallations(), ScriptedHandler()
    bot = SlackPlatform(settings.read(environment), made_from(clock, installations), sleep=at_once)
    listener = Listener(address, bot.routes)
    await listener.start()
    try:
        async with Installer.at(site) as browser:
            await bot.start(handler)
            yield Many(slack, installations, bot, browser, handler)
    finally:
        await bot.close()
        await listener.close()
