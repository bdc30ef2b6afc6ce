"""One digest to many channels through the whole delivery: store, tick, lease, platform, receipt."""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psutil
from sqlalchemy import insert, select

from bench.store import SENTENCE
from bot.config.logs import Redactor, configure_logs
from bot.delivery.delivery import Delivery
from bot.delivery.renderer import PostRenderer
from bot.i18n.translator import Translators
from bot.port.card import Card
from bot.port.clock import system_clock
from bot.port.platform import Platform
from bot.views.sections import TagSections
from store.db.address import Address
from store.db.database import Database
from store.db.schema import channels
from store.model import Actor, ChannelRef, EntryDraft, Notice, PostState, Schedule, Subscription
from store.store import DigestStore
from tests.fakes.deliveries import Owner, run_once
from tests.fakes.stored import post_counts

MEBIBYTE = 2**20
ENTRIES = 5
SOMEBODY = Actor("bench", "bench", "bench", "Bench")


@dataclass(frozen=True, slots=True)
class Delivered:
    """How a digest went out: how many messages, how fast, and what this process grew by."""

    messages: int
    seconds: float
    cpu: float
    before: float
    after: float

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.messages / self.seconds


@dataclass(frozen=True, slots=True)
class Throughput:
    """Messages a second without limits, ours and those of bare aiohttp, and memory in megabytes."""

    channels: int
    ours: float
    bare: float
    before: float
    after: float

    def __str__(self) -> str:
        """Return a sentence."""
        return (
            f"{self.channels:,} channels: {self.ours:,.0f} messages/s, bare aiohttp "
            f"{self.bare:,.0f}: {self.ours / self.bare:.0%}; memory {self.before:.0f} MB before, "
            f"{self.after:.0f} MB after"
        )


def said(sent: Delivered, share: float, refused: int) -> str:
    """Return in a sentence how a digest went out within the limits."""
    return (
        f"{sent.messages:,} channels within the limits: {sent.rate:.2f} messages/s, {share:.1%} of "
        f"what they allow, {refused} refused; {sent.cpu / sent.messages * 1000:.1f} ms of CPU a "
        f"message, memory {sent.before:.0f} MB before, {sent.after:.0f} MB after"
    )


def asked_for(words: Sequence[str]) -> int:
    """Return the number after `--channels`, 0 where there is none."""
    return int(words[words.index("--channels") + 1]) if "--channels" in words else 0


def resident() -> float:
    """Return the megabytes of this process that are in memory."""
    return float(psutil.Process().memory_info().rss) / MEBIBYTE


async def deliver(platform: Platform, refs: Sequence[ChannelRef]) -> Delivered:
    """Send one digest to channels of a platform that has started, and wait for the last receipt.

    Everything is as in the bot: a store on the disk, a log in a file, and the usual pace.
    """
    with tempfile.TemporaryDirectory() as folder:
        configure_logs("info", Redactor(), Path(folder) / "bench.log")
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        store = await DigestStore.open(url, system_clock)
        try:
            began = system_clock() - timedelta(minutes=1)
            await _schedule(store, url, refs, began)
            for number in range(ENTRIES):
                draft = EntryDraft(
                    title=f"A language model that reads {number} books a minute",
                    url=f"https://arxiv.example/abs/2101.{number:05}",
                    note=SENTENCE,
                    tags=("llm", "paper"),
                )
                await store.entries.add(draft, SOMEBODY)
            return await _sent(store, platform, len(refs))
        finally:
            await store.close()


async def _schedule(
    store: DigestStore, url: str, refs: Sequence[ChannelRef], since: datetime
) -> None:
    """Schedule the first channel as everybody does, and the others like it, all due now."""
    subscription = Subscription(Schedule("0 9 * * *", "Asia/Seoul"), since=since)
    model = await store.channels.schedule(refs[0], subscription, SOMEBODY, system_clock())
    database = Database(Address.parse(url))
    async with database.write() as connection:
        found = await connection.execute(select(channels).where(channels.c.id == model.id))
        row = {name: value for name, value in found.mappings().one().items() if name != "id"}
        rows = [
            {**row, "platform": ref.platform, "workspace": ref.workspace, "channel": ref.id}
            for ref in refs[1:]
        ]
        if rows:
            await connection.execute(insert(channels), rows)
    await database.close()


def _unexpected(notice: Notice) -> Card:
    raise RuntimeError(f"somebody is to be told: {notice}")


def delivery_to(platform: Platform, store: DigestStore) -> Delivery:
    """Return a delivery that has nothing to tell anybody but posts."""
    return Delivery(
        store,
        platform,
        system_clock,
        render=PostRenderer(Translators("en"), TagSections.shipped()),
        notify=_unexpected,
        owner=Owner("bench"),
    )


async def _sent(store: DigestStore, platform: Platform, count: int) -> Delivered:
    delivery = delivery_to(platform, store)
    gc.collect()
    before, cpu, began = resident(), time.process_time(), time.perf_counter()
    await run_once(delivery)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    after = resident()
    await delivery.close()
    counts = await post_counts(store)
    if counts[PostState.SENT] != count:
        raise RuntimeError(f"{count} posts were to be sent: {counts}")
    return Delivered(count, seconds, cpu, before, after)
