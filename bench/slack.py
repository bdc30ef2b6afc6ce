"""How quickly the bot answers in Slack, and how fast posts go out.

`uv run --group dev python -m bench.slack [ENTRIES]` prints: acknowledgement and first answer of
commands (p50 and p99, in milliseconds) over a store of 100,000 entries while a digest goes out;
and messages a second without limits at 1,000 and at 15,000 channels, against the same messages
sent by bare aiohttp. With `--limits`: how fast one digest goes through the whole delivery to 1,000
channels while Slack enforces its limits (it takes three and a half minutes), and how often it
refuses. `--channels N` says how many channels instead.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp

from adapters.slack import plugin
from adapters.slack.cards import cards
from adapters.slack.platform import SlackPlatform
from adapters.slack.setup import settings
from bench.store import SENTENCE, SOMEBODY, fill
from bench.whole import Delivered, Throughput, asked_for, deliver, resident, said
from bot.app import App
from bot.cli.session import shell_commands
from bot.config.installation import Installation
from bot.config.plugins import Plugins
from bot.config.settings import read_settings
from bot.i18n.translator import Translators
from bot.outside import Outside
from bot.port.card import Card
from bot.port.clock import system_clock
from bot.views.cards import list_card
from store.model import (
    Actor,
    ChannelRef,
    Entry,
    EntryDraft,
    PublishedDate,
    Schedule,
    Status,
    Subscription,
)
from store.store import DigestStore
from tests.fakes.platform import made_from
from tests.fakes.slack import FakeChannel, FakePerson, FakeSlack
from tests.fakes.slack.deeds import Deeds
from tests.fakes.slack.limits import SlackLimits
from tests.fakes.slack.server import APP_TOKEN, BOT_TOKEN

ENTRIES = 100_000
CHANNELS = 1_000
COMMANDS = 400
GAP = 0.05
"""Seconds between commands: 20 a second."""

LINES = ("latest", "show 500", "search smaller model", "latest 10 tag:llm", "tags", "saved")
AT_ONCE = 16
"""Posts under way at a time, as the delivery has it."""


def quantiles(seconds: list[float]) -> str:
    """Return p50 and p99 in milliseconds."""
    ordered = sorted(seconds)
    high = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"p50 {statistics.median(ordered) * 1000:6.1f}  p99 {high * 1000:6.1f}"


async def answers(entries: int) -> None:
    """Measure acknowledgements and first answers while a digest goes out."""
    with tempfile.TemporaryDirectory() as folder:
        async with FakeSlack.running() as slack:
            slack.checked = False
            slack.workspace.person(FakePerson("U0BENCH", "Bench", admin=True))
            for number in range(CHANNELS):
                slack.workspace.channel(FakeChannel(f"C{number}"))
            store = await DigestStore.open(f"sqlite:///{Path(folder) / 'bench.db'}", system_clock)
            await fill(store, entries)
            await _schedule(store)
            environment = slack.environment(AINEWS_DATA_FOLDER=folder, AINEWS_COMMANDS_PERSON="0")
            installation = Installation(
                environment, read_settings(environment), Translators("en"), Plugins((plugin,))
            )
            app = asyncio.create_task(App(installation, store, print).run())
            await slack.lines(2)
            await store.entries.add(EntryDraft("News for all", "https://n.example/all"), SOMEBODY)
            acknowledged, answered = await _ask(slack)
            posted = len(slack.called("chat.postMessage"))
            print(f"{entries:,} entries, {len(answered)} commands, {posted} posts meanwhile")
            print(f"  acknowledgement  {quantiles(acknowledged)}")
            print(f"  first answer     {quantiles(answered)}")
            app.cancel()
            with suppress(asyncio.CancelledError):
                await app
            await store.close()


async def _schedule(store: DigestStore) -> None:
    owner = Actor("slack", "T0HOME", "U0BENCH", "Bench")
    subscription = Subscription(Schedule("instant", "Asia/Seoul"), since=system_clock())
    for number in range(CHANNELS):
        ref = ChannelRef("slack", "T0HOME", f"C{number}")
        await store.channels.schedule(ref, subscription, owner, None)


async def _ask(slack: FakeSlack) -> tuple[list[float], list[float]]:
    """Type commands at a steady rate. Returns the seconds until each was acknowledged, answered."""
    acknowledged: list[float] = []
    answered: list[float] = []

    async def one(number: int) -> None:
        deeds = Deeds(slack, "U0BENCH", f"C{number % 50}")
        began = time.perf_counter()
        delivery = await deeds.type(LINES[number % len(LINES)])

        async def acknowledgement() -> None:
            await delivery.acknowledgement()
            acknowledged.append(time.perf_counter() - began)

        waiting = asyncio.create_task(acknowledgement())
        await delivery.answer()
        answered.append(time.perf_counter() - began)
        await waiting

    tasks = []
    for number in range(COMMANDS):
        tasks.append(asyncio.create_task(one(number)))
        await asyncio.sleep(GAP)
    await asyncio.gather(*tasks)
    return acknowledged, answered


@asynccontextmanager
async def served(
    channels: int, *, limited: bool = False
) -> AsyncIterator[tuple[str, Callable[[], Awaitable[dict[str, int]]]]]:
    """Run the fake in a process of its own; yield its address, and its figures."""
    words = [str(channels), *(["limits"] if limited else [])]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.slack_server",
        *words,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    reader, writer = process.stdout, process.stdin
    if reader is None or writer is None:
        raise RuntimeError("the server has no pipes")

    async def figures() -> dict[str, int]:
        writer.write(b"\n")
        found: dict[str, int] = json.loads(await reader.readline())
        return found

    try:
        yield (await reader.readline()).decode().strip(), figures
    finally:
        process.kill()
        await process.wait()


@asynccontextmanager
async def started(
    url: str, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> AsyncIterator[SlackPlatform]:
    """Start the bot's side of Slack, and close it again."""
    environment = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": url}
    platform = SlackPlatform(settings.read(environment), made_from(system_clock), sleep=sleep)
    with tempfile.TemporaryDirectory() as folder:
        store = await DigestStore.open(f"sqlite:///{Path(folder) / 'bench.db'}", system_clock)
        read = read_settings({"AINEWS_DATA_FOLDER": folder})
        installation = Installation({}, read, Translators("en"), Plugins(()))
        outside = Outside(installation)
        await platform.start(shell_commands(installation, store, outside))
        try:
            yield platform
        finally:
            await platform.close()
            await store.close()


