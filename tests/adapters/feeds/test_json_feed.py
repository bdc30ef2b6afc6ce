"""JSON Feed, and the sites that answer with JSON in place of a feed."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from adapters.feeds.reader import read
from bot.port.source import Feed, FurtherLink, Item, NotAFeed, NotAFeedReason

VERSION = "https://jsonfeed.org/version/1.1"


def feed_of(document: object) -> Feed:
    return read(json.dumps(document).encode(), base="https://example.org/feed.json")


def test_a_whole_json_feed() -> None:
    feed = feed_of(
        {
            "version": VERSION,
            "title": "Notes &amp; more",
            "home_page_url": "https://example.org/",
            "feed_url": "https://example.org/feed.json",
            "next_url": "/feed.json?page=2",
            "language": "en_US",
            "items": [
                {
                    "id": 7,
                    "url": "/7",
                    "external_url": "https://other.example/",
                    "title": "A <b>title</b>",
                    "content_html": "<p>One</p><p>two</p>",
                    "date_published": "Tue, 02 Jan 2024 00:00:00 +0900",
                    "date_modified": "2024-05-01",
                    "authors": [{"name": "Kim"}, {"url": "mailto:x@example.org"}],
                    "tags": ["ai"],
                    "image": "/7.png",
                    "language": "ko",
                },
                {
                    "id": "8",
                    "external_url": "https://other.example/8",
                    "date_modified": "2024-05-01",
                },
                {
                    "author": {"name": "Lee"},
                    "url": "javascript:alert(1)",
                    "title": " ",
                    "tags": None,
                },
                "no item",
            ],
        }
    )

    assert feed == Feed(
        title="Notes & more",
        link="https://example.org/",
        url="https://example.org/feed.json",
        language="en-US",
        items=(
            Item(
                title="A title",
                link="https://example.org/7",
                guid="7",
                published=datetime(2024, 1, 1, 15, tzinfo=UTC),
                description="One two",
                image="https://example.org/7.png",
                language="ko",
                authors=("Kim",),
                categories=("ai",),
                links=(FurtherLink("external", "https://other.example/"),),
            ),
            Item(
                link="https://other.example/8",
                guid="8",
                published=datetime(2024, 5, 1, tzinfo=UTC),
                links=(FurtherLink("external", "https://other.example/8"),),
            ),
            Item(authors=("Lee",)),
        ),
    )


def test_a_json_feed_without_items_is_a_feed() -> None:
    assert feed_of({"version": VERSION, "items": []}).items == ()


def test_the_papers_of_a_day() -> None:
    (item,) = feed_of(
        [
            {
                "paper": {
                    "id": "2401.00001",
                    "title": "Sparse\n  Models",
                    "summary": "We show it.",
                    "authors": [{"name": "Kim"}, {"name": "Lee"}],
                    "publishedAt": "2024-01-01T00:00:00.000Z",
                    "submittedOnDailyAt": "2024-01-02T00:00:00.000Z",
                    "githubRepo": "https://github.com/example/sparse",
                },
                "thumbnail": "https://example.org/2401.00001.png",
                "publishedAt": "2023-12-31T20:00:00.000Z",
            }
        ]
    ).items

    assert item == Item(
        title="Sparse Models",
        link="https://huggingface.co/papers/2401.00001",
        guid="2401.00001",
        published=datetime(2024, 1, 2, tzinfo=UTC),
        description="We show it.",
        image="https://example.org/2401.00001.png",
        authors=("Kim", "Lee"),
        links=(
            FurtherLink("related", "https://arxiv.org/abs/2401.00001"),
            FurtherLink("related", "https://github.com/example/sparse"),
        ),
    )


def test_stories_found_at_hacker_news() -> None:
    feed = feed_of(
        {
            "hits": [
                {
                    "objectID": "1",
                    "title": "A",
                    "url": "https://e.org/",
                    "created_at": "2024-01-02",
                },
                {"objectID": "2", "title": "Ask HN", "url": None, "created_at": "2024-01-02"},
            ]
        }
    )

    assert [(item.link, item.guid) for item in feed.items] == [
        ("https://e.org/", "1"),
        ("https://news.ycombinator.com/item?id=2", "2"),
    ]


@pytest.mark.parametrize(
    "document",
    [
        b'{"error": "not found"}',
        b'{"items": [{"snippet": {"title": "a video"}}]}',
        b'{"version": "https://jsonfeed.org/version/1", "items": {}}',
        b"[]",
        b"[1, 2]",
        b'[{"name": "somebody"}]',
        b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1"}, {"id"',
        b"[" * 100_000,
        b"[" + b"{}," * 300_000 + b"{}]",
    ],
)
def test_other_json_is_no_feed(document: bytes) -> None:
    with pytest.raises(NotAFeed) as problem:
        read(document)

    assert problem.value.reason is NotAFeedReason.OTHER


def test_a_guard_against_scripts_is_passed_over_and_half_letters_vanish() -> None:
    feed = read(b""")]}',\n{"version": "jsonfeed.org", "items": [{"id": "a\\ud83d\\u0000b"}]}""")

    assert feed.items[0].guid == "ab"
