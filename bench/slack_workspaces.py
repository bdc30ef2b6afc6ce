"""Many Slack workspaces get their posts at one hour, from several processes on one PostgreSQL.

`uv run --group dev python -m bench.slack_workspaces [WORKSPACES] [CHANNELS]` starts two processes
as an operator does (`--processes N` says how many), lets 1,000 workspaces with 10 channels each
have the bot, lets one daily digest fall due in every channel at once, and prints how long it takes
until the last has it. Slack is a process of its own, which takes 100 ms for a post (`--latency MS`)
and keeps each workspace's limits. Every post is counted: one too many or too few is an error.

In 100 of the workspaces (`--visited N`) a person adds the bot in a browser, by the pages of the
processes, and types `/ainews schedule` in each channel. To do so in all of them would take longer
than all the rest: the others come in by the port by which those pages bring theirs in, and their
channels by the store's call that the command ends in. Only the hour at which the posts fall due is
written past both: nobody waits for nine o'clock.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import aiohttp
import psutil
from aiohttp import web
from aiohttp.test_utils import unused_port
from sqlalchemy import update

from bench.discord_calls import UNLIMITED
from bench.store import SENTENCE
from bench.whole import ENTRIES, MEBIBYTE
from bot.i18n.translator import Translator
from bot.installations import Seal, StoredInstallations
from bot.port.clock import system_clock
from bot.port.installations import Grant
from store.db.address import Address
from store.db.database import Database
from store.db.schema import channels
from store.model import Actor, ChannelRef, EntryDraft, Schedule, SealedInstallation, Subscription
from store.store import DigestStore
from tests.fakes.postgres import PostgresServer
from tests.fakes.slack import FakeChannel, FakePerson, FakeSlack
from tests.fakes.slack.deeds import Deeds
from tests.fakes.slack.installer import Installer
from tests.fakes.slack.limits import SlackLimits
from tests.fakes.slack.oauth import CLIENT_ID, CLIENT_SECRET
from tests.fakes.slack.server import SECRET
from tests.fakes.slack.workspace import BOT_USER

WANTED = 90.0
"""Seconds that the whole may take."""

_PATIENCE = 900.0
_PLATFORM = "slack"
_STARTING = 120.0
_SETTLED = 8.0
"""Seconds in which processes that have just started share the workspaces out."""
_SITE = "https://news.example"
_PERSON = "U1BENCH"
_AT_ONCE = 10
"""Workspaces in which somebody is busy with the bot at a time."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be measured. `latency` is in seconds.

    In the first `visited` workspaces people do all themselves.
    """

    workspaces: int
    channels: int
    processes: int
    latency: float
    visited: int

    @property
    def posts(self) -> int:
        """The posts that are due at once."""
        return self.workspaces * self.channels

    @property
    def refs(self) -> list[ChannelRef]:
        """Every channel."""
        return [self.channel(team, n) for team in self.teams for n in range(self.channels)]

    @property
    def teams(self) -> list[str]:
        """Every workspace."""
        return [f"T{number:06}" for number in range(self.workspaces)]

    @staticmethod
    def channel(team: str, number: int) -> ChannelRef:
        """Return a channel of a workspace."""
        return ChannelRef(_PLATFORM, team, f"C{number:04}")


# Slack's process


async def serve(plan: Plan) -> None:
    """Be Slack: print the address and the tokens of workspaces that nobody visits.

    For each line that is read figures follow; where it names processes, people visit them first.
    """

    @web.middleware
    async def slow(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        await asyncio.sleep(plan.latency)
        return await handler(request)

    async with FakeSlack.running(middlewares=[slow]) as slack:
        slack.checked, slack.page_most = False, 15
        for team in plan.teams:
            workspace = slack.team(team)
            workspace.person(FakePerson(_PERSON, "Bench", admin=True, team=team))
            slack.limits_of[team] = SlackLimits(history_a_minute=1)
            for number in range(plan.channels):
                workspace.channel(FakeChannel(plan.channel(team, number).id))
        alone = plan.teams[plan.visited :]
        tokens = {team: slack.grants.grant(team)["access_token"] for team in alone}
        print(json.dumps({"url": slack.url, "tokens": tokens}), flush=True)
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            if places := json.loads(line):
                await _visit(plan, slack, places)
            print(json.dumps(_figures(slack)), flush=True)


async def _visit(plan: Plan, slack: FakeSlack, places: list[str]) -> None:
    """Let people add the bot to their workspaces, and give each channel its schedule."""
    turn = asyncio.Semaphore(_AT_ONCE)

    async def one(number: int, team: str) -> None:
        begun, back = (f"http://{places[(number + n) % len(places)]}" for n in range(2))
        async with turn, Installer.at(begun) as browser:
            way = await browser.decide(await browser.begin(), team)
            status, page = await browser.come_back(way.replace(_SITE, back))
            if status != HTTPStatus.OK:
                raise RuntimeError(page)
            for each in range(plan.channels):
                slack.calls_at = f"{back}/slack/events"
                person = Deeds(slack, _PERSON, plan.channel(team, each).id, team)
                asked = await person.type("schedule daily 09:00 timezone:Asia/Seoul")
                if "09:00" not in (said := json.dumps(await asked.answer())):
                    raise RuntimeError(said)

    await asyncio.gather(*(one(*each) for each in enumerate(plan.teams[: plan.visited])))


def _figures(slack: FakeSlack) -> dict[str, int]:
    said = [
        len(channel.messages) for team in slack.teams.values() for channel in team.channels.values()
    ]
    called = Counter(call.method for call in slack.calls)
    return {
        "posted": sum(said),
        "reached": sum(map(bool, said)),
        "doubled": sum(count > 1 for count in said),
        "refused": sum(limits.refused for limits in slack.limits_of.values()),
        "calls": called.total(),
    }


# The bot's processes


async def _begin(words: list[str], environment: Mapping[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *words,
        env={**os.environ, **environment},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**24,
    )


async def _ready(url: str) -> None:
    """Wait until a bot says that it is ready."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(_STARTING):
        while True:
            with suppress(aiohttp.ClientError):
                async with session.get(url) as answer:
                    if answer.status == HTTPStatus.OK:
                        return
            await asyncio.sleep(0.1)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()


