"""Several statements of a unit of work run in a thread, on either engine."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from store.db.thread_writes import Run, write_apart
from store.errors import DatabaseFailure
from store.store import DigestStore

_MARKED = "UPDATE numbers SET version = :version"


async def test_a_statement_sees_what_those_before_it_wrote(
    store: DigestStore, threads: ThreadPoolExecutor
) -> None:
    def work(run: Run) -> int:
        assert list(run(_MARKED, {"version": 7})) == []
        return int(run("SELECT version FROM numbers", {})[0][0])

    async with store._database.write() as connection:
        assert await write_apart(connection, threads, work) == 7
    assert await store._database.public_version() == 7


async def test_what_was_written_goes_with_its_unit_of_work(
    store: DigestStore, threads: ThreadPoolExecutor
) -> None:
    before = await store._database.public_version()

    async def write() -> None:
        async with store._database.write() as connection:
            await write_apart(connection, threads, lambda run: run(_MARKED, {"version": 7}))
            await write_apart(connection, threads, lambda run: run("SELECT nothing_of_ours", {}))

    with pytest.raises(DatabaseFailure, match="nothing_of_ours"):
        await write()
    assert await store._database.public_version() == before


async def test_what_was_begun_is_ended_before_its_unit_of_work(
    store: DigestStore, threads: ThreadPoolExecutor
) -> None:
    before = await store._database.public_version()
    begun, go_on = Event(), Event()
    ended: list[str] = []

    def work(run: Run) -> None:
        begun.set()
        go_on.wait()
        run(_MARKED, {"version": 7})
        ended.append("work")

    async def write() -> None:
        try:
            async with store._database.write() as connection:
                await write_apart(connection, threads, work)
        finally:
            ended.append("unit")

    task = asyncio.create_task(write())
    await asyncio.to_thread(begun.wait)
    task.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == ["work", "unit"]
    assert await store._database.public_version() == before
