"""An import that takes what is missing from the pages behind the links."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from bot.importers.filling import LinkFiller
from bot.importers.importer import ImportReport, import_file
from bot.pages import Pages
from bot.port.page import PageFacts
from store.model import Actor, Entry, PublishedDate
from store.store import DigestStore
from tests.fakes.clock import FakeClock
from tests.fakes.pages import FakePageReader

MINJI = Actor("test", "home", "minji", "Minji")


def facts(url: str, title: str = "A page", language: str = "en") -> PageFacts:
    """Return what a page says."""
    return PageFacts(url, title, PublishedDate(2026, 11, 20), "Its text.", f"{url}/a.png", language)


class Importing:
    """A store, beside pages, into which files are imported."""

    def __init__(self, store: DigestStore) -> None:
        self.store = store
        self.reader = FakePageReader()
        self.pages = Pages(lambda: self.reader, store.entries, lambda: None)

    async def take(self, text: str, *, dry_run: bool = False) -> ImportReport:
        """Import a file."""
        return await import_file(
            self.store.entries,
            io.BytesIO(text.encode()),
            by=MINJI,
            today=date(2026, 11, 26),
            dry_run=dry_run,
            pages=LinkFiller(self.pages, self.store.entries),
        )

    async def entries(self) -> dict[str | None, Entry]:
        """Return what is in the store, by link."""
        return {each.url: each for each in (await self.store.entries.latest(50)).items}


@pytest.fixture
async def importing(tmp_path: Path) -> AsyncIterator[Importing]:
    """An empty store beside an empty web."""
    store = await DigestStore.open(f"sqlite:///{tmp_path / 'ainews.db'}", FakeClock())
    importing = Importing(store)
    try:
        yield importing
    finally:
        await importing.pages.close()
        await store.close()


async def test_a_list_of_bare_links_becomes_entries(importing: Importing) -> None:
    first, second, third = (f"https://a.example/{name}" for name in "xyz")
    importing.reader.known = {
        first: facts(first),
        second: facts(second, "한국어 제목"),
        third: facts(third, "Un titre", "fr"),
    }
    text = f"* {first}\n* 2024.1.2 {second}\n"
    report = await importing.take(text)
    assert (report.added, report.skipped, report.problems) == (2, 0, 0)
    assert (await importing.take(f'{{"url":"{third}","note":"Mine"}}\n')).added == 1
    found = await importing.entries()
    assert (found[first].title, found[first].note) == ("A page", "Its text.")
    assert found[first].published == PublishedDate(2026, 11, 20)
    assert found[second].published == PublishedDate(2024, 1, 2)
    assert (found[second].title, found[second].language) == ("한국어 제목", "ko")
    assert (found[third].note, found[third].language) == ("Mine", "fr")


async def test_what_an_item_says_itself_stays_and_is_not_asked_for(importing: Importing) -> None:
    url = "https://a.example/x"
    importing.reader.known = {url: facts(url)}
    line = f'{{"url":"{url}","title":"Mine","note":"Note","date":"2020-01"}}\n'
    await importing.take(line)
    assert importing.reader.asked == []
    assert (await importing.entries())[url].title == "Mine"


async def test_a_page_that_is_not_read_is_named_with_its_line(importing: Importing) -> None:
    titled = '{"url":"https://a.example/x","title":"Mine"}\n'
    bare = '{"url":"https://a.example/y"}\n'
    report = await importing.take(titled + bare)
    assert (report.added, report.problems, report.not_taken) == (1, 1, 1)
    assert [str(each) for each in (*report.faults, *report.losses)] == [
        "line 2: There is no page at this address (404).",
        "line 1: There is no page at this address (404).",
    ]


async def test_again_it_changes_nothing_and_asks_nothing(importing: Importing) -> None:
    url = "https://a.example/x"
    importing.reader.known = {url: facts(url)}
    await importing.take(f"* {url}\n")
    report = await importing.take(f"* {url}\n")
    assert (report.added, report.updated, report.unchanged) == (0, 0, 1)
    assert importing.reader.asked == [url]


async def test_what_a_moderator_wrote_comes_before_the_page(importing: Importing) -> None:
    url = "https://a.example/x"
    importing.reader.known = {url: facts(url)}
    line = f'{{"url":"{url}","title":"Mine","note":"Edited by hand"}}\n'
    await importing.take(line)
    await importing.take(f'{{"url":"{url}","title":"Mine"}}\n')
    entry = (await importing.entries())[url]
    assert (entry.note, entry.published) == ("Edited by hand", PublishedDate(2026, 11, 20))


async def test_a_dry_run_shows_what_the_pages_would_give(importing: Importing) -> None:
    url = "https://a.example/x"
    importing.reader.known = {url: facts(url)}
    report = await importing.take(f"* {url}\n", dry_run=True)
    assert [change.title for change in report.changes] == ["A page"]
    assert await importing.entries() == {}


async def test_more_links_than_are_asked_for_at_once(importing: Importing) -> None:
    urls = [f"https://a{number % 7}.example/{number}" for number in range(95)]
    importing.reader.known = {url: facts(url, f"Page {url}") for url in urls}
    report = await importing.take("".join(f"* {url}\n" for url in [*urls, urls[0]]))
    assert (report.added, report.skipped) == (95, 1)
