"""Items as many programs lay them out, imported into a real store."""

from __future__ import annotations

import pytest

from store.store import DigestStore
from tests.bot.importers.taking import said, taken

ITEMS = {
    "other names": (
        """{"Title": "A", "href": "https://news.example/1", "pubDate": "Thu, 01 Aug 2024 09:00 GMT"}
{"headline": "B", "URL": "https://news.example/2", "publishedAt": "2024-08-02T00:00:00Z"}
{"title": "C", "link": {"href": "https://news.example/3"}, "date": 1722643200}
{"제목": "라", "링크": "https://news.example/4", "날짜": "2024년 8월 4일", "id": 7}
""",
        [
            ("2024-08-01", "A", "1"),
            ("2024-08-02", "B", "2"),
            ("2024-08-03", "C", "3"),
            ("2024-08-04", "라", "4"),
        ],
    ),
    "a document on one line": (
        '{"title": "feed", "items": [{"title": "A", "url": "https://news.example/1"}]}',
        [("", "A", "1")],
    ),
    "a document within another": (
        '{"status": "ok",\n "data": {"posts": [\n  {"title": "A"},\n {"title": "B"}\n]}, "n": 2}',
        [("", "A", ""), ("", "B", "")],
    ),
    "one item alone": (
        '{\n "title": "A",\n "url": "https://news.example/1",\n "links": [{"url": "https://x.example"}]\n}',
        [("", "A", "1")],
    ),
    "a long document on one line": (
        '{"description": "'
        + "d" * 5000
        + '", "entries": ['
        + ", ".join(f'{{"title": "T{number}"}}' for number in range(3))
        + "]}",
        [("", "T0", ""), ("", "T1", ""), ("", "T2", "")],
    ),
}


@pytest.mark.parametrize("kind", ITEMS)
async def test_items_are_read_however_they_are_laid_out(store: DigestStore, kind: str) -> None:
    text, expected = ITEMS[kind]

    entries, report = await taken(store, text, "items.json")

    assert [said(entry) for entry in entries] == expected
    assert (report.skipped, report.problems, report.not_taken) == (0, 0, 0)


async def test_people_tags_and_texts_come_in_other_shapes(store: DigestStore) -> None:
    line = (
        '{"title": "T", "author": {"name": "minji"}, "categories": [{"term": "a"}], "tags": "b, c",'
        ' "content_text": "words", "image": {"url": "https://a.example/i.png"}}'
    )

    (entry,), report = await taken(store, line, "items.jsonl")

    assert (entry.added_by, entry.tags, entry.note) == ("minji", ("b", "c", "a"), "words")
    assert entry.image == "https://a.example/i.png"
    assert report.not_taken == 0


async def test_every_field_that_is_not_taken_is_named(store: DigestStore) -> None:
    line = (
        '{"title": "T", "note": "n", "summary": "s", "colour": 5, "publised": "2024", "x": null, '
        '"source": "s", "object": "o"}'
    )

    entries, report = await taken(store, line, "items.jsonl")

    assert len(entries) == 1
    assert [loss.sentence for loss in report.losses] == [
        "“summary” was not taken: “note” is already filled.",
        "“colour” was not taken.",
        "“publised” was not taken. Did you mean “published”?",
        "“source” was not taken.",
        "“object” was not taken.",
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{\n "settings": {"a": 1}\n}', "This JSON document has neither a list of entries"),
        ('<?xml version="1.0"?>\n<rss></rss>', "This is XML, as feeds have it."),
        ("- title: T\n  url: https://a.example/\n", "This is YAML."),
        ("PK\x03\x04\x14\x00\x06\x00", "This is no text, but a program's own file."),
        ("%PDF-1.7\n", "This is no text, but a program's own file."),
        ('{\n "items": [\n  {"title": "A"},\n', "The list has no end: the file is not whole."),
    ],
)
async def test_a_file_of_another_kind_gets_one_true_sentence(
    store: DigestStore, text: str, sentence: str
) -> None:
    _, report = await taken(store, text, "file.json")

    assert [fault.sentence.startswith(sentence) for fault in report.faults] == [True]


async def test_a_broken_item_of_a_document_spoils_no_other(store: DigestStore) -> None:
    text = '{"items": [\n{"title": "A"},\n{"title": B},\n{"title": "C"}\n]}\n'

    entries, report = await taken(store, text, "file.json")

    assert [entry.title for entry in entries] == ["A", "C"]
    assert [fault.line for fault in report.faults] == [3]
