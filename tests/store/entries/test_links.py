"""Which addresses are the same story, and which are refused."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.entries.links import MAXIMUM_LENGTH, Fault, arxiv_month, canonical, host
from store.model import PublishedDate

SAME = [
    ("http://example.com/a", "https://example.com/a"),
    ("HTTPS://Example.COM/a", "https://example.com/a"),
    ("https://www.example.com/a", "https://example.com/a"),
    ("https://www.www.example.com/a", "https://example.com/a"),
    ("https://example.com.", "https://example.com/"),
    ("https://example.com", "https://example.com/"),
    ("https://example.com?", "https://example.com/"),
    ("https://example.com:443/a", "https://example.com/a"),
    ("http://example.com:80/a", "https://example.com/a"),
    ("https://example.com/a/", "https://example.com/a"),
    ("https://example.com/a//", "https://example.com/a"),
    ("https://example.com/b/../a/./", "https://example.com/a"),
    ("https://example.com/b/%2e%2E/a", "https://example.com/a"),
    ("https://example.com/a#why", "https://example.com/a"),
    ("https://example.com/a#:~:text=why", "https://example.com/a"),
    ("https://example.com/#/", "https://example.com/"),
    ("https://example.com/%7Ekim/%ea%b0%80", "https://example.com/~kim/가"),
    ("https://example.com/\u1100\u1161", "https://example.com/가"),
    ("https://example.com/100%", "https://example.com/100%25"),
    ("https://example.com/C%2B%2B_%28language%29", "https://example.com/C++_(language)"),
    ("https://example.com/?b=2&a=1", "https://example.com/?a=1&b=2"),
    ("https://example.com/?q=a+b", "https://example.com/?q=a%20b"),
    ("https://example.com/?&a=1&&", "https://example.com/?a=1"),
    ("https://한국.kr/뉴스", "https://xn--3e0b707e.kr/%EB%89%B4%EC%8A%A4"),
    ("https://ｅｘａｍｐｌｅ.com/", "https://example.com/"),
    ("https://[::0001]/a", "https://[::1]/a"),
    (
        "https://example.com/a?utm_source=x&UTM_Campaign=y&fbclid=1&gclid=2&mc_cid=3&igshid=4",
        "https://example.com/a",
    ),
    (
        "https://news.example.com/articleView.html?idxno=135460&utm_source=kakao",
        "https://news.example.com/articleView.html?idxno=135460",
    ),
    ("https://twitter.com/ai/status/1?s=20&t=Ab", "https://x.com/ai/status/1"),
    ("https://mobile.twitter.com/ai/status/1", "https://x.com/ai/status/1"),
    ("https://m.blog.naver.com/kim/2231", "https://blog.naver.com/kim/2231"),
    ("https://ko.m.wikipedia.org/wiki/GPT-3", "https://ko.wikipedia.org/wiki/GPT-3"),
    ("https://github.com/a/b?tab=readme-ov-file#usage", "https://github.com/a/b"),
    ("https://youtu.be/dQw4w9WgXcQ?si=abc", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://youtube.com/shorts/dQw4w9WgXcQ", "https://m.youtube.com/watch?v=dQw4w9WgXcQ&t=10s"),
]

PAPER = [
    "https://arxiv.org/abs/2104.00298",
    "http://arxiv.org/abs/2104.00298",
    "https://www.arxiv.org/abs/2104.00298",
    "https://export.arxiv.org/abs/2104.00298",
    "https://arxiv.org/abs/2104.00298v3",
    "https://arxiv.org/pdf/2104.00298",
    "https://arxiv.org/pdf/2104.00298v1.pdf",
    "https://arxiv.org/pdf/2104.00298.pdf#page=3",
    "https://arxiv.org/html/2104.00298v1/",
    "https://arxiv.org/abs/2104.00298?context=cs.CV",
    "https://arxiv.org/abs/arXiv:2104.00298",
    "https://ar5iv.labs.arxiv.org/html/2104.00298",
    "https://ar5iv.org/abs/2104.00298",
    "https://doi.org/10.48550/arXiv.2104.00298",
]

OLD_PAPER = [
    "https://arxiv.org/abs/math/0309136",
    "https://arxiv.org/abs/math.GT/0309136",
    "https://arxiv.org/pdf/math/0309136v1.pdf",
    "https://xxx.lanl.gov/abs/math/0309136",
]

OTHER = [
    ("https://example.com/a", "https://example.com/A"),
    ("https://example.com/a?idxno=1", "https://example.com/a?idxno=2"),
    ("https://example.com/a?v=1", "https://example.com/a?v=2"),
    ("https://example.com/a?id=1", "https://example.com/a?id=2"),
    ("https://example.com/a?id=1", "https://example.com/a"),
    ("https://example.com/a?ref=1", "https://example.com/a?ref=2"),
    ("https://example.com/a?a=1&a=2", "https://example.com/a?a=2&a=1"),
    ("https://example.com/a?x&y", "https://example.com/a?y&x"),
    ("https://example.com/a?q=c%2B%2B", "https://example.com/a?q=c++"),
    ("https://example.com/a%2Fb", "https://example.com/a/b"),
    ("https://example.com/a?b=1%262", "https://example.com/a?b=1&2"),
    ("https://example.com:8080/a", "https://example.com/a"),
    ("https://m.example.com/a", "https://example.com/a"),
    ("https://app.example.com/#/news/1", "https://app.example.com/#/news/2"),
    ("https://app.example.com/#!news/1", "https://app.example.com/"),
    ("https://arxiv.org/abs/2104.00298", "https://arxiv.org/abs/2104.00299"),
    ("https://arxiv.org/abs/math/0309136", "https://arxiv.org/abs/hep-th/0309136"),
    ("https://arxiv.org/list/cs.CV/recent", "https://arxiv.org/list/cs.CL/recent"),
    ("https://youtu.be/dQw4w9WgXcQ", "https://youtu.be/dQw4w9WgXcR"),
    ("https://youtube.com/live/live_stream?channel=a", "https://youtube.com/watch?v=b"),
    ("https://www.kr/", "https://kr/"),
    ("https://github.com/a/b?tab=repositories", "https://github.com/a/b"),
]

REFUSED = [
    ("", Fault.EMPTY),
    ("example.com", Fault.SCHEME),
    ("ftp://example.com/a", Fault.SCHEME),
    ("javascript:alert(1)", Fault.SCHEME),
    ("mailto:kim@example.com", Fault.SCHEME),
    ("/images/a.jpg", Fault.SCHEME),
    ("https:example.com", Fault.SCHEME),
    ("https://", Fault.HOST_MISSING),
    ("https:///a", Fault.HOST_MISSING),
    ("https://:80/", Fault.HOST_MISSING),
    ("https://kim@example.com/", Fault.CREDENTIALS),
    ("https://kim:secret@example.com/", Fault.CREDENTIALS),
    ("https://example.com\\@evil.example/", Fault.CREDENTIALS),
    ("https://exa mple.com/", Fault.BLANK),
    ("https://example.com/a b", Fault.BLANK),
    ("https://example.com/a\u3000b", Fault.BLANK),
    ("https://example.com/a\nb", Fault.HIDDEN),
    ("https://example.com/\x00", Fault.HIDDEN),
    ("https://example.com/\u202eb", Fault.HIDDEN),
    ("https://example.com/\u200b", Fault.HIDDEN),
    ("https://example.com/\ud800", Fault.HIDDEN),
    ("https://example.com:99999/", Fault.PORT),
    ("https://example.com:news/", Fault.PORT),
    ("https://example..com/", Fault.HOST),
    ("https://exa<mple.com/", Fault.HOST),
    ("https://ex%61mple.com/", Fault.HOST),
    ("https://[::1/", Fault.HOST),
    ("https://[fe80::1%25eth0]/", Fault.HOST),
    ("https://" + "a" * 254 + "/", Fault.HOST),
    ("https://" + "가" * 100 + "/", Fault.HOST),
    ("https://example.com/" + "a" * MAXIMUM_LENGTH, Fault.TOO_LONG),
    ("https://example.com/" + "가" * 300, Fault.TOO_LONG),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_addresses_of_the_same_story_are_one(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize("family", [PAPER, OLD_PAPER])
def test_all_addresses_of_a_paper_are_one(family: list[str]) -> None:
    assert {canonical(url) for url in family} == {family[0]}


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_different_stories_stay_different(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(("url", "fault"), REFUSED)
def test_what_is_no_address_is_refused_in_one_sentence(url: str, fault: Fault) -> None:
    with pytest.raises(ValueError, match=r"^The address .*\.$") as caught:
        canonical(url)
    assert str(caught.value) == fault.value


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.Example.com:8080/a", "example.com"),
        ("https://news.example.co.kr/a", "news.example.co.kr"),
        ("https://twitter.com/ai", "twitter.com"),
        ("https://[::1]/", "[::1]"),
        ("/images/a.jpg", ""),
    ],
)
def test_a_site_is_named_as_people_know_it(url: str, site: str) -> None:
    assert host(url) == site


@pytest.mark.parametrize(
    ("url", "month"),
    [
        ("https://arxiv.org/pdf/2104.00298v1.pdf", PublishedDate(2021, 4)),
        ("https://arxiv.org/abs/0704.0001", PublishedDate(2007, 4)),
        ("https://arxiv.org/abs/hep-th/9901001", PublishedDate(1999, 1)),
        ("https://arxiv.org/abs/2113.00298", None),
        ("https://arxiv.org/list/cs.CV/2104", None),
        ("https://example.com/abs/2104.00298", None),
        ("not an address", None),
    ],
)
def test_the_number_of_a_paper_tells_its_month(url: str, month: PublishedDate | None) -> None:
    assert arxiv_month(url) == month


ADDRESSES = st.builds(
    "".join,
    st.lists(
        st.one_of(
            st.sampled_from(
                [
                    *"/?#&=+%.:@[]!~;,|\\",
                    "%2F",
                    "%2e",
                    "%zz",
                    "%%34",
                    "..",
                    "utm_a=1",
                    "#/",
                    "#!",
                    "가",
                    "www.",
                    "abs/2104.00298v2",
                    "shorts/dQw4w9WgXcQ",
                    "?v=1",
                ]
            ),
            st.text(string.ascii_letters + string.digits, max_size=3),
            st.characters(),
        ),
        max_size=12,
    ),
)
STARTS = st.sampled_from(
    ["", "https://", "http://example.com", "https://arxiv.org/", "https://youtube.com/"]
)


@settings(deadline=None)
@given(STARTS, ADDRESSES)
def test_the_canonical_form_of_a_canonical_form_is_itself(start: str, rest: str) -> None:
    fault = None
    try:
        once = canonical(start + rest)
    except ValueError as refused:
        once, fault = "", str(refused)
    if fault is None:
        assert canonical(once) == once
        assert once.isascii()
        assert len(once) <= MAXIMUM_LENGTH
    else:
        assert fault in set(Fault)


@settings(deadline=None)
@given(st.text())
def test_no_text_breaks_the_helpers(text: str) -> None:
    assert host(text) == "" or host(text) in text.lower()
    arxiv_month(text)
