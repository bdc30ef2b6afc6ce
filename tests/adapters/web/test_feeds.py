"""The archive's feeds, read back by two readers that know nothing of how they are written."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from justhtml import JustHTML

from adapters.feeds.reader import read
from store.model import Link, PublishedDate
from tests.adapters.web.world import WebSite, links
from tests.fakes.archive import NOON, FakeArchive, archived

FORMS = ("atom", "rss", "json")
HOST = "tag:news.example,2026:entry-"
TIMES: dict[str, Any] = {
    "first_published_at": NOON - timedelta(days=400),
    "created_at": NOON,
    "updated_at": NOON,
}


def news() -> FakeArchive:
    imported = archived(3, "Imported", published=PublishedDate(2025, 10, 22))
    imported = replace(imported, entry=replace(imported.entry, **TIMES))
    return FakeArchive(
        imported,
        archived(1, "한국어 <모델> & 공개", language="ko", tags=("llm", "C#/F")),
        archived(2, "Second", links=(Link("https://code.example/x?a=1&b=2", "Code"),), tags=("x",)),
    )


async def body(site: WebSite, address: str) -> bytes:
    answer = await site.get(address)
    assert answer.status == 200, answer.body
    return answer.body


async def ids(site: WebSite, address: str) -> list[str]:
    """Return the ids of a feed, on which both readers must agree."""
    data = await body(site, address)
    ours = [str(item.guid) for item in read(data).items]
    if address.partition("?")[0].endswith(".json"):
        assert [each["id"] for each in json.loads(data)["items"]] == ours
    else:
        parsed = feedparser.parse(data)
        assert not parsed.bozo
        assert [each.id for each in parsed.entries] == ours
    return [each.removeprefix(HOST) for each in ours]


@pytest.mark.parametrize("form", FORMS)
async def test_each_list_has_a_feed(form: str) -> None:
    site = WebSite(news())

    assert await ids(site, f"/ko/feed.{form}") == ["2", "1", "3"]
    assert await ids(site, f"/en/feed/tags/C%23/F.{form}") == ["1"]
    assert await ids(site, f"/en/feed/languages/ko.{form}") == ["1"]
    assert await ids(site, f"/en/feed/sources/3.{form}") == ["2", "1", "3"]
    assert await ids(site, f"/en/feed/search.{form}?q=Second") == ["2"]
    for missing in (f"/en/feed/sources/4.{form}", f"/en/feed/search.{form}"):
        assert (await site.get(missing)).status == 404


@pytest.mark.parametrize("form", FORMS)
async def test_an_entry_is_whole_and_keeps_the_digests_moments(form: str) -> None:
    feed = read(await body(WebSite(news()), f"/en/feed.{form}"))
    second, first, imported = feed.items

    assert feed.title == "AINews"
    assert first.title == "한국어 <모델> & 공개"
    assert first.link == "https://news.example/en/e/1"
    assert first.published == NOON
    assert imported.published == NOON - timedelta(days=400)
    assert set(first.categories) == {"llm", "C#/F"}
    assert second.description
    assert "Second is about" in second.description


async def test_an_edit_is_an_edit_and_a_retraction_is_gone() -> None:
    site = WebSite(news())
    before = feedparser.parse(await body(site, "/en/feed.atom"))
    archive = site.archive
    archive.change(2, "Second, corrected")
    archive.entries = [
        replace(one, entry=replace(one.entry, updated_at=NOON + timedelta(hours=1)))
        if one.id == 2
        else one
        for one in archive.entries
        if one.id != 1
    ]
    after = feedparser.parse(await body(site, "/en/feed.atom"))
    then, now = before.entries[0], after.entries[0]

    assert (now.id, now.title, now.published) == (then.id, "Second, corrected", then.published)
    assert now.updated > then.updated
    assert [each.id for each in after.entries] == [f"{HOST}2", f"{HOST}3"]
    # What was imported is not as new as its import, also to who goes by changes.
    assert after.entries[-1].updated == after.entries[-1].published


@pytest.mark.parametrize("form", FORMS)
async def test_whoever_has_it_is_told_that_nothing_changed(form: str) -> None:
    site = WebSite(news())
    answer = await site.get(f"/en/feed.{form}")
    again = await site.get(f"/en/feed.{form}", {"If-None-Match": answer.headers["ETag"]})
    site.archive.change(1, "Other")
    changed = await site.get(f"/en/feed.{form}", {"If-None-Match": answer.headers["ETag"]})

    assert (again.status, again.body, changed.status) == (304, b"", 200)
    assert form in answer.headers["Content-Type"] or form == "json"
    assert site.archive.questions["recent"] == 2


async def test_pages_lead_to_their_feeds() -> None:
    site = WebSite(news())
    selector = "link[type='application/atom+xml']"
    for page, feed in (
        ("/en", "/en/feed.atom"),
        ("/ko/tags/C%23/F", "/ko/feed/tags/C%23/F.atom"),
        ("/en/sources/3", "/en/feed/sources/3.atom"),
        ("/en/search?q=Second", "/en/feed/search.atom?q=Second"),
        ("/en/about", "/en/feed.atom"),
    ):
        assert links(await site.page(page), selector) == [feed]
        parsed = feedparser.parse(await body(site, feed))
        assert parsed.feed.link == f"https://news.example{page.replace('/about', '')}"
        assert parsed.feed.links[-1].href == f"https://news.example{feed}"


@pytest.mark.parametrize("form", FORMS)
async def test_words_that_look_like_markup_are_words_in_every_reader(form: str) -> None:
    written = "Use <b>x</b> & <img src=x onerror=run()> &amp; more"
    data = await body(WebSite(FakeArchive(archived(1, written, note=written))), f"/en/feed.{form}")
    if form == "json":  # its summaries are plain text
        [item] = json.loads(data)["items"]
        assert item["summary"] == written
        html = item["content_html"]
    else:
        [entry] = feedparser.parse(data, sanitize_html=False).entries
        html = entry.content[0].value if form == "atom" else entry.summary
        if form == "atom":
            assert entry.summary_detail.type == "text/html"
            assert JustHTML(entry.summary, sanitize=False).to_text() == written
    assert not JustHTML(html, sanitize=False).query("img")
    assert written in JustHTML(html, sanitize=False).to_text()


async def test_searches_by_feed_are_limited_like_others() -> None:
    site = WebSite(news())
    answers = [await site.get(f"/en/feed/search.rss?q={number}") for number in range(12)]

    assert [each.status for each in answers].count(429) == 2


def test_nothing_that_is_written_breaks_a_feed() -> None:
    @given(st.text(min_size=1, max_size=40), st.text(max_size=80), st.text(min_size=1, max_size=20))
    def check(title: str, note: str, tag: str) -> None:
        def surrogates(text: str) -> bool:
            return any("\ud800" <= each <= "\udfff" for each in text)

        if any(map(surrogates, (title, note, tag))):
            return
        archive = FakeArchive(archived(1, title, note=f"{note} ]]> \ufffe\x0b", tags=(tag,)))
        site = WebSite(archive)
        for form in FORMS:
            assert asyncio.run(ids(site, f"/en/feed.{form}")) == ["1"]

    check()


async def test_crawlers_find_every_page_and_no_search() -> None:
    archive = news()
    archive.entries.append(archived(4001, "Far"))
    site = WebSite(archive)
    robots = (await body(site, "/robots.txt")).decode()
    index = (await body(site, "/sitemap.xml")).decode()
    first = (await body(site, "/sitemap-0.xml")).decode()

    assert "Disallow: /ko/search" in robots
    assert robots.endswith("Sitemap: https://news.example/sitemap.xml\n")
    assert index.count("<loc>") == 3
    assert "<loc>https://news.example/ko/e/3</loc>" in first
    assert "/en/e/4001<" in (await body(site, "/sitemap-2.xml")).decode()
    assert (await site.get("/sitemap-9.xml")).status == 404
    archive.away = True
    assert (await site.get("/en/feed.atom")).status == 503
    assert (await site.get("/sitemap.xml")).headers["Retry-After"] == "60"


async def test_an_entry_tells_machines_what_it_is() -> None:
    site = WebSite(FakeArchive(archived(1, "</script><b>", note="First. Second.")))
    entry, listed = (await data(site, "/ko/e/1")), (await data(site, "/en"))

    assert (entry["@type"], entry["headline"]) == ("NewsArticle", "</script><b>")
    assert entry["dateModified"] == entry["datePublished"]  # nobody edited it
    assert [each["url"] for each in listed["itemListElement"]] == ["https://news.example/en/e/1"]


async def data(site: WebSite, address: str) -> dict[str, Any]:
    """Return what a page says to machines, which stands in one block that is not run."""
    [block] = re.findall(r"<script(.*?)</script>", (await body(site, address)).decode())
    said: dict[str, Any] = json.loads(block.removeprefix(' type="application/ld+json">'))
    return said
