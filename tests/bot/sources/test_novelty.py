"""What is new in a feed that is asked again and again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.sources import SourceMemory
from bot.port.source import Item
from bot.sources.novelty import keyed, sift

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def item(name: str, age: timedelta | None = HOUR, **facts: Any) -> Item:
    usual: dict[str, Any] = {
        "title": f"Story {name}",
        "link": f"https://example.org/{name}",
        "guid": f"id-{name}",
        "published": None if age is None else NOW - age,
    }
    return Item(**usual | facts)


OLD_ONES = [item(name, 5 * DAY) for name in "abcdef"]


def after(*polls: Sequence[Item], first: Sequence[Item] = OLD_ONES) -> list[list[str | None]]:
    """Return the titles that are new in each poll after the first, an hour apart."""
    memory = SourceMemory()
    memory.poll(first, NOW - HOUR)
    found = [memory.poll(poll, NOW + number * HOUR) for number, poll in enumerate(polls)]
    return [[one.title for one in new] for new in found]


def test_what_was_never_seen_is_new_once() -> None:
    feed = [item("g"), *OLD_ONES]
    assert after(feed, feed, OLD_ONES, feed) == [["Story g"], [], [], []]


@pytest.mark.parametrize(
    "again",
    [
        replace(OLD_ONES[0], published=NOW),
        replace(OLD_ONES[0], guid="other"),
        replace(OLD_ONES[0], link="http://www.example.org/a/?utm_source=feed#x"),
        replace(OLD_ONES[0], link="https://other.example/a"),
        replace(OLD_ONES[0], title="Story A, corrected"),
        replace(OLD_ONES[0], guid="other", link="https://other.example/a"),
        replace(OLD_ONES[0], guid=None, title="STORY  A".replace("  ", " ")),
        replace(OLD_ONES[0], guid=None, link=None),
    ],
)
def test_an_item_is_known_by_any_of_its_keys(again: Item) -> None:
    assert after([again]) == [[]]


@pytest.mark.parametrize(
    "reused",
    [
        item("a", title="Something else", link="https://example.org/else"),
        item("a", title="Something else", guid="else"),
    ],
)
def test_an_id_or_a_link_that_is_given_anew_is_another_item(reused: Item) -> None:
    assert after([reused, *OLD_ONES[1:]]) == [["Something else"]]


def test_a_title_is_known_for_sixty_days() -> None:
    memory = SourceMemory()
    memory.poll(OLD_ONES, NOW)
    again = item("x", title="Story a")
    for days, new in ((59, []), (59 + 61, ["Story a"])):
        now = NOW + days * DAY
        found = memory.poll(
            [replace(again, guid=f"{days}", link=f"https://e.org/{days}", published=now)], now
        )
        assert [one.title for one in found] == new


def test_a_feed_that_moved_brings_nothing() -> None:
    moved = [
        replace(each, guid=f"new-{each.guid}", link=f"https://moved.example/{each.guid}")
        for each in OLD_ONES
    ]
    moved[0] = replace(moved[0], title="Story a with another title")
    assert after(moved, [item("g"), *moved]) == [[], ["Story g"]]


def test_new_ids_at_every_poll_hide_no_news() -> None:
    polls = [
        [replace(each, guid=f"{poll}-{each.guid}") for each in [item(f"new{poll}"), *OLD_ONES]]
        for poll in range(3)
    ]
    assert after(*polls) == [["Story new0"], ["Story new1"], ["Story new2"]]


def test_what_is_older_than_a_fortnight_is_no_news() -> None:
    grown = [item("old", 20 * DAY), item("undated", None), item("late", 13 * DAY), *OLD_ONES]
    assert after(grown) == [["Story undated", "Story late"]]
    assert after([item("past", published=datetime(1970, 1, 1, tzinfo=UTC))]) == [[]]
    assert after([item("future", published=datetime(2099, 1, 1, tzinfo=UTC))]) == [["Story future"]]


def test_a_first_poll_brings_three_of_three_days() -> None:
    items = [item(str(hours), timedelta(hours=hours)) for hours in (80, 50, 9, 4, 30, 20, 2)]
    sifted = sift(keyed([*items, item("undated", None)]), {}, None, NOW)
    assert [one.item.title for one in sifted.news] == ["Story 9", "Story 4", "Story 2"]
    assert len(sifted.seen) == 8
    assert sifted.overlap


def test_an_id_or_a_link_that_is_used_for_everything_tells_nothing() -> None:
    feed = [item(name, guid="0", link="https://example.org/") for name in "abcd"]
    new = item("e", guid="0", link="https://example.org/")
    assert after([new, *feed], first=feed) == [["Story e"]]
    untitled = [item(name, title="News") for name in "abcd"]
    assert after([item("e", title="News"), *untitled], first=untitled) == [["News"]]


def test_an_item_that_stands_in_a_feed_twice_is_one() -> None:
    assert after([item("g"), item("g", guid="again"), *OLD_ONES]) == [["Story g"]]
    assert after([item("g"), item("h", title="Story g"), *OLD_ONES]) == [["Story g"]]


def test_papers_are_news_when_they_are_new() -> None:
    def paper(name: str, kind: str, version: int = 1) -> Item:
        number = f"2611.{name}v{version}"
        return item(
            name,
            guid=f"oai:arXiv.org:{number}",
            link=f"https://arxiv.org/abs/{number}",
            announce_type=kind,
        )

    feed = [
        paper("00001", "new"),
        paper("00002", "replace", 2),
        paper("00003", "replace-cross", 3),
        paper("00004", "cross"),
        paper("00005", "cross", 2),
        item("old", guid="oai:arXiv.org:2001.00001v1", announce_type="cross"),
    ]
    assert after(feed) == [["Story 00001", "Story 00004"]]
    again = paper("00001", "new", 2)
    assert after(feed, [replace(again, title="A new title")]) == [
        ["Story 00001", "Story 00004"],
        [],
    ]


def test_without_overlap_something_may_have_been_missed() -> None:
    assert not sift(keyed([item("x")]), {}, NOW, NOW).overlap
    assert sift([], {}, NOW, NOW).overlap


names = st.sampled_from(["a", "b", "c", "", None])
ITEMS = st.lists(
    st.builds(
        Item,
        title=names,
        link=st.sampled_from(["https://a.example/", "https://a.example/b", "ftp://x", None]),
        guid=names,
        published=st.one_of(st.none(), st.datetimes(timezones=st.just(UTC))),
        announce_type=st.sampled_from([None, "new", "cross", "replace"]),
    ),
    max_size=8,
)


@given(ITEMS, st.randoms())
def test_a_feed_in_another_order_with_other_dates_brings_nothing(
    feed: list[Item], random: Random
) -> None:
    memory = SourceMemory()
    memory.poll(OLD_ONES, NOW)
    memory.poll(feed, NOW)
    assert memory.poll(feed, NOW + HOUR) == []
    again = [replace(one, published=NOW + HOUR) for one in feed]
    random.shuffle(again)
    assert memory.poll(again, NOW + 2 * HOUR) == []
