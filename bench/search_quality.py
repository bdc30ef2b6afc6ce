"""How well questions are answered that somebody has judged: nDCG, on both engines.

nDCG as in Järvelin and Kekäläinen, Cumulated Gain-Based Evaluation of IR Techniques (2002), with
gains of 1 for what answers the question, over the first ten.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from bench.search_report import machine, present, quantile, table
from store.model import Actor, EntryDraft, ImportItem, SearchQuery
from store.store import DigestStore
from tests.fakes.postgres import NoPostgres, PostgresServer

WANTED = {"msmarco-ko": 0.89, "korquad": 0.96, "msmarco-en": 0.915}
"""The sets, and the nDCG that is wanted of each."""

_FIRST = 10
_BATCH = 1000
_SOMEBODY = Actor("bench", "", "1", "bench")


def ndcg(keys: Sequence[str], relevant: Collection[str]) -> float:
    """Return how well the first ten answer, from 0 to 1."""
    gained = sum(
        1 / math.log2(place + 2) for place, key in enumerate(keys[:_FIRST]) if key in relevant
    )
    return gained / sum(1 / math.log2(place + 2) for place in range(min(_FIRST, len(relevant))))


async def quality(folder: Path, shared: Path, step: int) -> None:
    """Print nDCG@10 of every `step`-th question of each set, on SQLite and on PostgreSQL."""
    rows = []
    for name, wanted in WANTED.items():
        row = [name, f"{wanted:g}", *await _judged(shared / name, _sqlite(folder, name), step)]
        try:
            with PostgresServer() as server:
                row += await _judged(shared / name, server.url(), step)
        except NoPostgres as error:
            row += [f"not here: {error}", "", ""]
        rows.append(row)
    columns = ["nDCG@10", "wanted"]
    for engine in ("SQLite", "PostgreSQL"):
        columns += [engine, "p50 ms", "p99 ms"]
    print(f"{machine()}.\n\n{table(columns, rows)}")


async def _judged(data: Path, url: str, step: int) -> list[str]:
    entries = present(data / "entries.jsonl")
    queries = _read(present(data / "queries.jsonl"))[::step]
    store = await DigestStore.open(url, _now)
    try:
        items = iter(
            ImportItem(EntryDraft(each["title"], note=each["note"], key=each["key"]), line)
            for line, each in enumerate(_read(entries), 1)
        )
        while batch := list(islice(items, _BATCH)):
            await store.entries.import_batch(batch, _SOMEBODY)
        gains, wall = [], []
        for query in queries:
            began = time.perf_counter()
            page = await store.search.find(SearchQuery(query["query"]), _FIRST)
            wall.append((time.perf_counter() - began) * 1000)
            gains.append(ndcg([one.entry.key or "" for one in page.items], query["relevant"]))
    finally:
        await store.close()
    mean = sum(gains) / len(gains)
    return [f"{mean:.4f}", f"{quantile(wall, 0.5):.1f}", f"{quantile(wall, 0.99):.1f}"]


def _sqlite(folder: Path, name: str) -> str:
    path = folder / f"quality-{name}.db"
    path.unlink(missing_ok=True)
    return f"sqlite:///{path}"


def _read(path: Path) -> list[Any]:
    with path.open(encoding="utf-8", newline="\n") as lines:
        return [json.loads(line) for line in lines]


def _now() -> datetime:
    return datetime.now(UTC)
