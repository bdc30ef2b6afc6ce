"""Tags, references and plain text of what calls itself XML or HTML."""

from __future__ import annotations

import time
from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.documents.markup import Mark, attributes, headline, pieces, resolved, summary


def test_a_document_is_made_of_tags_and_texts() -> None:
    text = "<!DOCTYPE a [<!ENTITY b 'c'>]><A x='1'>one<!-- <no> --><b/><![CDATA[<two> & ]]></A>"

    assert list(pieces(text)) == [
        (Mark.START, "A", " x='1'"),
        (Mark.TEXT, "one", ""),
        (Mark.EMPTY, "b", "/"),
        (Mark.CDATA, "<two> & ", ""),
        (Mark.END, "A", ""),
    ]


def test_what_is_no_tag_is_text() -> None:
    words = [
        text for mark, text, _ in pieces("a < b <3 <- <<< & </> <b>c</b>") if mark is Mark.TEXT
    ]

    assert "".join(words) == "a < b <3 <- <<< & </> c"


def test_what_is_never_closed_hides_nothing() -> None:
    for opened in ("<!--", "<![CDATA[", "<!DOCTYPE [>", "<"):
        assert (Mark.START, "item", "") in pieces(f"{opened} <item>")


def test_scripts_of_pages_are_no_markup() -> None:
    page = "<script>if (a <b) '<link>'</script><style>p > a {}</style><p>"

    assert [name for mark, name, _ in pieces(page, html=True) if mark is Mark.START] == [
        "script",
        "style",
        "p",
    ]


def test_attributes_stand_with_any_quotes_or_none() -> None:
    written = """ Href = "a?b=1&amp;c=2" title='it&#39;s > that' rel=alternate checked/"""

    assert attributes(written) == {"href": "a?b=1&c=2", "title": "it's > that", "rel": "alternate"}


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("&lt;&amp;&gt;&quot;&apos;", "<&>\"'"),
        ("&nbsp;&hellip;&Eacute;", "\xa0…É"),
        ("&#8217;&#x2019;&#150;", "’’–"),
        ("&#0;&#xD800;&#99999999;", "\ufffd\ufffd&#99999999;"),
        ("AT&T R&D ?a=1&copy=2&notify; &nosuch;", "AT&T R&D ?a=1&copy=2&notify; &nosuch;"),
    ],
)
def test_references_are_those_of_html_and_end_with_a_semicolon(written: str, text: str) -> None:
    assert resolved(written) == text


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("  Two\n\t words\xa0here ", "Two words here"),
        ("<b>Bold</b> and <i class='x'>italic</i>", "Bold and italic"),
        ("One<br/>two<p>three</p>", "One two three"),
        ("Ben &amp; Jerry&#8217;s", "Ben & Jerry’s"),
        ("Ben &amp;amp; Jerry&amp;#39;s", "Ben & Jerry's"),
        ("How &lt;pre&gt; looks", "How <pre> looks"),
        ("std::vector<int> and <T>", "std::vector<int> and <T>"),
        ("RSS <<< Title >>>", "RSS <<< Title >>>"),
        ("x <script>alert('<b>')</script> y<style>p{}</style>", "x y"),
        ("a <!-- hidden --> b", "a b"),
        ("<![CDATA[in a section]]>", "in a section"),
        ("bell\x07 and \x00null\ufeff", "bell and null"),
        ("half \ud83d a letter", "half a letter"),
        ("<img src='x' alt='a > b'>Title", "Title"),
        (" \n ", None),
        ("<b></b>&nbsp;", None),
    ],
)
def test_a_title_is_plain_text_on_one_line(written: str, title: str | None) -> None:
    assert headline(written) == title


def test_a_description_ends_with_a_word() -> None:
    words = summary("<p>" + "word " * 400 + "</p>")

    assert words is not None
    assert len(words) <= 1000
    assert words.endswith("word…")


def test_a_description_without_blanks_ends_with_a_letter() -> None:
    family = "👩‍👩‍👧"  # three people joined are one letter
    words = summary(family * 400)

    assert words is not None
    assert len(words) <= 1000
    assert words.removesuffix("…").count(family) * len(family) == len(words) - 1


@given(st.text(max_size=3000))
def test_a_description_has_no_more_than_its_limit(text: str) -> None:
    words = summary(text * 3)

    assert words is None or 0 < len(words) <= 1000


@pytest.mark.parametrize(
    "hostile",
    [
        "<",
        "<a ",
        '<a "',
        "<a x='",
        "<!--",
        "<![CDATA[",
        "<!",
        "<![ ",
        "<?x",
        "<script>",
        "<p><b>",
        "&",
        "]]>",
    ],
)
def test_time_grows_with_length_alone(hostile: str) -> None:
    text = hostile * (100_000 // len(hostile)) + ">"

    began = time.process_time()
    deque(pieces(text), maxlen=0)
    deque(pieces(text, html=True), maxlen=0)
    summary(text)
    headline(text)
    attributes(text)

    assert time.process_time() - began < 1.5  # where it grew with the square, it would be minutes