@asynccontextmanager
async def slack_of(
    plan: Plan,
) -> AsyncIterator[tuple[dict[str, Any], Callable[..., Awaitable[Any]]]]:
    """Run Slack; yield its address with the tokens, and its figures, after visits where asked."""
    words = [str(plan.workspaces), str(plan.channels), "--latency", str(plan.latency * 1000)]
    words += ["--visited", str(plan.visited)]
    process = await _begin(["bench.slack_workspaces", *words, "--serve"], {})
    reader, writer = process.stdout, process.stdin
    if reader is None or writer is None:
        raise RuntimeError("the server has no pipes")

    async def figures(*visited: str) -> Any:
        writer.write(json.dumps(visited).encode() + b"\n")
        return json.loads(await reader.readline())

    try:
        yield json.loads(await reader.readline()), figures
    finally:
        await _end(process)


@asynccontextmanager
async def bots_of(
    plan: Plan, environment: Mapping[str, str], folder: Path
) -> AsyncIterator[dict[str, psutil.Process]]:
    """Run the bot in so many processes, by where each listens, with a folder of its own."""
    began = []
    places = [f"127.0.0.1:{unused_port()}" for _ in range(plan.processes)]
    try:
        for place in places:
            own = {
                "AINEWS_DATA_FOLDER": str(folder / place.rpartition(":")[2]),
                "AINEWS_HTTP": place,
                "AINEWS_LOG_LEVEL": "warning",
            }
            began.append(await _begin(["bot.cli", "run"], {**environment, **own}))
        for place in places:
            await _ready(f"http://{place}/health/ready")
        yield {
            place: psutil.Process(process.pid) for place, process in zip(places, began, strict=True)
        }
    finally:
        for process in began:
            await _end(process)


# What they work on


