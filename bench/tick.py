"""What a tick costs over many channels, few of which are due.

`uv run --group dev python -m bench.tick [CHANNELS …] [--postgres]` prints a table of ticks over
100,000 and over 1,000,000 channels: with nothing due, with 1,000 channels due that all want the
same, and with 1,000 due that differ in time zone, tags and limit. Each of them gets a post with
what is new of five entries, and the lines of the log are written to a file, as the bot does. A
tick ends when its posts are made and the first of them are handed out. CPU time is this
process's, all its threads together; PostgreSQL's own is not in it.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Text, cast, insert, literal, select, update

from bot.config.logs import Redactor, configure_logs
from bot.delivery.delivery import Delivery
from bot.delivery.worker import Content
from bot.port.card import Card
from store.db.address import Address
from store.db.database import Database
from store.db.schema import channels
from store.model import (
    Actor,
    Channel,
    ChannelRef,
    ChannelState,
    EntryDraft,
    Notice,
    Schedule,
    Subscription,
)
from store.store import DigestStore
from tests.fakes.deliveries import Owner, run_once
from tests.fakes.platform import FakePlatform, held
from tests.fakes.postgres import PostgresServer
from tests.fakes.stored import post_counts

SIZES = (100_000, 1_000_000)
DUE = 1_000
NEWS = 5
"""Entries that are new each day."""
ROUNDS = 7
QUIET_ROUNDS = 50
WANTED = 250.0
WANTED_QUIET = 2.0
"""Milliseconds that a tick may take, with 1,000 channels due and with none."""

PLATFORM = "discord"
ENTRIES_PER_MESSAGE = 10
BEGAN = datetime(2026, 1, 5, tzinfo=UTC)
DAY = timedelta(days=1)
FAR = BEGAN + 3650 * DAY
SOMEBODY = Actor(PLATFORM, "1", "1", "Bench")
TAGS = ("llm", "비전", "paper", "robotics", "음성")
MIDNIGHTS = (
    ("0 9 * * *", "Asia/Seoul"),
    ("0 0 * * *", "Europe/London"),
    ("0 1 * * *", "Europe/Berlin"),
    ("0 19 * * *", "America/New_York"),
    ("30 5 * * *", "Asia/Kolkata"),
    ("0 14 * * *", "Pacific/Honolulu"),
    ("0 9 * * 0-6", "Asia/Tokyo"),
    ("0 4 * * *", "Asia/Dubai"),
    ("0 16 * * *", "America/Los_Angeles"),
    ("0 11 * * *", "Australia/Sydney"),
)
"""Daily schedules that are due together, at midnight in UTC, while it is winter in the north."""
SAME = (Subscription(Schedule(*MIDNIGHTS[0]), since=BEGAN),)
DIFFERING = tuple(
    Subscription(
        Schedule(*MIDNIGHTS[number // 10]),
        since=BEGAN,
        tags=TAGS[number % len(TAGS) :],
        limit=1 + number % 10,
        language=("en", "ko")[number % 2],
    )
    for number in range(100)
)


@dataclass(slots=True)
class Cost:
    """What some work cost, a figure a round: milliseconds of the wall clock, and of CPU."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    async def of(self, work: Callable[[], Awaitable[object]]) -> None:
        """Do it once more."""
        wall, cpu = time.perf_counter(), time.process_time()
        await work()
        self.wall.append((time.perf_counter() - wall) * 1000)
        self.cpu.append((time.process_time() - cpu) * 1000)

    def __str__(self) -> str:
        """Return the medians, and the worst."""
        wall, cpu = statistics.median(self.wall), statistics.median(self.cpu)
        return f"{wall:.1f} ms (worst {max(self.wall):.1f} ms), CPU {cpu:.1f} ms"

    def met(self, wanted: float) -> bool:
        """Whether the median is what was wanted."""
        return statistics.median(self.wall) < wanted


