"""Which items repeat an earlier one."""

from __future__ import annotations

from bot.importers.repeats import Repeats
from store.model import EntryDraft, ImportItem, PublishedDate


def test_thousands_of_items_are_remembered() -> None:
    repeats = Repeats()
    drafts = [
        EntryDraft("T", url=f"https://a.example/{number}", key=f"k{number}")
        for number in range(5000)
    ]
    for number, draft in enumerate(drafts, 1):
        assert repeats.check(ImportItem(draft, number)) is None
    for number, draft in enumerate(drafts, 1):
        skipped = repeats.check(ImportItem(draft, 9000))
        assert skipped is not None
        assert skipped.values == {"line": number}


def test_a_repeat_is_not_remembered() -> None:
    repeats = Repeats()
    repeats.check(ImportItem(EntryDraft("A", key="a"), 1))
    assert repeats.check(ImportItem(EntryDraft("B", key="a", url="https://b.example/"), 2))
    assert repeats.check(ImportItem(EntryDraft("C", url="https://b.example/"), 3)) is None


def test_titles_count_only_where_nothing_else_does() -> None:
    repeats = Repeats()
    date = PublishedDate(2021, 4)
    for number, draft in enumerate(
        [
            EntryDraft("A", published=date),
            EntryDraft("A", published=PublishedDate(2021)),
            EntryDraft("A"),
            EntryDraft("A", published=date, url="https://a.example/1"),
            EntryDraft("A", published=date, url="https://a.example/2"),
            EntryDraft("B", key="1"),
            EntryDraft("B", key="2"),
        ],
        1,
    ):
        assert repeats.check(ImportItem(draft, number)) is None
    assert repeats.check(ImportItem(EntryDraft("ａ", published=date), 9)) is not None
    assert repeats.check(ImportItem(EntryDraft("A", published=date, key="3"), 9)) is not None
    assert repeats.check(ImportItem(EntryDraft("b"), 9)) is not None
