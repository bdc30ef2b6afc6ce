"""Two processes on one PostgreSQL, called over HTTP: each answers, and all is done once."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp.test_utils import unused_port

from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.people import buttons_of, text_of
from tests.fakes.discord.world import MANAGE_CHANNELS, MANAGE_MESSAGES
from tests.fakes.postgres import PostgresServer
from tests.fakes.slack import FakeChannel, FakePerson, FakeSlack
from tests.fakes.slack.deeds import Deeds
from tests.fakes.slack.server import SECRET
from tests.scenario.process import Bot, installed

CHANNEL = "C0NEWS"

pytestmark = installed("discord", "slack")


@pytest.fixture
def database(postgres_server: PostgresServer) -> Iterator[Mapping[str, str]]:
    """What leads to an empty database."""
    with postgres_server.database() as url:
        yield {"AINEWS_DATABASE_URL": url}


@pytest.fixture
async def discord() -> AsyncIterator[FakeDiscord]:
    """A Discord that calls, and checks whatever comes back."""
    async with FakeDiscord() as fake:
        yield fake
        assert fake.violations == []


@asynccontextmanager
async def two_bots(
    folder: Path, environment: Mapping[str, str], platform: str
) -> AsyncIterator[tuple[Bot, Bot, list[str]]]:
    """Two that run, and where each listens. The first has the platform's domain."""
    addresses = [f"127.0.0.1:{unused_port()}" for _ in range(2)]
    bots = []
    try:
        for number, address in enumerate(addresses):
            own = folder / str(number)
            own.mkdir()
            bots.append(Bot(own, {**environment, "AINEWS_HTTP": address}, platform))
            await bots[-1].start()
        first, second = bots
        yield first, second, addresses
    finally:
        for bot in bots:
            await bot.close()


async def test_discord_calls_two_processes_and_one_dies(
    discord: FakeDiscord, database: Mapping[str, str], tmp_path: Path
) -> None:
    guild = discord.world.guild("Korean AI")
    talk = discord.world.channel(guild, "talk")
    sora = discord.person(guild, "Sora", MANAGE_CHANNELS | MANAGE_MESSAGES)
    environment = {**discord.called_at("127.0.0.1:1"), **database}
    async with two_bots(tmp_path, environment, "discord") as (first, _, addresses):
        discord.called_at(*addresses)
        for _ in addresses:
            assert "posted here" in (await sora.slash(talk, "schedule", when="instant")).text

        form = await sora.slash(talk, "add")
        await sora.submit(form, {"title": "Attention", "link": "https://arxiv.example/1"})
        await discord.until(lambda: bool(posts_in(discord, talk.id)))
        found = await sora.slash(talk, "latest")
        assert "Attention" in found.text
        # Pressed again, a vote is taken back: of four presses none would be left.
        await sora.click(found.message, "👍")
        body = discord.calls.calls[-1]
        again = [
            discord.calls.send(url, body, discord.calls.signed(body))
            for url in (*discord.calls.urls, discord.calls.urls[0])
        ]
        assert [status for status, _ in await asyncio.gather(*again)] == [202] * 3
        shown = await sora.slash(talk, "latest")
        assert "👍 1" in buttons_of(shown.message)

        await first.stop(signal.SIGKILL)
        for _ in range(3):
            assert "Attention" in (await sora.slash(talk, "search", words="attention")).text
    assert len(posts_in(discord, talk.id)) == 1
    assert discord.gateway.identified == 0


def posts_in(discord: FakeDiscord, channel: str) -> list[str]:
    """Return what was posted to a channel unasked."""
    posts = discord.posts(discord.world.channels[channel])
    return [text_of(one) for one in posts if "interaction_metadata" not in one]


async def test_slack_calls_any_of_two_processes(
    database: Mapping[str, str], tmp_path: Path
) -> None:
    async with FakeSlack.running() as slack:
        slack.workspace.channel(FakeChannel(CHANNEL, creator="U0ADMIN"))
        slack.workspace.person(FakePerson("U0ADMIN", "Jun", admin=True))
        jun = Deeds(slack, "U0ADMIN", CHANNEL)
        environment = {**slack.environment(), "SLACK_SIGNING_SECRET": SECRET, **database}
        del environment["SLACK_APP_TOKEN"]
        async with two_bots(tmp_path, environment, "slack") as (_, _, addresses):
            for address in addresses:
                slack.calls_at = f"http://{address}/slack/events"
                answer = await (await jun.type("schedule instant")).answer()
                assert "✅" in json.dumps(answer["blocks"], ensure_ascii=False)
            form = await (await jun.type("add")).view()
            sent = await jun.send(form, title="Attention", link="https://arxiv.example/1")
            await sent.acknowledgement()  # a busy machine says there that it takes a moment
            slack.calls_at = f"http://{addresses[0]}/slack/events"
            await slack.send(sent)
            await sent.acknowledgement(2)
            # The second process has just begun to take its share of the workspaces.
            messages = slack.workspace.channels[CHANNEL].messages
            await slack.until(lambda: bool(messages))
            found = await (await jun.type("latest")).answer()
            assert json.dumps(found["blocks"]).count("Attention") == 1
        assert [json.dumps(one["blocks"]).count("Attention") for one in messages] == [1]
        assert slack.violations == []
