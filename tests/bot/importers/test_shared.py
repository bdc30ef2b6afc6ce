"""The real page and the real items, where they lie beside the project."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.exporters.files import ExportForm, export
from bot.importers.importer import import_file
from bot.importers.result import Skipped
from store.entries.links import canonical
from store.model import Actor, ImportItem, Link, PublishedDate
from store.store import DigestStore
from tests.bot.importers.pages import TODAY, everything, items
from tests.fakes.databases import new_store

DATA = Path(__file__).parents[3] / ".." / "shared" / "data"
PAGE, ITEMS = DATA / "ai-news-page.md", DATA / "ai-news-items.jsonl"
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
BY = Actor("terminal", "local", "kim", "kim")

needs_page = pytest.mark.skipif(not PAGE.exists(), reason="the real page is not beside the project")
needs_items = pytest.mark.skipif(
    not ITEMS.exists(), reason="the real items are not beside the project"
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[DigestStore]:
    opened = await new_store(tmp_path / "digest.db", lambda: NOW)
    yield opened
    await opened.close()


@needs_page
def test_the_real_page_gives_its_four_entries() -> None:
    *found, last = everything(PAGE.read_bytes(), PAGE.name)
    drafts = [item.draft for item in found if isinstance(item, ImportItem)]
    assert [
        (draft.title, draft.published, draft.url, draft.links, draft.image, draft.added_by)
        for draft in drafts
    ] == [
        (
            "EfficientNetV2: Smaller Models and Faster Training",
            PublishedDate(2021, 4),
            "https://arxiv.org/pdf/2104.00298v1.pdf",
            (),
            "/images/efficientnetv2.jpg",
            "",
        ),
        (
            "ResNet-RS",
            PublishedDate(2021, 3, 31),
            "https://arxiv.org/pdf/2103.07579.pdf",
            (),
            None,
            "wonwizard",
        ),
        (
            "Transformers in Vision： A Survey",
            PublishedDate(2021, 2, 18),
            "https://arxiv.org/abs/2101.01169",
            (Link("https://hoya012.github.io/blog/Vision-Transformer-1/"),),
            None,
            "",
        ),
        (
            "오픈AI는 GPT-3가 언어를 생성하듯 이미지를 만들어내는 DALL·E 모델 공개.",
            PublishedDate(2021, 1, 7),
            "http://www.aitimes.com/news/articleView.html?idxno=135460",
            (Link("https://www.aitimes.kr/news/articleView.html?idxno=18892"),),
            None,
            "",
        ),
    ]
    assert [(draft.note[:12], draft.note[-12:]) for draft in drafts] == [
        ("이전 모델보다 더 빠른", " 2.0 % 정확도를 능가합니다."[-12:]),
        ("최근 21년 3월에 나와 "[:12], '사용하는 것을 추천합니다."'[-12:]),
        ("Transformer ", "” 를 읽고 간단히 정리"[-12:]),
        ("기존 이미지 생성 기술과"[:12], " 두 가지 새로운 AI 모델..."[-12:]),
    ]
    assert [len(draft.note.splitlines()) for draft in drafts] == [8, 8, 3, 3]
    assert {draft.language for draft in drafts} == {"ko"}
    assert isinstance(last, Skipped)
    assert (last.line, last.text) == (57, "2021년 이전 것은 이전 글에")


@needs_page
@needs_items
async def test_the_real_files_import_once_and_come_back_from_an_export(store: DigestStore) -> None:
    for path, whole in ((PAGE, 4 + 1), (ITEMS, 1651)):
        data = path.read_bytes()
        first = await import_file(
            store.entries, io.BytesIO(data), by=BY, today=TODAY, name=path.name
        )
        assert (first.problems, first.updated) == (0, 0)
        assert first.added + first.skipped == whole
        again = await import_file(
            store.entries, io.BytesIO(data), by=BY, today=TODAY, name=path.name, strict=True
        )
        assert (again.added, again.updated, again.unchanged) == (0, 0, first.added)
    written = "".join([piece async for piece in export(store.entries.all(), ExportForm.PAGE)])
    back = await import_file(store.entries, io.BytesIO(written.encode()), by=BY, today=TODAY)
    count = (await store.entries.count()).values()
    assert (back.added, back.updated, back.unchanged) == (0, 0, sum(count))
    assert (back.skipped, back.problems) == (0, 0)


@needs_items
def test_no_two_real_stories_become_one() -> None:
    titles: dict[str, set[str]] = {}
    for item in items(ITEMS.read_bytes(), ITEMS.name):
        assert item.draft.url is not None
        titles.setdefault(canonical(item.draft.url), set()).add(item.draft.title)
    assert len(titles) == 1507
