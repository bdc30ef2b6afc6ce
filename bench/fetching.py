"""What the door to the web costs: a request that brings nothing, and the largest that bring most.

    uv run --group dev python -m bench.fetching

The site runs in a process of its own. *Loop held* is the longest that the event loop did not come
back to a task that does nothing but sleep for a millisecond.
"""

from __future__ import annotations

import asyncio
import gzip
import multiprocessing
import resource
import sys
import time
from collections.abc import Awaitable
from contextlib import suppress
from multiprocessing.connection import Connection

from adapters.feeds.source import FeedSources
from adapters.http.fetcher import GuardedFetcher
from adapters.http.settings import read_fetch_settings
from bot.port.fetch import MOST_BYTES, FetchError
from bot.port.source import NotAFeed, Validators
from store.search.executor import SWITCH_INTERVAL
from tests.fakes.site import FakeSite

POLLS = 3_000
TOGETHER = 32
"""Polls at once; the door lets two at a time through to one host."""

ITEM = "<item><title>News {0}</title><link>/{0}</link><description>{1}</description></item>"
KNOWN = Validators('"1"')


def serve(ready: Connection) -> None:
    """Be the site until the process is ended."""
    asyncio.run(_serve(ready))


async def _serve(ready: Connection) -> None:
    items = "".join(ITEM.format(number, "words " * 80) for number in range(9_000))
    feed = f"<rss version='2.0'><channel><title>F</title>{items}</channel></rss>".encode()
    async with FakeSite() as site:
        site.answers("/same", b"", 304)
        site.answers("/bomb", gzip.compress(bytes(200 * 1024 * 1024), 9), Content_Encoding="gzip")
        site.answers("/zeros", bytes(MOST_BYTES))
        site.answers("/feed", gzip.compress(feed[:MOST_BYTES]), Content_Encoding="gzip")
        ready.send(site.port)
        await asyncio.get_running_loop().create_future()


async def held(work: Awaitable[object]) -> float:
    """Do some work, and return the longest that the loop was held meanwhile, in seconds."""
    longest = 0.0
    task = asyncio.ensure_future(work)
    while not task.done():
        before = time.perf_counter()
        await asyncio.sleep(0.001)
        longest = max(longest, time.perf_counter() - before - 0.001)
    with suppress(FetchError, NotAFeed):
        task.result()
    return longest


async def polls(sources: FeedSources, url: str) -> None:
    """Ask for what has not changed, as many times as there are polls."""
    left = iter(range(POLLS))

    async def some() -> None:
        for _ in left:
            await sources.fetch(url, KNOWN)

    await asyncio.gather(*(some() for _ in range(TOGETHER)))


async def measure(port: int) -> None:
    sys.setswitchinterval(SWITCH_INTERVAL)
    fetcher = GuardedFetcher(read_fetch_settings({"AINEWS_FETCH_ALLOW": "127.0.0.1"}))
    sources = FeedSources(fetcher)
    here = f"http://127.0.0.1:{port}"
    await sources.fetch(f"{here}/same", KNOWN)
    began, cpu = time.perf_counter(), time.process_time()
    longest = await held(polls(sources, f"{here}/same"))
    took, used = time.perf_counter() - began, time.process_time() - cpu
    each = f"{POLLS / took:,.0f} a second, {used / POLLS * 1000:.2f} ms CPU each"
    print(f"304: {each}, loop held {longest * 1000:.0f} ms")
    works: dict[str, Awaitable[object]] = {
        "a bomb of 200 MB": fetcher.fetch(f"{here}/bomb"),
        "5 MB as they are": fetcher.fetch(f"{here}/zeros"),
        "a feed of 5 MB, read": sources.fetch(f"{here}/feed", Validators()),
    }
    for name, work in works.items():
        began = time.perf_counter()
        longest = await held(work)
        took = time.perf_counter() - began
        print(f"{name}: {took * 1000:.0f} ms, loop held {longest * 1000:.0f} ms")
    print(f"memory at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    await sources.close()
    await fetcher.close()


def main() -> None:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.Process(target=serve, args=(there,), daemon=True)
    process.start()
    try:
        asyncio.run(measure(here.recv()))
    finally:
        process.kill()


if __name__ == "__main__":
    main()
