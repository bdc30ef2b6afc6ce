"""How quickly the bot answers on Discord, how fast posts go out, and what it weighs.

`uv run --group dev python -m bench.discord` prints: the time from INTERACTION_CREATE to the first
answer (p50 and p99, in milliseconds) of the whole bot in a process of its own, over a store of
100,000 entries in 100 servers, while a digest goes to 1,000 channels, and its resident memory;
then messages a second without limits at 1,000 and at 15,000 channels, against the same messages
sent by bare aiohttp. With `--limits`: how fast a digest goes through the whole delivery to 1,000
channels while Discord enforces its limits, and how often it refuses (twenty seconds).
`--channels N` says how many channels instead.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import psutil

from adapters.discord import plugin
from adapters.discord.cards.cards import draw_post
from adapters.discord.rest.pace import ALLOWED
from bench.store import SENTENCE, fill
from bench.whole import MEBIBYTE, Delivered, Throughput, asked_for, deliver, resident, said
from bot.i18n.translator import Translator
from bot.port.card import Card
from bot.port.clock import system_clock
from bot.port.platform import PlatformContext
from bot.views.cards import list_card
from store.model import Actor, ChannelRef, Entry, PublishedDate, Schedule, Status, Subscription
from store.store import DigestStore
from tests.fakes.discord import DiscordUser, FakeDiscord
from tests.fakes.discord.server import TOKEN
from tests.fakes.discord.world import ADMINISTRATOR
from tests.fakes.handler import FakeHandler

ENTRIES = 100_000
GUILDS = 100
CHANNELS_EACH = 10
COMMANDS = 200
GAP = 0.1
"""Seconds between commands: ten a second, as in a busy hundred servers."""
AT_ONCE = 16
"""Posts under way at a time, as the delivery has it."""

QUESTIONS: Sequence[tuple[str, dict[str, object]]] = (
    ("latest", {}),
    ("show", {"id": "500"}),
    ("search", {"words": "smaller model"}),
    ("latest", {"count": 10, "tag": "llm"}),
    ("tags", {}),
    ("saved", {}),
)


def quantiles(seconds: Sequence[float]) -> str:
    """Return p50 and p99 in milliseconds."""
    ordered = sorted(seconds)
    high = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"p50 {statistics.median(ordered) * 1000:6.1f}  p99 {high * 1000:6.1f}"


async def answers() -> None:
    """Measure first answers and memory while a digest goes out."""
    with tempfile.TemporaryDirectory() as folder:
        async with FakeDiscord(checked=False) as discord:
            guilds = [discord.world.guild(f"Server {number}") for number in range(GUILDS)]
            for guild in guilds:
                for number in range(30):
                    discord.world.role(guild, f"role {number}")
                for number in range(50):
                    discord.world.channel(guild, f"channel {number}")
            places = [
                ChannelRef("discord", guild.id, number)
                for guild in guilds
                for number in guild.channels[:CHANNELS_EACH]
            ]
            store = await DigestStore.open(f"sqlite:///{Path(folder) / 'ainews.db'}", system_clock)
            await fill(store, ENTRIES)
            subscription = Subscription(Schedule("instant", "Asia/Seoul"), since=system_clock())
            owner = Actor("discord", guilds[0].id, "1", "Bench")
            for place in places:
                await store.channels.schedule(place, subscription, owner, None)
            process = await start_bot(discord, folder)
            await asyncio.wait_for(discord.gateway.connected(), 60)
            person = discord.person(guilds[0], "Bench", ADMINISTRATOR)
            rest = psutil.Process(process.pid).memory_info().rss / MEBIBYTE
            channel = discord.world.channels[guilds[0].channels[-1]]
            await person.slash(channel, "add", link="https://n.example/all", title="News for all")
            delays = await ask(discord, person)
            posted = sum(len(discord.world.channels[place.id].messages) for place in places)
            print(f"{ENTRIES:,} entries, {len(delays)} commands, {posted} posts meanwhile")
            print(f"  first answer     {quantiles(delays)} ms")
            busy = psutil.Process(process.pid).memory_info().rss / MEBIBYTE
            print(f"  resident memory  {rest:.0f} MB in {GUILDS} servers, {busy:.0f} MB busy")
            process.terminate()
            await process.wait()
            await store.close()


async def start_bot(discord: FakeDiscord, folder: str, **more: str) -> asyncio.subprocess.Process:
    """Start the bot in a process of its own, with more settings."""
    environment = {**os.environ, **discord.environment, "AINEWS_DATA_FOLDER": folder, **more}
    environment |= {"AINEWS_COMMANDS_PERSON": "0"}  # one person asks for many
    environment |= {"AINEWS_LOG_LEVEL": "error", "PYTHONPATH": os.pathsep.join(sys.path)}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.cli", "run", env=environment, cwd=folder
    )


async def ask(discord: FakeDiscord, person: DiscordUser) -> list[float]:
    """Give commands at a steady rate. Returns the seconds until each was answered."""
    delays: list[float] = []
    channel = discord.world.channels[person.guild.channels[-1]]

    async def one(number: int) -> None:
        command, options = QUESTIONS[number % len(QUESTIONS)]
        answer = await person.slash(channel, command, **options)
        delays.append(answer.exchange.delay)

    tasks = []
    for number in range(COMMANDS):
        tasks.append(asyncio.create_task(one(number)))
        await asyncio.sleep(GAP)
    await asyncio.gather(*tasks)
    return delays


@asynccontextmanager
async def served(
    guilds: int, channels: int, *, limited: bool = False
) -> AsyncIterator[tuple[str, list[ChannelRef], Callable[[], Awaitable[dict[str, int]]]]]:
    """Run the fake in a process of its own; yield its API, its channels, and its figures."""
    words = [str(guilds), str(channels), *(["limits"] if limited else [])]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.discord_server",
        *words,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**24,
    )
    reader, writer = process.stdout, process.stdin
    if reader is None or writer is None:
        raise RuntimeError("the server has no pipes")

    async def figures() -> dict[str, int]:
        writer.write(b"\n")
        found: dict[str, int] = json.loads(await reader.readline())
        return found

    try:
        port, places = json.loads(await reader.readline())
        refs = [ChannelRef("discord", guild, channel) for guild, channel in places]
        yield f"http://127.0.0.1:{port}/api/v10", refs, figures
    finally:
        process.kill()
        await process.wait()


def _digest() -> Card:
    """Return a digest of ten entries with notes and pictures."""
    moment = system_clock()
    entries = [
        Entry(
            id=number,
            title=f"A language model that reads {number} books a minute",
            url=f"https://arxiv.example/abs/2101.{number:05}",
            links=(),
            note=SENTENCE * 2,
            image=f"https://images.example/{number}.png",
            published=PublishedDate(2021, 4, number + 1),
            language="en",
            tags=("llm", "paper"),
            added_by="Bench",
            key=None,
            status=Status.PUBLISHED,
            created_at=moment,
            updated_at=moment,
            first_published_at=moment,
        )
        for number in range(10)
    ]
    return list_card("AI news", entries, Translator("en"), empty="", full=True)


async def throughput(channels: int) -> Throughput:
    """Measure messages a second without limits, against bare aiohttp."""
    card = _digest()
    async with served(channels // 50, 50) as (api, refs, figures):
        environment = {
            "DISCORD_TOKEN": TOKEN,
            "DISCORD_API_BASE": api,
            "DISCORD_REQUESTS_PER_SECOND": "100000",
        }
        with tempfile.TemporaryDirectory() as folder:
            platform = plugin.create(PlatformContext(environment, system_clock, Path(folder)))
            await platform.start(FakeHandler())
            await asyncio.sleep(1 + channels / 5000)

            async def ours(number: int) -> None:
                await platform.publish(refs[number], card, f"{number:025}")

            async with aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                headers={"Authorization": f"Bot {TOKEN}", "Content-Type": "application/json"},
            ) as session:

                async def bare(number: int) -> None:
                    body = {
                        "components": drawn,
                        "flags": 1 << 15,
                        "allowed_mentions": {"parse": []},
                        "nonce": f"{number:025}",
                        "enforce_nonce": True,
                    }
                    url = f"{api}/channels/{refs[number].id}/messages"
                    async with session.post(url, data=json.dumps(body)) as response:
                        json.loads(await response.text())

                drawn = draw_post(card, "0" * 25, Translator("en"))
                before = resident()
                rate = await _rate(ours, refs)
                after = resident()
                found = await figures()
                plain = await _rate(bare, refs)
            await platform.close()
    if found["posted"] != len(refs):
        raise RuntimeError(f"{found['posted']} of {len(refs)} messages arrived")
    return Throughput(channels, rate, plain, before, after)


async def limited(channels: int) -> tuple[Delivered, float, int]:
    """Send one digest while Discord enforces its limits.

    Returns what came of it, the part of the limit that was used, and the refusals.
    """
    async with served(channels // 50, 50, limited=True) as (api, refs, figures):
        environment = {"DISCORD_TOKEN": TOKEN, "DISCORD_API_BASE": api}
        with tempfile.TemporaryDirectory() as folder:
            platform = plugin.create(PlatformContext(environment, system_clock, Path(folder)))
            await platform.start(FakeHandler())
            await asyncio.sleep(2 + channels / 5000)
            sent = await deliver(platform, refs)
            found = await figures()
            await platform.close()
    if found["posted"] != len(refs):
        raise RuntimeError(f"{found['posted']} of {len(refs)} messages arrived")
    return sent, sent.rate / ALLOWED, found["refused"]


async def _rate(send: Callable[[int], Awaitable[None]], refs: Sequence[ChannelRef]) -> float:
    """Send to every channel, so many at a time. Returns messages a second."""
    numbers = iter(range(len(refs)))

    async def worker() -> None:
        for number in numbers:
            await send(number)

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return len(refs) / (time.perf_counter() - began)


async def main(words: Sequence[str]) -> None:
    """Measure what was asked for."""
    if "--limits" in words:
        sent, share, refused = await limited(asked_for(words) or 1_000)
        print(said(sent, share, refused))
        return
    for channels in (asked_for(words),) if asked_for(words) else (1_000, 15_000):
        print(await throughput(channels))
    if not asked_for(words):
        await answers()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
