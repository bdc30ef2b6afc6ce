"""What is exported comes back the same."""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.exporters.files import ExportForm, draft_of, export, page_entry
from bot.importers.formats import read_items
from store.entries.drafts import checked
from store.model import Entry, EntryDraft, ImportItem, Link, PublishedDate, Rendition, Status
from tests.bot.importers.pages import TODAY

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def entry(draft: EntryDraft, number: int = 1) -> Entry:
    kept = checked(draft).draft
    return Entry(
        id=number,
        title=kept.title,
        url=kept.url,
        links=kept.links,
        note=kept.note,
        image=kept.image,
        published=kept.published,
        language=kept.language,
        tags=kept.tags,
        added_by=kept.added_by,
        key=kept.key,
        status=kept.status,
        created_at=NOW,
        updated_at=NOW,
        first_published_at=NOW,
        renditions=kept.renditions,
    )


def page_of(entries: Iterable[Entry]) -> str:
    """Return a page with these entries."""

    async def each() -> AsyncIterator[Entry]:
        for one in entries:
            yield one

    async def written() -> str:
        return "".join([piece async for piece in export(each(), ExportForm.PAGE)])

    return asyncio.run(written())


def imported(text: str) -> list[EntryDraft]:
    found = list(read_items(io.BytesIO(text.encode()), TODAY))
    assert all(isinstance(item, ImportItem) for item in found), [str(item) for item in found]
    return [item.draft for item in found if isinstance(item, ImportItem)]


async def exported(entries: Sequence[Entry], form: ExportForm) -> str:
    async def stream() -> AsyncIterator[Entry]:
        for one in entries:
            yield one

    return "".join([piece async for piece in export(stream(), form)])


PLAIN = EntryDraft(
    title="EfficientNet, again",
    url="https://papers.example/1?v=2",
    links=(Link("https://blog.example/1"), Link("https://blog.example/2", "둘째 글")),
    note="한 줄\n- 목록\n  - 안쪽\n\n새 문단",
    image="/images/a.jpg",
    published=PublishedDate(2021, 4),
    language="ko",
    added_by="kimcoder",
)


def test_an_entry_on_a_page_reads_well() -> None:
    assert page_entry(entry(PLAIN)) == (
        "* 202104 EfficientNet, again (kimcoder)\n"
        "\n"
        "  <https://papers.example/1?v=2>\n"
        "\n"
        "  > 한 줄  \n"
        "  > - 목록  \n"
        "  >   - 안쪽\n"
        "  >\n"
        "  > 새 문단\n"
        "\n"
        "  <https://blog.example/1>\n"
        "\n"
        "  [둘째 글](https://blog.example/2)\n"
        "\n"
        "  ![EfficientNet, again](/images/a.jpg)\n"
        "\n"
        "-----------------\n"
        "\n"
    )


