"""What is too long is cut between letters and outside links, whatever marks it up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.port.card import LinkText, Span, Spans, Style, Text
from bot.port.fitting import beginning, cut, cut_spans, divide, fits, units, wrap

FAMILY = "👩‍👩‍👧‍👦"
WILD = st.text(
    st.one_of(st.characters(), st.sampled_from(f"{FAMILY} \n\ud83d가e\u0301")), max_size=80
)
SPANS = st.lists(
    st.one_of(
        st.builds(Text, WILD, st.sampled_from(Style)),
        st.builds(LinkText, WILD, st.sampled_from(["https://a.example", "https://a.example/long"])),
    ),
    max_size=5,
).map(tuple)


def draw(spans: Spans) -> str:
    """Mark spans up so that each is longer than its words."""
    return "".join(_drawn(span) for span in spans)


def _drawn(span: Span) -> str:
    return f"[{span.text}]({span.url})" if isinstance(span, LinkText) else f"<{span.text}>"


def words(spans: Spans) -> str:
    return "".join(span.text for span in spans)


@given(WILD, st.integers(1, 40))
def test_a_text_that_was_cut_fits_and_says_so(text: str, room: int) -> None:
    short = cut(text, room)
    assert units(short) <= room
    assert short == text or short.endswith("…")
    assert text.startswith(beginning(text, room))


def test_a_letter_is_cut_off_whole() -> None:
    assert units(FAMILY) == 11
    assert cut(FAMILY * 3, 23) == FAMILY * 2 + "…"
    assert beginning("ab" + FAMILY, 12) == "ab"


@given(SPANS, st.integers(0, 120), st.integers(0, 200))
def test_divided_spans_lose_no_letter(spans: Spans, room: int, whole: int) -> None:
    head, rest = divide(spans, room, draw, whole=whole)
    assert not head or fits(head, room, draw)
    assert words(head) + words(rest) == words(spans)
    links = {span for span in spans if isinstance(span, LinkText)}
    assert {span for span in (*head, *rest) if isinstance(span, LinkText)} <= links


@given(SPANS, st.integers(0, 120))
def test_what_was_cut_ends_with_an_ellipsis(spans: Spans, room: int) -> None:
    kept, is_cut = cut_spans(spans, room, draw)
    assert (kept == spans) != is_cut
    assert not is_cut or kept[-1] == Text("…")
    assert units(draw(kept)) <= max(room, 3)


@given(SPANS, st.integers(20, 120), st.integers(0, 120))
def test_wrapped_spans_say_everything_in_parts_that_fit(
    spans: Spans, room: int, first: int
) -> None:
    parts = list(wrap(spans, room, draw, min(first, room)))
    assert all(fits(part, room, draw) for part in parts)
    assert not parts or not parts[0] or fits(parts[0], min(first, room), draw)
    assert "".join(map(words, parts)) == words(spans)


def test_a_word_is_cut_only_where_no_gap_is_near() -> None:
    text = (Text("one two three"),)
    assert divide(text, 12, draw) == ((Text("one two "),), (Text("three"),))
    assert divide(text, 12, draw, near=0) == ((Text("one two th"),), (Text("ree"),))
    assert divide((Text("x" * 30),), 12, draw)[0] == (Text("x" * 10),)


@pytest.mark.parametrize("whole", [0, 80])
def test_a_link_goes_on_whole_or_is_its_words(whole: int) -> None:
    link = LinkText("some words", "https://a.example/" + "x" * 40)
    assert divide((Text("a "), link), 20, draw) == ((Text("a "),), (link,))
    head, rest = divide((link,), 20, draw, whole=whole)
    assert (head, rest) == (((), (link,)) if whole else ((Text("some words"),), ()))
