"""How long parsing takes beside other parsers, what they read of broken feeds, the loop held."""

from __future__ import annotations

import asyncio
import importlib
import re
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import psutil

from adapters.documents.reading import ReadingThread
from adapters.feeds.reader import read
from bench.search_report import machine, table

MEGABYTE = 1_000_000
ROUNDS = 3
STEP = 0.001
"""Seconds between the looks at how late the loop is, and of the interpreter's switch interval."""
SIZES = (700_000, 5 * MEGABYTE)
END_TAGS = {
    "item": re.compile(rb"</(?:item|entry)>"),
    "title and link": re.compile(rb"</(?:title|link)>"),
}
"""What is taken out of sound feeds to see what is read of them then."""
Count = Callable[[bytes], int]


def ours(data: bytes) -> int:
    return len(read(data, base="https://example.org/").items)


def readers() -> Mapping[str, Count]:
    """Return a function for each parser that is there, which counts the items of a feed."""
    found: dict[str, Count] = {"ours": ours}
    for name in ("feedparser", "fastfeedparser"):
        try:
            parse = importlib.import_module(name).parse
        except ImportError:
            continue
        found[name] = partial(_entries, parse)
    return found


def _entries(parse: Callable[[bytes], object], data: bytes) -> int:
    return len(getattr(parse(data), "entries", ()))


def counted(count: Count, data: bytes) -> int | None:
    """Return how many items a parser finds, None where it raises."""
    try:
        return count(data)
    except Exception:  # noqa: BLE001 - every parser has errors of its own
        return None


def cpu(count: Count, files: Sequence[bytes]) -> float:
    """Return milliseconds of CPU time a megabyte, the best of some rounds."""
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for data in files:
            counted(count, data)
        taken.append(time.process_time() - began)
    return min(taken) * 1000 / (sum(map(len, files)) / MEGABYTE)


def kept(count: Count, files: Sequence[bytes], missing: re.Pattern[bytes]) -> str:
    """Return of how many feeds all items are found when their end tags are missing."""
    whole = [(counted(ours, data), data) for data in files]
    feeds = [(items, data) for items, data in whole if items and missing.search(data)]
    found = sum(counted(count, missing.sub(b"", data)) == items for items, data in feeds)
    return f"{found} of {len(feeds)}"


def made(size: int) -> bytes:
    """Return a feed of about that many bytes, with two kilobytes of HTML in each item."""
    html = "<p>Some <b>words</b> about <a href='https://example.org/'>models</a> and more.</p>" * 24
    items = [
        f"<item><title>News {n}</title><link>https://example.org/{n}</link>"
        f"<pubDate>Tue, 02 Jan 2024 15:04:{n % 60:02} +0900</pubDate>"
        f"<description><![CDATA[{html}]]></description></item>"
        for n in range(size // 2200)
    ]
    return f'<rss version="2.0"><channel>{"".join(items)}</channel></rss>'.encode()


async def held(work: Callable[[], Awaitable[object]]) -> float:
    """Return the longest time that the loop came late while something was done, in milliseconds."""
    late: list[float] = []

    async def watch() -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(STEP)
            late.append(time.perf_counter() - began - STEP)

    watcher = asyncio.create_task(watch())
    await asyncio.sleep(10 * STEP)
    late.clear()
    await work()
    watcher.cancel()
    return max(late, default=0.0) * 1000


async def loop_rows() -> list[list[str]]:
    """Measure the loop and the memory while made feeds are read, beside a loop without work."""
    thread = ReadingThread("feeds")
    rows = []
    for size in SIZES:
        data = made(size)
        before = psutil.Process().memory_info().rss
        times = [await held(partial(thread.run, partial(read, data))) for _ in range(ROUNDS)]
        idle = [await held(lambda: asyncio.sleep(0.3)) for _ in range(ROUNDS)]
        grown = (psutil.Process().memory_info().rss - before) / MEGABYTE
        rows.append(
            [
                f"{size / MEGABYTE:.1f} MB",
                f"{min(times):.1f} ms",
                f"{min(idle):.1f} ms",
                f"{grown:.0f} MB",
            ]
        )
    await thread.close()
    return rows


def report(folder: Path) -> None:
    """Print the tables for the feeds of XML in a folder."""
    files = [path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()]
    print(f"{len(files)} files, {sum(map(len, files)) / MEGABYTE:.1f} MB; {machine()}\n")
    print(
        table(
            ["parser", "CPU a MB", *(f"without {name} ends" for name in END_TAGS)],
            [
                [name, f"{cpu(count, files):.0f} ms"]
                + [kept(count, files, missing) for missing in END_TAGS.values()]
                for name, count in readers().items()
            ],
        )
    )
    sys.setswitchinterval(STEP)
    print(
        "\n" + table(["made feed", "loop held", "without work", "memory"], asyncio.run(loop_rows()))
    )
