"""What polling costs: a thousand sources on loopback, each on an address of its own.

    uv run --group dev python -m bench.sources_poll

The first round asks for all that is new to the bot; in the second one of twenty has news and the
others answer 304. The site runs in a process of its own. CPU is that of the bot's process.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from aiohttp import web

from adapters.feeds.source import FeedSources
from adapters.http.fetcher import GuardedFetcher
from adapters.http.settings import read_fetch_settings
from bot.sources.polling import Poller
from store.audit import PROGRAM
from store.model import SourceRules, Status
from store.search.executor import SWITCH_INTERVAL
from store.store import DigestStore

SOURCES = 1_000
NEWS_OF = 20
ITEMS = 20
PORT = 8099

ITEM = (
    "<item><title>{3}</title><link>https://news.example/{1}/{0}</link><guid>{1}-{0}</guid>"
    "<pubDate>{2}</pubDate></item>"
)


def address(number: int) -> str:
    """Return the loopback address of a source: requests to one host are two seconds apart."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


def serve(ready: Connection) -> None:
    """Be the sites until the process is ended."""
    asyncio.run(_serve(ready))


async def _serve(ready: Connection) -> None:
    asked: dict[str, int] = {}
    words = random.Random(1)
    day = datetime.now(UTC) - timedelta(days=5)

    async def feed(request: web.Request) -> web.Response:
        host = request.host.partition(":")[0]
        number = int(request.path.strip("/"))
        round_ = asked[host] = asked.get(host, 0) + 1
        news = round_ > 1 and number % NEWS_OF == 0
        etag = f'"{round_ if news else 1}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        then = f"{day:%a, %d %b %Y %H:%M:%S} GMT"
        items = "".join(
            ITEM.format(one, number, then, f"Old {one} {number}") for one in range(ITEMS)
        )
        if news:
            now = f"{datetime.now(UTC):%a, %d %b %Y %H:%M:%S} GMT"
            title = " ".join("".join(words.choices("abdegiklmnoprstuv", k=6)) for _ in range(6))
            items = ITEM.format(f"new{round_}", number, now, title) + items
        text = f"<rss version='2.0'><channel><title>F</title>{items}</channel></rss>"
        return web.Response(text=text, content_type="application/rss+xml", headers={"ETag": etag})

    app = web.Application()
    app.router.add_get("/{number}", feed)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    for number in range(SOURCES):
        await web.TCPSite(runner, address(number), PORT).start()
    ready.send(None)
    await asyncio.get_running_loop().create_future()


async def held_by_work(work: Awaitable[object]) -> tuple[float, float]:
    """Do some work. Returns the longest that the loop was held, in seconds, and the most CPU.

    The CPU is that of the loop's thread between two looks: what others on the machine take is not
    in it.
    """
    longest = most = 0.0
    task = asyncio.ensure_future(work)
    while not task.done():
        before, cpu = time.perf_counter(), time.thread_time()
        await asyncio.sleep(0.001)
        longest = max(longest, time.perf_counter() - before - 0.001)
        most = max(most, time.thread_time() - cpu)
    task.result()
    return longest, most


async def measure() -> None:
    """Poll twice, and print what it took."""
    ahead = timedelta()

    def clock() -> datetime:
        return datetime.now(UTC) + ahead

    with tempfile.TemporaryDirectory() as folder:
        store = await DigestStore.open(f"sqlite:///{Path(folder) / 'ainews.db'}", clock)
        fetcher = GuardedFetcher(read_fetch_settings({"AINEWS_FETCH_ALLOW": "127.0.0.0/8"}))
        reader = FeedSources(fetcher)
        poller = Poller(store, lambda: reader, clock, owner=lambda: "bench", wake=lambda: None)
        for number in range(SOURCES):
            url = f"http://{address(number)}:{PORT}/{number}"
            await store.sources.add(url, f"Source {number}", SourceRules(), PROGRAM)
        gc.freeze()  # as the bot does
        for name in ("first round, all whole", "second round, 1 of 20 has news"):
            before, cpu = time.perf_counter(), time.process_time()
            longest, of_its_own = await held_by_work(poller.run())
            took, spent = time.perf_counter() - before, time.process_time() - cpu
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            pending = (await store.entries.count())[Status.PENDING]
            print(
                f"{name}: {SOURCES / took:.0f} polls a second, {spent / SOURCES * 1000:.1f} ms CPU "
                f"a poll, loop held {longest * 1000:.0f} ms ({of_its_own * 1000:.0f} ms of its own "
                f"CPU), {memory:.0f} MB, {pending} pending"
            )
            ahead += timedelta(hours=20)
        await poller.close()
        await reader.close()
        await fetcher.close()
        await store.close()


def main() -> int:
    """Run the site and the bot."""
    sys.setswitchinterval(SWITCH_INTERVAL)
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,))
    process.start()
    try:
        ours.recv()
        asyncio.run(measure())
    finally:
        process.terminate()
        process.join()
    return 0


if __name__ == "__main__":
    sys.exit(main())
