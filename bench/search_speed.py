"""How fast search is, beside tantivy, what its index weighs, and what it costs to add an entry."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import statistics
import sys
import time
from collections.abc import Awaitable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from random import Random

from babel.dates import get_month_names
from sqlalchemy.ext.asyncio import AsyncConnection

from bench.search_corpus import Corpus
from bench.search_report import machine, quantile, table
from bench.search_tantivy import Tantivy
from store.db.address import Address
from store.db.database import Database
from store.entries.entries import Entries
from store.model import Actor, SearchQuery
from store.search.executor import SWITCH_INTERVAL, SearchExecutor
from store.search.index.index import Change, SearchIndex
from store.search.index.sqlite import SqliteEngine
from store.store import DigestStore

SOMEBODY = Actor("bench", "bench", "bench", "bench")
SMALL = 100_000
"""Entries at which the narrower limits hold."""

LANGUAGES = ("en", "ko")
"""Those of the bot's cards."""

_BATCH = 1_000
_SHOWN = 5  # entries of a page, as the commands ask for
_WARM = 30  # queries before those that count
_ADDED = 150
_PAUSE = 0.001  # seconds between two looks at the event loop


@dataclass(frozen=True, slots=True)
class QueryKind:
    """Queries of one kind, and the p99 that is wanted of them."""

    name: str
    queries: Sequence[str]
    milliseconds: float


@dataclass(slots=True)
class Watch:
    """Sees for how long the event loop was held, in milliseconds."""

    held: list[float] = field(default_factory=list)

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            began = time.perf_counter()
            await asyncio.sleep(_PAUSE)
            self.held.append((time.perf_counter() - began - _PAUSE) * 1000)

    async def over(self, work: Awaitable[None]) -> None:
        """Look while a piece of work is done."""
        looking = asyncio.create_task(self.run())
        try:
            await work
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking

    def __str__(self) -> str:
        """Return the longest time and p99.9."""
        return f"{max(self.held):.1f} ms at most, p99.9 {quantile(self.held, 0.999):.1f} ms"


class _Unindexed(SearchIndex):
    """Stands for no search at all."""

    async def put(self, connection: AsyncConnection, changes: Sequence[Change]) -> None:
        """Index nothing."""


def address(path: Path) -> str:
    """Return the address of a SQLite file."""
    return f"sqlite:///{path}"


async def opened(path: Path) -> DigestStore:
    """Open the store in a file."""
    return await DigestStore.open(address(path), _now)


async def filled(path: Path, corpus: Corpus, size: int) -> None:
    """Import the first entries of a corpus into a new file; say how long that took alone."""
    unfinished = path.with_suffix(".unfinished")
    for rest in path.parent.glob(f"{unfinished.name}*"):
        rest.unlink()
    store = await opened(unfinished)
    items = corpus.items(size)
    seconds = 0.0
    while batch := list(islice(items, _BATCH)):
        began = time.perf_counter()
        await store.entries.import_batch(batch, SOMEBODY)
        seconds += time.perf_counter() - began
    await store.close()
    unfinished.rename(path)
    print(f"Imported {size:,} entries in {seconds:.0f} s ({size / seconds:,.0f} a second).\n")


def kinds(corpus: Corpus, count: int, size: int) -> list[QueryKind]:
    """Return what is asked, and the limits."""
    words, questions = (25, 40) if size <= SMALL else (100, 100)
    plain = corpus.words(count, size)
    return [
        QueryKind("words", plain, words),
        QueryKind("Korean questions", corpus.questions(corpus.korean, count), questions),
        QueryKind("English questions", corpus.questions(corpus.english, count), questions),
        QueryKind("words, one letter wrong", [_misspelt(one) for one in plain], words),
        QueryKind(
            "words of a tag and a year", [f"{one} tag:paper since:2024" for one in plain], words
        ),
    ]


