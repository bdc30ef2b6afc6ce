"""How quickly the bot answers in chat while everybody reads its archive, and what that costs.

    uv run --group dev python -m bench.web_load [ENTRIES]

Prints the time to the first answer to 200 commands on Discord, ten a second, over 100,000 entries:
without anything else, then while 200 pages and 20 searches a second are asked of the archive by a
process of its own (a tenth of the pages entries that nobody asked for before). Wanted: p99 in chat
at most 1.5 times that without load. Then how long the bot takes to start, and its memory, with the
archive and without it: the least of three.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import aiohttp
import psutil
from aiohttp.test_utils import unused_port

from bench.discord import ENTRIES, ask, quantiles, start_bot
from bench.store import fill
from bench.whole import MEBIBYTE
from bot.port.clock import system_clock
from store.store import DigestStore
from tests.fakes.discord import DiscordUser, FakeDiscord
from tests.fakes.discord.world import ADMINISTRATOR

PAGES = 200
SEARCHES = 20
KEPT = ("/ko", "/en", "/ko/tags", "/ko/tags/llm", "/en/tags/paper", "/ko/about", "/ko/feed.atom")
WORDS = ("smaller", "model", "언어", "모델", "reads", "books", "minute", "paper", "공개", "학습")
UNSEEN = 0.1
STARTS = 3
_LOOK = 0.01


async def load(entries: int, url: str) -> None:
    """Be everybody: ask at a steady pace until stopped, then print what was answered."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    answers: Counter[str] = Counter()
    delays: dict[str, list[float]] = {"page": [], "search": []}
    chosen = random.Random(1)

    async def one(session: aiohttp.ClientSession, kind: str, path: str, visitor: str) -> None:
        began = time.perf_counter()
        headers = {"X-Forwarded-For": visitor}
        async with session.get(f"{url}{path}", headers=headers) as answer:
            await answer.read()
        answers[f"{kind} {answer.status}"] += 1
        delays[kind].append(time.perf_counter() - began)

    async def paced(session: aiohttp.ClientSession, kind: str, rate: int) -> None:
        loop = asyncio.get_running_loop()
        due, under_way = loop.time(), set()
        while not stop.is_set():
            if kind == "search":
                path = f"/ko/search?q={'+'.join(chosen.sample(WORDS, 2))}+{chosen.randrange(999)}"
            elif chosen.random() < UNSEEN:
                path = f"/ko/e/{chosen.randrange(1, entries)}"
            else:
                path = chosen.choice(KEPT)
            visitor = f"198.51.{chosen.randrange(256)}.{chosen.randrange(256)}"
            task = asyncio.create_task(one(session, kind, path, visitor))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
            due += 1 / rate
            await asyncio.sleep(max(0.0, due - loop.time()))
        await asyncio.gather(*under_way)

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(paced(session, "page", PAGES), paced(session, "search", SEARCHES))
    print(json.dumps([answers, {kind: quantiles(each) for kind, each in delays.items()}]))


async def chat(entries: int) -> None:
    """Measure the answers in chat without load, and beside it."""
    with tempfile.TemporaryDirectory() as folder:
        async with FakeDiscord(checked=False) as discord:
            guild = discord.world.guild("Server")
            discord.world.channel(guild, "news")
            store = await DigestStore.open(f"sqlite:///{Path(folder) / 'ainews.db'}", system_clock)
            await fill(store, entries)
            await store.close()
            url = f"http://127.0.0.1:{unused_port()}"
            settings = {"AINEWS_HTTP": url.removeprefix("http://"), "AINEWS_WEB_URL": url}
            bot = await start_bot(discord, folder, **settings, AINEWS_WEB_PROXY="127.0.0.1")
            try:
                await ready(url)
                await discord.gateway.connected()
                person = discord.person(guild, "Bench", ADMINISTRATOR)
                await ask(discord, person)  # everything is loaded
                alone = await ask(discord, person)
                beside, share, told = await crowded(discord, person, bot.pid, entries, url)
            finally:
                bot.terminate()
                await bot.wait()
    answers, delays = json.loads(told)
    print(f"{entries:,} entries, {os.cpu_count()} processors, first answer in chat")
    print(f"  without load   {quantiles(alone)} ms")
    print(f"  beside it      {quantiles(beside)} ms: p99 {p99(beside) / p99(alone):.2f} times")
    print(f"  the bot takes {share:.0%} of a processor; the archive answers {answers}")
    for kind, each in delays.items():
        print(f"  {kind:6} {each} ms")


async def crowded(
    discord: FakeDiscord, person: DiscordUser, bot: int, entries: int, url: str
) -> tuple[list[float], float, bytes]:
    """Ask in chat beside the load.

    Returns how long answers took, the bot's share of a processor, and what the load tells.
    """
    words = (sys.executable, "-m", "bench.web_load", str(entries), url)
    crowd = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
    await asyncio.sleep(2)  # until it asks
    used, began = psutil.Process(bot).cpu_times(), time.perf_counter()
    delays = await ask(discord, person)
    passed, spent = time.perf_counter() - began, psutil.Process(bot).cpu_times()
    crowd.terminate()
    told, _ = await crowd.communicate()
    share = (spent.user + spent.system - used.user - used.system) / passed
    return delays, share, told


def p99(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.99)]


async def start(*, archive: bool) -> tuple[float, float]:
    """Return the seconds until a new bot is ready, and its megabytes then."""
    with tempfile.TemporaryDirectory() as folder:
        async with FakeDiscord(checked=False) as discord:
            discord.world.channel(discord.world.guild("Server"), "news")
            store = await DigestStore.open(f"sqlite:///{Path(folder) / 'ainews.db'}", system_clock)
            await store.close()
            url = f"http://127.0.0.1:{unused_port()}"
            settings = {"AINEWS_HTTP": url.removeprefix("http://")}
            if archive:
                settings["AINEWS_WEB_URL"] = url
            began = time.perf_counter()
            bot = await start_bot(discord, folder, **settings)
            await ready(url)
            took = time.perf_counter() - began
            memory = psutil.Process(bot.pid).memory_info().rss / MEBIBYTE
            bot.terminate()
            await bot.wait()
    return took, memory


async def ready(url: str) -> None:
    """Wait until the bot is ready."""
    async with aiohttp.ClientSession() as session:
        while True:
            with suppress(aiohttp.ClientError):
                async with session.get(f"{url}/health/ready") as answer:
                    if answer.ok:
                        return
            await asyncio.sleep(_LOOK)


async def main(entries: int) -> None:
    """Measure all of it."""
    await chat(entries)
    for archive in (False, True):
        every = [await start(archive=archive) for _ in range(STARTS)]
        took, memory = (min(each) for each in zip(*every, strict=True))
        print(f"  {'with' if archive else 'without'} the archive: ready in {took:.2f} s, ", end="")
        print(f"{memory:.0f} MB")


if __name__ == "__main__":
    size = int(sys.argv[1]) if sys.argv[1:] else ENTRIES
    asyncio.run(load(size, sys.argv[2]) if sys.argv[2:] else main(size))
