"""Several processes on one PostgreSQL: the platforms' limits, and what one costs that does nothing.

`python -m bench.several` runs two whole bots against loopback platforms that enforce their limits;
`--stop` asks the one that sends to end in the middle. `python -m bench.several --idle` measures the
CPU time and the connections of each while nothing is due.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import psutil
from aiohttp.test_utils import unused_port

import bench.discord
import bench.slack
from bench.whole import asked_for
from bot.port.clock import system_clock
from store.model import Actor, ChannelRef, EntryDraft, Schedule, Subscription
from store.store import DigestStore
from tests.fakes.discord.limits import DiscordLimits
from tests.fakes.discord.server import TOKEN
from tests.fakes.postgres import PostgresServer
from tests.fakes.slack.limits import SlackLimits
from tests.fakes.slack.server import APP_TOKEN, BOT_TOKEN

CHANNELS = 1_500
"""On Discord: half a minute at 50 a second."""
IN_SLACK = 180
"""In Slack: 36 seconds at 300 a minute."""
IDLE = 60.0
"""Seconds for which a process that has nothing to do is watched."""
_LOOK = 0.25
_PATIENCE = 120.0
_SOMEBODY = Actor("bench", "bench", "bench", "Bench")

Figures = Callable[[], Awaitable[dict[str, int]]]


@asynccontextmanager
async def a_process(folder: Path, environment: dict[str, str]) -> AsyncIterator[psutil.Process]:
    """Run the bot, as an operator does."""
    folder.mkdir()  # noqa: ASYNC240 - nothing waits yet
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.cli",
            "run",
            env={**os.environ, **environment, "AINEWS_DATA_FOLDER": str(folder)},
            stdout=log,
            stderr=log,
        )
    try:
        yield psutil.Process(process.pid)
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        await process.wait()


async def dealt_out(store: DigestStore, count: int) -> None:
    """Wait until so many processes run, and everything is somebody's."""
    async with asyncio.timeout(_PATIENCE):
        while True:
            claims = await store.domains.look()
            if len(claims.owned) == count and not claims.free(("discord", "slack", "slack/1")):
                return
            await asyncio.sleep(_LOOK)


async def sending(store: DigestStore) -> int:
    """Return which process brings posts to Discord, by its number on this machine."""
    owned = (await store.domains.look()).owned
    running = await store.processes.running()
    return next(each.pid for each in running if "discord" in owned.get(each.id, ()))


async def went_out(figures: Figures, count: int, *, adds_up: bool) -> tuple[float, int]:
    """Wait until so many messages came. Returns how many a second, and how many were refused.

    `adds_up`: each look tells of those since the last one.
    """
    first, seen = 0.0, 0
    deadline = time.monotonic() + _PATIENCE
    while True:
        found = await figures()
        before, seen = seen, seen + found["posted"] if adds_up else found["posted"]
        now = time.monotonic()
        if not before and seen:
            first, already = now, seen
        if seen >= count or now > deadline:
            return (seen - already) / (now - first), found["refused"]
        await asyncio.sleep(_LOOK)


async def limits(url: str, folder: Path, channels: int, *, stop: bool) -> None:
    """Send one digest everywhere from two processes, and say how it went."""
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        api, places, discord = await enter(bench.discord.served(1, channels, limited=True))
        slack_url, slack = await enter(bench.slack.served(IN_SLACK, limited=True))
        environment = {
            "AINEWS_DATABASE_URL": url,
            "DISCORD_TOKEN": TOKEN,
            "DISCORD_API_BASE": api,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_URL": slack_url,
        }
        store = await DigestStore.open(url, system_clock)
        stack.push_async_callback(store.close)
        wanted = Subscription(Schedule("instant", "Asia/Seoul"), since=system_clock())
        in_slack = [ChannelRef("slack", "T0HOME", f"C{number}") for number in range(IN_SLACK)]
        for ref in (*places, *in_slack):
            await store.channels.schedule(ref, wanted, _SOMEBODY, None)
        for number in range(2):
            await enter(a_process(folder / str(number), environment))
        await dealt_out(store, 2)
        await asyncio.sleep(5)  # they connect
        await store.entries.add(EntryDraft("A model", "https://n.example/1"), _SOMEBODY)
        going = asyncio.gather(
            went_out(discord, channels, adds_up=True), went_out(slack, IN_SLACK, adds_up=False)
        )
        if stop:
            await asyncio.sleep(10)
            os.kill(await sending(store), signal.SIGTERM)
        (rate, refused), (in_slack_rate, in_slack_refused) = await going
    most = DiscordLimits().whole or 0
    allowed = SlackLimits().posts_a_minute / 60
    print(f"Discord: {rate:.2f} a second, {rate / most:.1%} of the limit, {refused} refused")
    print(
        f"Slack: {in_slack_rate:.2f} a second, {in_slack_rate / allowed:.1%} of the limit, "
        f"{in_slack_refused} refused"
    )


async def idle(url: str, folder: Path) -> None:
    """Say what two processes take that have nothing to do: the owner, and who stands by."""
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        api, _, _ = await enter(bench.discord.served(1, 1))
        environment = {"AINEWS_DATABASE_URL": url, "DISCORD_TOKEN": TOKEN, "DISCORD_API_BASE": api}
        store = await DigestStore.open(url, system_clock)
        stack.push_async_callback(store.close)
        ran = []
        for number in range(2):
            listens = {"AINEWS_HTTP": f"127.0.0.1:{unused_port()}"}
            ran.append(await enter(a_process(folder / str(number), environment | listens)))
            async with asyncio.timeout(_PATIENCE):
                while len((await store.domains.look()).owned) <= number:  # noqa: ASYNC110 - only the store knows
                    await asyncio.sleep(_LOOK)
        await asyncio.sleep(10)  # until all that begins has begun
        before = [sum(each.cpu_times()[:2]) for each in ran]
        await asyncio.sleep(IDLE)
        owned = (await store.domains.look()).owned
        running = {each.pid: each for each in await store.processes.running()}
        for process, then in zip(ran, before, strict=True):
            took = (sum(process.cpu_times()[:2]) - then) / IDLE * 1000
            has = ", ".join(sorted(owned[running[process.pid].id])) or "nothing"
            connections = len(process.net_connections("all"))
            print(f"owns {has}: {took:.2f} ms of CPU a second, {connections} sockets")


async def main(words: Sequence[str]) -> None:
    """Measure what was asked for."""
    with PostgresServer() as server, tempfile.TemporaryDirectory() as folder:
        if "--idle" in words:
            await idle(server.url(), Path(folder))
        else:
            channels = asked_for(words) or CHANNELS
            await limits(server.url(), Path(folder), channels, stop="--stop" in words)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
