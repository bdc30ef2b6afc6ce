"""A database's files that are moved, replaced or mixed up, under a program or between two."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from store.errors import DatabaseMixed, DatabaseMoved
from store.model import EntryDraft
from store.store import DigestStore
from tests.fakes.clock import FakeClock
from tests.fakes.databases import new_database
from tests.store.conftest import ANN

KILLED = """
import asyncio, os, sys
from store.store import DigestStore
from store.model import EntryDraft
from tests.fakes.clock import FakeClock
from tests.store.conftest import ANN

async def main():
    store = await DigestStore.open(sys.argv[1], FakeClock())
    await store.entries.add(EntryDraft("after the backup"), ANN)
    os._exit(9)

asyncio.run(main())
"""


def provide(path: Path) -> None:
    """Where there is no file, put an empty database that gets a number of its own once opened."""
    if path.exists():
        return
    new_database(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version=0")


async def opened(path: Path) -> DigestStore:
    """Open the store of a file, of a new one where there is none."""
    provide(path)
    return await DigestStore.open(f"sqlite:///{path}", FakeClock())


async def killed(path: Path) -> None:
    """Let another process add an entry and end at once, as if it were killed."""
    command = [sys.executable, "-c", KILLED, f"sqlite:///{path}"]
    await asyncio.to_thread(subprocess.run, command, check=False)


async def titles(path: Path) -> list[str]:
    store = await opened(path)
    try:
        return [entry.title async for entry in store.entries.all()]
    finally:
        await store.close()


def moved(path: Path) -> None:
    path.rename(path.with_name("elsewhere.db"))


def removed(path: Path) -> None:
    path.unlink()


def replaced(path: Path) -> None:
    copy = path.with_name("copy.db")
    shutil.copyfile(path, copy)
    copy.replace(path)


def without_its_log(path: Path) -> None:
    path.with_name(f"{path.name}-wal").unlink()


def its_folder_renamed(path: Path) -> None:
    path.parent.rename(path.parent.with_name("renamed"))


@pytest.mark.parametrize("happens", [moved, removed, replaced, without_its_log, its_folder_renamed])
async def test_nothing_is_confirmed_that_no_file_of_that_name_holds(
    tmp_path: Path, happens: Callable[[Path], None]
) -> None:
    path = tmp_path / "data" / "a.db"
    path.parent.mkdir()
    store = await opened(path)
    try:
        await store.entries.add(EntryDraft("before"), ANN)
        happens(path)
        with pytest.raises(DatabaseMoved) as caught:
            await store.entries.add(EntryDraft("after"), ANN)
        assert caught.value.where == str(path)
    finally:
        await store.close()


async def test_a_file_that_was_put_back_is_written_again(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    store = await opened(path)
    try:
        await store.entries.add(EntryDraft("before"), ANN)
        moved(path)
        with pytest.raises(DatabaseMoved):
            await store.entries.get(1)
        path.with_name("elsewhere.db").rename(path)
        await store.entries.add(EntryDraft("after"), ANN)
    finally:
        await store.close()
    assert await titles(path) == ["after", "before"]


async def test_a_link_that_leads_elsewhere_is_noticed(tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    for name in ("one.db", "two.db"):
        await (await opened(tmp_path / name)).close()
    link.symlink_to(tmp_path / "one.db")
    store = await opened(link)
    try:
        link.unlink()
        link.symlink_to(tmp_path / "two.db")
        with pytest.raises(DatabaseMoved):
            await store.entries.add(EntryDraft("where"), ANN)
    finally:
        await store.close()


async def test_a_backup_copied_beside_the_log_of_a_killed_process_is_not_opened(
    tmp_path: Path,
) -> None:
    path, backup = tmp_path / "a.db", tmp_path / "backup.db"
    store = await opened(path)
    await store.entries.add(EntryDraft("in the backup"), ANN)
    await store.backup(backup)
    await store.close()
    await killed(path)
    log = tmp_path / "a.db-wal"
    kept = log.read_bytes()
    assert kept

    shutil.copyfile(backup, path)

    with pytest.raises(DatabaseMixed) as caught:
        await opened(path)
    assert caught.value.log == str(log)
    with pytest.raises(DatabaseMixed):
        await DigestStore.inspect(f"sqlite:///{path}")
    assert log.read_bytes() == kept
    assert path.read_bytes() == backup.read_bytes()
    for ending in ("-wal", "-shm"):
        path.with_name(f"{path.name}{ending}").unlink()
    assert await titles(path) == ["in the backup"]


async def test_the_log_of_a_killed_process_is_read_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    provide(path)
    await killed(path)

    assert await titles(path) == ["after the backup"]


async def test_a_database_from_before_gets_its_number(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    await (await opened(path)).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version=0")

    await (await opened(path)).close()

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] > 0
