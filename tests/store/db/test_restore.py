"""Backups are put back: whole, refused while anybody uses the database, and undone again."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from store.errors import (
    BackupMissing,
    BackupUnsupported,
    BackupUnusable,
    DatabaseFolderMissing,
    DatabaseInUse,
    RestoreRefused,
)
from store.model import EntryDraft
from store.store import DigestStore
from tests.fakes.clock import MORNING
from tests.store.conftest import ANN, lying_in
from tests.store.db.test_files import opened, titles

HOLDS = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT 1 FROM entries')"


@contextmanager
def another_program(path: Path) -> Iterator[None]:
    """A process that has the database open: locks are those of a process."""
    with subprocess.Popen(
        [sys.executable, "-c", f"{HOLDS}; print('here', flush=True); sys.stdin.read()", path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"here\n"
        yield
        other.communicate()


async def with_backup(path: Path, backup: Path) -> None:
    """A database with an entry more than its backup."""
    store = await opened(path)
    await store.entries.add(EntryDraft("in the backup"), ANN)
    await store.backup(backup)
    await store.entries.add(EntryDraft("later"), ANN)
    await store.close()


async def test_a_backup_is_put_back_and_what_was_there_is_kept(tmp_path: Path) -> None:
    path, backup = tmp_path / "a.db", tmp_path / "백업? 1.db"
    await with_backup(path, backup)

    restored = await DigestStore.restore(f"sqlite:///{path}", backup, MORNING)

    assert restored.entries == 1
    assert await titles(path) == ["in the backup"]
    assert restored.before is not None
    assert await titles(restored.before) == ["later", "in the backup"]

    undone = await DigestStore.restore(f"sqlite:///{path}", restored.before, MORNING)

    assert undone.entries == 2
    assert await titles(path) == ["later", "in the backup"]


async def test_a_backup_makes_a_database_where_there_is_none(tmp_path: Path) -> None:
    path, backup = tmp_path / "a.db", tmp_path / "backup.db"
    await with_backup(path, backup)

    restored = await DigestStore.restore(f"sqlite:///{tmp_path / 'new.db'}", backup, MORNING)

    assert restored.before is None
    assert await titles(tmp_path / "new.db") == ["in the backup"]


async def test_a_damaged_database_is_replaced_too(tmp_path: Path) -> None:
    path, backup = tmp_path / "a.db", tmp_path / "backup.db"
    await with_backup(path, backup)
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))

    await DigestStore.restore(f"sqlite:///{path}", backup, MORNING)

    assert await titles(path) == ["in the backup"]


async def test_nothing_is_put_back_while_a_program_uses_the_database(tmp_path: Path) -> None:
    path, backup = tmp_path / "a.db", tmp_path / "backup.db"
    await with_backup(path, backup)
    with another_program(path), pytest.raises(DatabaseInUse):
        await DigestStore.restore(f"sqlite:///{path}", backup, MORNING)

    await DigestStore.restore(f"sqlite:///{path}", backup, MORNING)


def missing(path: Path) -> type[RestoreRefused]:
    del path
    return BackupMissing


def text(path: Path) -> type[RestoreRefused]:
    path.write_text("no database", "utf-8")
    return BackupUnusable


def foreign(path: Path) -> type[RestoreRefused]:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    return BackupUnusable


def empty(path: Path) -> type[RestoreRefused]:
    path.touch()
    return BackupUnusable


@pytest.mark.parametrize("made", [missing, text, foreign, empty])
async def test_what_is_no_backup_changes_nothing(
    tmp_path: Path, made: Callable[[Path], type[RestoreRefused]]
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    await with_backup(folder / "a.db", tmp_path / "good.db")
    before = lying_in(folder)
    expected = made(tmp_path / "bad.db")

    with pytest.raises(expected):
        await DigestStore.restore(f"sqlite:///{folder / 'a.db'}", tmp_path / "bad.db", MORNING)

    assert lying_in(folder) == before


@pytest.mark.parametrize("change", ["damaged", "newer"])
async def test_a_backup_is_checked_before_anything_changes(tmp_path: Path, change: str) -> None:
    folder, backup = tmp_path / "data", tmp_path / "backup.db"
    folder.mkdir()
    await with_backup(folder / "a.db", backup)
    if change == "damaged":
        content = backup.read_bytes()
        backup.write_bytes(content[:8192] + b"\xa5" * (len(content) - 8192))
    else:
        with closing(sqlite3.connect(backup)) as connection, connection:
            connection.executescript(
                "UPDATE ainews_revision SET version_num = '9999'; UPDATE numbers SET since = '9999'"
            )
    before = lying_in(folder)

    with pytest.raises(BackupUnusable):
        await DigestStore.restore(f"sqlite:///{folder / 'a.db'}", backup, MORNING)

    assert lying_in(folder) == before


async def test_the_database_itself_and_a_missing_folder_are_refused(tmp_path: Path) -> None:
    path, backup = tmp_path / "a.db", tmp_path / "backup.db"
    await with_backup(path, backup)
    with pytest.raises(BackupUnusable):
        await DigestStore.restore(f"sqlite:///{path}", path, MORNING)
    with pytest.raises(DatabaseFolderMissing):
        await DigestStore.restore(f"sqlite:///{tmp_path / 'none' / 'a.db'}", backup, MORNING)
    with pytest.raises(BackupUnsupported):
        await DigestStore.restore("postgresql://user@host/name", backup, MORNING)
