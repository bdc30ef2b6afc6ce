"""A shape changes in two steps: the program before works on while another has upgraded."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.address import Address
from store.db.database import Database
from store.db.migrations import VERSION_TABLE
from store.db.migrations.run import upgrade
from store.db.schema import REVISIONS, metadata
from store.errors import BackupUnusable, DatabaseNewer
from store.model import ChannelRef, EntryDraft, SearchQuery
from store.store import DigestStore
from tests.fakes.clock import MORNING, FakeClock
from tests.fakes.databases import new_store
from tests.store.conftest import ANN, HERE, subscription
from tests.store.db.shapes import ColumnShape, TableShape, broken, shape_of

BEFORE_ROLLING = "0015"
"""Programs of this revision and those before refuse every shape that they do not know."""

LATER = "9999"
"""A revision that this program does not know yet."""


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AsyncConnection]:
    """Change a database as a newer program would."""
    database = Database(Address.parse(url))
    try:
        async with database.migration() as connection:
            yield connection
    finally:
        await database.close()


async def expand(url: str, since: str) -> None:
    """Bring a database to a later shape: a table more, and a column more in every table."""
    async with connected(url) as connection:
        await connection.execute(sa.text("CREATE TABLE later (id INTEGER PRIMARY KEY)"))
        for table in metadata.tables:
            await connection.execute(
                sa.text(f"ALTER TABLE {table} ADD COLUMN later INTEGER NOT NULL DEFAULT 7")
            )
        await connection.execute(sa.text(f"UPDATE {VERSION_TABLE} SET version_num = '{LATER}'"))  # noqa: S608 - ours
        await connection.execute(sa.text("UPDATE numbers SET since = :since"), {"since": since})


async def test_each_revision_only_adds_or_says_who_it_leaves_behind(empty_url: str) -> None:
    rolling = REVISIONS[REVISIONS.index(BEFORE_ROLLING) :]
    async with connected(empty_url) as connection:
        await connection.run_sync(upgrade, VERSION_TABLE, rolling[0])
        for before, after in pairwise(rolling):
            old = await connection.run_sync(shape_of)
            await connection.run_sync(upgrade, VERSION_TABLE, after)
            missed = [*broken(old, await connection.run_sync(shape_of))]
            since = (await connection.execute(sa.text("SELECT since FROM numbers"))).scalar()
            assert since in REVISIONS
            assert missed == [] or since > before, f"{after} ends {before}, and does not say so"


async def test_channels_that_are_there_get_the_share_of_their_workspace(empty_url: str) -> None:
    refs = [ChannelRef("slack", f"T{number}", "C1") for number in range(40)]
    store = await DigestStore.open(empty_url, FakeClock())
    for ref in refs:
        await store.channels.schedule(ref, subscription(), ANN, MORNING)
    await store.close()
    async with connected(empty_url) as connection:
        await connection.execute(sa.text("ALTER TABLE channels DROP COLUMN shard"))
        await connection.execute(sa.text("ALTER TABLE processes DROP COLUMN shares"))
        await connection.execute(sa.text(f"UPDATE {VERSION_TABLE} SET version_num = '0016'"))  # noqa: S608 - a name of ours
        await connection.run_sync(upgrade, VERSION_TABLE, "0017")
        kept = await connection.execute(sa.text("SELECT workspace, shard FROM channels"))
        assert {row.workspace: row.shard for row in kept} == {
            ref.workspace: ref.shard for ref in refs
        }


NUMBER = ColumnShape("INTEGER", nullable=False, filled=False)
ROW = TableShape({"a": ColumnShape("TEXT", nullable=False, filled=False)}, frozenset({"key ['a']"}))


@pytest.mark.parametrize(
    ("after", "missed"),
    [
        ({}, "t is gone"),
        ({"t": TableShape({}, ROW.rules)}, "t.a is gone"),
        ({"t": TableShape({"a": NUMBER}, ROW.rules)}, "t.a holds something else"),
        ({"t": TableShape({**ROW.columns, "b": NUMBER}, ROW.rules)}, "t.b must have a value"),
        (
            {"t": TableShape(ROW.columns, ROW.rules | {"unique ['a']"})},
            "t has a further rule: unique ['a']",
        ),
    ],
)
def test_what_the_program_before_would_miss_is_found(
    after: dict[str, TableShape], missed: str
) -> None:
    assert [*broken({"t": ROW}, after)] == [missed]


def test_more_columns_and_fewer_rules_are_missed_by_nobody() -> None:
    more = {**ROW.columns, "b": ColumnShape("TEXT", nullable=True, filled=True)}

    assert [*broken({"t": ROW}, {"t": TableShape(more, frozenset()), "u": ROW})] == []


async def test_a_program_works_on_a_shape_that_a_newer_one_has_expanded(empty_url: str) -> None:
    clock = FakeClock(MORNING)
    store = await DigestStore.open(empty_url, clock)
    old = await store.entries.add(EntryDraft("before"), ANN)
    await store.channels.schedule(HERE, subscription(), ANN, MORNING)
    await store.close()
    await expand(empty_url, REVISIONS[-1])

    store = await DigestStore.open(empty_url, clock)
    try:
        await store.entries.edit(old.id, EntryDraft("edited"), ANN)
        await store.entries.add(EntryDraft("오늘의 모델"), ANN)
        await store.channels.pause(HERE, ANN)
        found = await store.search.find(SearchQuery("모델"), 5)
        titles = [entry.title async for entry in store.entries.all()]
    finally:
        await store.close()
    look = await DigestStore.inspect(empty_url)

    assert titles == ["오늘의 모델", "edited"]
    assert [hit.entry.title for hit in found.items] == ["오늘의 모델"]
    assert look.current
    assert look.entries


async def test_a_program_leaves_a_shape_alone_that_has_no_place_for_it(empty_url: str) -> None:
    await (await DigestStore.open(empty_url, FakeClock())).close()
    await expand(empty_url, LATER)

    with pytest.raises(DatabaseNewer) as refused:
        await DigestStore.open(empty_url, FakeClock())

    assert refused.value.revision == LATER


@pytest.mark.parametrize(("since", "usable"), [(REVISIONS[-1], True), (LATER, False)])
async def test_a_backup_of_a_newer_program_is_put_back_where_it_works(
    tmp_path: Path, since: str, usable: bool
) -> None:
    backup = tmp_path / "backup.db"
    store = await new_store(tmp_path / "a.db", FakeClock())
    await store.entries.add(EntryDraft("kept"), ANN)
    await store.backup(backup)
    await store.close()
    await expand(f"sqlite:///{backup}", since)
    address = f"sqlite:///{tmp_path / 'b.db'}"

    if usable:
        restored = await DigestStore.restore(address, backup, MORNING + timedelta(days=1))
        assert restored.entries == 1
    else:
        with pytest.raises(BackupUnusable, match="newer"):
            await DigestStore.restore(address, backup, MORNING + timedelta(days=1))
