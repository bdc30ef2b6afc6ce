"""What browsers, caches and strangers are answered."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from justhtml import JustHTML

from adapters.web.service import WebService
from adapters.web.settings import Networks, read_networks
from bot.port.service import HttpRequest, HttpResponse
from store.model import Link, PublishedDate, Rendition
from tests.fakes.archive import NOON, FakeArchive, archived
from tests.fakes.clock import FakeClock

LANGUAGES = ("ko", "en")


class Site:
    """A service over an archive in memory, and whoever asks it."""

    def __init__(self, archive: FakeArchive, proxies: Networks = ()) -> None:
        self.archive = archive
        self.clock = FakeClock()
        self.service = WebService(archive, self.clock, "en", proxies)

    async def get(
        self, address: str, headers: Mapping[str, str] | None = None, peer: str = "192.0.2.1"
    ) -> HttpResponse:
        path, _, query = address.partition("?")
        request = HttpRequest("GET", unquote(path), query, headers or {}, b"", peer)
        return await self.service.answer(request)

    async def page(self, address: str, status: int = 200) -> JustHTML:
        """Return a page, which must be right to the letter."""
        answer = await self.get(address)
        assert answer.status == status
        assert len(answer.body) <= 20_000
        return JustHTML(answer.body.decode(), strict=True, sanitize=False)


def texts(page: JustHTML, selector: str) -> list[str]:
    return [str(each.to_text()) for each in page.query(selector)]


def links(page: JustHTML, selector: str = "a") -> list[str]:
    return [str(attributes(each).get("href", "")) for each in page.query(selector)]


def attributes(element: Any) -> dict[str, str | None]:
    """Return the attributes of an element of a page."""
    return dict(element.attrs or {})


def news() -> FakeArchive:
    """Three days of news."""
    return FakeArchive(
        archived(1, "한국어 모델 공개", language="ko", tags=("llm", "C#/F")),
        archived(2, "Second", links=(Link("https://code.example/x", "Code"),)),
        archived(3, "Yesterday", published=PublishedDate(2026, 11, 25), credit="Ann"),
        archived(4, "Some day", published=PublishedDate(2026, 11), url=None, sources=()),
    )


async def test_the_newest_stand_by_day() -> None:
    page = await Site(news()).page("/ko")

    assert texts(page, "h2") == ["2026년 11월 26일", "2026년 11월 25일", "2026년 11월"]
    assert texts(page, ".title") == ["Second", "한국어 모델 공개", "Yesterday", "Some day"]
    assert links(page, ".title")[0] == "/ko/e/2"
    assert "https://site2.example/story" in links(page)


async def test_many_news_of_a_day_stand_in_sections_and_go_on_elsewhere() -> None:
    site = Site(FakeArchive(*(archived(number, f"{number % 3} x") for number in range(1, 31))))
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
    site = Site(news())
    assert links(await site.page("/en/2026-11-26"), ".onward a") == ["/en/2026-11-25"]
    assert links(await site.page("/en/2026-12-24"), ".onward a") == ["/en/2026-11-26"]
    week = await site.page("/ko/week/2026-W48")
    assert texts(week, "h1") == ["2026년 11월 23일~29일"]
    assert texts(week, ".title") == ["Second", "한국어 모델 공개", "Yesterday"]
    assert links(await site.page("/ko/week/2026-W53"), ".onward a") == ["/ko/week/2026-W48"]


async def test_of_very_many_tags_the_most_used_are_shown_and_the_others_named() -> None:
    def tagged(*tags: str) -> Site:
        return Site(FakeArchive(archived(1, "Tagged", tags=tags)))

    page = await tagged(*(f"tag{number}" for number in range(201))).page("/en/tags")
    assert len(texts(page, ".all li")) == 200
    assert texts(page, "main p") == [
        "These are the 200 tags that are used most. Search finds the others: tag:paper"
    ]
    assert texts(await tagged("one").page("/en/tags"), "main p") == []


async def test_right_to_left_words_keep_their_own_order() -> None:
    words = "نموذج لغة جديد."
    site = Site(FakeArchive(archived(1, words, note=words)))
    listed, entry = await site.page("/en"), await site.page("/en/e/1")

    assert texts(listed, "bdi") == [words]
    for element in (*listed.query(".title"), *entry.query("h1"), *entry.query(".note p")):
        assert attributes(element)["dir"] == "auto"


async def test_an_entry_is_shown_with_its_links_and_who_told_of_them() -> None:
    page = await Site(news()).page("/en/e/2")

    assert texts(page, "h1") == ["Second"]
    assert "https://code.example/x" in links(page, ".links a")
    assert "/en/sources/3" in links(page, ".links a")
    assert links(page, ".tags a") == ["/en/tags/llm"]
    assert "https://pictures.example/1.png" not in page.to_html()


async def test_tags_and_sources_have_pages() -> None:
    site = Site(news())
    hard = next(each for each in links(await site.page("/en/tags")) if "F" in each)
    assert hard == "/en/tags/C%23/F"
    assert texts(await site.page(hard), ".title") == ["한국어 모델 공개"]
    assert texts(await site.page("/en/sources/3"), ".title") == [
        "Second",
        "한국어 모델 공개",
        "Yesterday",
    ]


async def test_lists_show_one_language_alone_and_links_keep_it() -> None:
    site = Site(news())
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
    site = Site(FakeArchive(archived(1, "Only English")))

    for address in ("/ko?lang=ko", "/ko/tags/llm?lang=ko", "/ko/sources/3?lang=ko"):
        assert texts(await site.page(address), ".lead") == ["이 언어로 된 소식이 없습니다."]
    same = await site.get("/ko?lang=xx")
    assert same.body == (await site.get("/ko")).body


async def test_the_page_about_it_says_where_one_sees_what_is_kept() -> None:
    site = Site(news())
    for language in ("en", "ko"):
        assert "/ainews privacy" in texts(await site.page(f"/{language}/about"), "code")


async def test_where_anybody_may_add_the_bot_a_button_says_so() -> None:
    archive = news()
    assert "/slack/install" not in links(await Site(archive).page("/en/about"))
    archive.invitations["slack"] = "/slack/install"
    page = await Site(archive).page("/ko/about")
    assert texts(page, "a.button") == ["Slack에 추가"]
    assert links(page, "a.button") == ["/slack/install"]


async def test_search_marks_what_it_found_and_offers_what_was_typed() -> None:
    site = Site(news())
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


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ko/e/99", 404),
        ("/ko/e/7", 410),
        ("/ko/e/" + "9" * 30, 404),
        ("/ko/e/02", 404),
        ("/ko/2026-02-30", 404),
        ("/ko/0001-01-01", 404),
        ("/ko/week/2026-W54", 404),
        ("/ko/week/9999-W53", 404),
        ("/ko/week/0000-W01", 404),
        ("/ko/tags/none", 404),
        ("/ko/sources/9", 404),
        ("/ko/nothing/here", 404),
        ("/nothing", 404),
        ("/ko?after=x", 404),
        ("/ko?after=19000101-1", 404),
        ("/ko/search?q=x&page=101", 404),
        ("/ko/search?q=x&page=-1", 404),
        ("/ko/search?q=about&page=7", 404),
        ("/ko/search?q=" + "x" * 301, 400),
    ],
)
async def test_what_is_not_there_is_said_with_what_to_do(path: str, status: int) -> None:
    site = Site(news())
    site.archive.retracted.add(7)
    page = await site.page(path, status)

    assert texts(page, "h1")[0]
    assert len(links(page, ".lead a")) == 3
    headers = (await site.get(path)).headers
    assert "ETag" not in headers
    assert headers["Cache-Control"] == "no-store"  # tomorrow it may be there


@pytest.mark.parametrize(
    ("path", "accepted", "leads_to"),
    [
        ("/", "", "/en"),
        ("/", "ko-KR,ko;q=0.9,en;q=0.8", "/ko"),
        ("/", "fr, en;q=0.3, ko;q=0.4", "/ko"),
        ("/", "ko;q=0, ko;q=x, en;q=0.1", "/en"),
        ("/e/2", "ko", "/ko/e/2"),
        ("/tags/%EB%AA%A8?after=20261126-1&utm=x", "ko", "/ko/tags/%EB%AA%A8?after=20261126-1"),
    ],
)  # fmt: skip
async def test_without_a_language_the_browsers_own_is_taken(
    path: str, accepted: str, leads_to: str
) -> None:
    answer = await Site(news()).get(path, {"Accept-Language": accepted})

    assert (answer.status, answer.headers["Location"]) == (302, leads_to)
    assert answer.headers["Vary"] == "Accept-Language"


async def test_nothing_is_read_or_sent_again_until_something_public_changes() -> None:
    site = Site(news())
    first = await site.get("/ko")
    read = site.archive.questions.copy()
    again = await site.get("/ko?utm_source=x", {"If-None-Match": first.headers["ETag"]})

    assert (again.status, again.body) == (304, b"")
    assert (await site.get("/ko")).body == first.body
    assert site.archive.questions - read == {"version": 2}
    site.archive.change(1, "Other words")
    changed = await site.get("/ko", {"If-None-Match": first.headers["ETag"]})
    assert changed.status == 200
    assert "Other words" in changed.body.decode()
    assert changed.headers["ETag"] != first.headers["ETag"]
    assert (await site.get("/en")).headers["ETag"] != changed.headers["ETag"]


async def test_a_page_is_sent_again_where_the_operator_changed_what_it_says() -> None:
    archive = news()
    first = await Site(archive).get("/en/about")
    known = {"If-None-Match": first.headers["ETag"]}
    assert (await Site(archive).get("/en/about", known)).status == 304
    archive.invitations["slack"] = "/slack/install"
    assert (await Site(archive).get("/en/about", known)).status == 200
    archive.invitations.clear()
    archive.credited = True
    assert (await Site(archive).get("/en/about", known)).status == 200


async def test_a_packed_page_is_the_same_page_under_another_name() -> None:
    site = Site(news())
    plain, packed = await site.get("/ko"), await site.get("/ko", {"Accept-Encoding": "br, gzip"})

    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["Content-Encoding"] == "gzip"
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["ETag"] != plain.headers["ETag"]
    again = await site.get("/ko", {"If-None-Match": f'"other", {packed.headers["ETag"]}'})
    assert (again.status, again.headers["ETag"]) == (304, packed.headers["ETag"])
    assert (
        "Content-Encoding" not in (await site.get("/ko", {"Accept-Encoding": "gzip;q=0"})).headers
    )


async def test_a_page_that_many_ask_for_is_made_once() -> None:
    site = Site(news())
    answers = await asyncio.gather(*(site.get("/ko") for _ in range(20)))

    assert {answer.status for answer in answers} == {200}
    assert site.archive.questions["latest"] == 1


async def test_whoever_searches_too_often_waits() -> None:
    site = Site(news(), read_networks("10.0.0.0/8"))
    answers = [await site.get(f"/ko/search?q={number}") for number in range(11)]
    assert [answer.status for answer in answers] == [*[200] * 10, 429]
    assert answers[-1].headers["Retry-After"] == "2"
    assert (await site.get("/ko/search?q=1")).status == 200  # it is kept
    pretended = {"X-Forwarded-For": "198.51.100.7"}
    assert (await site.get("/ko/search?q=a", pretended)).status == 429
    assert (await site.get("/ko/search?q=b", pretended, "10.1.1.1")).status == 200
    site.clock.forward(seconds=2)
    assert (await site.get("/ko/search?q=c")).status == 200


async def test_two_searches_run_at_once_and_the_others_wait() -> None:
    site = Site(news())
    running, most = 0, 0
    search = site.archive.search

    async def counted(*asked: Any) -> Any:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return await search(*asked)

    site.archive.search = counted  # type: ignore[method-assign, assignment] # it counts
    answers = await asyncio.gather(*(site.get(f"/ko/search?q={number}") for number in range(8)))
    assert {answer.status for answer in answers} == {200}
    assert most == 2


async def test_trouble_is_a_page_too(caplog: pytest.LogCaptureFixture) -> None:
    site = Site(news())
    site.archive.away = True
    away = await site.get("/en/e/1")
    assert (away.status, away.headers["Retry-After"]) == (503, "60")
    site.archive.away = False
    site.archive.entries = None  # type: ignore[assignment] # a fault
    broken = await site.get("/en")
    assert broken.status == 500
    assert "no page at /en, reference" in caplog.text
    assert caplog.text.split("reference ")[1][:8] in broken.body.decode()


async def test_every_answer_keeps_browsers_to_the_site() -> None:
    site = Site(news())
    style = links(await site.page("/en"), "link[rel=stylesheet]")[0]
    for path in ("/", "/en", "/en/e/9", "/nothing", style):
        headers = (await site.get(path)).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; ")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
    answer = await site.get(style)
    assert "immutable" in answer.headers["Cache-Control"]
    assert len(answer.body) <= 8_000


async def test_pages_name_each_other_in_both_languages() -> None:
    page = await Site(news()).page("/ko/e/2")

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
    site = Site(FakeArchive(entry))
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


async def test_who_reads_a_language_gets_what_was_translated() -> None:
    korean = Rendition("ko", "작은 모델", "전화기에서 돕니다.", "small", "Minji", NOON)
    site = Site(FakeArchive(archived(1, "A small model", renditions=(korean,), votes=3)))
    assert texts(await site.page("/ko/e/1"), "h1") == ["작은 모델"]
    assert texts(await site.page("/en/e/1"), "h1") == ["A small model"]
    assert texts(await site.page("/ko/e/1"), ".quiet a") == ["A small model"]
    assert links(await site.page("/ko/e/1"), ".quiet a") == ["https://news.example/en/e/1"]
    assert not texts(await site.page("/en/e/1"), ".quiet a")
    english = Rendition("en", "A model", "On a phone.", "small", "Minji", NOON)
    french = archived(2, "Un modèle", language="fr", renditions=(korean, english))
    page = await Site(FakeArchive(french)).page("/en/e/2")
    assert (texts(page, ".quiet"), links(page, ".quiet a")) == (["Originally: Un modèle"], [])
    assert "👍 3" in texts(await site.page("/ko/e/1"), ".quiet")
    assert texts(await site.page("/ko"), ".title") == ["작은 모델"]
    assert "작은 모델" in (await site.get("/ko/feed.json")).body.decode()
    assert "작은 모델" not in (await site.get("/en/feed.json")).body.decode()


async def test_a_week_begins_with_the_best_of_it() -> None:
    entries = [archived(number, f"News {number}", votes=number % 3) for number in range(1, 6)]
    site = Site(FakeArchive(*entries))
    week = await site.page("/en/week/2026-W48")
    assert texts(week, "h2")[0] == "The best of the week"
    assert texts(week, ".title")[:4] == ["News 5", "News 2", "News 4", "News 1"]
    assert len(texts(week, ".title")) == 9
    assert "The best of the week" not in texts(await site.page("/en/2026-11-26"), "h2")
