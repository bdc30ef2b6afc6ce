"""Three processes as `compose.yaml` runs them, two workspaces, and an owner that is killed."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp.test_utils import unused_port

from bot.delivery.leadership import shards_of
from bot.port.clock import system_clock
from store.model import Actor, ChannelRef, PostState, Schedule, Subscription
from store.store import DigestStore
from tests.fakes.postgres import PostgresServer
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.deeds import Deeds
from tests.fakes.slack.installer import Installer
from tests.fakes.slack.server import SlackFault
from tests.fakes.stored import post_counts
from tests.scenario.process import Bot, installed
from tests.scenario.test_slack_process import write
from tests.scenario.test_slack_workspaces import ADMIN, CHANNEL, ONE, OTHER, two_workspaces

PROCESSES = 3
TAKEN_OVER = 20.0
"""Seconds after which posts go on whose owner was killed."""
_LOOK = 0.1
"""Seconds between two looks at what only the store knows."""

pytestmark = installed("slack")


@asynccontextmanager
async def three_bots(folder: Path, slack: FakeSlack, url: str) -> AsyncIterator[dict[str, Bot]]:
    """Three that run, by where each listens; the site of all is that of the first."""
    addresses = [f"127.0.0.1:{unused_port()}" for _ in range(PROCESSES)]
    settings = slack.credentials(f"http://{addresses[0]}", addresses[0]) | {
        "AINEWS_SEAL_KEY": base64.b64encode(os.urandom(32)).decode(),
        "AINEWS_DATABASE_URL": url,
    }
    bots = {}
    try:
        for address in addresses:
            own = folder / address.rpartition(":")[2]
            own.mkdir()
            bots[address] = Bot(own, settings | {"AINEWS_HTTP": address}, "slack")
            await bots[address].start()
        yield bots
    finally:
        for bot in bots.values():
            await bot.close()


@pytest.mark.timeout(180)  # a process counts for dead after 15 seconds
async def test_the_owner_is_killed_amid_a_daily_post(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    async with two_workspaces() as slack:
        with postgres_server.database() as url:
            async with three_bots(tmp_path, slack, url) as bots:
                store = await DigestStore.open(url, system_clock)
                try:
                    await live_and_lose_the_owner(slack, bots, store)
                finally:
                    await store.close()


async def live_and_lose_the_owner(
    slack: FakeSlack, bots: Mapping[str, Bot], store: DigestStore
) -> None:
    """Let both workspaces install the bot and have a daily post, amid which one's owner dies."""
    first = next(iter(bots))
    async with Installer.at(f"http://{first}") as browser:
        for team in (ONE, OTHER):
            assert (await browser.install(team))[0] == 200
    assert (await bots[first].run("workspaces", "allow", f"slack/{ONE}"))[0] == 0
    await write(Deeds(slack, ADMIN, CHANNEL, ONE))
    owner = await dealt_out(store, bots, ONE)
    on_its_way = SlackFault(slow=True, well=True)
    slack.fail("chat.postMessage", on_its_way)
    await schedule(store, ONE)
    await asyncio.wait_for(on_its_way.begun.wait(), TAKEN_OVER)
    await schedule(store, OTHER)
    await bots[owner].stop(signal.SIGKILL)
    on_its_way.released.set()

    asked = []
    for address in bots.keys() - {owner}:
        slack.calls_at = f"http://{address}/slack/events"
        asked.append(await Deeds(slack, ADMIN, CHANNEL, OTHER).type("latest"))
        assert "Attention" in json.dumps((await asked[-1].answer())["blocks"])
    # Whoever comes after looks for what was on its way.
    await slack.until(lambda: bool(slack.called("conversations.history")))
    async with asyncio.timeout(TAKEN_OVER):
        while (await post_counts(store))[PostState.SENT] < 2:  # noqa: ASYNC110 - as below
            await asyncio.sleep(_LOOK)
    for team in (ONE, OTHER):
        (post,) = slack.teams[team].channels[CHANNEL].messages
        assert json.dumps(post["blocks"]).count("Attention") == 1
    assert all(each.answers.empty() for each in asked)


async def schedule(store: DigestStore, team: str) -> None:
    """Let a channel have the news of today every day, now for the first time."""
    now = system_clock()
    wanted = Subscription(Schedule("0 9 * * *", "Asia/Seoul"), since=now - timedelta(days=1))
    ref = ChannelRef("slack", team, CHANNEL)
    await store.channels.schedule(ref, wanted, Actor("slack", team, ADMIN, "Jun"), now)


async def dealt_out(store: DigestStore, bots: Mapping[str, Bot], team: str) -> str:
    """Wait until every process has its part; return where the owner of a workspace listens."""
    shard = shards_of("slack")[ChannelRef("slack", team, CHANNEL).shard]
    async with asyncio.timeout(TAKEN_OVER):
        while True:
            owned = (await store.domains.look()).owned
            counts = [len(each.intersection(shards_of("slack"))) for each in owned.values()]
            if sorted(counts) == [5, 5, 6]:
                break
            await asyncio.sleep(_LOOK)
    (name,) = (name for name, has in owned.items() if shard in has)
    pids = {each.id: each.pid for each in await store.processes.running()}
    return next(address for address, bot in bots.items() if bot.pid == pids[name])
