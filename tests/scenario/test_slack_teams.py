"""A hundred workspaces install the bot at two processes, take it back, and tell nobody a token."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from aiohttp.test_utils import unused_port

from tests.fakes.databases import new_database
from tests.fakes.postgres import PostgresServer
from tests.fakes.secrets import found_in, kept_in
from tests.fakes.slack import FakeChannel, FakePerson, FakeSlack
from tests.fakes.slack.deeds import Deeds
from tests.fakes.slack.installer import Installer
from tests.fakes.slack.oauth import CLIENT_SECRET
from tests.fakes.slack.server import SECRET
from tests.scenario.process import Bot, installed
from tests.scenario.test_slack_process import answer

CHANNEL, PERSON = "C0NEWS", "U1JUN"
SITE = "https://news.example"
TEAMS = [f"T{number:03}" for number in range(100)]
FEW = TEAMS[:20]
AT_ONCE = 20

T = TypeVar("T")

pytestmark = installed("slack")


@dataclass(frozen=True)
class Balanced:
    """Slack, and two bots of one site: what comes in goes to either, in turn."""

    slack: FakeSlack
    bots: Sequence[Bot]
    places: Sequence[str]
    key: str

    async def install(self, team: str | None, turn: int) -> int:
        """Install the bot: begin at one process, come back to the other. Returns the status."""
        begun, back = self.places[turn % 2], self.places[(turn + 1) % 2]
        async with Installer.at(begun) as browser:
            way = await browser.decide(await browser.begin(), team)
            status, page = await browser.come_back(way.replace(SITE, back))
        assert found_in(page, self.secrets) == []
        return status

    def person(self, team: str, turn: int) -> Deeds:
        """Return a member whose next deed one of the two hears of."""
        self.slack.calls_at = f"{self.places[turn % len(self.places)]}/slack/events"
        return Deeds(self.slack, PERSON, CHANNEL, team)

    @property
    def secrets(self) -> set[str]:
        """All that nobody is to see."""
        return {*self.slack.grants.seen, self.key, CLIENT_SECRET, SECRET}


@dataclass(frozen=True)
class Shared:
    """A database of both processes: its address, and all that a copy of it holds.

    `teams` are the workspaces of the test on it.
    """

    teams: Sequence[str]
    url: str
    copied: Callable[[Bot], Awaitable[str]]


@pytest.fixture(params=["sqlite", "postgres"])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shared]:
    """An empty database, copied as operators do."""
    if request.param == "sqlite":

        async def backup(bot: Bot) -> str:
            assert (await bot.run("backup", str(tmp_path / "copy.db")))[0] == 0
            return kept_in(tmp_path)

        yield Shared(TEAMS, new_database(tmp_path / "ainews.db"), backup)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database() as url:

        async def dump(bot: Bot) -> str:
            del bot
            return server.dump(url)

        yield Shared(FEW, url, dump)


@pytest.fixture
async def balanced(shared: Shared, tmp_path: Path) -> AsyncIterator[Balanced]:
    """Two bots at work, whose logs hold all that a log can."""
    places = [f"127.0.0.1:{unused_port()}" for _ in range(2)]
    key = base64.b64encode(os.urandom(32)).decode()
    async with FakeSlack.running() as slack:
        slack.grants.rotating = True
        for team in shared.teams:
            workspace = slack.team(team, f"Team {team}")
            workspace.channel(FakeChannel(CHANNEL))
            workspace.person(FakePerson(PERSON, "Jun", admin=True, team=team))
        bots = []
        try:
            for place in places:
                folder = tmp_path / place.rpartition(":")[2]
                folder.mkdir()
                own = {
                    "AINEWS_DATABASE_URL": shared.url,
                    "AINEWS_SEAL_KEY": key,
                    "AINEWS_LOG_LEVEL": "debug",
                }
                bots.append(Bot(folder, {**slack.credentials(SITE, place), **own}, "slack"))
                await bots[-1].start()
            yield Balanced(slack, bots, [f"http://{place}" for place in places], key)
        finally:
            for bot in bots:
                await bot.close()
        assert slack.violations == []


@pytest.mark.timeout(300)  # half a minute on a busy machine, minutes on one that stalls
async def test_a_hundred_workspaces_come_and_go(balanced: Balanced, shared: Shared) -> None:
    slack, places, teams = balanced.slack, balanced.places, shared.teams
    stayed, left = teams[len(teams) // 5 :], teams[: len(teams) // 5]
    assert await all_of(balanced.install, teams) == [200] * len(teams)

    # Who declines, or takes a way that was gone already, changes nothing, and Slack is not asked.
    asked = len(slack.called("oauth.v2.access"))
    assert await balanced.install(None, 0) == 200
    async with Installer.at(places[0]) as browser:
        way = await browser.decide(await browser.begin(), teams[0])
        came = [browser.come_back(way.replace(SITE, place)) for place in (*places, *places)]
        assert sorted([status for status, _ in await asyncio.gather(*came)]) == [200, 401, 401, 401]
    assert len(slack.called("oauth.v2.access")) == asked + 1

    # All install it again, and their old tokens end: what Slack tells of those comes late.
    old = dict(slack.grants.tokens)
    assert await all_of(balanced.install, teams) == [200] * len(teams)
    slack.grants.close(old, "token_revoked")
    await all_of(told(balanced, "tokens_revoked"), teams)

    # Some take it back. Each end ends one, and is told once.
    for team in left:
        slack.uninstall(team)
    half = len(left) // 2
    await all_of(told(balanced, "app_uninstalled"), left[:half])
    await all_of(told(balanced, "tokens_revoked"), left[half:])
    for bot in balanced.bots:
        assert await bot.stop() == 0
    first = balanced.bots[0]
    await first.start()
    assert f"the app is installed in {len(stayed)} workspaces" in "".join(first.log)
    here = replace(balanced, places=places[:1])
    assert await all_of(answered(here), teams) == [team in stayed for team in teams]
    assert await first.stop() == 0

    logs = "".join(line for bot in balanced.bots for line in bot.log)
    assert [logs.count(f"removed from slack/{team}.") for team in teams] == [
        team in left for team in teams
    ]
    assert found_in(logs, balanced.secrets) == []
    copy = await shared.copied(first)
    assert all(team in copy for team in teams)
    assert found_in(copy, balanced.secrets) == []


@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
def test_a_secret_is_found_in_whichever_writing(before: str) -> None:
    secret = "xoxb-1-T000-000000007abcdefgh"  # noqa: S105 - it opens nothing
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        hidden = encode(f"{before}{secret}{before}".encode()).decode()
        assert found_in(f"so {hidden} it is", [secret, "xoxb-another-one"]) == [secret]
    assert found_in(f"{before} {secret}", [secret]) == [secret]


async def all_of(do: Callable[[str, int], Coroutine[Any, Any, T]], teams: Sequence[str]) -> list[T]:
    """Do something in every workspace, several at once, at both processes."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(team: str, number: int) -> T:
        async with turn:
            return await do(team, number)

    return await asyncio.gather(*(one(team, number) for number, team in enumerate(teams)))


def answered(balanced: Balanced) -> Callable[[str, int], Coroutine[Any, Any, bool]]:
    """Return what says whether a command is answered in a workspace; else the bot is not there."""

    async def ask(team: str, turn: int) -> bool:
        said = await answer(balanced.person(team, turn), "latest")
        assert ("blocks" in said) != ("not in this Slack workspace" in str(said)), said
        return "blocks" in said

    return ask


def told(balanced: Balanced, event: str) -> Callable[[str, int], Coroutine[Any, Any, None]]:
    """Return what lets Slack tell of an end."""

    async def tell(team: str, turn: int) -> None:
        happening = {"type": event, "tokens": {"oauth": [], "bot": ["U0BOT"]}}
        await (await balanced.person(team, turn).event(happening)).acknowledgement()

    return tell