async def fill(plan: Plan, url: str, key: str, tokens: Mapping[str, str]) -> None:
    """Let the workspaces that nobody visits have the bot too; then publish the news."""
    store = await DigestStore.open(url, system_clock)
    somebody = Actor(_PLATFORM, plan.teams[0], _PERSON, "Bench")

    async def seen(platform: str, workspace: str, name: str) -> None:
        await store.workspaces.seen(platform, workspace, name, invited=False)

    async def unexpected(sentence: str) -> None:
        raise RuntimeError(sentence)

    installations = StoredInstallations(
        store,
        Seal([key], system_clock),
        _PLATFORM,
        Translator("en"),
        seen=seen,
        tell=unexpected,
        wake=lambda: None,
    )
    now = system_clock()
    subscription = Subscription(Schedule("0 9 * * *", "Asia/Seoul"), since=now)
    for team, token in tokens.items():
        await installations.install(
            Grant(SealedInstallation("slack", team, BOT_USER, "ainews"), token, name=team)
        )
        for number in range(plan.channels):
            ref = plan.channel(team, number)
            await store.channels.schedule(ref, subscription, somebody, now + timedelta(days=300))
    for number in range(ENTRIES):
        title = f"A language model that reads {number} books a minute"
        address = f"https://arxiv.example/abs/2101.{number:05}"
        await store.entries.add(EntryDraft(title, address, note=SENTENCE), somebody)
    await store.close()


async def let_fall_due(url: str) -> datetime:
    """Make this minute the one for which every channel waits."""
    minute = system_clock().replace(second=0, microsecond=0)
    database = Database(Address.parse(url))
    async with database.write() as connection:
        await connection.execute(update(channels).values(next_at=minute))
    await database.close()
    return minute


async def measure(plan: Plan) -> bool:
    """Measure, print what came of it, and return whether it is as quick as it should be."""
    key = base64.b64encode(os.urandom(32)).decode()
    with (
        tempfile.TemporaryDirectory() as folder,
        PostgresServer() as server,
        server.database() as url,
    ):
        async with slack_of(plan) as (slack, figures):
            environment = UNLIMITED | {
                "AINEWS_DATABASE_URL": url,
                "AINEWS_SEAL_KEY": key,
                "AINEWS_WEB_URL": _SITE,
                "SLACK_API_URL": slack["url"],
                "SLACK_CLIENT_ID": CLIENT_ID,
                "SLACK_CLIENT_SECRET": CLIENT_SECRET,
                "SLACK_SIGNING_SECRET": SECRET,
            }
            async with bots_of(plan, environment, Path(folder)) as places:
                await figures(*places)
                await fill(plan, url, key, slack["tokens"])
                await asyncio.sleep(_SETTLED)
                bots = list(places.values())
                before = [sum(bot.cpu_times()[:2]) for bot in bots]
                began = time.perf_counter()
                await let_fall_due(url)
                found = await _until_all(plan, figures, began)
                seconds = time.perf_counter() - began
                spent = [
                    sum(bot.cpu_times()[:2]) - cpu for bot, cpu in zip(bots, before, strict=True)
                ]
                memory = [bot.memory_info().rss / MEBIBYTE for bot in bots]
    print(
        f"{plan.workspaces:,} workspaces × {plan.channels} channels, {plan.processes} processes: "
        f"{seconds:.1f} s to the last of {plan.posts:,} posts ({plan.posts / seconds:.0f} a "
        f"second), {found['refused']} answers of 429, {found['doubled']} posts doubled; CPU "
        f"{' and '.join(f'{one:.1f}' for one in spent)} s, memory "
        f"{' and '.join(f'{one:.0f}' for one in memory)} MB"
    )
    if found["doubled"] or found["posted"] != plan.posts:
        raise RuntimeError(f"not every channel has one post: {found}")
    return seconds <= WANTED


async def _until_all(plan: Plan, figures: Callable[..., Awaitable[Any]], began: float) -> Any:
    while True:
        found = await figures()
        if found["reached"] >= plan.posts:
            return found
        if time.perf_counter() - began > _PATIENCE:
            raise RuntimeError(f"not all in time: {found}")
        await asyncio.sleep(0.25)


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="bench.slack_workspaces")
    parser.add_argument("workspaces", nargs="?", type=int, default=1_000)
    parser.add_argument("channels", nargs="?", type=int, default=10)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--latency", type=float, default=100.0, help="milliseconds")
    parser.add_argument("--visited", type=int, default=100, metavar="WORKSPACES")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    latency, visited = asked.latency / 1000, min(asked.visited, asked.workspaces)
    plan = Plan(asked.workspaces, asked.channels, asked.processes, latency, visited)
    if asked.serve:
        asyncio.run(serve(plan))
    elif not asyncio.run(measure(plan)):
        print(f"slower than the {WANTED:.0f} s that are wanted")
        sys.exit(1)


if __name__ == "__main__":
    main()
