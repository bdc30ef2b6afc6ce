"""What the archive tells everybody, and what it keeps to itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.archive import StoreArchive
from bot.i18n.translator import Translators
from bot.port.archive import Absence, ArchiveAway, ArchiveEntry
from bot.views.sections import TagSections
from store.entries.identity import digest
from store.errors import DatabaseFailure
from store.model import (
    EntryDraft,
    Gathered,
    Link,
    Listing,
    Polling,
    PublishedDate,
    SearchQuery,
    SourceRules,
    Status,
)
from store.store import DigestStore
from tests.bot.world import CURATOR
from tests.fakes.clock import FakeClock
from tests.fakes.databases import new_store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[DigestStore]:
    store = await new_store(tmp_path / "ainews.db", FakeClock())
    yield store
    await store.close()


def archive_of(store: DigestStore, *, credited: bool = False) -> StoreArchive:
    return StoreArchive(
        store,
        Translators("en"),
        TagSections.shipped(),
        url="https://news.example",
        timezone="Asia/Seoul",
        credited=credited,
    )


def draft(title: str, **facts: Any) -> EntryDraft:
    usual = {"url": f"https://www.example.org/{title}", "added_by": "Ann", "key": title}
    return EntryDraft(title, **usual | facts)


async def shown(archive: StoreArchive, entry_id: int) -> ArchiveEntry:
    found = await archive.entry(entry_id)
    assert isinstance(found, ArchiveEntry)
    return found


async def test_an_entry_is_told_whole_but_for_who_added_it(store: DigestStore) -> None:
    note = "A first sentence of some length. A second one."
    links = (Link("https://a.example/1", "Code"), Link("https://b.example/2"))
    await store.entries.add(draft("one", note=note, links=links), CURATOR)
    entry = await shown(archive_of(store), 1)

    assert entry.brief == "A first sentence of some length."
    assert [(link.site, link.title) for link in entry.links] == [
        ("example.org", ""),
        ("a.example", "Code"),
        ("b.example", ""),
    ]
    assert entry.date == PublishedDate(2026, 3, 2)
    assert (entry.credit, entry.entry.added_by, entry.entry.key) == ("", "", None)
    assert (await shown(archive_of(store, credited=True), 1)).credit == "Ann"
    for asked in ("by:ann", "-by:bob", "first 작성자:Ann"):
        query = SearchQuery(asked)
        assert not (await archive_of(store).search(query, 10)).hits
        assert (await archive_of(store, credited=True).search(query, 10)).hits


async def test_what_is_not_public_is_absent(store: DigestStore) -> None:
    await store.entries.add(draft("public"), CURATOR)
    for status in (Status.PENDING, Status.SKIPPED):
        await store.entries.add(draft(status, status=status), CURATOR)
    await store.entries.add(draft("taken-back"), CURATOR)
    await store.entries.retract(4, CURATOR)
    await store.entries.add(draft("never-shown", status=Status.PENDING), CURATOR)
    await store.entries.retract(5, CURATOR)
    archive = archive_of(store)

    states = [await archive.entry(number) for number in (2, 3, 4, 5, 6, -1, 10**30)]
    unknown = Absence.UNKNOWN
    assert states == [unknown, unknown, Absence.RETRACTED, *[unknown] * 4]
    assert [each.id for each in (await archive.latest(Listing(), 10)).entries] == [1]
    found = await archive.search(SearchQuery("public taken back"), 10)
    assert [hit.entry.id for hit in found.hits] == [1]


async def test_links_name_the_sources_that_told_of_them(store: DigestStore) -> None:
    await store.sources.add("https://feeds.example/secret/path", "", SourceRules(), CURATOR)
    [source] = await store.polls.lease("one", 1)
    link = "https://www.example.org/story?utm_source=feed"
    item = Gathered(((digest(link), False),), "Story", link, draft=draft("Story", url=link))
    await store.polls.gather(source, "one", Polling(), [item])
    archive = archive_of(store)
    [story] = (await archive.latest(Listing(source=1), 10)).entries

    assert [link.source and link.source.name for link in story.links] == ["feeds.example"]
    assert await archive.source(1) == story.sources[0]
    assert await archive.source(2) is None


async def test_pages_follow_each_other_and_have_the_sections_of_posts(store: DigestStore) -> None:
    for number, tag in enumerate(("llm", "paper", "llm"), 1):
        await store.entries.add(draft(str(number), tags=(tag,)), CURATOR)
    archive = archive_of(store)
    first = await archive.latest(Listing(), 2)
    second = await archive.latest(Listing(), 2, first.next)

    assert [each.id for each in (*first.entries, *second.entries)] == [3, 2, 1]
    assert second.next is None
    sections = archive.sections((*first.entries, *second.entries), "ko")
    assert [(name, [each.id for each in some]) for name, some in sections] == [
        ("🧠 모델", [3, 1]),
        ("📄 논문", [2]),
    ]
    assert [(tag.tag, tag.count) for tag in await archive.tags(1)] == [("llm", 2)]
    assert await archive.around(date(2026, 3, 3), date(2026, 3, 4)) == (date(2026, 3, 2), None)


async def test_many_who_ask_for_the_version_share_a_question(store: DigestStore) -> None:
    archive = archive_of(store)
    await store.entries.add(draft("one"), CURATOR)
    versions = await asyncio.gather(*(archive.version() for _ in range(50)))
    await store.entries.add(draft("two"), CURATOR)

    assert set(versions) == {versions[0]}
    assert await archive.version() > versions[0]
    assert await archive.host() == "news.example"


async def test_the_version_is_read_again_soon_and_at_once_after_ones_own_change(
    store: DigestStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await DigestStore.open(f"sqlite:///{tmp_path / 'ainews.db'}", FakeClock())
    archive, loop = archive_of(store), asyncio.get_running_loop()
    now = loop.time()
    monkeypatch.setattr(loop, "time", lambda: now)
    before = await archive.version()
    entry = await other.entries.add(draft("elsewhere"), CURATOR)

    assert await archive.version() == before
    now += 0.02
    after = await archive.version()
    assert after > before
    await store.entries.retract(entry.id, CURATOR)
    assert await archive.version() > after
    await other.close()


async def test_a_store_that_is_out_is_said_in_the_ports_words(
    store: DigestStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def out() -> int:
        raise DatabaseFailure("somewhere", "disk full")

    monkeypatch.setattr(store.public, "version", out)
    with pytest.raises(ArchiveAway):
        await archive_of(store).version()
