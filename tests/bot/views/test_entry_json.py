"""The public shape of an entry, which others rely on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.views.entries import entry_json, export_json
from store.model import Entry, Link, PublishedDate, Status

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ENTRY = Entry(
    id=7,
    title="제목",
    url="https://a.example/1",
    links=(Link("https://a.example/2", "two"), Link("https://a.example/3")),
    note="one\n- two",
    image="/a.png",
    published=PublishedDate(2021, 4),
    language="ko",
    tags=("paper", "MIT"),
    added_by="kim",
    key="k1",
    status=Status.PUBLISHED,
    created_at=NOW,
    updated_at=NOW,
    first_published_at=NOW,
)


def test_the_public_shape_has_these_fields_in_this_order() -> None:
    assert list(entry_json(ENTRY).items()) == [
        ("id", 7),
        ("title", "제목"),
        ("url", "https://a.example/1"),
        (
            "links",
            [
                {"url": "https://a.example/2", "title": "two"},
                {"url": "https://a.example/3", "title": None},
            ],
        ),
        ("note", "one\n- two"),
        ("published", "2021-04"),
        ("precision", "month"),
        ("language", "ko"),
        ("tags", ["paper", "MIT"]),
        ("added_by", "kim"),
        ("image", "/a.png"),
        ("status", "published"),
        ("votes", 0),
        ("renditions", {}),
    ]


def test_what_is_not_known_is_null() -> None:
    bare = replace(ENTRY, url=None, published=None, language=None, image=None)
    shape = entry_json(bare)
    assert [name for name, value in shape.items() if value is None] == [
        "url",
        "published",
        "precision",
        "language",
        "image",
    ]


def test_an_export_also_has_the_key_where_there_is_one() -> None:
    assert export_json(ENTRY) == {**entry_json(ENTRY), "key": "k1"}
    assert export_json(replace(ENTRY, key=None)) == entry_json(ENTRY)
