"""The import itself: into a real store, and what it reports."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.exporters.files import ExportForm, export
from bot.i18n.translator import Translator
from bot.importers.importer import ImportReport, Progress, import_file
from bot.importers.result import Skipped
from store.errors import DiskFull
from store.model import Actor, ImportAction, ImportItem, ImportOutcome, PublishedDate, Status
from store.store import DigestStore
from tests.bot.importers.pages import TODAY
from tests.fakes.databases import new_store

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
BY = Actor("terminal", "local", "kim", "kim")

PAGE = """---
title: 소식
---
* 202104 하나 (kimcoder)
  > 내용
https://a.example/1

-----
* 2021.4.18 둘
https://a.example/2?utm_source=x

-----
* 2021년 이전 것은 이전 글에
"""
BROKEN = f"{PAGE}\n* 2021.2.30 셋\nhttps://a.example/3\n"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[DigestStore]:
    opened = await new_store(tmp_path / "digest.db", lambda: NOW)
    yield opened
    await opened.close()


class UnseekablePipe(io.BytesIO):
    """Bytes that come once, as from a pipe."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise io.UnsupportedOperation

    def tell(self) -> int:
        raise io.UnsupportedOperation


class Recorder:
    """A target that remembers what it was given, and may run out of room."""

    def __init__(self, room: int | None = None) -> None:
        self.batches: list[Sequence[ImportItem]] = []
        self._room = room

    async def import_batch(
        self, items: Sequence[ImportItem], by: Actor, *, dry_run: bool = False
    ) -> tuple[ImportOutcome, ...]:
        del by, dry_run
        if self._room is not None and len(self.batches) >= self._room:
            raise DiskFull("digest.db")
        self.batches.append(items)
        return tuple(
            ImportOutcome(ImportAction.ADDED, None, item.line, item.draft.title) for item in items
        )


def source(text: str) -> io.BytesIO:
    return io.BytesIO(text.encode())