class Crowd:
    """A store full of channels, and the delivery to them. Its clock stands but between days."""

    def __init__(self, store: DigestStore, database: Database, clock: list[datetime]) -> None:
        """`database` is the store's, for what none of its rooms does: a million rows at once."""
        self._store = store
        self._database = database
        self._clock = clock
        self._platform = FakePlatform(PLATFORM, ENTRIES_PER_MESSAGE)
        self._delivery = Delivery(
            store,
            self._platform,
            lambda: clock[0],
            render=_render,
            notify=_notify,
            owner=Owner("bench"),
        )

    @classmethod
    @asynccontextmanager
    async def opened(cls, url: str) -> AsyncIterator[Crowd]:
        """Open a new store, and close it again."""
        clock = [BEGAN]
        store = await DigestStore.open(url, lambda: clock[0])
        database = Database(Address.parse(url))
        crowd = cls(store, database, clock)
        try:
            yield crowd
        finally:
            await crowd._delivery.close()
            await database.close()
            await store.close()

    async def fill(self, count: int) -> None:
        """Schedule channels that are not due for years."""
        await self._schedule("far", SAME[0], count, FAR)

    async def quiet(self) -> Cost:
        """Tick while nothing is due."""
        cost = Cost()
        for _ in range(QUIET_ROUNDS):
            await cost.of(self._delivery.tick)
        return cost

    async def busy(self, name: str, wishes: Sequence[Subscription]) -> Cost:
        """Tick on one day after the other, when channels are due that want these things."""
        for number, subscription in enumerate(wishes):
            await self._schedule(
                f"{name}-{number}", subscription, DUE // len(wishes), self._clock[0] + DAY
            )
        cost = Cost()
        for _ in range(ROUNDS):
            self._clock[0] += DAY
            await self._publish()
            made = await self._made()
            gate = asyncio.Event()
            self._platform.publishing.always = held(gate)
            await cost.of(self._delivery.tick)
            if await self._made() != made + DUE:
                raise RuntimeError("a tick made no post for each channel")
            gate.set()
            await run_once(self._delivery)
        async with self._database.write() as connection:
            over = update(channels).where(channels.c.next_at < FAR)
            await connection.execute(over.values(state=ChannelState.ENDED.value, next_at=None))
        return cost

    async def _schedule(
        self, name: str, subscription: Subscription, count: int, at: datetime
    ) -> None:
        """Schedule one channel as everybody does, and copy it."""
        ref = ChannelRef(PLATFORM, "1", name)
        model = await self._store.channels.schedule(ref, subscription, SOMEBODY, at)
        counted = select(literal(2).label("n")).cte("counted", recursive=True)
        counted = counted.union_all(select(counted.c.n + 1).where(counted.c.n < count))
        copied = {one.name: one for one in channels.c if one.name != "id"}
        numbered = channels.c.channel.concat("-").concat(cast(counted.c.n, Text))
        rows = select(
            *(numbered if name == "channel" else one for name, one in copied.items())
        ).where(channels.c.id == model.id, counted.c.n <= count)
        async with self._database.write() as connection:
            await connection.execute(insert(channels).from_select(list(copied), rows))

    async def _publish(self) -> None:
        for number, tag in enumerate(TAGS[:NEWS]):
            day = f"{self._clock[0]:%Y%m%d}"
            draft = EntryDraft(
                f"News {day} {tag}", f"https://n.example/{day}/{number}", tags=(tag,)
            )
            await self._store.entries.add(draft, SOMEBODY)

    async def _made(self) -> int:
        return sum((await post_counts(self._store)).values())


def _render(content: Content, channel: Channel) -> Card:
    del channel
    return Card(f"emptied={content.emptied}", "en")


def _notify(notice: Notice) -> Card:
    raise RuntimeError(f"somebody is to be told: {notice}")


@contextmanager
def addresses(*, postgres: bool) -> Iterator[Callable[[int], str]]:
    """Yield what names a new database for a number of channels."""
    with tempfile.TemporaryDirectory() as folder:
        configure_logs("info", Redactor(), Path(folder) / "bench.log")
        if not postgres:
            yield lambda size: f"sqlite:///{Path(folder) / f'{size}.db'}"
            return
        with PostgresServer() as server:
            yield lambda _: server.url()


async def measured(url: str, size: int) -> AsyncIterator[tuple[str, Cost, float]]:
    """Yield ticks over so many channels: what they were, what they cost, what was wanted."""
    async with Crowd.opened(url) as crowd:
        await crowd.fill(size)
        gc.freeze()  # as the bot does
        yield f"tick, {size:,} channels, none due", await crowd.quiet(), WANTED_QUIET
        for name, wishes in (("alike", SAME), ("differing", DIFFERING)):
            cost = await crowd.busy(name, wishes)
            yield f"tick, {size:,} channels, {DUE:,} due, {name}", cost, WANTED


async def main(words: Sequence[str]) -> None:
    """Print the table."""
    sizes = [int(word) for word in words if word.isdecimal()] or SIZES
    print("| what | figure | wanted | met |\n|---|---|---|---|", flush=True)
    for size in sizes:
        with addresses(postgres="--postgres" in words) as named:
            async for name, cost, wanted in measured(named(size), size):
                met = "yes" if cost.met(wanted) else "no"
                print(f"| {name} | {cost} | < {wanted:.0f} ms | {met} |", flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
