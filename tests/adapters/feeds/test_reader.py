"""The one door: every format, everything that is no feed, and whatever else a server may send."""

from __future__ import annotations

import asyncio
import time
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.documents.reading import ReadingThread
from adapters.feeds.reader import read
from bot.port.source import Feed, NotAFeed, NotAFeedReason

ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", NotAFeedReason.EMPTY),
        (b" \r\n\t\xef\xbb\xbf ", NotAFeedReason.EMPTY),
        (b"\xef\xbb\xbf", NotAFeedReason.EMPTY),
        (b"<!DOCTYPE html><html><head><title>Blog</title></head></html>", NotAFeedReason.HTML),
        (b"<!doctype html><title>Blog</title><p>no root", NotAFeedReason.HTML),
        (b"<head><title>Moved</title></head><body><a href='/rss'>here</a>", NotAFeedReason.HTML),
        (b"<html><body><rss><channel/></rss></body></html>", NotAFeedReason.HTML),
        (
            b"<html><title>Just a moment...</title><body>Enable JavaScript and cookies</body>",
            NotAFeedReason.CHALLENGE,
        ),
        (b"<html><script src='/_Incapsula_Resource?x'></script></html>", NotAFeedReason.CHALLENGE),
        (b"Not Found", NotAFeedReason.OTHER),
        (b"\x89PNG\r\n\x1a\n\x00\x00", NotAFeedReason.OTHER),
        (b"\x1f\x8b\x08\x00 gzip", NotAFeedReason.OTHER),
        (b"<urlset><url><loc>https://e.org/</loc></url></urlset>", NotAFeedReason.OTHER),
        (b"<opml><body><outline xmlUrl='https://e.org/'/></body></opml>", NotAFeedReason.OTHER),
        (
            b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><foaf:Person/></rdf:RDF>",
            NotAFeedReason.OTHER,
        ),
        (b"<a>" * 1000 + b"<rss>", NotAFeedReason.OTHER),
    ],
)
def test_what_is_no_feed_is_said_to_be_none(data: bytes, reason: NotAFeedReason) -> None:
    with pytest.raises(NotAFeed) as problem:
        read(data)

    assert problem.value.reason is reason
    assert str(problem.value) == reason.value


@pytest.mark.parametrize(
    "data",
    [
        b"<rss version='2.0'><channel/></rss>",
        b"\n\n <?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'></feed>",
        b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><channel/></rdf:RDF>",
    ],
)
def test_a_feed_without_items_is_a_feed(data: bytes) -> None:
    assert read(data) == Feed(items=())


def test_entities_are_never_expanded() -> None:
    bomb = (
        f'<!DOCTYPE rss [<!ENTITY a0 "ha">{ENTITIES}]><rss><item><title>&a11;</title></item></rss>'
    )
    foreign = (
        b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        b"<rss><item><title>&x;</title></item></rss>"
    )

    assert read(bomb.encode()).items[0].title == "&a11;"
    assert read(foreign).items[0].title == "&x;"


def test_ten_thousand_items_are_read_and_no_number_of_them_fills_the_memory() -> None:
    item = "<item><title>News {n}</title><link>https://e.org/{n}</link></item>"
    many = "".join(item.format(n=n) for n in range(10_000))
    feed = read(f"<rss><channel>{many}</channel></rss>".encode())
    endless = read(b"<rss>" + b"<item>" * 20_020)

    assert len(feed.items) == 10_000
    assert feed.items[-1].link == "https://e.org/9999"
    assert len(endless.items) == 20_000


@pytest.mark.parametrize(
    "hostile",
    [
        b"<a/>",
        b"<a>",
        b"<a></b>",
        b"<item>",
        b"<item><title>",
        b"<x xmlns:a='http://purl.org/dc/elements/1.1/' xml:base='a/'>",
        b"<item><pubDate>1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16</pubDate></item>",
        b"<item><author>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</author></item>",
        b"<![CDATA[",
        b"\xff\xfe\x80",
    ],
)
def test_time_grows_with_length_alone(hostile: bytes) -> None:
    data = b"<rss><channel>" + hostile * (60_000 // len(hostile))

    began = time.process_time()
    read(data, base="https://e.org/")

    assert time.process_time() - began < 2.5  # where it grew with the square, it would be minutes


TOKENS = [
    *("<rss>", "</rss>", "<channel>", "</channel>", "<item>", "<item/>", "</item>", "<entry>"),
    *("<feed xmlns='http://www.w3.org/2005/Atom'>", "</entry>", "<title>", "</title>", "<link>"),
    *("</link>", "<link href='/a'/>", "<guid isPermaLink='true'>", "</guid>", "<pubDate>", "//["),
    *("<description>", "</description>", "2024-01-02", "<![CDATA[", "]]>", "<!--", "-->", "<?x"),
    *("<!DOCTYPE [", "&amp;", "&#x1F600;", "&nbsp;", "<b>", "</p>", "<br>", "https://e.org/"),
    *("<media:group>", "<media:thumbnail url='x'/>", "<author>", "<name>", "a@b (c)", "<", ">"),
    *("<dc:date>", "<rdf:RDF>", "<html>", "{", "[", "<x xml:base='//[' xmlns='y'>", '"', "\ud83d"),
]


@given(st.lists(st.sampled_from(TOKENS), max_size=60), st.booleans())
@settings(max_examples=300)
def test_any_order_of_a_feeds_parts_is_a_feed_or_none(parts: list[str], rooted: bool) -> None:
    data = (("<rss>" if rooted else "") + "".join(parts)).encode("utf-8", "surrogatepass")
    try:
        feed = read(data, base="https://e.org/")
    except NotAFeed:
        return
    for item in feed.items:
        addresses = (item.link, item.image, *(link.url for link in item.links))
        assert all(url.lower().startswith(("http://", "https://")) for url in addresses if url)
        f"{item}".encode()  # no half of a letter


@given(st.binary(max_size=600), st.sampled_from([b"", b"<rss><item>", b"{", b"<feed ", b"<?xml"]))
def test_any_bytes_are_a_feed_or_none(data: bytes, start: bytes) -> None:
    try:
        read(start + data, content_type="text/xml; charset=utf-7", base="https://e.org/")
    except NotAFeed:
        return


async def test_feeds_are_read_beside_the_loop() -> None:
    thread = ReadingThread("feeds")
    text = "<rss><channel>" + "<item><title>News</title></item>" * 5000 + "</channel></rss>"
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    feed, problem = await asyncio.gather(
        thread.run(partial(read, text.encode())),
        thread.run(partial(read, b"no feed")),
        return_exceptions=True,
    )
    counting.cancel()
    await thread.close()

    assert isinstance(feed, Feed)
    assert len(feed.items) == 5000
    assert isinstance(problem, NotAFeed)
    assert turns > 10
