"""A page names its feeds in many ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.feeds.opml import feeds_of
from bot.port.source import FeedAddress

RSS = "application/rss+xml"


def found(page: str, base: str = "https://example.org/blog/") -> list[str]:
    return [feed.url for feed in feeds_of(page.encode(), base=base)]


@pytest.mark.parametrize(
    "link",
    [
        f'<link rel="alternate" type="{RSS}" href="/feed">',
        f"<LINK REL=Alternate TYPE={RSS} HREF=/feed />",
        f'<link href="../feed" type="{RSS}" rel="alternate">',
        f'<link rel=" me  ALTERNATE home " type=" {RSS.upper()}; charset=utf-8 " href=" /feed ">',
        '<link rel="alternate" type="application/atom+xml" href="//example.org/feed">',
        '<link rel="alternate" type="application/feed+json" href="https://example.org/feed">',
        '<link rel="alternate" type="application/json" href="/feed">',
        '<link rel="feed" href="/feed">',
        '<link rel="feed stylesheet" href="/feed">',
        f'<link rel="alternate" type="{RSS}" href="feed://example.org/feed">',
        f'<link rel="alternate" type="{RSS}" href="feed:https://example.org/feed">',
        f'<body><p><div><link rel="alternate" type="{RSS}" href="/feed"></div>',
        '<script>"<link rel=feed href=/no>"</script><link rel=feed href=/feed>',
    ],
)
def test_a_feed_is_found(link: str) -> None:
    assert [url.replace("http:", "https:") for url in found(link)] == ["https://example.org/feed"]


@pytest.mark.parametrize(
    "link",
    [
        f'<link rel="alternates" type="{RSS}" href="/feed">',
        f'<link rel="pre-alternate" type="{RSS}" href="/feed">',
        f'<link rel="alternate stylesheet" type="{RSS}" href="/feed">',
        f'<link rel="other" type="{RSS}" href="/feed">',
        f'<link rel="alternate" type="{RSS}" href="">',
        f'<link rel="alternate" type="{RSS}" href="javascript:alert(1)">',
        '<link rel="alternate" type="text/html" hreflang="ko" href="/ko">',
        '<link rel="alternate" type="text/xml" title="RSS" href="/feed">',
        '<link rel="alternate" type="application/json+oembed" href="/oembed">',
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">',
        f'<!-- <link rel="alternate" type="{RSS}" href="/feed"> -->',
        f'<script>document.write("<link rel=alternate type={RSS} href=/feed>")</script>',
        f"<a rel='alternate' type='{RSS}' href='/feed'>feed</a>",
    ],
)
def test_what_is_no_feed_is_not_found(link: str) -> None:
    assert found(link) == []


def test_feeds_come_in_the_pages_order_once_each_with_their_names() -> None:
    page = f"""<head>
        <link rel="alternate" type="{RSS}" title="글 &amp;amp; 그림" href="posts.xml">
        <link rel="alternate" type="application/atom+xml" href="comments.xml">
        <link rel="feed" href="posts.xml" title="again"></head>"""

    assert feeds_of(page.encode("cp949"), base="https://example.org/a/b") == (
        FeedAddress("https://example.org/a/posts.xml", "글 & 그림"),
        FeedAddress("https://example.org/a/comments.xml"),
    )


def test_the_pages_own_base_holds_wherever_it_stands() -> None:
    page = '<link rel="feed" href="feed"><base href="/other/"><base href="/third/">'

    assert found(page) == ["https://example.org/other/feed"]


@given(st.text(max_size=200), st.sampled_from(["<link ", "<base href='//['>", "<script>", ""]))
def test_any_page_has_some_feeds_or_none(text: str, start: str) -> None:
    assert isinstance(found(start + text + "<link rel=feed href='//['>"), list)
