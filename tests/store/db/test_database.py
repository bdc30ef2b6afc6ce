"""Databases that are locked, full, read-only, newer, broken or missing; starting and migrating."""

from __future__ import annotations

import asyncio
import itertools
import logging
import sqlite3
import subprocess
import sys
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine

from store.db.address import Address
from store.db.database import Database
from store.db.migrations import VERSION_TABLE, versions
from store.db.schema import REVISION, REVISIONS, metadata
from store.errors import (
    DatabaseDamaged,
    DatabaseFailure,
    DatabaseFolderMissing,
    DatabaseLocked,
    DatabaseReadOnly,
    DatabaseTrouble,
    DatabaseUnreachable,
    DiskFull,
    NotADatabase,
)
from store.model import ChannelState, EntryDraft, ImportItem, PostPlan, PostState, Status
from store.store import DigestStore
from tests.fakes.clock import MORNING, FakeClock
from tests.fakes.databases import new_database
from tests.fakes.stored import make_posts
from tests.store.conftest import ANN, HERE, Open, Postgres, lying_in, scheduled, subscription

SHORT = timedelta(milliseconds=60)


def path_of(url: str) -> Path:
    path = Address.parse(url).path
    assert path is not None
    return path


@asynccontextmanager
async def opened(url: str, **options: Any) -> AsyncIterator[DigestStore]:
    store = await DigestStore.open(url, FakeClock(), **options)
    try:
        yield store
    finally:
        await store.close()


def overwrite(path: Path) -> None:
    """Leave nothing of a database but its first page (of 4,096 bytes)."""
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))


async def refusal(url: str, **options: Any) -> DatabaseTrouble:
    """Return what `open` and `inspect` say of an address."""
    with pytest.raises(DatabaseTrouble) as caught:
        async with opened(url, **options):
            pass
    with pytest.raises(type(caught.value)):
        await DigestStore.inspect(url)
    return caught.value


