"""Many Slack workspaces get their posts at one hour, from several processes on one PostgreSQL.

`uv run --group dev python -m bench.slack_workspaces [WORKSPACES] [CHANNELS]` installs the bot in
1,000 workspaces with 10 channels each, starts two processes as an operator does (`--processes N`
says how many), lets one daily digest fall due in every channel at once, and prints how long it
takes until the last has it. Slack is a process of its own, which takes 100 ms for a post
(`--latency MS`) and keeps each workspace's limits. Every post is counted: one too many or too few
is an error.
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
from sqlalchemy import insert, select, update

from bench.store import SENTENCE
from bench.whole import ENTRIES, MEBIBYTE
from bot.i18n.translator import Translator
from bot.installations import StoredInstallations
from bot.port.clock import system_clock
from bot.port.installations import Grant
from bot.seal import Seal
from store.db.address import Address
from store.db.database import Database
from store.db.schema import channels
from store.model import Actor, ChannelRef, EntryDraft, Schedule, Subscription
from store.store import DigestStore
from tests.fakes.postgres import PostgresServer
from tests.fakes.slack import FakeChannel, FakeSlack
from tests.fakes.slack.limits import SlackLimits
from tests.fakes.slack.workspace import BOT_USER

WANTED = 90.0
"""Seconds that the whole may take."""

_PATIENCE = 900.0
_PLATFORM = "slack"
_STARTING = 120.0
_SETTLED = 8.0
"""Seconds in which processes that have just started share the workspaces out."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be measured. `latency` is in seconds."""

    workspaces: int
    channels: int
    processes: int
    latency: float

    @property
    def posts(self) -> int:
        """The posts that are due at once."""
        return self.workspaces * self.channels

    @property
    def refs(self) -> list[ChannelRef]:
        """Every channel."""
        return [
            ChannelRef(_PLATFORM, f"T{team:06}", f"C{number:04}")
            for team in range(self.workspaces)
            for number in range(self.channels)
        ]


# Slack's process


async def serve(plan: Plan) -> None:
    """Be Slack: print the address and the tokens, then figures for each line that is read."""

    @web.middleware
    async def slow(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        await asyncio.sleep(plan.latency)
        return await handler(request)

    async with FakeSlack.running(middlewares=[slow]) as slack:
        slack.checked, slack.page_most = False, 15
        tokens = {}
        for ref in plan.refs:
            if ref.workspace not in slack.teams:
                slack.team(ref.workspace)
                slack.limits_of[ref.workspace] = SlackLimits(history_a_minute=1)
                tokens[ref.workspace] = slack.grants.grant(ref.workspace)["access_token"]
            slack.teams[ref.workspace].channel(FakeChannel(ref.id))
        print(json.dumps({"url": slack.url, "tokens": tokens}), flush=True)
        loop = asyncio.get_running_loop()
        while await loop.run_in_executor(None, sys.stdin.readline):
            print(json.dumps(_figures(slack)), flush=True)


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
) -> AsyncIterator[tuple[dict[str, Any], Callable[[], Awaitable[Any]]]]:
    """Run Slack; yield its address with the tokens, and its figures."""
    words = [str(plan.workspaces), str(plan.channels), "--latency", str(plan.latency * 1000)]
    process = await _begin(["bench.slack_workspaces", *words, "--serve"], {})
    reader, writer = process.stdout, process.stdin
    if reader is None or writer is None:
        raise RuntimeError("the server has no pipes")

    async def figures() -> Any:
        writer.write(b"\n")
        return json.loads(await reader.readline())

    try:
        yield json.loads(await reader.readline()), figures
    finally:
        await _end(process)


@asynccontextmanager
async def bots_of(
    plan: Plan, environment: Mapping[str, str], folder: Path
) -> AsyncIterator[list[psutil.Process]]:
    """Run the bot in so many processes, each with a folder and an address of its own."""
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
        await asyncio.sleep(_SETTLED)
        yield [psutil.Process(process.pid) for process in began]
    finally:
        for process in began:
            await _end(process)


# What they work on


async def fill(plan: Plan, url: str, key: str, tokens: Mapping[str, str]) -> None:
    """Install the bot everywhere, and schedule every channel for a time far away."""
    store = await DigestStore.open(url, system_clock)
    words, somebody = Translator("en"), Actor(_PLATFORM, "T000000", "U0", "Bench")

    async def seen(platform: str, workspace: str, name: str) -> None:
        await store.workspaces.seen(platform, workspace, name, invited=False)

    async def unexpected(sentence: str) -> None:
        raise RuntimeError(sentence)

    installations = StoredInstallations(
        store,
        Seal([key], system_clock),
        _PLATFORM,
        words,
        seen=seen,
        tell=unexpected,
        wake=lambda: None,
    )
    for team, token in tokens.items():
        await installations.install(Grant(team, team, BOT_USER, "ainews", (), token))
    began = system_clock() - timedelta(minutes=2)
    for number in range(ENTRIES):
        title = f"A language model that reads {number} books a minute"
        address = f"https://arxiv.example/abs/2101.{number:05}"
        await store.entries.add(EntryDraft(title, address, note=SENTENCE), somebody)
    subscription = Subscription(Schedule("0 9 * * *", "Asia/Seoul"), since=began)
    far = system_clock() + timedelta(days=300)
    model = await store.channels.schedule(plan.refs[0], subscription, somebody, far)
    await store.close()
    await _alike(url, model.id, plan.refs[1:])


async def _alike(url: str, model: int, refs: list[ChannelRef]) -> None:
    """Schedule channels as one is scheduled already."""
    database = Database(Address.parse(url))
    async with database.write() as connection:
        found = await connection.execute(select(channels).where(channels.c.id == model))
        row = {name: value for name, value in found.mappings().one().items() if name != "id"}
        for some in range(0, len(refs), 1000):
            rows = [
                {**row, "workspace": ref.workspace, "channel": ref.id, "shard": ref.shard}
                for ref in refs[some : some + 1000]
            ]
            await connection.execute(insert(channels), rows)
    await database.close()


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
            await fill(plan, url, key, slack["tokens"])
            environment = {
                "AINEWS_DATABASE_URL": url,
                "AINEWS_SEAL_KEY": key,
                "AINEWS_WEB_URL": "https://news.example",
                "SLACK_API_URL": slack["url"],
                "SLACK_CLIENT_ID": "1.2",
                "SLACK_CLIENT_SECRET": "bench",
                "SLACK_SIGNING_SECRET": "bench",
            }
            async with bots_of(plan, environment, Path(folder)) as bots:
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


async def _until_all(plan: Plan, figures: Callable[[], Awaitable[Any]], began: float) -> Any:
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
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    plan = Plan(asked.workspaces, asked.channels, asked.processes, asked.latency / 1000)
    if asked.serve:
        asyncio.run(serve(plan))
    elif not asyncio.run(measure(plan)):
        print(f"slower than the {WANTED:.0f} s that are wanted")
        sys.exit(1)


if __name__ == "__main__":
    main()
