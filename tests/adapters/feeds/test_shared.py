"""Every real file is read as it should be, where the files are there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adapters.feeds.opml import feeds_of, read_opml
from adapters.feeds.reader import read
from bench.sources import feed_line
from bot.port.source import Feed, NotAFeed, NotAFeedList

DATA = Path(__file__).parents[3] / ".." / "shared" / "data" / "feeds"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="../shared/data/feeds is not there")


def lines(name: str) -> list[Any]:
    path = DATA / name
    text = path.read_text("utf-8") if path.exists() else ""
    return [json.loads(line) for line in text.splitlines()]


def right(expected: object, seen: object) -> bool:
    return seen in expected if isinstance(expected, list) else seen == expected


@pytest.mark.parametrize(
    "line", [*lines("expected.jsonl"), *lines("api.jsonl")], ids=lambda x: x["file"]
)
def test_a_feed_is_read_as_expected(line: Any) -> None:
    zone = ZoneInfo(line["timezone"]) if line["timezone"] else None
    feed: Feed | None
    try:
        feed = read((DATA / line["file"]).read_bytes(), base=line["base"], zone=zone)
    except NotAFeed:
        feed = None
    seen: Any = feed_line(line["file"], feed)

    assert seen["items"] == line["items"]
    assert right(line["title"], seen["title"])
    assert len(seen["first"]) == len(line["first"])
    for item, expected in zip(seen["first"], line["first"], strict=True):
        for field, value in expected.items():
            assert right(value, item[field]), (field, value, item[field])


@pytest.mark.parametrize("line", lines("pages.jsonl"), ids=lambda x: x["file"])
def test_a_page_names_the_feeds_that_are_expected(line: Any) -> None:
    found = feeds_of((DATA / line["file"]).read_bytes(), base=line["base"])

    assert [feed.url for feed in found] == line["feeds"]


@pytest.mark.parametrize("line", lines("opml.jsonl"), ids=lambda x: x["file"])
def test_a_list_holds_the_feeds_that_are_expected(line: Any) -> None:
    data = (DATA / line["file"]).read_bytes()
    if line["readable"] is False:
        with pytest.raises(NotAFeedList):
            read_opml(data)
        return
    found = read_opml(data)

    assert right(line["feeds"], len(found))
    expected = line["first"] or [{"url": feed.url, "title": feed.title} for feed in found[:3]]
    assert [{"url": feed.url, "title": feed.title} for feed in found[:3]] == expected
