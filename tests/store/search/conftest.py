"""A digest to search: on both engines where they may differ, on SQLite alone where not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from pathlib import Path
from typing import Any

import pytest

from store.model import Entry, EntryDraft, Found, ImportItem, PublishedDate, SearchPage, SearchQuery
from store.search.index import rebuild as rebuilding
from store.store import DigestStore
from tests.fakes.clock import FakeClock
from tests.fakes.databases import new_store
from tests.store.conftest import ANN


class SearchDigest:
    """A store, and short ways to fill and to search it."""

    def __init__(self, store: DigestStore) -> None:
        self.store = store

    async def add(self, title: str, note: str = "", date: str = "", **facts: Any) -> Entry:
        """Add an entry."""
        return await self.store.entries.add(draft(title, note, date, **facts), ANN)

    async def fill(self, drafts: Collection[EntryDraft]) -> None:
        """Add many entries at once."""
        items = [ImportItem(one, line) for line, one in enumerate(drafts, 1)]
        await self.store.entries.import_batch(items, ANN)

    async def page(self, words: str, count: int = 50, offset: int = 0, **facts: Any) -> SearchPage:
        """Search."""
        return await self.store.search.find(SearchQuery(words, **facts), count, offset)

    async def found(self, words: str, count: int = 50, **facts: Any) -> tuple[Found, ...]:
        """Return what a search finds, best first."""
        return (await self.page(words, count, **facts)).items

    async def titles(self, words: str, **facts: Any) -> list[str]:
        """Return the titles of what a search finds, best first."""
        return [one.entry.title for one in await self.found(words, **facts)]


def draft(title: str, note: str = "", date: str = "", **facts: Any) -> EntryDraft:
    """What an entry says."""
    published = PublishedDate.from_iso(date) if date else None
    return EntryDraft(title, note=note, published=published, **facts)


@pytest.fixture
def digest(store: DigestStore) -> SearchDigest:
    """An empty digest, on each engine."""
    return SearchDigest(store)


@pytest.fixture
async def local(tmp_path: Path, clock: FakeClock) -> AsyncIterator[SearchDigest]:
    """An empty digest on SQLite, for what does not depend on the engine."""
    store = await new_store(tmp_path / "local.db", clock)
    yield SearchDigest(store)
    await store.close()


@pytest.fixture
def short_units(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rebuild a hundred entries at once, so that few entries take several units of work."""
    monkeypatch.setattr(rebuilding, "_AT_ONCE", 100)