@pytest.mark.parametrize(
    "draft",
    [
        PLAIN,
        replace(PLAIN, tags=("paper", "C#", "인공 지능"), key="k -- 1", status=Status.PENDING),
        EntryDraft("Bare", language="en"),
        EntryDraft("Bare", language=None),
        EntryDraft("2021년 이전 것은 이전 글에", language="ko"),
        EntryDraft("2021 in review", language="en"),
        EntryDraft("202104 is a number", language="en"),
        EntryDraft("2021.13 is none", published=PublishedDate(2021), language="en"),
        EntryDraft("Introducing foo (bar)", published=PublishedDate(2021, 4), language="en"),
        EntryDraft("Foo (2021.4)", published=PublishedDate(2021, 4), language="en"),
        EntryDraft("Foo (2021.4 a, b)", published=PublishedDate(2020), language="en"),
        EntryDraft("(2021.4)", published=PublishedDate(2021, 4), language="en"),
        EntryDraft("전각（２０２１．４）：제목", published=PublishedDate(2021, 4), language="ko"),
        EntryDraft("# * > - `a` **b** [c](d) <e> &lt; \\ 1. | ~~x~~", language="en"),
        EntryDraft("https://a.example/", published=PublishedDate(2021, 4), language="en"),
        EntryDraft("{{ site.title }} {% raw %} {: .x}", language="en"),
        EntryDraft("🧑‍🚀 emoji 🇰🇷", note="👩‍👩‍👧‍👦", language="en"),
        EntryDraft("T", note="-----\n---\n***", language="en"),
        EntryDraft("T", note="* 202104 Another (kim)\n> quote\n>> two\n# head", language="en"),
        EntryDraft("T", note="```\ncode <b>\n\n  x\n```\nafter", language="en"),
        EntryDraft("T", note="```\nnever closed", language="en"),
        EntryDraft("T", note="\n\n  indented\n\n\n\nfar below   \n", language="en"),
        EntryDraft("T", note="https://a.example/\nsee https://b.example/.", language="en"),
        EntryDraft("T", note="<!-- x -->\n<!--\n-->\n&amp;&#60;", language="en"),
        EntryDraft("T", note='<!-- ainews: {"title": "other"} -->', language="en"),
        EntryDraft("T", note="![x](/a.png)\n<img src=b>\n[y](/c)", language="en"),
        EntryDraft("T", note="\\# \\\\ \\<", language="en"),
        EntryDraft("T", url="https://a.example/<b>\"'\\[](x)", language="en"),
        EntryDraft("T", url="https://a.example/가/(나)", language="en"),
        EntryDraft("T", links=(Link("https://a.example/"),), language="en"),
        EntryDraft("T", url="https://a.example/", image="a b (c).png", language="en"),
        EntryDraft("T", added_by="홍 길동 (서울)", published=PublishedDate(2021, 4), language="ko"),
        EntryDraft("T", added_by="code", published=PublishedDate(2021, 4, 1), language="en"),
    ],
)
def test_an_entry_comes_back_from_a_page(draft: EntryDraft) -> None:
    one = entry(draft)
    page = page_of([entry(PLAIN), one, entry(PLAIN)])
    assert imported(page) == [checked(PLAIN).draft, draft_of(one), checked(PLAIN).draft]


@pytest.mark.parametrize(
    "note",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x]( <JavaScript:alert(1)> )",
        "[x]: javascript:alert(1)",
        "<javascript:alert(1)>",
        "{% include secret.html %}",
        "{{ site.secret }}",
        "{::options parse_block_html='true' /}",
        "--> <script>",
        "```\n<script>\n```",
    ],
)
def test_nothing_on_a_page_runs(note: str) -> None:
    line = " ".join(note.split())
    address = "https://a.example/" + "".join(note.split())
    text = page_entry(
        entry(
            EntryDraft(
                line,
                note=note,
                url=address,
                links=(Link(f"{address}#", line), Link(f"{address}?")),
                image=f"/{line}",
                added_by=line,
                tags=(line,),
                key=line,
            )
        )
    )
    shown = re.sub(r"<!-- ainews: [^<>]* -->|<https://[^<>]*>", "", text)
    assert not re.search(r"<[a-zA-Z/!?]", shown)
    assert not re.search(r"\{[{%:]", text)
    assert not re.search(r"\](\(\s*<?|:\s*)javascript:", shown, re.IGNORECASE)


@pytest.mark.parametrize("form", list(ExportForm))
async def test_every_form_comes_back(form: ExportForm) -> None:
    told = (Rendition("en", "Title", "Note", "small", "Ann", NOW),)
    full = replace(PLAIN, key="k1", tags=("a",), renditions=told)
    entries = [entry(full), entry(EntryDraft("Bare"), 2)]
    text = await exported(entries, form)
    assert imported(text) == [draft_of(one) for one in entries]


async def test_a_json_export_is_json() -> None:
    entries = [entry(PLAIN), entry(EntryDraft("제목"), 2)]
    values = json.loads(await exported(entries, ExportForm.JSON))
    assert [value["id"] for value in values] == [1, 2]
    lines = (await exported(entries, ExportForm.JSON_LINES)).splitlines()
    assert [json.loads(line) for line in lines] == values


async def test_an_export_of_nothing_is_whole() -> None:
    assert json.loads(await exported([], ExportForm.JSON)) == []
    assert await exported([], ExportForm.JSON_LINES) == ""
    assert imported(await exported([], ExportForm.PAGE)) == []