async def speed(folder: Path, size: int, count: int) -> None:
    """Print the tables for one number of entries."""
    corpus = Corpus()
    path = folder / f"search-{size}.db"
    if _is_there(path):
        print(f"{path} is filled already.\n")
    else:
        await filled(path, corpus, size)
    asked = kinds(corpus, count, size)
    store = await opened(path)
    # As the app does.
    sys.setswitchinterval(SWITCH_INTERVAL)
    for language in LANGUAGES:
        get_month_names(locale=language)  # which any card with a date has loaded
    gc.freeze()
    watch, quiet = Watch(), Watch()
    rows: list[list[str]] = []
    try:
        await watch.over(_ours(store, asked, rows))
        await quiet.over(asyncio.sleep(3))
    finally:
        await store.close()
    for name, rival in Tantivy.kinds(folder / f"tantivy-{size}", corpus, size):
        for kind, row in zip(asked, rows, strict=True):
            row.extend(_rival(rival, kind.queries))
        print(f"tantivy ({name}): {rival.note}")
    columns = ["queries", "wanted p99", "p50", "p99", "most", "CPU p50", "CPU p99"]
    columns += [f"tantivy {name} {part}" for name in Tantivy.NAMES for part in ("p50", "p99")]
    print(f"\n{size:,} entries, milliseconds; {machine()}.\n")
    print(table(columns, rows))
    print(f"\nEvent loop held by searches: {watch}; by nothing: {quiet}. Wanted: 10 ms at most.")
    size_of_index, size_of_text = weight(path)
    print(
        f"Index {size_of_index / 1e6:.1f} MB, text {size_of_text / 1e6:.1f} MB: "
        f"{size_of_index / size_of_text:.2f} of it. Wanted: 1 at most."
    )
    print(f"{await _adding(path, corpus, size)}\n", flush=True)


async def _ours(store: DigestStore, asked: Iterable[QueryKind], rows: list[list[str]]) -> None:
    for kind in asked:
        wall: list[float] = []
        cpu: list[float] = []
        for query in (*kind.queries[-_WARM:], *kind.queries):
            began, spent = time.perf_counter(), time.process_time()
            await store.search.find(SearchQuery(query), _SHOWN)
            wall.append((time.perf_counter() - began) * 1000)
            cpu.append((time.process_time() - spent) * 1000)
        del wall[:_WARM], cpu[:_WARM]
        figures = (
            statistics.median(wall), quantile(wall, 0.99), max(wall),
            statistics.median(cpu), quantile(cpu, 0.99),
        )  # fmt: skip
        rows.append([kind.name, f"{kind.milliseconds:g}", *(f"{one:.1f}" for one in figures)])


def _rival(rival: Tantivy, queries: Sequence[str]) -> list[str]:
    wall: list[float] = []
    for query in (*queries[-_WARM:], *queries):
        began = time.perf_counter()
        rival.find(query, _SHOWN)
        wall.append((time.perf_counter() - began) * 1000)
    del wall[:_WARM]
    return [f"{statistics.median(wall):.1f}", f"{quantile(wall, 0.99):.1f}"]


def weight(path: Path) -> tuple[int, int]:
    """Return the bytes of the index in a file, with all its tables, and those of the text."""
    with sqlite3.connect(path) as connection:
        (index,) = connection.execute(
            "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'search%'"
        ).fetchone()
        (text,) = connection.execute(
            "SELECT sum(length(CAST(title AS BLOB)) + length(CAST(note AS BLOB))) FROM entries"
        ).fetchone()
    return index, text


async def _adding(path: Path, corpus: Corpus, size: int) -> str:
    """Add entries with search and without, in turn, and say what either costs."""
    # One, as in the bot: two that write in turn read anew what the other has written.
    database = Database(Address.parse(address(path)))
    executor = SearchExecutor()
    rooms = [
        Entries(database, index(SqliteEngine(), executor), _now)
        for index in (SearchIndex, _Unindexed)
    ]
    spent: tuple[list[float], list[float]] = ([], [])
    number = size + time.time_ns()
    for _ in range(_ADDED):
        number += 1  # both languages come to each, as odd numbers are of one and even of the other
        for room, times in zip(rooms, spent, strict=True):
            number += 1
            draft = corpus.entry(number)
            began = time.perf_counter()
            await room.add(draft, SOMEBODY)
            times.append((time.perf_counter() - began) * 1000)
    executor.close()
    await database.close()
    with_search, without = (statistics.median(times) for times in spent)
    return (
        f"Adding an entry: {with_search:.2f} ms with search, {without:.2f} ms without: "
        f"{with_search - without:.2f} ms more (medians of {_ADDED}). Wanted: under 2 ms."
    )


def _is_there(path: Path) -> bool:
    return path.exists()


def _misspelt(words: str) -> str:
    """Return words with another letter in the middle of the longest of them."""
    random = Random(words)
    longest = max(words.split(), key=len)
    place = len(longest) // 2
    other = random.choice("abcdefghijklmnopqrstuvwxyz" if longest.isascii() else "각넌덜몸빗")
    return words.replace(longest, longest[:place] + other + longest[place + 1 :], 1)


def _now() -> datetime:
    return datetime.now(UTC)
