"""What pages cost: kept ones and 304s a second beside a static file, and the CPU of one made anew.

    uv run --group dev python -m bench.web [ENTRIES ...]

The client is a process of its own on loopback: 32 connections that ask one request after another.
Rates are by the CPU time of the server's process: what one core of it does a second. *anew* is a
page whose entries were shown before, as after any change of the digest; *through the whole list*
shows entries that no page showed before, as a crawler meets them.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from statistics import median

from adapters.web.addresses import PageAddress, page_at
from adapters.web.drawing import Drawing
from adapters.web.feeds import Feeds
from adapters.web.pages import ArchivePages
from adapters.web.service import WebService
from bot.archive import StoreArchive
from bot.config.readers import HttpAddress
from bot.http import Listener
from bot.i18n.translator import Translators
from bot.port.clock import system_clock
from bot.port.service import HttpRequest, HttpResponse, Route
from bot.views.sections import TagSections
from store.audit import PROGRAM
from store.model import EntryDraft, ImportItem, PublishedDate
from store.store import DigestStore

PLACE = HttpAddress("127.0.0.1", 8098)
CONNECTIONS = 32
EACH = 300
ANEW = 50
BATCH = 5_000
PATHS = ("/ko", "/ko/tags/llm", "/ko/2026-11-20", "/ko/e/7")


def ask(path: str, headers: str) -> None:
    """Be the client."""
    request = f"GET {path} HTTP/1.1\r\nHost: bench\r\n{headers}\r\n".encode()

    async def one() -> None:
        reader, writer = await asyncio.open_connection(PLACE.host, PLACE.port)
        for _ in range(EACH):
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            _, length, rest = head.partition("content-length: ")
            if length and " 304 " not in head[:20]:
                await reader.readexactly(int(rest.split("\r\n")[0]))
        writer.close()

    async def every() -> None:
        await asyncio.gather(*(one() for _ in range(CONNECTIONS)))

    asyncio.run(every())


async def rate(path: str, headers: str = "") -> float:
    """Return the answers a second of the server's CPU time."""
    before = cpu()
    client = multiprocessing.get_context("spawn").Process(target=ask, args=(path, headers))
    client.start()
    await asyncio.to_thread(client.join)
    return CONNECTIONS * EACH / (cpu() - before)


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def cost(
    addresses: Sequence[PageAddress], make: Callable[[PageAddress], Awaitable[object]]
) -> str:
    """Say what it costs to make a page, in the middle of some."""
    spent, passed = [], []
    for address in addresses:
        before, began = cpu(), time.perf_counter()
        await make(address)
        spent.append(cpu() - before)
        passed.append(time.perf_counter() - began)
    return f"{median(spent) * 1e3:.2f} ms CPU, {median(passed) * 1e3:.2f} ms"


async def fill(store: DigestStore, count: int) -> None:
    for start in range(0, count, BATCH):
        items = [
            ImportItem(
                EntryDraft(
                    f"모델 {number}: a smaller model that reads {number} pages",
                    f"https://site{number % 97}.example/{number}",
                    note=f"A first sentence about the model {number}. 두 번째 문장입니다.",
                    published=PublishedDate(2026, 1 + number % 11, 1 + number % 28),
                    tags=("llm", f"tag{number % 50}"),
                ),
                1,
            )
            for number in range(start, min(start + BATCH, count))
        ]
        await store.entries.import_batch(items, PROGRAM)


async def measure(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'ainews.db'}"
        store = await DigestStore.open(url, system_clock, pragmas={"synchronous": "OFF"})
        await fill(store, count)
        words = Translators("en")
        archive = StoreArchive(
            store,
            words,
            TagSections.shipped(),
            url="https://news.example",
            timezone="Asia/Seoul",
            credited=False,
        )
        service = WebService(archive, system_clock, "en", ())
        page = await service.answer(HttpRequest("GET", "/ko", "", {}, b""))
        fixed = HttpResponse(body=page.body)

        async def static(request: HttpRequest) -> HttpResponse:
            del request
            return fixed

        listener = Listener(PLACE, (Route("GET", "/static", static), *service.routes))
        await listener.start()
        etag = f"If-None-Match: {page.headers['ETag']}\r\n"
        print(f"{count:,} entries, /ko of {len(page.body):,} bytes")
        for name, path, headers in (
            ("static file", "/static", ""),
            ("kept page", "/ko", ""),
            ("304", "/ko", etag),
        ):
            print(f"  {name}: {await rate(path, headers):,.0f} a second of CPU")
        pages = ArchivePages(archive, Drawing(), words)
        for address in filter(None, (page_at(path, "") for path in PATHS)):
            await pages.draw(address)
            print(f"  {address} anew: {await cost([address] * ANEW, pages.draw)}")
        places = [f"after={2026_1100 + day}-0" for day in range(28, 0, -1)]
        walk = [one for place in places if (one := page_at("/ko", place)) is not None]
        print(f"  /ko through the whole list: {await cost(walk, pages.draw)}")
        feeds = Feeds(archive, words)
        atom = [feed for _ in range(ANEW) if (feed := page_at("/ko/feed.atom", "")) is not None]
        print(f"  Atom of 50: {await cost(atom, feeds.draw)}")
        await listener.close()
        await store.close()


if __name__ == "__main__":
    for each in sys.argv[1:] or ("1000", "100000"):
        asyncio.run(measure(int(each)))