def counts(report: ImportReport) -> tuple[int, int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.skipped, report.problems


async def test_importing_twice_adds_nothing(store: DigestStore) -> None:
    first = await import_file(store.entries, source(PAGE), by=BY, today=TODAY, name="page.md")
    assert counts(first) == (2, 0, 0, 1, 0)
    assert [(change.action, change.line) for change in first.changes] == [
        (ImportAction.ADDED, 4),
        (ImportAction.ADDED, 9),
    ]
    assert [skip.line for skip in first.skips] == [13]
    assert not first.failed
    second = await import_file(store.entries, source(PAGE), by=BY, today=TODAY, name="page.md")
    assert counts(second) == (0, 0, 2, 1, 0)
    page = await store.entries.latest(10)
    assert [(entry.title, entry.published) for entry in page.items] == [
        ("둘", PublishedDate(2021, 4, 18)),
        ("하나", PublishedDate(2021, 4)),
    ]


async def test_what_changed_is_updated(store: DigestStore) -> None:
    await import_file(store.entries, source(PAGE), by=BY, today=TODAY)
    changed = PAGE.replace("> 내용", "> 새 내용")
    report = await import_file(store.entries, source(changed), by=BY, today=TODAY)
    assert counts(report) == (0, 1, 1, 1, 0)
    found = await store.entries.find_by_link("https://a.example/1")
    assert found is not None
    assert found.note == "새 내용"


async def test_a_dry_run_changes_nothing_and_says_the_same(store: DigestStore) -> None:
    dry = await import_file(store.entries, source(PAGE), by=BY, today=TODAY, dry_run=True)
    assert (await store.entries.latest(10)).items == ()
    wet = await import_file(store.entries, source(PAGE), by=BY, today=TODAY)
    assert counts(dry) == counts(wet)
    assert dry.dry_run
    assert [change.title for change in dry.changes] == ["하나", "둘"]


@pytest.mark.parametrize("kind", [io.BytesIO, UnseekablePipe])
async def test_strict_imports_all_or_nothing(
    store: DigestStore, kind: Callable[[bytes], io.BytesIO]
) -> None:
    report = await import_file(
        store.entries, kind(BROKEN.encode()), by=BY, today=TODAY, strict=True
    )
    assert report.refused
    assert report.failed
    assert counts(report) == (0, 0, 0, 1, 1)
    assert [str(fault) for fault in report.faults] == [
        "line 15: “2021.2.30” is not in the calendar."
    ]
    assert (await store.entries.latest(10)).items == ()
    report = await import_file(store.entries, kind(PAGE.encode()), by=BY, today=TODAY, strict=True)
    assert counts(report) == (2, 0, 0, 1, 0)
    assert not report.refused


@pytest.mark.parametrize("kind", [io.BytesIO, UnseekablePipe])
async def test_else_all_the_rest_is_imported(
    store: DigestStore, kind: Callable[[bytes], io.BytesIO]
) -> None:
    report = await import_file(store.entries, kind(BROKEN.encode()), by=BY, today=TODAY)
    assert not report.refused
    assert report.failed
    assert counts(report) == (2, 0, 0, 1, 1)


async def test_what_repeats_an_item_of_the_file_is_skipped(store: DigestStore) -> None:
    lines = [
        {"title": "A", "key": "a", "url": "https://arxiv.org/abs/2104.00298"},
        {"title": "A", "key": "a", "url": "https://arxiv.org/abs/2104.00298"},
        {"title": "A again", "key": "a"},
        {"title": "B", "key": "b", "url": "http://www.arxiv.org/pdf/2104.00298v2.pdf#x"},
        {"title": "C", "key": "c"},
        {"title": "C", "key": "d"},
        {"title": "D", "published": "2021"},
        {"title": "ｄ", "published": "2021"},
        {"title": "D", "published": "2022"},
    ]
    text = "\n".join(json.dumps(line) for line in lines)
    report = await import_file(store.entries, source(text), by=BY, today=TODAY)
    assert counts(report) == (5, 0, 0, 4, 0)
    assert [str(skip) for skip in report.skips] == [
        "line 2: This repeats line 1.",
        "line 3: Line 1 has the same key; that one counts.",
        "line 4: Line 1 has the same link; that one counts.",
        "line 8: Line 7 has the same title and date; that one counts.",
    ]
    again = await import_file(store.entries, source(text), by=BY, today=TODAY)
    assert counts(again) == (0, 0, 5, 4, 0)


@pytest.mark.parametrize("keys", [("k", None), (None, "k"), (None, None)])
async def test_an_item_with_nothing_but_a_title_is_known_again(
    store: DigestStore, keys: tuple[str | None, str | None]
) -> None:
    items = [{"title": "Bare", "key": key, "note": str(number)} for number, key in enumerate(keys)]
    text = "\n".join(json.dumps(item) for item in items)
    assert counts(await import_file(store.entries, source(text), by=BY, today=TODAY)) == (
        1,
        0,
        0,
        1,
        0,
    )
    assert counts(await import_file(store.entries, source(text), by=BY, today=TODAY)) == (
        0,
        0,
        1,
        1,
        0,
    )


@pytest.mark.parametrize("form", list(ExportForm))
async def test_an_export_imports_as_unchanged(store: DigestStore, form: ExportForm) -> None:
    items = [
        {"title": "하나 (둘)", "url": "https://a.example/1", "tags": ["a", "b"], "key": "k1"},
        {"title": "2021년 것", "note": "- x\n  - y\n\n[z](https://z.example/)", "added_by": "kim"},
        {"title": "Old", "published": "1999-12", "language": "ja", "image": "/a.png"},
        {"title": "Gone", "key": "k2", "status": "retracted"},
    ]
    text = "\n".join(json.dumps(item) for item in items)
    await import_file(store.entries, source(text), by=BY, today=TODAY)
    statuses = tuple(Status)
    before = [entry async for entry in store.entries.all(statuses)]
    written = "".join([piece async for piece in export(store.entries.all(statuses), form)])
    report = await import_file(store.entries, source(written), by=BY, today=TODAY)
    assert counts(report) == (0, 0, 4, 0, 0)
    assert [entry async for entry in store.entries.all(statuses)] == before


async def test_an_export_fills_an_empty_store_with_the_same(
    store: DigestStore, tmp_path: Path
) -> None:
    await import_file(store.entries, source(PAGE), by=BY, today=TODAY)
    written = "".join([piece async for piece in export(store.entries.all(), ExportForm.PAGE)])
    other = await new_store(tmp_path / "other.db", lambda: NOW)
    try:
        await import_file(other.entries, source(written), by=BY, today=TODAY)
        again = "".join([piece async for piece in export(other.entries.all(), ExportForm.PAGE)])
    finally:
        await other.close()
    assert again == written


async def test_a_long_import_goes_in_batches_and_shows_progress() -> None:
    text = "".join(f'{{"title": "T{number}", "key": "k{number}"}}\n' for number in range(2500))
    seen: list[Progress] = []
    target = Recorder()
    report = await import_file(
        target, source(text), by=BY, today=TODAY, strict=True, on_progress=seen.append
    )
    assert [len(batch) for batch in target.batches] == [1000, 1000, 500]
    assert (report.added, len(report.changes)) == (2500, 1000)
    assert [step.items for step in seen] == [1000, 2000, 2500] * 2
    assert seen[-1] == Progress(2500, 1.0)
    seen.clear()
    await import_file(
        Recorder(), UnseekablePipe(text.encode()), by=BY, today=TODAY, on_progress=seen.append
    )
    assert {step.fraction for step in seen} == {None}


async def test_a_store_that_fails_keeps_the_batches_before() -> None:
    text = "".join(f'{{"title": "T{number}", "key": "k{number}"}}\n' for number in range(2500))
    target = Recorder(room=1)
    with pytest.raises(DiskFull):
        await import_file(target, source(text), by=BY, today=TODAY)
    assert len(target.batches) == 1


async def test_a_million_problems_are_counted_and_a_thousand_kept() -> None:
    text = "x\n" * 5000
    report = await import_file(Recorder(), source(text), by=BY, today=TODAY, name="x.jsonl")
    assert (report.problems, len(report.faults)) == (5000, 1000)


async def test_an_empty_file_imports_nothing(store: DigestStore) -> None:
    for name in ("x.md", "x.json", "x.jsonl", ""):
        assert (
            counts(await import_file(store.entries, source(""), by=BY, today=TODAY, name=name))
            == (0,) * 5
        )


async def test_a_report_is_json(store: DigestStore) -> None:
    report = await import_file(store.entries, source(BROKEN), by=BY, today=TODAY, dry_run=True)
    assert json.loads(json.dumps(report.json)) == {
        "dry_run": True,
        "strict": False,
        "refused": False,
        "added": 2,
        "updated": 0,
        "unchanged": 0,
        "skipped": 1,
        "problems": 1,
        "not_taken": 0,
        "changes": [
            {"action": "added", "id": None, "line": 4, "title": "하나"},
            {"action": "added", "id": None, "line": 9, "title": "둘"},
        ],
        "skipped_lines": [
            {
                "line": 13,
                "reason": "Not an entry: no date and no link.",
                "text": "2021년 이전 것은 이전 글에",
            }
        ],
        "problem_lines": [
            {"line": 15, "reason": "“2021.2.30” is not in the calendar.", "text": "2021.2.30 셋"}
        ],
        "not_taken_lines": [],
    }


def test_a_remark_is_said_in_the_language_of_the_person() -> None:
    remark = Skipped(4, "Line {line} has the same key; that one counts.", "T", {"line": 2})
    assert Translator("en").gettext(remark.reason, **remark.values) == remark.sentence


async def test_the_source_stays_open_and_is_read_from_where_it_stands(store: DigestStore) -> None:
    data = source("\x00garbage" + PAGE)
    data.seek(len("\x00garbage"))
    report = await import_file(store.entries, data, by=BY, today=TODAY, strict=True)
    assert report.added == 2
    assert not data.closed


async def test_a_strict_import_refuses_fields_that_are_not_taken(store: DigestStore) -> None:
    text = '{"title": "T", "publised": "2021-04-03"}'

    refused = await import_file(store.entries, source(text), by=BY, today=TODAY, strict=True)
    taken = await import_file(store.entries, source(text), by=BY, today=TODAY)

    assert (refused.refused, refused.failed, refused.added) == (True, True, 0)
    assert (taken.failed, taken.added, taken.skipped, taken.not_taken) == (False, 1, 0, 1)
    assert refused.losses == taken.losses
