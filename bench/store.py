"""What the store and the program cost at 1,000, 100,000 and 1,000,000 entries.

`uv run --group dev python -m bench.store [SIZE …]` prints a table: the time of `latest`, `show`
and adding one entry (median of many, in a process that has them open), importing, from start to
first answer in a process of its own, and that process's memory at rest.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import psutil

from store.model import Actor, EntryDraft, ImportItem, PublishedDate
from store.store import DigestStore

SIZES = (1_000, 100_000, 1_000_000)
ROUNDS = 300
STARTS = 5
BATCH = 1_000
SOMEBODY = Actor("bench", "bench", "bench", "bench")
TAGS = ("llm", "비전", "paper", "robotics", "음성")
SENTENCE = (
    "이전 모델보다 더 빠른 훈련 속도와 더 나은 효율을 보이는 새로운 모델을 소개합니다. "
    "A smaller model that trains faster and needs less memory than the one before it. "
)


def items(size: int) -> Iterator[ImportItem]:
    """Yield entries with Korean and English text, spread over ten years."""
    for number in range(size):
        yield ImportItem(
            EntryDraft(
                title=f"모델 {number}: a smaller model that trains faster",
                url=f"https://news.example/articles?id={number}",
                note=SENTENCE * (1 + number % 3),
                published=PublishedDate(2016 + number % 10, 1 + number % 12, 1 + number % 28),
                language="ko",
                tags=(TAGS[number % len(TAGS)], f"topic-{number % 500}"),
                added_by="bench",
            ),
            line=number + 1,
        )


async def fill(store: DigestStore, size: int) -> float:
    """Import `size` entries and return the seconds that it took."""
    began = time.perf_counter()
    batch: list[ImportItem] = []
    for item in items(size):
        batch.append(item)
        if len(batch) == BATCH:
            await store.entries.import_batch(batch, SOMEBODY)
            batch = []
    if batch:
        await store.entries.import_batch(batch, SOMEBODY)
    return time.perf_counter() - began


async def median(work: Callable[[int], Awaitable[object]]) -> float:
    """Return the median milliseconds of a piece of work over many rounds."""
    seconds = []
    for number in range(ROUNDS):
        began = time.perf_counter()
        await work(number)
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds) * 1000


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[DigestStore]:
    """Open the store in a file, and close it again."""
    store = await DigestStore.open(f"sqlite:///{path}", lambda: datetime.now(UTC))
    try:
        yield store
    finally:
        await store.close()


def first_answer(path: Path) -> tuple[float, float]:
    """Return the seconds from start to first answer, and the megabytes resident at rest then."""
    command = [sys.executable, "-m", "bot.cli", "run"]
    environment = {
        "AINEWS_DATABASE_URL": f"sqlite:///{path}",
        "AINEWS_DATA_FOLDER": str(path.parent),
        "PATH": "",
        "PYTHONUNBUFFERED": "1",
    }
    began = time.perf_counter()
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=path.parent
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the process has no pipes")
        process.stdin.write(b"/ainews latest 1\n")
        process.stdin.flush()
        said = b""
        while b"Added" not in said:
            line = process.stdout.readline()
            if not line:
                raise RuntimeError(f"no answer but {said.decode()!r}")
            said += line
        seconds = time.perf_counter() - began
        time.sleep(1)
        memory = psutil.Process(process.pid).memory_info().rss / 2**20
        process.stdin.close()
        process.wait(timeout=10)
    return seconds, memory


async def measure(size: int, folder: Path) -> str:
    """Return one row of the table."""
    path = folder / f"{size}.db"
    async with opened(path) as store:
        imported = await fill(store, size)
    async with opened(path) as store:
        latest = await median(lambda _: store.entries.latest(5))
        tagged = await median(lambda _: store.entries.latest(5, tag="topic-7"))
        show = await median(lambda number: store.entries.get(1 + number * 3))
        add = await median(
            lambda number: store.entries.add(
                EntryDraft(title=f"Added {number}", url=f"https://added.example/{number}"), SOMEBODY
            )
        )
    runs = [await asyncio.to_thread(first_answer, path) for _ in range(STARTS)]
    start = statistics.median(seconds for seconds, _ in runs)
    memory = statistics.median(megabytes for _, megabytes in runs)
    file = path.stat().st_size / 2**20
    return (
        f"| {size:,} | {latest:.2f} ms | {tagged:.2f} ms | {show:.2f} ms | {add:.2f} ms "
        f"| {imported:.1f} s ({size / imported:,.0f}/s) | {start:.2f} s | {memory:.0f} MB "
        f"| {file:.0f} MB |"
    )


def main() -> None:
    """Print the table."""
    sizes = [int(argument) for argument in sys.argv[1:]] or SIZES
    print(
        "| entries | latest | latest of a tag | show | add | import | first answer | rest | file |"
    )
    print("|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            print(asyncio.run(measure(size, Path(folder))), flush=True)


if __name__ == "__main__":
    main()
