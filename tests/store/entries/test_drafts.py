"""Drafts: cleaned, and refused with the field that is at fault."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.entries import limits
from store.entries.drafts import checked
from store.entries.links import host
from store.errors import Flaw, InvalidEntry
from store.model import EntryDraft, Link
from store.text import clean_line, clean_tag, clean_text, folded, storable, tag_key


@pytest.mark.parametrize(
    ("draft", "field", "flaw", "limit"),
    [
        (EntryDraft(" \n\x00\u202e"), "title", Flaw.EMPTY, None),
        (EntryDraft("x" * 501), "title", Flaw.TOO_LONG, limits.TITLE),
        (EntryDraft("x", note="x" * 20_001), "note", Flaw.TOO_LONG, limits.NOTE),
        (EntryDraft("x", "ftp://example.com"), "url", Flaw.NOT_AN_ADDRESS, None),
        (EntryDraft("x", "javascript:alert(1)"), "url", Flaw.NOT_AN_ADDRESS, None),
        (EntryDraft("x", "https://e.com/" + "x" * 2000), "url", Flaw.TOO_LONG, limits.URL),
        (EntryDraft("x", links=(Link("x"),)), "links", Flaw.NOT_AN_ADDRESS, None),
        (
            EntryDraft("x", links=tuple(Link(f"https://e.com/{n}") for n in range(51))),
            "links",
            Flaw.TOO_MANY,
            limits.LINKS,
        ),
        (EntryDraft("x", image="javascript:x"), "image", Flaw.NOT_AN_ADDRESS, None),
        (EntryDraft("x", tags=("x" * 51,)), "tags", Flaw.TOO_LONG, limits.TAG),
        (EntryDraft("x", tags=tuple(map(str, range(21)))), "tags", Flaw.TOO_MANY, limits.TAGS),
        (EntryDraft("x", language="k o"), "language", Flaw.NOT_A_LANGUAGE, None),
        (EntryDraft("x", key="x" * 201), "key", Flaw.TOO_LONG, limits.KEY),
        (EntryDraft("x", added_by="x" * 101), "added_by", Flaw.TOO_LONG, limits.ADDED_BY),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_field(
    draft: EntryDraft, field: str, flaw: Flaw, limit: int | None
) -> None:
    with pytest.raises(InvalidEntry) as caught:
        checked(draft)
    assert (caught.value.field, caught.value.flaw, caught.value.limit) == (field, flaw, limit)
    assert isinstance(caught.value, ValueError)


def test_what_repeats_is_left_out() -> None:
    link = Link("https://example.com/a")
    draft = EntryDraft("x", links=(link, Link(link.url, "again")), tags=("A", "a", "#a", "b"))
    kept = checked(draft).draft
    assert (kept.links, kept.tags) == ((link,), ("A", "b"))


@pytest.mark.parametrize("image", ["https://example.com/a.png", "/images/a b.png", "a.png"])
def test_an_image_is_an_address_or_lies_beside_its_page(image: str) -> None:
    assert checked(EntryDraft("x", image=image)).draft.image == image


def test_the_same_story_is_known_by_its_link() -> None:
    one = checked(EntryDraft("x", "https://arxiv.org/abs/2104.00298v1"))
    two = checked(EntryDraft("y", " http://arxiv.org/pdf/2104.00298 "))
    assert one.url_key == two.url_key
    assert checked(EntryDraft("x", "")).url_key is None


@given(st.text(st.characters()))
def test_cleaning_what_is_clean_changes_nothing(text: str) -> None:
    for clean in (clean_line, clean_text, clean_tag, folded, tag_key, storable):
        once = clean(text)
        assert clean(once) == once
        assert "\x00" not in once
        once.encode()


@given(st.text(st.characters()))
def test_case_and_width_mean_nothing_to_comparison(text: str) -> None:
    assert folded(text.upper().lower()) == folded(text.lower().upper().lower())
    assert folded(f"one\t{text}").startswith("one ")


def test_korean_in_pieces_is_the_same_text() -> None:
    assert clean_line("\u1112\u1161\u11ab") == "한"
    assert folded("ＭＯＤＥＬ\u3000압축") == "model 압축"


@pytest.mark.parametrize(
    ("given", "kept", "site"),
    [
        ("https://www.google.com/url?q={story}&sa=D", "{story}", "a.example"),
        ("https://l.facebook.com/l.php?u={story}", "{story}", "a.example"),
        ("https://web.archive.org/web/2021/{story}", "", "a.example"),
        ("https://archive.ph/o/abc/{story}", "", "a.example"),
    ],
)
def test_a_link_is_kept_without_what_only_leads_to_it(given: str, kept: str, site: str) -> None:
    given = given.format(story="https://a.example/1")
    kept = kept.format(story="https://a.example/1") or given
    draft = checked(EntryDraft(title="A", url=given, links=(Link(given),)))
    assert (draft.draft.url, draft.draft.links) == (kept, (Link(kept),))
    assert draft.url_key == checked(EntryDraft(title="B", url="https://a.example/1")).url_key
    assert host(given) == site
