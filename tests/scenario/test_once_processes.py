"""What comes in at several processes of the bot is carried out once and answered once.

They are the real ones, on one database. By the gateway and by Socket Mode one of them hears of each
press; over HTTPS each press is made to reach all of them at the same moment.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp.test_utils import unused_port

from bot.port.clock import system_clock
from store.model import Status
from store.store import DigestStore
from tests.fakes.discord.people import buttons_of
from tests.fakes.slack.server import SECRET
from tests.scenario.places import Places
from tests.scenario.process import Bot, installed

TWICE = "came in twice"

pytestmark = installed("discord", "slack")


class SeveralBots:
    """Processes of the bot at both places. Use `several`."""

    def __init__(self, places: Places, url: str, *, https: bool) -> None:
        self._places = places
        self._url = url
        self._https = https
        self._bots: dict[str, Bot] = {}

    async def begin(self, folder: Path) -> None:
        """Begin a further one, and wait until it can answer."""
        address = f"127.0.0.1:{unused_port()}"
        slack, discord = self._places.slack, self._places.discord
        own = {"AINEWS_DATABASE_URL": self._url, "AINEWS_HTTP": address}
        # Those who stand by at a gateway start nothing there.
        runs = ("slack",) if self._bots and not self._https else ("discord", "slack")
        if self._https:
            called = {
                "SLACK_SIGNING_SECRET": SECRET,
                "DISCORD_PUBLIC_KEY": discord.calls.public_key,
            }
            settings = slack.environment(**discord.environment, **called, **own)
            del settings["SLACK_APP_TOKEN"]
        else:
            settings = slack.environment(**discord.environment, **own)
        self._bots[address] = Bot(folder, settings, *runs)
        await self._bots[address].start()
        await self._heard_by(list(self._bots))

    async def end(self, count: int) -> None:
        """Ask as many to end as are too many, those first that began first."""
        for address in list(self._bots)[:-count]:
            assert await self._bots.pop(address).stop() == 0
        await self._heard_by(list(self._bots))

    async def close(self) -> None:
        """Kill what still runs."""
        for bot in self._bots.values():
            await bot.close()

    async def _heard_by(self, addresses: Sequence[str]) -> None:
        """Let each press reach all that run, or the one that listens."""
        slack, discord = self._places.slack, self._places.discord
        if self._https:
            discord.called_at(*addresses)
            discord.calls.times = len(addresses)
            calls = [f"http://{address}/slack/events" for address in addresses]
            slack.calls_at, *slack.calls_also = calls
        else:
            await discord.gateway.connected()
            await slack.lines(2)

    async def vote(self) -> None:
        """Let somebody vote on Discord, and somebody in Slack: a second vote takes back the first.

        Each is told what came of it once.
        """
        sora, jun, talk = self._places.sora, self._places.jun, self._places.talk
        shown = await (await sora.slash(talk, "latest")).final()
        vote = next(label for label in buttons_of(shown.message) if "👍" in label)
        pressed = await sora.click(shown.message, vote)
        assert TWICE not in (await pressed.final()).text
        asked = await jun.type("vote 1")
        heard = len(self._bots) if self._https else 1
        said = [str((await asked.answer())["blocks"]) for _ in range(heard)]
        assert len([each for each in said if TWICE not in each]) == 1
        assert asked.answers.empty()


@asynccontextmanager
async def several(
    places: Places, url: str, folders: Sequence[Path], *, https: bool
) -> AsyncIterator[SeveralBots]:
    """A process in each folder, begun one after the other."""
    processes = SeveralBots(places, url, https=https)
    try:
        for own in folders:
            await processes.begin(own)
        yield processes
    finally:
        await processes.close()


@pytest.mark.timeout(180)  # four processes begin, on what may be a busy machine
@pytest.mark.parametrize("way", ["gateway", "https"])
async def test_a_press_is_carried_out_once_and_answered_once(
    places: Places, tmp_path: Path, database: str, way: str
) -> None:
    count = 4 if database.startswith("postgresql") else 2
    folders = [tmp_path / f"process-{number}" for number in range(count)]
    for folder in folders:
        folder.mkdir()
    async with several(places, database, folders, https=way == "https") as processes:
        store = await DigestStore.open(database, system_clock)
        try:
            sora, talk = places.sora, places.talk
            link = "https://arxiv.example/abs/1706.03762"
            added = await sora.slash(talk, "add", link=link, title="Attention")
            assert "Attention" in (await added.final()).text
            assert len(added.messages) == 1
            assert (await store.entries.count())[Status.PUBLISHED] == 1
            await processes.vote()
            await votes(store, 2)
            if count > 2:
                # Two are left, and not those that listened until now.
                await processes.end(2)
            await processes.vote()
            await votes(store, 0)
        finally:
            await store.close()
    assert places.discord.gateway.identified == (0 if way == "https" else count // 2)


async def votes(store: DigestStore, count: int) -> None:
    """Wait until an entry has so many votes: whoever heard of a press too late has done with it."""
    while (await store.entries.get(1)).votes != count:  # noqa: ASYNC110 - only the store knows
        await asyncio.sleep(0.05)
