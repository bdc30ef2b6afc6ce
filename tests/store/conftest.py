"""Every test of the store runs on both engines, each on a database of its own."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

import asyncpg  # type: ignore[import-untyped]  # it has no stubs
import pytest
from sqlalchemy import make_url

from store.db.schema import metadata
from store.model import Actor, Channel, ChannelRef, Schedule, Subscription
from store.store import DigestStore
from tests.fakes.clock import MORNING, FakeClock
from tests.fakes.databases import new_database
from tests.fakes.postgres import PostgresServer

ANN = Actor("discord", "guild", "1", "Ann")
BEN = Actor("discord", "guild", "2", "Ben")
HERE = ChannelRef("discord", "guild", "news")
DAILY = Schedule("0 9 * * *", "Asia/Seoul")
AT_ONCE = Schedule("instant", "Asia/Seoul")

T = TypeVar("T")

Open = Callable[[], Awaitable[DigestStore]]


class Aside:
    """An event loop in a thread: for what outlives the loop of a single test."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Postgres:
    """A server. Most tests get the one database, emptied; `database` makes further ones."""

    def __init__(self, url: Callable[[str], str], aside: Aside) -> None:
        self._address = url
        self._aside = aside
        self._name = f"ainews_test_{secrets.token_hex(6)}"
        self.url = url(self._name)

    @contextmanager
    def running(self) -> Iterator[Postgres]:
        """Make the database, migrated, and drop it in the end."""
        self._do("postgres", f"CREATE DATABASE {self._name}")
        self._aside.run(_migrate(self.url))
        self._connection = self._aside.run(asyncpg.connect(self.url))
        try:
            yield self
        finally:
            self._aside.run(self._connection.close())
            self._do("postgres", f"DROP DATABASE {self._name} WITH (FORCE)")

    def empty(self) -> None:
        """Forget what other tests kept. To truncate takes a hundred times as long."""
        names = [table.name for table in reversed(metadata.sorted_tables)]
        names.remove("numbers")
        names += ["search_index_a", "search_index_b"]
        self.do(
            ";".join(
                (
                    *(f"DELETE FROM {name}" for name in names),  # noqa: S608 - names of ours
                    "SELECT setval(seqrelid, 1, false) FROM pg_sequence",
                    "UPDATE numbers SET entry = 0, serial = 0, version = 0, host = NULL",
                )
            )
        )

    @contextmanager
    def database(self) -> Iterator[str]:
        """Return the address of a database without tables that lasts as long as it is entered."""
        name = f"ainews_test_{secrets.token_hex(6)}"
        self._do("postgres", f"CREATE DATABASE {name}")
        try:
            yield self._address(name)
        finally:
            self._do("postgres", f"DROP DATABASE {name} WITH (FORCE)")

    def do(self, statement: str) -> None:
        """Run a statement as somebody else would."""
        self._aside.run(self._connection.execute(statement))

    def _do(self, database: str, statement: str) -> None:
        async def done() -> None:
            connection = await asyncpg.connect(self._address(database))
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        self._aside.run(done())


async def _migrate(url: str) -> None:
    store = await DigestStore.open(url, FakeClock())
    await store.close()


@pytest.fixture(scope="session")
def aside() -> Iterator[Aside]:
    """A loop that lasts as long as the tests."""
    loop = Aside()
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest, aside: Aside) -> Iterator[Postgres]:
    """A server of our own, or the one that `AINEWS_TEST_POSTGRES` names (it may make databases)."""
    given = os.environ.get("AINEWS_TEST_POSTGRES")
    server: PostgresServer | None = None if given else request.getfixturevalue("postgres_server")

    def there(name: str) -> str:
        if server is not None:
            return server.url(name)
        return make_url(given or "").set(database=name).render_as_string(hide_password=False)

    with Postgres(there, aside).running() as running:
        yield running


def lying_in(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return what a folder holds: contents and times of change, by name."""
    return {
        one.name: (one.read_bytes(), one.stat().st_mtime_ns)
        for one in folder.iterdir()
        if one.is_file()
    }


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still."""
    return FakeClock(MORNING)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.db'}"
    else:
        with request.getfixturevalue("postgres").database() as address:
            yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty, migrated database, on each engine."""
    if request.param == "sqlite":
        return new_database(tmp_path / "ainews.db")
    postgres: Postgres = request.getfixturevalue("postgres")
    postgres.empty()
    return postgres.url


@pytest.fixture
async def open_store(url: str, clock: FakeClock) -> AsyncIterator[Open]:
    """Opens stores on the one database, as several programs would."""
    stores: list[DigestStore] = []

    async def opened() -> DigestStore:
        # No test cuts the power.
        stores.append(await DigestStore.open(url, clock, pragmas={"synchronous": "OFF"}))
        return stores[-1]

    yield opened
    for store in stores:
        await store.close()


@pytest.fixture
async def store(open_store: Open) -> DigestStore:
    """A store without entries."""
    return await open_store()


def subscription(schedule: Schedule = DAILY, **facts: Any) -> Subscription:
    """What a channel asks for, from now on."""
    return Subscription(**{"schedule": schedule, "since": MORNING, **facts})


async def scheduled(store: DigestStore, ref: ChannelRef = HERE, **facts: Any) -> Channel:
    """A channel that is due now."""
    return await store.channels.schedule(ref, subscription(**facts), ANN, MORNING)
