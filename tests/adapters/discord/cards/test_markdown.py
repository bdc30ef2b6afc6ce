"""Spans as Discord's Markdown: what stands there, and nothing that was not meant."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.discord.cards.markdown import draw, draw_line, escape, link_target, shortened, wrapped
from bot.port.card import LinkText, Spans, Style, Text
from bot.port.fitting import units
from bot.port.text import clean, one_line
from tests.fakes.discord.reading import read

MARKS = st.text(st.sampled_from("*_~`|<>[]()@#!:/&-+.\\ \n1aé가👍https@everyone"), max_size=40)


@given(st.one_of(MARKS, st.text(max_size=60)))
@example("https://evil.example/x_y_z")
@example("[words](https://evil.example)")
@example("<t:0:R> <@1> <#1> </a:1> <id:home> @here")
@example("# a\n-# b\n> c\n>>> d\n- e\n* f\n1. g\n  2. h")
@example("***a*** __b__ ~~c~~ ||d|| `e` ```f```")
@example("a\\*b* \\\\*c*")
def test_text_from_outside_is_only_text(text: str) -> None:
    seen = read(escape(text))

    assert seen.effects == []
    assert seen.words == clean(text)


@given(
    st.lists(
        st.one_of(
            st.builds(Text, MARKS, st.sampled_from(Style)),
            st.builds(LinkText, MARKS, st.just("https://a.example/b")),
        ),
        max_size=5,
    )
)
def test_only_links_of_ours_lead_anywhere(spans: list[Text | LinkText]) -> None:
    seen = read(draw(tuple(spans)))

    assert {about for kind, about in seen.effects if kind == "link"} <= {"https://a.example/b"}
    assert not [about for kind, about in seen.effects if kind == "mention"]


@pytest.mark.parametrize(
    ("spans", "drawn"),
    [
        ((Text("a b", Style.STRONG),), "**a b**"),
        ((Text(" a ", Style.STRONG), Text("b")), " **a** b"),
        ((Text("a", Style.STRONG), Text("b", Style.MARKED)), "**ab**"),
        ((Text("a*b", Style.STRONG),), "**a\\*b**"),
        ((Text("show 12", Style.CODE),), "`show 12`"),
        ((Text("a`b", Style.CODE),), "`` a`b ``"),
        ((Text("a", Style.CODE), Text("`", Style.CODE)), "`` a` ``"),
        ((Text("``@everyone", Style.CODE),), "`` `\u200b`@everyone ``"),
        ((Text("", Style.CODE),), ""),
        ((LinkText("a [b]", "https://a.example/x(y)"),), "[a \\[b\\]](https://a.example/x%28y%29)"),
        ((LinkText("https://b.example", "https://a.example"),), "[b.example](https://a.example)"),
        ((LinkText(" ", "https://a.example/b"),), "[a.example](https://a.example/b)"),
        ((LinkText("words", "javascript:alert(1)"),), "words"),
    ],
)
def test_each_span_has_its_form(spans: Spans, drawn: str) -> None:
    assert draw(spans) == drawn


def test_a_line_that_is_quiet_throughout_is_small_print() -> None:
    assert draw_line((Text("aside", Style.QUIET),)) == "-# aside"
    assert draw_line((Text("aside", Style.QUIET), Text(" not"))) == "aside not"


@given(st.text(min_size=1, max_size=300), st.integers(20, 60))
def test_wrapped_text_loses_nothing(text: str, limit: int) -> None:
    lines = list(wrapped((Text(text),), limit))

    assert all(units(line) <= limit for line in lines)
    together = "".join(read(line).words for line in lines)
    letters = {letter for letter in clean(text) if not letter.isspace()}
    assert {letter for letter in together if not letter.isspace()} <= letters
    if max((len(part) for part in clean(text).split()), default=0) < limit // 2:
        assert one_line(together) == one_line(text)


def test_a_link_is_never_cut() -> None:
    link = LinkText("a link", "https://a.example/" + "x" * 40)

    lines = list(wrapped((Text("words " * 10), link, Text(" more" * 10)), 80))

    assert sum("](https://a.example/" + "x" * 40 + ")" in line for line in lines) == 1
    assert all(units(line) <= 80 for line in lines)


@given(st.text(max_size=200), st.integers(0, 100))
def test_shortened_text_fits(text: str, limit: int) -> None:
    drawn, cut = shortened((Text(text),), limit)

    assert units(drawn) <= limit or not limit
    assert cut == (units(draw_line((Text(text),))) > limit)


def test_a_letter_is_never_cut_in_pieces() -> None:
    family = "👩‍👩‍👧‍👦"

    drawn, cut = shortened((Text("ab " + family * 3),), 16)

    assert cut
    assert drawn == "ab " + family + "…"


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://a.example/b c", "https://a.example/b%20c"),
        ("HTTPS://A.example", "HTTPS://A.example"),
        ("ftp://a.example", None),
        ("https://", None),
        ("https://[bad", None),
        ("not a link", None),
    ],
)
def test_what_can_be_linked(url: str, target: str | None) -> None:
    assert link_target(url) == target