MARKS = st.sampled_from(
    [
        "*", "_", "`", "```", "~~", "#", "-", ">", "<", "&", "&lt;", "\\", "|", "[", "]", "(", ")",
        "（", "）", "!", "{", "}", "{{", "{%", "--", "-->", "<!--", ":", ".", ",", "\n", "\n\n",
        " ", "  ", "2021", "202104", "2021.4.18", "(2021.4)", "(kim)", "(kimcoder)", "1. ", "- ",
        "* ", "> ", "https://a.example/", "https://b.example/x_(y)", "[w](https://c.example/)",
        "![i](/i.png)", "<br>", "<b>", "<a href=https://d.example/>d</a>", "제목", "글", "word",
        "---", "\u3000", "：", "２０２１．４", "🧑‍🚀", "\u200b", "\u2028", "\\n", "javascript:",
        "<!-- ainews: {} -->", "&#123;", "\U000f0041", "[x]: https://r.example/", "[x][y]", "[x]",
        "| a | b |", "|--|--|", "<ul><li>", "</li>", "{% raw %}", "{{ site.x }}", "{:", "○ ", "ㆍ",
        "## 2021.4", "Apr 1, 2021", "'21.4.1", "210403", "[^1]", "===", "&middot;", "](", "<a ",
    ]
)  # fmt: skip
WILD = st.lists(MARKS | st.text(max_size=4), max_size=12).map("".join)
URLS = st.sampled_from(
    [
        "https://a.example/",
        "https://b.example/x_(y)",
        "http://c.example/?a=1&lt;=2&idxno=3",
        "https://d.example/가#/나",
        "https://e.example/<x>",
        "https://f.example/a]b[c",
        "https://g.example/'\"",
        "https://h.example/a.",
        "https://arxiv.org/abs/2104.00298",
    ]
)
DATES = st.one_of(
    st.none(),
    st.builds(PublishedDate, st.integers(1900, 2026)),
    st.builds(PublishedDate, st.integers(1900, 2026), st.integers(1, 12)),
    st.builds(PublishedDate, st.integers(1900, 2026), st.integers(1, 12), st.integers(1, 28)),
)
DRAFTS = st.builds(
    EntryDraft,
    title=WILD.map(lambda text: text + "x"),
    url=st.none() | URLS,
    links=st.lists(st.builds(Link, URLS, st.none() | WILD), max_size=3).map(tuple),
    note=WILD,
    image=st.none() | st.sampled_from(["/a.png", "a b.png", "https://a.example/i.png", "x)y"]),
    published=DATES,
    language=st.sampled_from(["ko", "en", "ja", None]),
    tags=st.lists(st.sampled_from(["paper", "C++", "글", "a b", "--", "<x>"]), max_size=3).map(
        tuple
    ),
    added_by=st.sampled_from(["", "kimcoder", "홍길동", "Kim (Seoul)", "code", "a*b"]),
    key=st.none() | WILD,
    status=st.sampled_from(list(Status)),
    renditions=st.lists(
        st.builds(
            Rendition,
            language=st.sampled_from(["ko", "en"]),
            title=WILD.map(lambda text: text + "x"),
            note=WILD,
            drafted_by=st.sampled_from(["", "small"]),
            reviewed_by=st.sampled_from(["", "홍길동"]),
            at=st.just(NOW),
        ),
        max_size=1,
    ).map(tuple),
)


@settings(deadline=None)
@given(st.lists(DRAFTS, max_size=3))
@example([EntryDraft("x", note="```\n")])
@example([EntryDraft("[^1]x", note="[^1] y")])
def test_wild_entries_come_back_from_a_page(drafts: list[EntryDraft]) -> None:
    entries = [entry(draft, number) for number, draft in enumerate(drafts, 1)]
    page = page_of(entries)
    assert imported(page) == [draft_of(one) for one in entries]


@settings(deadline=None)
@given(st.lists(DRAFTS, max_size=3), st.sampled_from([ExportForm.JSON, ExportForm.JSON_LINES]))
async def test_wild_entries_come_back_from_json(drafts: list[EntryDraft], form: ExportForm) -> None:
    entries = [entry(draft, number) for number, draft in enumerate(drafts, 1)]
    assert imported(await exported(entries, form)) == [draft_of(one) for one in entries]
