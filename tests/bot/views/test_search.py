"""What a found entry looks like: its passage, the found words marked, and why it was found."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n.translator import Translator
from bot.port.card import LinkText, Spans, Style, Text
from bot.views.search import passage_spans, search_card
from store.model import Entry, Found, Gain, GainKind, SearchPage, SearchQuery, Snippet, Status
from tests.bot.commands.conftest import words_of

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ENTRY = Entry(
    id=7,
    title="작은 모델",
    url="https://a.example/7",
    links=(),
    note="압축한 모델을 소개합니다.",
    published=None,
    language="ko",
    tags=(),
    added_by="Minji",
    image=None,
    status=Status.PUBLISHED,
    key=None,
    created_at=NOW,
    updated_at=NOW,
    first_published_at=NOW,
)
GAINS = (
    Gain(GainKind.WORD, 1.25, "모델"),
    Gain(GainKind.TOGETHER, 0.5),
    Gain(GainKind.NEW, 0.0625),
)


def page(passage: Snippet | None, **more: object) -> SearchPage:
    """Return a page of one entry."""
    found = Found(ENTRY, passage, 1.8125, GAINS)
    values: dict[str, object] = {"items": (found,), "more": False, "count": 1, **more}
    return SearchPage(**values)  # type: ignore[arg-type] # given by name


def said(spans: Spans) -> str:
    """Return the words of a paragraph, the marked ones in brackets."""
    return "".join(
        f"[{span.text}]"
        if isinstance(span, Text) and span.style is Style.MARKED
        else f"<{span.text}|{span.url}>"
        if isinstance(span, LinkText)
        else span.text
        for span in spans
    )


@pytest.mark.parametrize(
    ("passage", "paragraphs"),
    [
        (Snippet("압축한 모델을 본다", ((4, 6),)), ["압축한 [모델]을 본다"]),
        (Snippet("모델", ((0, 2),), before=True, after=True), ["… [모델] …"]),
        (Snippet("one\n\ntwo models", ((9, 15),)), ["one", "two [models]"]),
        (
            Snippet("see [the model](https://a.example/m) model", ((9, 14), (37, 42))),
            ["see <the model|https://a.example/m> [model]"],
        ),
        (
            Snippet("https://a.example/model, a model", ((18, 23), (27, 32))),
            ["<https://a.example/model|https://a.example/model>, a [model]"],
        ),
        (Snippet("no mark \x1b[31m\u202e here"), ["no mark [31m here"]),
        (Snippet("a [b](javascript:alert(1))", ((0, 1),)), ["[a] [b](javascript:alert(1))"]),
    ],
)
def test_a_passage_is_shown_with_its_words_marked(passage: Snippet, paragraphs: list[str]) -> None:
    assert [said(spans) for spans in passage_spans(passage)] == paragraphs


@given(
    st.text(max_size=80), st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), max_size=4)
)
def test_marks_anywhere_change_no_word(text: str, marks: list[tuple[int, int]]) -> None:
    plain, marked = passage_spans(Snippet(text)), passage_spans(Snippet(text, tuple(sorted(marks))))

    assert ["".join(span.text for span in spans) for spans in plain] == [
        "".join(span.text for span in spans) for spans in marked
    ]


def test_the_passage_stands_in_the_place_of_the_note() -> None:
    card = search_card(SearchQuery("모델"), page(Snippet("모델을", ((0, 2),))), 1, Translator("ko"))

    assert [said(spans) for spans in card.sections[0].body] == ["[모델]을"]
    assert "소식 1건" in words_of(card)


def test_an_entry_without_a_passage_shows_the_beginning_of_its_note() -> None:
    card = search_card(SearchQuery("작은"), page(None), 1, Translator("ko"))

    assert [said(spans) for spans in card.sections[0].body] == ["압축한 모델을 소개합니다."]


def test_what_was_searched_instead_is_said_and_the_words_as_typed_are_offered() -> None:
    query = SearchQuery("ahepf", tag="llm")
    card = search_card(query, page(None, corrected="모델"), 1, Translator("en"))
    nothing = search_card(query, SearchPage((), False, 0, corrected="모델"), 1, Translator("en"))

    for one in (card, nothing):
        assert "Showing results for 모델." in words_of(one)
        assert one.actions[0].label == "Search for “ahepf” instead"
        assert dict(one.actions[0].arguments) == {"words": "ahepf", "tag": "llm", "literal": "yes"}


def test_pages_keep_what_was_asked_and_say_where_one_is() -> None:
    query = SearchQuery("모델 since:2026", literal=True)
    card = search_card(query, page(None, more=True, count=12), 2, Translator("en"))

    assert "12 entries found · Page 2" in words_of(card)
    assert [dict(action.arguments) for action in card.actions] == [
        {"words": "모델 since:2026", "literal": "yes", "page": "1"},
        {"words": "모델 since:2026", "literal": "yes", "page": "3"},
    ]


def test_some_words_found_are_no_count_of_entries() -> None:
    said_of = words_of(
        search_card(SearchQuery("a b"), page(None, any_word=True), 1, Translator("en"))
    )

    assert "No entry has all of these words. These have some of them." in said_of
    assert "found" not in said_of


def test_why_an_entry_stands_there_adds_up_before_the_reader() -> None:
    card = search_card(SearchQuery("모델"), page(None), 1, Translator("en"), explain=True)

    assert said(card.sections[0].body[-1]) == (
        "1.81 points: “모델” 1.25 · words together 0.50 · recency 0.06"
    )
