"""Lists of feeds are read as others write them, and written so that others read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.feeds.opml import read_opml, write_opml
from bot.port.source import FeedAddress, NotAFeedList


def test_a_list_has_folders_in_folders() -> None:
    listed = read_opml(
        """<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head><body>
        <outline text="AI" title="AI"><outline text="모델 &amp; 논문">
          <outline type="rss" text="One" title="" XMLURL=" https://e.org/1?a=1&amp;b=2 "/>
        </outline>
        <outline type="rss" text="Two" xmlUrl="https://e.org/2" htmlUrl="https://e.org"></outline>
        <outline type="link" text="no feed" url="https://e.org/"/></outline>
        <outline xmlUrl="https://e.org/3" category="/news/ai, other"/>
        <outline text="again" xmlUrl="https://e.org/2"/>
        <outline text="old" type="RSS" url="feed://e.org/4"/>
        <outline text="script" xmlUrl="javascript:alert(1)"/><outline text="none" xmlUrl=""/>
        </body></opml>""".encode()
    )

    assert listed == (
        FeedAddress("https://e.org/1?a=1&b=2", "One", "AI/모델 & 논문"),
        FeedAddress("https://e.org/2", "Two", "AI"),
        FeedAddress("https://e.org/3", None, "news/ai"),
        FeedAddress("http://e.org/4", "old", None),
    )


def test_a_broken_list_is_read_as_far_as_it_goes() -> None:
    listed = read_opml(
        b"<body><outline text='A & B' xmlUrl='https://e.org/?a=1&b=2'>"
        b"<outline xmlUrl='https://e.org/2'/><outline xmlUrl='https://e.org/3"
    )

    assert [feed.url for feed in listed] == ["https://e.org/?a=1&b=2", "https://e.org/2"]


@pytest.mark.parametrize("data", [b"", b"hello", b"<html><body>no</body></html>", b"<rss/>", b"{}"])
def test_what_is_no_list_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(NotAFeedList, match=r"not a list of feeds in OPML\.$"):
        read_opml(data)


def test_an_empty_list_is_a_list() -> None:
    assert read_opml(b"<opml version='2.0'><body/></opml>") == ()


# A name of nothing that can be seen is none, so those leave out what cannot.
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zs", "Zl", "Zp"]), min_size=1)


@given(
    st.lists(
        st.builds(
            FeedAddress,
            st.from_regex(r"https://e\.org/[a-z0-9?=&]{0,9}", fullmatch=True),
            NAMES.filter(lambda name: "&" not in name and "]]>" not in name),
            st.sampled_from([None, "AI", "연구"]),
        ),
        unique_by=lambda feed: feed.url,
    )
)
def test_what_is_written_is_read_again(feeds: list[FeedAddress]) -> None:
    read_again = read_opml(write_opml(feeds, "My <feeds>").encode())

    assert sorted(read_again, key=lambda feed: feed.url) == sorted(feeds, key=lambda feed: feed.url)
