"""Everything moves between the engines, and every id stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from store.db.address import Address
from store.db.database import Database
from store.db.move import _COPIED
from store.errors import DatabaseInUse, TargetNotEmpty
from store.model import (
    EntryDraft,
    PostPlan,
    PublishedDate,
    Receipt,
    SearchQuery,
    SourceRules,
    Trouble,
)
from store.store import DigestStore
from tests.fakes.clock import MORNING, FakeClock
from tests.fakes.databases import new_store
from tests.fakes.stored import make_posts
from tests.store.conftest import ANN, HERE, Postgres, scheduled


async def filled(path: Path) -> str:
    """Keep something of every kind in a new file."""
    store = await new_store(path, FakeClock(MORNING))
    date = PublishedDate(2021, 4)
    drafts = [
        EntryDraft(f"소식 {n}", f"https://a.example/{n}", tags=("모델",), published=date)
        for n in range(3)
    ]
    added = [await store.entries.add(draft, ANN) for draft in drafts]
    await store.entries.retract(added[1].id, ANN)
    channel = await scheduled(store)
    for entry in (added[0], added[2]):
        plans = [PostPlan(1, 1, (entry.id,))]
        await make_posts(store, channel, plans, next_at=MORNING, seen=entry.id)
    (work, *_) = await store.posts.lease("discord", MORNING, MORNING, "w", 1)
    await store.posts.sent(work, Receipt("discord", {"id": "1"}))
    await store.broken.mark(channel.id, Trouble("gone", "mend it"))
    await store.people.save(ANN, added[0].id)
    await store.people.set_language(ANN, "ko")
    await store.sources.add("https://example.org/feed", "", SourceRules(only=("모델",)), ANN)
    await store.workspaces.seen("discord", "guild", "Home")
    await store.close()
    return f"sqlite:///{path}"


async def kept(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row that is copied."""
    database = Database(Address.parse(url))
    async with database.read() as connection:
        found = {
            table.name: sorted(map(tuple, await connection.execute(select(table))), key=repr)
            for table in _COPIED
        }
    await database.close()
    return found


async def test_everything_moves_there_and_back(postgres: Postgres, tmp_path: Path) -> None:
    first, last = await filled(tmp_path / "a.db"), f"sqlite:///{tmp_path / 'b.db'}"
    before = await kept(first)
    assert sum(map(bool, before.values())) > 10
    with postgres.database() as there:
        moved = await DigestStore.move(first, there)
        assert (moved.entries, moved.rows) == (3, sum(map(len, before.values())))
        assert await kept(there) == before
        store = await DigestStore.open(there, FakeClock(MORNING))
        assert await store.index.rebuild()
        assert (await store.search.find(SearchQuery("소식"), 5)).items
        await DigestStore.move(there, last)
        assert await kept(last) == before
        entry = await store.entries.add(EntryDraft("next"), ANN)
        assert entry.id == 4
        await store.sources.add("https://example.org/other", "", SourceRules(), ANN)
        assert (await store.channels.get(HERE)).reason == "gone"
        await store.close()


async def test_nothing_is_moved_over_something(tmp_path: Path) -> None:
    first, other = await filled(tmp_path / "a.db"), await filled(tmp_path / "b.db")
    before = await kept(other)
    with pytest.raises(TargetNotEmpty):
        await DigestStore.move(first, other)
    assert await kept(other) == before


async def test_a_database_at_work_is_not_moved(postgres: Postgres, tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path / 'b.db'}"
    with postgres.database() as there:
        store = await DigestStore.open(there, FakeClock(MORNING))
        await store.processes.enter("p", "host", 1, ())
        with pytest.raises(DatabaseInUse):
            await DigestStore.move(there, target)
        await store.close()