async def throughput(channels: int) -> Throughput:
    """Measure messages a second without limits, against bare aiohttp."""
    card = _digest()
    message = cards.message(card, Translators("en").of("en"))
    async with (
        served(channels) as (url, figures),
        started(url, _at_once) as platform,
        aiohttp.ClientSession() as session,
    ):

        async def ours(number: int) -> None:
            ref = ChannelRef("slack", "T0HOME", f"C{number}")
            await platform.publish(ref, card, f"key{number}")

        async def bare(number: int) -> None:
            payload = {
                "channel": f"C{number}",
                "text": message.text,
                "blocks": message.blocks,
                "metadata": {"event_type": "bench", "event_payload": {"key": f"{number}"}},
                "unfurl_links": False,
                "unfurl_media": False,
            }
            headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
            async with session.post(
                f"{url}chat.postMessage", json=payload, headers=headers
            ) as response:
                json.loads(await response.text())

        before = resident()
        rate = await _rate(ours, channels)
        after = resident()
        found = await figures()
        plain = await _rate(bare, channels)
    if found["posted"] != channels:
        raise RuntimeError(f"{found['posted']} of {channels} messages arrived")
    return Throughput(channels, rate, plain, before, after)


async def limited(channels: int) -> tuple[Delivered, float, int]:
    """Send one digest to every channel while Slack enforces its limits.

    Returns what came of it, the part of the limits that was used, and the refusals.
    """
    refs = [ChannelRef("slack", "T0HOME", f"C{number}") for number in range(channels)]
    async with served(channels, limited=True) as (url, figures), started(url) as platform:
        sent = await deliver(platform, refs)
        found = await figures()
    if found["posted"] != channels:
        raise RuntimeError(f"{found['posted']} of {channels} messages arrived")
    return sent, sent.rate / (SlackLimits().posts_a_minute / 60), found["refused"]


async def _rate(send: Callable[[int], Awaitable[None]], channels: int) -> float:
    """Return how many messages a second go out, so many at a time."""
    numbers = iter(range(channels))

    async def worker() -> None:
        for number in numbers:
            await send(number)

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return channels / (time.perf_counter() - began)


def _digest() -> Card:
    words = Translators("en").of("en")
    entries = [
        Entry(
            id=number,
            title=f"모델 {number}: a smaller model that trains faster",
            url=f"https://news.example/articles?id={number}",
            links=(),
            note=SENTENCE,
            image=None,
            published=PublishedDate(2026, 3, 2),
            language="ko",
            tags=("llm",),
            added_by="bench",
            key=None,
            status=Status.PUBLISHED,
            created_at=system_clock(),
            updated_at=system_clock(),
            first_published_at=system_clock(),
        )
        for number in range(1, 6)
    ]
    return list_card("AI news", entries, words, empty="", full=True)


async def _at_once(seconds: float) -> None:
    """Keep no pace."""
    del seconds


async def main(words: Sequence[str]) -> None:
    """Measure what was asked for."""
    if "--limits" in words:
        sent, share, refused = await limited(asked_for(words) or CHANNELS)
        print(said(sent, share, refused))
        return
    if asked_for(words):
        print(await throughput(asked_for(words)))
        return
    await answers(int(words[0]) if words else ENTRIES)
    for channels in (CHANNELS, 15 * CHANNELS):
        print(await throughput(channels))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
