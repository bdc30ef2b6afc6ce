"""Empty SQLite databases, copied: to migrate one takes ten times as long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from store.store import DigestStore
from tests.fakes.clock import FakeClock


def new_database(path: Path) -> str:
    """Put an empty, migrated database where there is none, and return its address."""
    path.write_bytes(_migrated())
    return f"sqlite:///{path}"


async def new_store(path: Path, clock: Callable[[], datetime]) -> DigestStore:
    """Open the store of a new database. No test cuts the power: it waits for no disk."""
    return await DigestStore.open(new_database(path), clock, pragmas={"synchronous": "OFF"})


@cache
def _migrated() -> bytes:
    async def migrate(path: Path) -> None:
        store = await DigestStore.open(f"sqlite:///{path}", FakeClock())
        await store.close()

    # Whoever asks may be in an event loop already.
    with TemporaryDirectory() as folder, ThreadPoolExecutor(1) as thread:
        path = Path(folder) / "empty.db"
        thread.submit(asyncio.run, migrate(path)).result()
        return path.read_bytes()