@contextmanager
def held(url: str, request: pytest.FixtureRequest) -> Iterator[None]:
    """Another program that writes, and takes its time."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(path_of(url), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        postgres.do("BEGIN; SELECT id FROM numbers FOR UPDATE")
        try:
            yield
        finally:
            postgres.do("ROLLBACK")


async def test_a_database_that_another_program_holds_is_locked(
    url: str, request: pytest.FixtureRequest
) -> None:
    async with opened(url, patience=SHORT) as store:
        await store.entries.add(EntryDraft("one"), ANN)
        with held(url, request):
            assert [one.title async for one in store.entries.all()] == ["one"]
            with pytest.raises(DatabaseLocked) as caught:
                await store.entries.add(EntryDraft("two"), ANN)
        assert caught.value.where in str(caught.value)
        assert (await store.entries.add(EntryDraft("three"), ANN)).id == 2


async def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    url = new_database(tmp_path / "ainews.db")
    async with opened(url) as store:
        await store.entries.add(EntryDraft("kept"), ANN)
    batch = [ImportItem(EntryDraft(f"{n}", note="x" * 5_000), n) for n in range(400)]
    async with opened(url, pragmas={"max_page_count": 100}) as store:
        with pytest.raises(DiskFull) as caught:
            await store.entries.import_batch(batch, ANN)
        assert caught.value.where == str(tmp_path / "ainews.db")
        assert [one.title async for one in store.entries.all()] == ["kept"]
        assert (await store.entries.add(EntryDraft("small"), ANN)).id == 2
    async with opened(url) as store:
        assert len(await store.entries.import_batch(batch, ANN)) == 400


async def test_a_database_that_cannot_be_written_can_be_read(
    url: str, request: pytest.FixtureRequest
) -> None:
    async with opened(url) as store:
        await store.entries.add(EntryDraft("one"), ANN)
    if url.startswith("sqlite"):
        url += "?mode=ro"
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        name = postgres.url.partition("?")[0].rpartition("/")[2]
        postgres.do(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        request.addfinalizer(
            lambda: postgres.do(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        )
    async with opened(url) as store:
        with pytest.raises(DatabaseReadOnly):
            await store.entries.add(EntryDraft("two"), ANN)
        assert [one.title async for one in store.entries.all()] == ["one"]
        assert await store.posts.lease("discord", FakeClock().now, FakeClock().now, "w", 1) == ()


async def test_an_unmigrated_file_that_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    with pytest.raises(DatabaseReadOnly):
        async with opened(f"sqlite:///{path}?mode=ro"):
            pass
    assert path.read_bytes() == b""


async def test_something_else_is_not_a_database(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("dear diary\n" * 200, "utf-8")
    for path in (text, tmp_path):
        error = await refusal(f"sqlite:///{path}")
        assert isinstance(error, NotADatabase)
        assert error.where == str(path)
    assert text.read_text("utf-8") == "dear diary\n" * 200


async def test_a_damaged_database_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "damaged.db"
    new_database(path)
    overwrite(path)
    with pytest.raises(DatabaseDamaged):
        async with opened(f"sqlite:///{path}") as store:
            await store.entries.add(EntryDraft("one"), ANN)


async def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there"
    error = await refusal(f"sqlite:///{folder}/ainews.db")
    assert isinstance(error, DatabaseFolderMissing)
    assert error.folder == str(folder)
    assert not folder.exists()


async def test_a_missing_file_is_not_made_for_reading(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreachable):
        async with opened(f"sqlite:///{tmp_path}/a.db?mode=ro"):
            pass
    assert lying_in(tmp_path) == {}


@pytest.mark.parametrize(
    "host", ["127.0.0.1:1", "no-such-host.invalid", "%2Fno%2Fsuch%2Fsocket", "[::1]:1"]
)
async def test_an_unreachable_server_is_named_without_its_password(
    host: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url = f"postgresql://ann:s3cret@{host}/news"
    error = await refusal(url, patience=timedelta(seconds=5))
    assert isinstance(error, DatabaseUnreachable)
    assert "ann:***@" in error.where
    assert error.reason
    whole = "".join(traceback.format_exception(error)) + caplog.text + repr(error)
    assert "s3cret" not in whole


async def test_a_server_without_the_database_is_unreachable(postgres: Postgres) -> None:
    error = await refusal(postgres.url.replace("ainews_test_", "no_such_"))
    assert isinstance(error, DatabaseUnreachable)
    assert "does not exist" in error.reason


async def test_a_server_that_refuses_the_user_is_unreachable(postgres: Postgres) -> None:
    error = await refusal(postgres.url.replace("//postgres", "//nobody:s3cret"))
    assert isinstance(error, DatabaseUnreachable)
    assert "s3cret" not in str(error)


async def test_a_connection_that_broke_is_made_again(postgres: Postgres) -> None:
    postgres.empty()
    async with opened(postgres.url) as store:
        await store.entries.add(EntryDraft("one"), ANN)
        postgres.do(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name='ainews'"
        )
        assert [one.title async for one in store.entries.all()] == ["one"]


async def test_no_more_connections_are_open_than_it_may_have(postgres: Postgres) -> None:
    postgres.empty()
    async with opened(postgres.url, connections=4) as store:
        number = (await store.entries.add(EntryDraft("one"), ANN)).id
        await store.version()
        asked = [store.entries.get(number) for _ in range(40)]
        asked += [store.entries.edit(number, EntryDraft(f"{each}"), ANN) for each in range(8)]
        assert len(await asyncio.gather(*asked, store.version())) == len(asked) + 1
        async with store._database.read() as connection:
            counted = await connection.exec_driver_sql(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'ainews'"
                " AND datname = current_database()"
            )
            assert counted.scalar() == 4


async def test_the_version_changes_when_another_program_writes(open_store: Open) -> None:
    ours, other = await open_store(), await open_store()
    seen = [await ours.version()]
    assert await ours.version() == seen[0]
    await other.entries.add(EntryDraft("one"), ANN)
    seen.append(await ours.version())
    await other.channels.schedule(HERE, subscription(), ANN, MORNING)
    seen.append(await ours.version())
    assert await ours.version() == seen[2]
    await ours.channels.pause(HERE, ANN)
    seen.append(await ours.version())
    assert len(set(seen)) == 4


async def test_the_version_is_known_again_after_a_connection_broke(postgres: Postgres) -> None:
    postgres.empty()
    async with opened(postgres.url) as store:
        before = await store.version()
        postgres.do(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name='ainews'"
        )
        with pytest.raises(DatabaseUnreachable):
            await store.version()
        assert await store.version() == before


async def test_what_no_engine_foresees_is_a_failure(url: str) -> None:
    database = Database(Address.parse(url))
    try:
        with pytest.raises(DatabaseFailure) as caught:
            async with database.read() as connection:
                await connection.exec_driver_sql("SELECT * FROM nowhere")
        assert "nowhere" in caught.value.reason
    finally:
        await database.close()


async def test_programs_that_start_at_once_migrate_once(empty_url: str) -> None:
    stores = await asyncio.gather(*(DigestStore.open(empty_url, FakeClock()) for _ in range(3)))
    try:
        for number, store in enumerate(stores, 1):
            assert (await store.entries.add(EntryDraft("entry"), ANN)).id == number
    finally:
        for store in stores:
            await store.close()


async def test_the_migrations_make_the_tables_that_the_program_knows(empty_url: str) -> None:
    files = Path(versions.__file__).parent.glob("[0-9]*.py")
    assert tuple(sorted(file.name.partition("_")[0] for file in files)) == REVISIONS
    async with opened(empty_url):
        pass

    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table": VERSION_TABLE,
                "target_metadata": metadata,
                "compare_server_default": True,
                # Each engine has its own kind of index, which metadata cannot say.
                "include_name": lambda name, kind, _: (
                    not (kind == "table" and name.startswith("search_index_"))
                ),
            },
        )
        return list(compare_metadata(context, metadata))

    if empty_url.startswith("sqlite"):
        engine = create_engine(empty_url)
        with engine.connect() as connection:
            assert differences(connection) == []
        engine.dispose()
    else:
        database = Database(Address.parse(empty_url))
        async with database.write_post() as transaction:
            assert await transaction.run_sync(differences) == []
        await database.close()


async def test_a_file_is_in_write_ahead_mode_whatever_it_was(url: str) -> None:
    if not url.startswith("sqlite"):
        pytest.skip("SQLite's own matter")
    with closing(sqlite3.connect(path_of(url))) as other:
        assert other.execute("PRAGMA journal_mode=DELETE").fetchone() == ("delete",)
    async with opened(url):
        with closing(sqlite3.connect(path_of(url))) as other:
            assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_migrated_database_opens_without_alembic(tmp_path: Path) -> None:
    script = f"""
