"""From the tags of a page to the facts of a form."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.pages.facts import read_facts
from bot.port.page import PageFacts
from store.model import PublishedDate

TODAY = date(2026, 11, 26)
URL = "https://news.example/2026/a?id=7"

ARTICLE = """<!DOCTYPE html><html lang="en-GB"><head><base href="/static/">
<title>A model that sings | Example News</title>
<meta property="og:title" content="A model that sings &amp; dances | Example News">
<meta property="og:site_name" content="Example News">
<meta property="og:description" content="It&#39;s the &lt;b&gt;first&lt;/b&gt; of its kind.">
<meta property="og:image" content="sings.png">
<meta property="article:published_time" content="2026-11-25T23:30:00+09:00">
<meta property="article:modified_time" content="2026-11-26T10:00:00+09:00">
<meta name="author" content="Ada Lovelace">
<link rel="canonical" href="https://www.news.example/2026/a?id=7&amp;lang=en">
</head><body><h1>Something else</h1><time datetime="2020-01-01">old</time></body></html>"""


def facts(html: str, url: str = URL) -> PageFacts:
    """Read a page."""
    return read_facts(html, url, TODAY)


def head(*tags: str) -> str:
    """Return a page with these tags."""
    return f"<html><head>{''.join(tags)}</head><body></body></html>"


def meta(name: str, content: str) -> str:
    """Return a tag."""
    return f'<meta property="{name}" content="{content}">'


def json_ld(value: object) -> str:
    """Return a block of JSON-LD."""
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def test_an_article_says_all_of_it() -> None:
    assert facts(ARTICLE) == PageFacts(
        url="https://www.news.example/2026/a?id=7&lang=en",
        title="A model that sings & dances",
        published=PublishedDate(2026, 11, 25),
        description="It's the first of its kind.",
        image="https://news.example/static/sings.png",
        language="en-GB",
        site="Example News",
        authors=("Ada Lovelace",),
    )


def test_json_ld_says_what_no_tag_says() -> None:
    story = {
        "@type": ["NewsArticle"],
        "headline": "모델이 노래한다",
        "datePublished": "2026-11-20T08:00:00Z",
        "description": "처음이다",
        "image": [{"url": "/a.png"}],
        "author": [{"name": "이하늘"}, {"name": "Ada"}],
        "publisher": {"name": "예시일보"},
    }
    read = facts(head("<title>목록</title>", json_ld({"@graph": [{"@type": "WebSite"}, story]})))
    assert read.title == "모델이 노래한다"
    assert read.published == PublishedDate(2026, 11, 20)
    assert read.image == "https://news.example/a.png"
    assert (read.authors, read.site, read.language) == (("이하늘", "Ada"), "예시일보", "ko")


@pytest.mark.parametrize(
    "block",
    [
        "[" * 100_000,
        '{"a":' * 50_000,
        '{"@type":"Article","headline":{"headline":["x"]},"datePublished":7,"author":[[[]]]}',
        "null",
        "1" * 6000,
        '{"@type":null,"@graph":"x"}',
        "\ud800",
    ],
)
def test_json_ld_that_is_a_bomb_or_no_article_says_nothing(block: str) -> None:
    read = facts(head("<title>T</title>", f'<script type="application/ld+json">{block}</script>'))
    assert (read.title, read.published, read.authors) == ("T", None, ())


def test_an_article_comes_before_the_page_that_it_is_on() -> None:
    page = {"@type": "WebPage", "name": "Page", "datePublished": "2020-01-01"}
    story = {"@type": "TechArticle", "headline": "Story", "datePublished": "2026-11-20"}
    others = {"@type": "ItemList", "itemListElement": [story | {"headline": "Another"}]}
    read = facts(head(json_ld(others), json_ld({"@graph": [page, story]})))
    assert (read.title, read.published) == ("Story", PublishedDate(2026, 11, 20))
    assert facts(head(json_ld(page))).published == PublishedDate(2020, 1, 1)


def test_a_paper_has_its_authors_in_order() -> None:
    read = facts(
        head(
            meta("citation_title", "Attention Is All You Need"),
            meta("citation_author", "Vaswani, Ashish"),
            meta("citation_author", "Shazeer, Noam"),
            meta("citation_date", "2017/06/12"),
            meta("citation_online_date", "2023/08/02"),
            meta("citation_abstract", "The dominant models."),
            meta("og:description", "Cut short"),
        )
    )
    assert read.authors == ("Ashish Vaswani", "Noam Shazeer")
    assert read.published == PublishedDate(2017, 6, 12)
    assert read.description == "The dominant models."


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026.11.26 10:30", "2026-11-26"),
        ("2026.11.26. 오후 02:31", "2026-11-26"),
        ("20261126103000", "2026-11-26"),
        ("2026-11-26 10:30:00.0", "2026-11-26"),
        ("2026-11-26T01:00:00.000+0900", "2026-11-26"),
        ("Thu Nov 26 2026 10:30:00 GMT+0900", "2026-11-26"),
        ("Thu, 26 Nov 2026 10:30:00 GMT", "2026-11-26"),
        ("November 26, 2026", "2026-11-26"),
        ("2026-11", "2026-11"),
        ("2017", "2017"),
        ("03/04/2021", None),
        ("1970-01-01T00:00:00Z", None),
        ("2026-12-24", None),
        ("2021-02-30", None),
        ("yesterday", None),
    ],
)
def test_a_date_is_as_exact_as_it_is_written(written: str, meant: str | None) -> None:
    published = facts(head(meta("article:published_time", written))).published
    assert (published and published.iso) == meant


@pytest.mark.parametrize(
    "body",
    [
        "<span>입력 2026.11.20 10:30</span> <span>수정 2026.11.26 11:00</span>",
        "수정 : 2026.11.26 <li>기사입력 2026-11-20 오전 8:05</li>",
        "<em>승인</em> 2026.11.20 09:00",
        "입력일시: 2026년 11월 20일",
        '<span data-date-time="2026-11-20 23:55:07">2026.11.26.</span>',
        '<time datetime="2026-11-20">지난주</time>',
        '<p itemprop="datePublished" content="2026-11-20">',
        "<h1>A title of 2026</h1><p>By Ada</p><div>Nov 20, 2026 · 5 min read</div>",
        "<div>Today</div><span>20 November 2026</span><h1>A title</h1><p>In 2025 it began",
    ],
)
def test_where_tags_are_silent_the_date_stands_where_people_see_it(body: str) -> None:
    assert facts(f"<title>가나</title>{body}", "https://a.example/news/1").published == (
        PublishedDate(2026, 11, 20)
    )


def test_on_a_front_page_stand_the_dates_of_other_pages() -> None:
    body = '<h1>Site</h1><p>Nov 20, 2026</p><time datetime="2026-11-20">x</time>입력 2026.11.20'
    assert facts(f"<title>t</title>{body}", "https://a.example/").published is None


def test_the_last_that_is_asked_for_a_date_is_the_address() -> None:
    read = facts("<title>t</title>", "https://blog.example/2025/03/04/story.html")
    assert read.published == PublishedDate(2025, 3, 4)
    assert facts("<title>t</title>", "https://blog.example/2025/13/04/x").published is None


@pytest.mark.parametrize(
    ("canonical", "taken"),
    [
        ("https://news.example/b", True),
        ("https://m.news.example/b", True),
        ("/b", True),
        ("https://news.example/", False),
        ("https://news.example/2026/a", False),
        ("https://other.example/b", False),
        ("javascript:alert(1)", False),
        ("http://[", False),
    ],
)
def test_a_canonical_address_is_believed_where_it_can_be_the_story(
    canonical: str, taken: bool
) -> None:
    read = facts(head(f'<link rel="canonical" href="{canonical}">'))
    assert (read.url != URL) is taken


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("A story - The Site", "A story"),
        ("The Site | A story", "A story"),
        ("A story about The Site", "A story about The Site"),
        ("The Site", "Behind it"),
        ("GPT-4 <b>and</b> vector&lt;int&gt;", "GPT-4 and vector<int>"),
    ],
)
def test_a_title_is_the_headline_alone(title: str, headline: str) -> None:
    page = head(meta("og:title", title), meta("og:site_name", "The Site"))
    assert facts(page + "<h1>Behind it</h1>").title == headline


def test_scripts_and_other_schemes_become_nothing() -> None:
    page = head(
        meta("og:image", "javascript:alert(1)"),
        meta("twitter:image", "data:image/png;base64,AAAA"),
        "<title>a<script>alert(1)</script></title>",
    )
    read = facts(page)
    assert read.image is None
    assert read.title == "a"


def test_templates_in_english_do_not_make_a_korean_page_english() -> None:
    assert facts('<html lang="en"><title>한국어 제목</title>').language == "ko"


_BROKEN = (
    "<meta ", 'content="', "<script type=application/ld+json>", '{"@type":"Article"', "</script>",
    "<title>", "</title>", "<time datetime=", "입력 2026.", "<h1>", "\x00", "&#xd800;",
    "<base href='http://['>",
)  # fmt: skip


@given(
    st.lists(st.sampled_from([*ARTICLE.splitlines(), *_BROKEN]) | st.text(max_size=20), max_size=30)
)
def test_whatever_a_page_holds_its_facts_are_plain(pieces: list[str]) -> None:
    read = facts("".join(pieces))
    assert read.url.startswith(("http://", "https://"))
    assert read.image is None or read.image.startswith(("http://", "https://"))
    for text in (read.title, read.description, read.site, *read.authors):
        assert text is None or (text and text == " ".join(text.split()))
        assert "\x00" not in (text or "")
        (text or "").encode()
