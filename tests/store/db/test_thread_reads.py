"""Threads read the database beside the event loop, on either engine."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from store.db.schema import entries
from store.db.thread_reads import Rows
from store.errors import DatabaseFailure
from store.model import EntryDraft
from store.store import DigestStore
from tests.store.conftest import ANN


async def test_values_have_the_types_of_their_columns(
    store: DigestStore, threads: ThreadPoolExecutor
) -> None:
    added = await store.entries.add(EntryDraft("모델", tags=("논문",)), ANN)
    columns = [entries.c.tags, entries.c.created_at, entries.c.title]

    def read(rows: Rows) -> list[Any]:
        return list(rows("SELECT tags, created_at, title FROM entries", {}, columns)[0])

    assert await store._database.read_apart(threads, read) == [["논문"], added.created_at, "모델"]


async def test_an_error_is_one_of_the_store(
    store: DigestStore, threads: ThreadPoolExecutor
) -> None:
    with pytest.raises(DatabaseFailure, match="nothing_of_ours"):
        await store._database.read_apart(
            threads, lambda rows: rows("SELECT 1 FROM nothing_of_ours", {})
        )


async def test_what_was_begun_is_ended_before_its_connection(
    store: DigestStore, threads: ThreadPoolExecutor
) -> None:
    begun, go_on = Event(), Event()
    seen: list[int] = []

    def read(rows: Rows) -> None:
        begun.set()
        go_on.wait()
        seen.extend(rows("SELECT 7", {})[0])

    task = asyncio.create_task(store._database.read_apart(threads, read))
    await asyncio.to_thread(begun.wait)
    task.cancel()
    asyncio.get_running_loop().call_later(0.01, go_on.set)
    with pytest.raises(asyncio.CancelledError):
        await task

    assert seen == [7]


async def test_many_read_at_once(store: DigestStore, threads: ThreadPoolExecutor) -> None:
    def read(rows: Rows) -> int:
        return sum(int(rows("SELECT 1", {})[0][0]) for _ in range(20))

    sums = await asyncio.gather(*(store._database.read_apart(threads, read) for _ in range(10)))

    assert sums == [20] * 10
