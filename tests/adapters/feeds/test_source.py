"""Sources on loopback: what a server answers, and what becomes of it."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from adapters.feeds.source import FeedSources
from adapters.http.fetcher import GuardedFetcher
from adapters.http.settings import read_fetch_settings
from bot.port.source import (
    FeedAddress,
    FeedAnswer,
    FeedGone,
    FeedMissing,
    NotAFeed,
    NotAFeedReason,
    SourceError,
    TryLater,
    Unanswered,
    Validators,
)
from tests.fakes.site import FakeSite

NONE = Validators()
ITEM = (
    "<item><title>새 모델 {0}</title><link>/news/{0}</link>"
    "<pubDate>2026-11-26 09:00</pubDate></item>"
)
RSS = "<rss version='2.0'><channel><title>소식</title>{}</channel></rss>"
FEED = RSS.format(ITEM.format(1))
REFUSED = "The server refuses this ({status})."
CHALLENGE = b"<!doctype html><title>Just a moment...</title><div id='challenge-form'></div>"
PAGE = b"""<!doctype html><title>Blog</title>
<link rel="alternate" type="application/rss+xml" title="All" href="/feed">
<link rel="alternate" type="application/atom+xml" title="Releases" href="releases.atom">"""


@pytest.fixture
async def site() -> AsyncIterator[FakeSite]:
    async with FakeSite() as site:
        yield site


@pytest.fixture
async def sources() -> AsyncIterator[FeedSources]:
    fetcher = GuardedFetcher(read_fetch_settings({"AINEWS_FETCH_ALLOW": "127.0.0.1"}))
    sources = FeedSources(fetcher)
    yield sources
    await sources.close()
    await fetcher.close()


async def test_a_feed_comes_with_what_its_server_says(site: FakeSite, sources: FeedSources) -> None:
    site.answers(
        "/feed",
        FEED.encode(),
        ETag='W/"1"',
        Last_Modified="Thu, 26 Nov 2026 00:00:00 GMT",
        Cache_Control="max-age=600",
    )
    site.leads("/old", "/feed", 301)

    answer = await sources.fetch(site.url("/old"), NONE, ZoneInfo("Asia/Seoul"))

    assert answer.feed is not None
    (item,) = answer.feed.items
    assert (item.title, item.link) == ("새 모델 1", site.url("/news/1"))
    assert item.published is not None
    assert item.published.isoformat() == "2026-11-26T00:00:00+00:00"
    assert answer.validators == Validators('W/"1"', "Thu, 26 Nov 2026 00:00:00 GMT")
    assert answer.fresh_for == timedelta(minutes=10)
    assert answer.moved_to == site.url("/feed")


async def test_what_has_not_changed_is_not_sent_again(site: FakeSite, sources: FeedSources) -> None:
    site.answers("/feed", b"", 304, Cache_Control="max-age=60")
    known = Validators('W/"1"', "Thu, 26 Nov 2026 00:00:00 GMT")

    answer = await sources.fetch(site.url("/feed"), known)

    assert answer == FeedAnswer(None, known, timedelta(minutes=1))
    assert site.asked[0].headers["if-none-match"] == known.etag
    assert site.asked[0].headers["if-modified-since"] == known.last_modified
    with pytest.raises(Unanswered, match="nothing has changed"):
        await sources.fetch(site.url("/feed"), NONE)


async def test_validators_that_cannot_be_sent_again_are_not_kept(
    site: FakeSite, sources: FeedSources
) -> None:
    site.answers("/feed", FEED.encode(), ETag='"가"', Last_Modified="x" * 2000)

    assert (await sources.fetch(site.url("/feed"), NONE)).validators == NONE


async def test_a_feed_without_items_is_a_feed(site: FakeSite, sources: FeedSources) -> None:
    site.answers("/feed", RSS.format("").encode())

    feed = (await sources.fetch(site.url("/feed"), NONE)).feed

    assert feed is not None
    assert feed.items == ()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((404, b""), FeedMissing()),
        ((410, b""), FeedGone()),
        ((429, CHALLENGE, "90"), TryLater(429, timedelta(seconds=90), whole_host=True)),
        ((503, b"", "5"), TryLater(503, timedelta(seconds=5))),
        ((503, CHALLENGE), TryLater(503)),
        ((500, FEED.encode()), TryLater(500)),
        ((408, b""), TryLater(408)),
        ((401, b""), Unanswered(REFUSED, status=401)),
        ((403, b"<h1>Forbidden</h1>"), Unanswered(REFUSED, status=403)),
        ((403, FEED.encode()), Unanswered(REFUSED, status=403)),
        ((302, b""), Unanswered(REFUSED, status=302)),
        ((403, CHALLENGE), NotAFeed(NotAFeedReason.CHALLENGE)),
        ((200, CHALLENGE), NotAFeed(NotAFeedReason.CHALLENGE)),
        ((200, b"<html><h1>Database error</h1>"), NotAFeed(NotAFeedReason.HTML)),
        ((200, b""), NotAFeed(NotAFeedReason.EMPTY)),
        ((204, b""), NotAFeed(NotAFeedReason.EMPTY)),
        ((200, b"Not Found"), NotAFeed(NotAFeedReason.OTHER)),
    ],
)
async def test_what_is_no_feed_is_told_apart(
    site: FakeSite, sources: FeedSources, answer: tuple[int, bytes, str], error: SourceError
) -> None:
    status, body, *after = answer
    site.answers("/feed", body, status, **({"Retry_After": after[0]} if after else {}))

    with pytest.raises(SourceError) as raised:
        await sources.fetch(site.url("/feed"), NONE)

    assert type(raised.value) is type(error)
    assert vars(raised.value) == vars(error)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://10.0.0.1/feed", "private network"),
        ("ftp://example.com/feed", "not a web address"),
        ("", "not a web address"),
    ],
)
async def test_what_may_not_be_asked_is_said(sources: FeedSources, url: str, said: str) -> None:
    with pytest.raises(Unanswered, match=said):
        await sources.fetch(url, NONE)


def _cut(feed: str) -> bytes:
    return feed.encode()[: feed.encode().rindex(b"</item>")]


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 30))
MANY = RSS.format("<item><link>/news</link></item>" * 10_000)
WILD = ITEM.format("<![CDATA[<script>alert(1)</script>]]>").replace(
    "/news/", "javascript:alert(1)//"
)


@pytest.mark.parametrize(
    ("body", "headers", "items"),
    [
        (_cut(RSS.format(ITEM.format(1) + ITEM.format(2))), {}, 2),
        (FEED.encode("cp949"), {"Content_Type": "text/xml; charset=utf-8"}, 1),
        (FEED.encode("utf-16"), {"Content_Type": "text/xml; charset=euc-kr"}, 1),
        (gzip.compress(MANY.encode(), 1), {"Content_Encoding": "gzip"}, 10_000),
        (
            f"<!DOCTYPE rss [{LAUGHS}]>{RSS.format('<item><title>&a29;</title></item>')}".encode(),
            {},
            1,
        ),
        (RSS.format(WILD).encode(), {}, 1),
    ],
    ids=["half", "charset", "utf-16", "many", "entities", "scripts"],
)
async def test_what_is_odd_is_read_as_far_as_it_goes(
    site: FakeSite, sources: FeedSources, body: bytes, headers: dict[str, str], items: int
) -> None:
    site.answers("/feed", body, 200, **headers)

    feed = (await sources.fetch(site.url("/feed"), NONE)).feed

    assert feed is not None
    assert len(feed.items) == items
    for item in feed.items[:3]:
        assert "script" not in f"{item.title}{item.link}"
        assert item.link is None or item.link.startswith("http://")


async def test_many_at_once_are_read_one_after_the_other(
    site: FakeSite, sources: FeedSources
) -> None:
    for number in range(8):
        site.answers(f"/{number}", RSS.format(ITEM.format(number)).encode())

    answers = await asyncio.gather(
        *(sources.fetch(site.url(f"/{number}"), NONE) for number in range(8))
    )

    links = [answer.feed.items[0].link for answer in answers if answer.feed is not None]
    assert links == [site.url(f"/news/{number}") for number in range(8)]


async def test_a_feed_is_found_as_itself(site: FakeSite, sources: FeedSources) -> None:
    site.answers("/feed", FEED.encode())
    site.leads("/lent", "/feed", 302)
    site.leads("/moved", "/feed", 301)

    assert await sources.find(site.url("/feed")) == (FeedAddress(site.url("/feed"), "소식"),)
    assert await sources.find(site.url("/lent")) == (FeedAddress(site.url("/lent"), "소식"),)
    assert await sources.find(site.url("/moved")) == (FeedAddress(site.url("/feed"), "소식"),)
    fed = "feed:" + site.url("/feed").removeprefix("http:")
    assert await sources.find(f" {fed} ") == (FeedAddress(site.url("/feed"), "소식"),)


async def test_the_feeds_of_a_page_are_found(site: FakeSite, sources: FeedSources) -> None:
    site.answers("/blog/", PAGE)
    site.leads("/blog", "/blog/")

    assert await sources.find(site.url("/blog")) == (
        FeedAddress(site.url("/feed"), "All"),
        FeedAddress(site.url("/blog/releases.atom"), "Releases"),
    )


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, b"<!doctype html><title>Blog</title>", NotAFeed),
        (200, CHALLENGE, NotAFeed),
        (404, PAGE, FeedMissing),
        (500, PAGE, TryLater),
    ],
)
async def test_what_names_no_feed_says_so(
    site: FakeSite, sources: FeedSources, status: int, body: bytes, error: type[SourceError]
) -> None:
    site.answers("/", body, status)

    with pytest.raises(error):
        await sources.find(site.url())


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("arxiv:nothing at all", "write it as arxiv:cs.CL"),
        ("javascript:alert(1)", "not a web address"),
        ("mailto:me@example.com", "not a web address"),
        ("news about models", "not a web address"),
        ("127.0.0.2/feed", "127.0.0.2 is in a private network"),
    ],
)
async def test_what_is_no_address_says_so(sources: FeedSources, typed: str, said: str) -> None:
    with pytest.raises(Unanswered, match=said):
        await sources.find(typed)


async def test_lists_are_read_and_written(sources: FeedSources) -> None:
    feeds = (FeedAddress("https://e.org/feed", "E", "Blogs"), FeedAddress("https://f.org/", "F"))

    assert await sources.read_list(sources.write_list(feeds, "Sources").encode()) == feeds
