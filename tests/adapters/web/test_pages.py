"""What the pages show, whatever stands in the archive."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from hypothesis import given, settings
from hypothesis import strategies as st
from justhtml import JustHTML

from store.model import Link, Rendition
from tests.adapters.web.world import WebSite, attributes, links, news, texts
from tests.fakes.archive import NOON, FakeArchive, archived

LANGUAGES = ("ko", "en")


async def test_the_newest_stand_by_day() -> None:
    page = await WebSite(news()).page("/ko")

    assert texts(page, "h2") == ["2026년 11월 26일", "2026년 11월 25일", "2026년 11월"]
    assert texts(page, ".title") == ["Second", "한국어 모델 공개", "Yesterday", "Some day"]
    assert links(page, ".title")[0] == "/ko/e/2"
    assert "https://site2.example/story" in links(page)


async def test_many_news_of_a_day_stand_in_sections_and_go_on_elsewhere() -> None:
    site = WebSite(FakeArchive(*(archived(number, f"{number % 3} x") for number in range(1, 31))))
    first = await site.page("/en")
    assert texts(first, ".kind") == ["0", "2", "1"]
    [onward] = links(first, ".onward a")
    second = await site.page(onward)

    assert len(texts(first, ".title") + texts(second, ".title")) == 30
    assert links(second, ".onward a") == ["/en"]
    assert [attributes(each)["content"] for each in second.query("meta[name=robots]")] == [
        "noindex"
    ]


async def test_days_and_weeks_lead_to_their_neighbours() -> None:
    site = WebSite(news())
    assert links(await site.page("/en/2026-11-26"), ".onward a") == ["/en/2026-11-25"]
    assert links(await site.page("/en/2026-12-24"), ".onward a") == ["/en/2026-11-26"]
    week = await site.page("/ko/week/2026-W48")
    assert texts(week, "h1") == ["2026년 11월 23일~29일"]
    assert texts(week, ".title") == ["Second", "한국어 모델 공개", "Yesterday"]
    assert links(await site.page("/ko/week/2026-W53"), ".onward a") == ["/ko/week/2026-W48"]


async def test_of_very_many_tags_the_most_used_are_shown_and_the_others_named() -> None:
    def tagged(*tags: str) -> WebSite:
        return WebSite(FakeArchive(archived(1, "Tagged", tags=tags)))

    page = await tagged(*(f"tag{number}" for number in range(201))).page("/en/tags")
    assert len(texts(page, ".all li")) == 200
    assert texts(page, "main p") == [
        "These are the 200 tags that are used most. Search finds the others: tag:paper"
    ]
    assert texts(await tagged("one").page("/en/tags"), "main p") == []


async def test_right_to_left_words_keep_their_own_order() -> None:
    words = "نموذج لغة جديد."
    site = WebSite(FakeArchive(archived(1, words, note=words)))
    listed, entry = await site.page("/en"), await site.page("/en/e/1")

    assert texts(listed, "bdi") == [words]
    for element in (*listed.query(".title"), *entry.query("h1"), *entry.query(".note p")):
        assert attributes(element)["dir"] == "auto"


async def test_an_entry_is_shown_with_its_links_and_who_told_of_them() -> None:
    page = await WebSite(news()).page("/en/e/2")

    assert texts(page, "h1") == ["Second"]
    assert "https://code.example/x" in links(page, ".links a")
    assert "/en/sources/3" in links(page, ".links a")
    assert links(page, ".tags a") == ["/en/tags/llm"]
    assert "https://pictures.example/1.png" not in page.to_html()


async def test_tags_and_sources_have_pages() -> None:
    site = WebSite(news())
    hard = next(each for each in links(await site.page("/en/tags")) if "F" in each)
    assert hard == "/en/tags/C%23/F"
    assert texts(await site.page(hard), ".title") == ["한국어 모델 공개"]
    assert texts(await site.page("/en/sources/3"), ".title") == [
        "Second",
        "한국어 모델 공개",
        "Yesterday",
    ]


async def test_lists_show_one_language_alone_and_links_keep_it() -> None:
    site = WebSite(news())
    page = await site.page("/en?lang=ko")

    assert texts(page, ".title") == ["한국어 모델 공개"]
    assert texts(page, ".only [aria-current]") == ["Korean only"]
    kept = {link.partition("?")[0] for link in links(page) if link.endswith("?lang=ko")}
    assert kept >= {"/en", "/en/tags", "/en/tags/llm", "/en/2026-11-26", "/ko"}
    assert links(page, "link[type='application/atom+xml']") == ["/en/feed.atom?lang=ko"]
    assert attributes(page.query("[name=lang]")[0])["value"] == "ko"
    assert [*links(page, ".only a")] == ["/en", "/en?lang=ko", "/en?lang=en"]
    for address in ("/en/tags/llm", "/en/2026-11-26", "/en/sources/3", "/en/search?q=is"):
        only = f"{address}{'&' if '?' in address else '?'}lang=en"
        assert "한국어 모델 공개" not in texts(await site.page(only), ".title")
        assert "Second" in texts(await site.page(only), ".title")
    feed = await site.get("/en/feed/tags/llm.atom?lang=ko")
    assert feed.body.count(b"<entry") == 1


async def test_a_language_without_news_is_no_missing_page() -> None:
    site = WebSite(FakeArchive(archived(1, "Only English")))

    for address in ("/ko?lang=ko", "/ko/tags/llm?lang=ko", "/ko/sources/3?lang=ko"):
        assert texts(await site.page(address), ".lead") == ["이 언어로 된 소식이 없습니다."]
    same = await site.get("/ko?lang=xx")
    assert same.body == (await site.get("/ko")).body


async def test_the_page_about_it_says_where_one_sees_what_is_kept() -> None:
    site = WebSite(news())
    for language in ("en", "ko"):
        assert "/ainews privacy" in texts(await site.page(f"/{language}/about"), "code")


async def test_where_anybody_may_add_the_bot_a_button_says_so() -> None:
    archive = news()
    assert "/slack/install" not in links(await WebSite(archive).page("/en/about"))
    archive.invitations["slack"] = "/slack/install"
    page = await WebSite(archive).page("/ko/about")
    assert texts(page, "a.button") == ["Slack에 추가"]
    assert links(page, "a.button") == ["/slack/install"]


async def test_search_marks_what_it_found_and_offers_what_was_typed() -> None:
    site = WebSite(news())
    assert texts(await site.page("/en/search"), ".tips code") == [
        '"language model"', "모델 -gpt", "tag:paper", "site:arxiv.org", "since:2026-11"
    ]  # fmt: skip
    assert texts(await site.page("/en/search?q=about"), "mark") == ["about"] * 4
    site.archive.entries = [archived(5, "Linked", note="Read [code](https://code.example/x)!")]
    page = await site.page("/en/search?q=Read")
    assert [links(page, ".found p a")[0], texts(page, ".found p a")[0]] == [
        "https://code.example/x", "code"
    ]  # fmt: skip
    assert "](" not in texts(page, ".found")[0]
    site.archive.corrected = "about"
    page = await site.page("/en/search?q=abuot")
    assert texts(page, ".lead strong") == ["about"]
    assert "/en/search?q=abuot&literal=yes" in links(page)
    page = await site.page("/en/search?q=abuot&literal=yes")
    assert texts(page, ".lead") == ["Nothing found for “abuot”. Try fewer or other words."]


async def test_pages_name_each_other_in_both_languages() -> None:
    page = await WebSite(news()).page("/ko/e/2")

    assert links(page, "link[rel=canonical]") == ["https://news.example/ko/e/2"]
    assert {
        attributes(each)["hreflang"]: attributes(each)["href"]
        for each in page.query("link[hreflang]")
    } == {
        "ko": "https://news.example/ko/e/2",
        "en": "https://news.example/en/e/2",
        "x-default": "https://news.example/e/2",
    }
    assert texts(page, ".tongue") == ["English"]


async def test_who_reads_a_language_gets_what_was_translated() -> None:
    korean = Rendition("ko", "작은 모델", "전화기에서 돕니다.", "small", "Minji", NOON)
    site = WebSite(FakeArchive(archived(1, "A small model", renditions=(korean,), votes=3)))
    assert texts(await site.page("/ko/e/1"), "h1") == ["작은 모델"]
    assert texts(await site.page("/en/e/1"), "h1") == ["A small model"]
    assert texts(await site.page("/ko/e/1"), ".quiet a") == ["A small model"]
    assert links(await site.page("/ko/e/1"), ".quiet a") == ["https://news.example/en/e/1"]
    assert not texts(await site.page("/en/e/1"), ".quiet a")
    english = Rendition("en", "A model", "On a phone.", "small", "Minji", NOON)
    french = archived(2, "Un modèle", language="fr", renditions=(korean, english))
    page = await WebSite(FakeArchive(french)).page("/en/e/2")
    assert (texts(page, ".quiet"), links(page, ".quiet a")) == (["Originally: Un modèle"], [])
    assert "👍 3" in texts(await site.page("/ko/e/1"), ".quiet")
    assert texts(await site.page("/ko"), ".title") == ["작은 모델"]
    assert "작은 모델" in (await site.get("/ko/feed.json")).body.decode()
    assert "작은 모델" not in (await site.get("/en/feed.json")).body.decode()


async def test_a_week_begins_with_the_best_of_it() -> None:
    entries = [archived(number, f"News {number}", votes=number % 3) for number in range(1, 6)]
    site = WebSite(FakeArchive(*entries))
    week = await site.page("/en/week/2026-W48")
    assert texts(week, "h2")[0] == "The best of the week"
    assert texts(week, ".title")[:4] == ["News 5", "News 2", "News 4", "News 1"]
    assert len(texts(week, ".title")) == 9
    assert "The best of the week" not in texts(await site.page("/en/2026-11-26"), "h2")


_OURS = frozenset(
    re.findall(
        r"\w+",
        "html head meta title link body a header nav span form label input main h1 h2 h3 p i "
        "section div ol ul li footer article small mark strong code bdi",
    )
)
_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.sampled_from(
    (
        "<script>alert(1)</script>",
        "\"'><img src=x onerror=y>",
        "&lt;b&gt;",
        "]]>",
        "<!--",
        "{{ 7*7 }}",
    )
)
_ADDRESSES = st.sampled_from(("javascript:alert(1)", "data:text/html,x", "http://a/\"onx='", "//x"))


@given(
    said=st.fixed_dictionaries(
        {"title": _WORDS, "note": _WORDS, "brief": _WORDS, "credit": _WORDS}
    ),
    tag=_WORDS,
    url=_ADDRESSES,
    searched=_WORDS,
)
@settings(max_examples=25)
async def test_whatever_an_entry_says_stays_text(
    said: dict[str, str], tag: str, url: str, searched: str
) -> None:
    title, *_ = said.values()
    further = (Link(url, title or "x"),)
    entry = archived(1, tags=(tag or "x",), url=url, links=further, **said)
    site = WebSite(FakeArchive(entry))
    search = f"/search?{urlencode({'q': searched})}"
    for path in ("", "/2026-11-26", "/tags", "/e/1", "/sources/3", search):
        answer = await site.get(f"/ko{path}")
        page = JustHTML(answer.body.decode(), sanitize=False)
        assert {each.name for each in page.query("*")} <= _OURS | {"script"}
        # A block of data, which no browser runs.
        blocks = [each.attrs for each in page.query("script")]
        assert blocks in ([], [{"type": "application/ld+json"}])
        assert not [
            name for each in page.query("*") for name in attributes(each) if name[:2] == "on"
        ]
        for link in links(page):
            assert re.match(r"https?://|/(?!/)|#", link), link
