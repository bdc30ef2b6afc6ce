"""Queries that nobody should ask: each has an answer, in time."""

from __future__ import annotations

import time
from pathlib import Path

from bench.search_report import machine, quantile
from bench.search_speed import opened
from store.model import SearchQuery
from tests.store.search.wild import wild_queries

_SHOWN = 5
_LIMIT = 40


async def wild(path: Path, count: int) -> None:
    """Ask so many queries of a filled store, and say how many failed and how long they took."""
    store = await opened(path)
    wall: list[float] = []
    failed = 0
    try:
        for query in wild_queries(count):
            began = time.perf_counter()
            try:
                await store.search.find(SearchQuery(query), _SHOWN)
            except Exception as error:  # noqa: BLE001 - it is what is counted
                failed += 1
                print(f"{query[:80]!r}: {type(error).__name__} {error}")
            wall.append((time.perf_counter() - began) * 1000)
    finally:
        await store.close()
    print(
        f"{count:,} queries, {failed} errors; p50 {quantile(wall, 0.5):.1f} ms, "
        f"p99 {quantile(wall, 0.99):.1f} ms (wanted {_LIMIT}), most {max(wall):.1f} ms; "
        f"{machine()}."
    )
