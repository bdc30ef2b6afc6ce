"""Backups: whole, made while the store is used, never over anything."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from store.errors import BackupExists, BackupUnsupported, DatabaseFolderMissing
from store.model import EntryDraft
from store.store import DigestStore
from tests.fakes.clock import FakeClock
from tests.store.conftest import ANN, lying_in


@pytest.fixture
def of_sqlite(url: str) -> None:
    """Leave out the engine that has its own tool."""
    if not url.startswith("sqlite"):
        pytest.skip("PostgreSQL has pg_dump")


@pytest.mark.usefixtures("of_sqlite")
async def test_a_backup_is_a_whole_store(store: DigestStore, tmp_path: Path) -> None:
    copy = tmp_path / "백업 1.db"
    await store.entries.add(EntryDraft("one"), ANN)
    async with asyncio.TaskGroup() as group:
        for number in range(10):
            group.create_task(store.entries.add(EntryDraft(f"meanwhile {number}"), ANN))
        group.create_task(store.backup(copy))
    again = await DigestStore.open(f"sqlite:///{copy}", FakeClock())
    try:
        entries = [one async for one in again.entries.all()]
        assert entries[-1].title == "one"
        assert [one.id for one in entries] == list(range(len(entries), 0, -1))
        assert (await again.entries.add(EntryDraft("after"), ANN)).id == len(entries) + 1
    finally:
        await again.close()


@pytest.mark.usefixtures("of_sqlite")
async def test_a_backup_overwrites_nothing(store: DigestStore, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("mine", "utf-8")
    dangling = tmp_path / "dangling"
    dangling.symlink_to(tmp_path / "nowhere")
    for path in (there, dangling, tmp_path):
        with pytest.raises(BackupExists) as caught:
            await store.backup(path)
        assert caught.value.path == str(path)
    assert there.read_text("utf-8") == "mine"
    assert {name for name in lying_in(tmp_path) if "ainews.db" not in name} == {"there"}


@pytest.mark.usefixtures("of_sqlite")
async def test_a_backup_makes_no_folder(store: DigestStore, tmp_path: Path) -> None:
    with pytest.raises(DatabaseFolderMissing) as caught:
        await store.backup(tmp_path / "not" / "there.db")
    assert caught.value.folder == str(tmp_path / "not")


async def test_postgresql_has_its_own_tool(store: DigestStore, url: str, tmp_path: Path) -> None:
    if url.startswith("sqlite"):
        pytest.skip("SQLite is copied")
    with pytest.raises(BackupUnsupported, match="pg_dump"):
        await store.backup(tmp_path / "copy.db")
    assert lying_in(tmp_path) == {}
