"""Entries become sections: the right words, short in lists and whole where one is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.i18n.translator import Translator
from bot.port.card import Action, LinkText, Text, plain_text
from bot.port.text import graphemes
from bot.views.cards import entry_card
from bot.views.entries import LIST_NOTE, entry_section
from store.model import Entry, Link, PublishedDate, Status

KO, EN = Translator("ko"), Translator("en")
NOW = datetime(2026, 11, 23, tzinfo=UTC)
ENTRY = Entry(
    id=12,
    title="DALL·E",
    url="https://www.aitimes.example/news?idxno=1",
    links=(Link("https://b.example", "둘째"), Link("https://c.example")),
    note="첫 줄\n- 항목\n  - 안쪽",
    image="/images/a.png",
    published=PublishedDate(2021, 1, 7),
    language="ko",
    tags=("llm", "비전"),
    added_by="민지",
    key=None,
    status=Status.PUBLISHED,
    created_at=NOW,
    updated_at=NOW,
    first_published_at=NOW,
)


def test_a_section_says_title_date_source_tags_and_who() -> None:
    section = entry_section(ENTRY, KO)
    assert section.heading == (LinkText("DALL·E", ENTRY.url or ""),)
    assert plain_text(section.meta) == "2021년 1월 7일 · aitimes.example · #llm #비전 · 등록: 민지"
    assert Text("2021년 1월 7일") in section.meta
    assert section.entry_id == 12


def test_only_web_pictures_are_shown() -> None:
    assert entry_section(ENTRY, KO).image is None
    shown = entry_section(replace(ENTRY, image="https://a.example/a.png"), KO)
    assert shown.image == "https://a.example/a.png"


def test_a_whole_entry_has_its_further_links() -> None:
    (section,) = entry_card(ENTRY, EN).sections
    links = [span for spans in section.body for span in spans if isinstance(span, LinkText)]
    assert links == [
        LinkText("둘째", "https://b.example"),
        LinkText("https://c.example", "https://c.example"),
    ]
    assert section.full is None


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=400), max_size=8))
def test_in_a_list_a_long_note_is_cut_and_leads_to_the_whole(lines: list[str]) -> None:
    section = entry_section(replace(ENTRY, note="\n".join(lines)), KO)
    whole = entry_section(replace(ENTRY, note="\n".join(lines), links=()), KO, None)
    length = sum(len(graphemes(plain_text(spans))) for spans in section.body)
    assert length <= LIST_NOTE + 2
    if section.body != whole.body:
        assert section.full == Action("자세히", "show", {"id": "12"})
        assert plain_text(section.body[-1]).endswith("…")


def test_curators_may_edit_and_retract_or_restore() -> None:
    commands = [one.command for one in entry_section(ENTRY, KO).curator_actions]
    assert commands == ["edit", "retract", "star"]
    retracted = entry_section(replace(ENTRY, status=Status.RETRACTED), KO)
    assert [one.command for one in retracted.curator_actions] == ["restore"]
    assert "철회됨" in plain_text(retracted.meta)