import asyncio, sys
from datetime import datetime, UTC
from store.store import DigestStore
async def main():
    store = await DigestStore.open("{new_database(tmp_path / "a.db")}", lambda: datetime.now(UTC))
    await store.close()
asyncio.run(main())
assert "alembic" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


async def test_a_look_changes_nothing(url: str, open_store: Open, tmp_path: Path) -> None:
    store = await open_store()
    await store.entries.add(EntryDraft("one"), ANN)
    await store.entries.add(EntryDraft("two"), ANN)
    await store.entries.retract(1, ANN)
    await scheduled(store)
    found = await DigestStore.inspect(url)
    assert (found.exists, found.current, found.revision) == (True, True, REVISION)
    assert found.entries == {
        Status.PUBLISHED: 1,
        Status.RETRACTED: 1,
        Status.PENDING: 0,
        Status.SKIPPED: 0,
    }
    assert found.channels[ChannelState.ACTIVE] == 1
    assert found.posts == dict.fromkeys(PostState, 0)
    if url.startswith("sqlite"):
        await store.close()
        before = lying_in(tmp_path)
        assert await DigestStore.inspect(url) == found
        assert lying_in(tmp_path) == before


async def test_a_look_at_nothing_finds_nothing(empty_url: str, tmp_path: Path) -> None:
    found = await DigestStore.inspect(empty_url)
    assert (found.exists, found.current, found.revision) == (False, False, None)
    assert lying_in(tmp_path) == {}


async def test_a_thorough_look_finds_what_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "digest.db"
    async with opened(new_database(path)) as store:
        for number in range(50):
            await store.entries.add(EntryDraft(f"Entry {number}", note="x" * 500), ANN)
    url = f"sqlite:///{path}"
    assert (await DigestStore.inspect(url, thorough=True)).entries[Status.PUBLISHED] == 50
    whole = path.read_bytes()
    for begin in range(len(whole) - 3 * 4096, len(whole), 4096):
        path.write_bytes(whole[:begin] + bytes(4096) + whole[begin + 4096 :])
        with pytest.raises(DatabaseDamaged):
            await DigestStore.inspect(url, thorough=True)


async def test_who_gives_up_amid_a_look_spoils_none_that_follows(store: DigestStore) -> None:
    for turns in range(12):
        given_up = asyncio.create_task(store.domains.look())
        for _ in range(turns):
            await asyncio.sleep(0)
        given_up.cancel()
        assert (await store.domains.look()).owned == {}
        assert await store.version() is not None


async def test_who_gives_up_amid_a_unit_of_work_leaves_nothing_locked(tmp_path: Path) -> None:
    remembered: list[object] = []
    async with opened(new_database(tmp_path / "digest.db")) as store:
        channel = await scheduled(store)
        entry = await store.entries.add(EntryDraft("one"), ANN)
        await make_posts(store, channel, [PostPlan(1, 1, (entry.id,))], next_at=None, seen=9)
        for turns in itertools.count(1, 8):
            lease = store.posts.lease("discord", MORNING, MORNING, f"process {turns}", 1)
            given_up = asyncio.create_task(lease)
            for _ in range(turns):
                await asyncio.sleep(0)
            if given_up.done():
                break
            given_up.cancel()
            # Where the error is remembered, so is all that it had at hand.
            remembered += await asyncio.gather(given_up, return_exceptions=True)
            await store.entries.edit(entry.id, EntryDraft(f"again {turns}"), ANN)
    assert remembered
