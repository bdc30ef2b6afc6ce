"""How long one piece of news takes: from the request for its feed to the message in its channel.

    uv run --group dev python -m bench.sources_post

A feed on loopback gets one item after another; each is read, kept, published without review, made
into a post of a channel with `instant`, and sent to a Slack on loopback. The waiting between
rounds, which the politeness towards a host and a channel asks for, is not counted.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import psutil

from adapters.feeds.source import FeedSources
from adapters.http.fetcher import GuardedFetcher
from adapters.http.settings import read_fetch_settings
from adapters.slack.platform import SlackPlatform
from adapters.slack.setup import settings
from bench.search_report import machine
from bench.whole import delivery_to
from bot.port.clock import system_clock
from bot.sources.polling import Poller
from store.audit import PROGRAM
from store.model import ChannelRef, Schedule, SourceRules, Subscription
from store.search.executor import SWITCH_INTERVAL
from store.store import DigestStore
from tests.fakes.deliveries import run_once
from tests.fakes.handler import FakeHandler
from tests.fakes.platform import made_from
from tests.fakes.site import FakeSite
from tests.fakes.slack import FakeChannel, FakeSlack
from tests.fakes.slack.workspace import TEAM

ROUNDS = 20
_BETWEEN = 2.5
"""Seconds. A host is asked every two seconds, a channel gets a message a second."""
_CHANNEL = "C0NEWS"
_ITEM = "<item><title>{0}</title><link>https://n.example/{1}</link><pubDate>{2}</pubDate></item>"
_WORDS = [
    "otter",
    "whale",
    "budget",
    "chorus",
    "violin",
    "harbour",
    "meadow",
    "lantern",
    "glacier",
    "comet",
    "orchard",
    "saddle",
]


def _feed(count: int) -> bytes:
    """Return a feed with so many items, the newest first, whose titles have no word in common."""
    date = f"{datetime.now(UTC):%a, %d %b %Y %H:%M:%S} GMT"
    titles = (f"{_WORDS[n % len(_WORDS)].title()} {n * 7919} told" for n in range(count))
    items = [_ITEM.format(title, number, date) for number, title in enumerate(titles)]
    told = "".join(reversed(items))
    return f"<rss version='2.0'><channel><title>F</title>{told}</channel></rss>".encode()


async def measure(slack: FakeSlack, site: FakeSite, store: DigestStore) -> None:
    """Print what a piece of news took."""
    platform = SlackPlatform(settings.read(slack.environment()), made_from(system_clock))
    await platform.start(FakeHandler())
    delivery = delivery_to(platform, store)
    fetcher = GuardedFetcher(read_fetch_settings({"AINEWS_FETCH_ALLOW": "127.0.0.0/8"}))
    reader = FeedSources(fetcher)
    poller = Poller(store, lambda: reader, system_clock, owner=lambda: "bench", wake=lambda: None)
    source = await store.sources.add(site.url("/feed"), "F", SourceRules(reviewed=False), PROGRAM)
    taken: list[tuple[float, float, float]] = []
    said = slack.workspace.channels[_CHANNEL].messages
    process = psutil.Process()
    gc.freeze()  # as the bot does
    for number in range(ROUNDS + 1):
        site.answers("/feed", _feed(number + 1))
        await store.sources.pause(source.id, PROGRAM)
        await store.sources.resume(source.id, PROGRAM)
        before, begun, cpu = len(said), time.perf_counter(), time.process_time()
        await poller.run()
        await run_once(delivery)
        if number and len(said) == before + 1:  # what was there at the beginning is no news
            seconds, spent = time.perf_counter() - begun, time.process_time() - cpu
            taken.append((seconds * 1000, spent * 1000, process.memory_info().rss / 1024**2))
        await asyncio.sleep(_BETWEEN)
    for closing in (poller, reader, fetcher, delivery, platform):
        await closing.close()
    clock, cpus, memory = zip(*taken, strict=True)
    print(machine())
    print(
        f"{len(taken)} of {ROUNDS} posted: {statistics.median(clock):.0f} ms from fetch to message "
        f"(at most {max(clock):.0f}), {statistics.median(cpus):.0f} ms of CPU with "
        f"the loopback Slack's; {memory[0]:.0f} MB after the first, {memory[-1]:.0f} after the last"
    )


async def _main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = await DigestStore.open(f"sqlite:///{Path(folder) / 'ainews.db'}", system_clock)
        async with FakeSlack.running() as slack, FakeSite() as site:
            slack.workspace.channel(FakeChannel(_CHANNEL))
            ref = ChannelRef("slack", TEAM, _CHANNEL)
            subscription = Subscription(Schedule("instant", "UTC"), since=system_clock())
            await store.channels.schedule(ref, subscription, PROGRAM, None)
            await measure(slack, site, store)
        await store.close()


if __name__ == "__main__":
    sys.setswitchinterval(SWITCH_INTERVAL)
    asyncio.run(_main())
