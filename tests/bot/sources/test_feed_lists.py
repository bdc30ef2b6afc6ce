"""Lists of feeds become sources, each once."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import pytest

from adapters.feeds.opml import read_opml
from bot.commands.feeds import STARTER
from bot.port.source import FeedAddress
from bot.sources.feed_lists import KNOWN, NO_ADDRESS, TWICE, import_feeds, is_feed_list, rules_of
from store.entries.identity import url_key
from store.model import Actor, SourceRules
from tests.fakes.databases import new_store

BY = Actor("terminal", "local", "root", "root")
FEEDS = (
    FeedAddress("https://a.example/feed", "A", "Tech/AI"),
    FeedAddress("https://b.example/feed"),
    FeedAddress("http://www.a.example/feed/?utm_source=rss", "A again"),
    FeedAddress("https://[broken/feed", "Broken"),
)


async def test_each_is_added_once_and_what_is_not_is_named(tmp_path: Path) -> None:
    store = await new_store(tmp_path / "a.db", lambda: datetime.now(UTC))
    try:
        dry = await import_feeds(store.sources, FEEDS, BY, dry_run=True)
        assert await store.sources.list() == ()
        first = await import_feeds(store.sources, FEEDS, BY)
        again = await import_feeds(store.sources, FEEDS, BY)
        sources = await store.sources.list()
    finally:
        await store.close()

    assert dry == first
    assert first.added == FEEDS[:2]
    assert [one.reason for one in first.skipped] == [TWICE, NO_ADDRESS]
    assert [one.reason for one in again.skipped] == [KNOWN, KNOWN, KNOWN, NO_ADDRESS]
    assert [(one.name, one.rules) for one in sources] == [
        ("A", SourceRules(tags=("AI",))),
        ("b.example", SourceRules()),
    ]


@pytest.mark.parametrize(
    ("beginning", "is_one"),
    [
        (b'<?xml version="1.0"?><opml version="2.0">', True),
        ('\ufeff<?xml version="1.0"?>\n<OPML>'.encode("utf-16"), True),
        (b"# News about <opmlish> things", False),
        (b'{"title": "x"}', False),
        (b"", False),
    ],
)
def test_a_list_is_known_by_how_it_begins(beginning: bytes, is_one: bool) -> None:
    assert is_feed_list(beginning) is is_one


def test_the_list_that_comes_along_is_whole() -> None:
    data = resources.files("bot.sample").joinpath(STARTER).read_bytes()

    feeds = read_opml(data)

    assert 15 <= len(feeds) <= 25
    assert len({url_key(feed.url) for feed in feeds}) == len(feeds)
    assert all(feed.url.startswith("https://") and feed.title for feed in feeds)
    assert all(rules_of(feed).tags for feed in feeds)
