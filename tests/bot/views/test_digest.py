"""A digest becomes the card of a post: brief, full or only titles."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.delivery.digest import DigestContent
from bot.i18n.translator import Translator
from bot.port.card import Card, LinkText, Spans, Text, plain_text
from bot.views.digest import LEAD_NOTE, digest_card
from bot.views.entries import LINE_NOTE, entry_section
from bot.views.sections import TagSections
from store.model import Entry, Layout, PublishedDate, Status

KO, EN = Translator("ko"), Translator("en")
NOW = datetime(2026, 11, 23, tzinfo=UTC)
SECTIONS = TagSections.shipped()


def entry(number: int, *tags: str, note: str = "") -> Entry:
    return Entry(
        id=number,
        title=f"Story {number}",
        url=f"https://www.site{number}.example/a",
        links=(),
        note=note,
        image="https://a.example/a.png",
        published=PublishedDate(2026, 11, 22),
        language="ko",
        tags=tags,
        added_by="민지",
        key=None,
        status=Status.PUBLISHED,
        created_at=NOW,
        updated_at=NOW,
        first_published_at=NOW,
    )


STORIES = (
    entry(1, "LLM", note="길게 쓴 설명입니다. " * 30),
    entry(2, "policy", note="The law begins in v1.5 of 2027. It was late."),
    entry(3, "Vision"),
    entry(4, "cooking"),
    entry(5, "llm", "paper", note="첫 문장은 이만큼 길게 썼습니다. 둘째 문장입니다."),
)


def card(content: DigestContent, words: Translator = EN) -> Card:
    return digest_card(content, words, "Asia/Seoul", SECTIONS)


def digest(*entries: Entry, rest: int = 0, late: bool = False) -> DigestContent:
    return DigestContent(entries, rest=rest, late=late, slot=NOW)


def brief(*entries: Entry) -> DigestContent:
    return replace(digest(*entries), layout=Layout.BRIEF)


def texts(lines: tuple[Spans, ...]) -> list[str]:
    return [plain_text(spans) for spans in lines]


def test_a_digest_says_its_day_what_waits_and_that_it_is_late() -> None:
    shown = card(digest(STORIES[0], rest=3, late=True), KO)
    assert plain_text(shown.title) == "AI 소식 · 11월 23일 (월)"
    assert "예약된 시각은 2026년 11월 23일 (월) 09:00 (Asia/Seoul, UTC+9)" in plain_text(
        shown.lead[0]
    )
    assert plain_text(shown.footer) == "남은 소식 3건은 다음 게시물에 이어집니다."
    assert "Story 1" in shown.summary
    assert shown.menu == ""


def test_what_is_left_out_is_counted_with_the_way_to_it() -> None:
    left = replace(digest(STORIES[0], rest=12), leaves=True)
    assert plain_text(card(left).footer) == "12 more: /ainews latest"
    assert plain_text(card(left, KO).footer) == "12건 더 있습니다: /ainews 최신"


def test_a_digest_of_two_parts_counts_them_and_a_quiet_one_says_so() -> None:
    content = replace(digest(STORIES[0]), part=2, parts=2)
    assert plain_text(card(content).title).endswith("(2/2)")
    assert texts(card(digest()).lead) == ["Nothing new today."]
    emptied = replace(brief(), emptied=True)
    assert texts(card(emptied).lead) == ["What was here has been retracted."]
    assert card(emptied).menu == ""


def test_a_full_digest_has_every_entry_as_it_is_anywhere() -> None:
    assert card(digest(*STORIES)).sections == tuple(entry_section(one, EN) for one in STORIES)


def test_a_brief_digest_has_one_lead_and_the_others_by_their_tags() -> None:
    shown = card(brief(*STORIES), KO)
    assert texts(shown.lead) == ["새 소식 5건"]
    lead, *lines = shown.sections
    assert not lead.brief
    assert lead.image is not None
    assert plain_text(lead.meta) == "site1.example · #LLM"
    assert sum(len(plain_text(spans)) for spans in lead.body) <= LEAD_NOTE
    assert lead.full is not None
    assert [(one.group, one.entry_id) for one in lines] == [
        ("🧠 모델", 3),
        ("", 5),
        ("🏛️ 정책·보고서", 2),
        ("🗞️ 그 밖의 소식", 4),
    ]
    assert all(one.brief and one.image is not None and not one.body for one in lines)
    assert [plain_text(one.meta) for one in lines] == [
        "site3.example",
        "site5.example — 첫 문장은 이만큼 길게 썼습니다.",
        "site2.example — The law begins in v1.5 of 2027.",
        "site4.example",
    ]
    assert [action.command for action in lines[0].actions] == ["show", "save", "vote"]
    assert shown.menu == "소식을 골라 자세히 보기·저장…"


def test_a_sentence_that_says_little_is_said_with_the_next_one() -> None:
    (_, line) = card(brief(STORIES[0], entry(9, note="정리. 세 가지가 달라졌습니다. 끝."))).sections
    assert plain_text(line.meta) == "site9.example — 정리. 세 가지가 달라졌습니다."


def test_a_long_sentence_is_cut_on_its_line() -> None:
    long = entry(9, note="one word after the other " * 20)
    (_, line) = card(brief(STORIES[0], long)).sections
    note = plain_text(line.meta).partition(" — ")[2]
    assert note.endswith("…")
    assert len(note) <= LINE_NOTE


def test_a_further_part_has_no_lead() -> None:
    part = replace(brief(*STORIES[:2]), part=2, parts=2)
    assert [one.brief for one in card(part).sections] == [True, True]
    assert card(part).lead == ()


def test_where_no_tag_is_known_there_is_no_heading() -> None:
    unknown = (entry(1), entry(2, "cooking"), entry(3))
    assert [one.group for one in card(brief(*unknown)).sections] == ["", "", ""]


def test_only_titles() -> None:
    shown = card(replace(brief(*STORIES), layout=Layout.TITLES))
    assert [one.heading for one in shown.sections] == [
        (LinkText(one.title, one.url or ""),) for one in STORIES
    ]
    assert {(one.body, one.meta, one.group, one.brief) for one in shown.sections} == {
        ((), (), "", True)
    }
    assert texts(shown.lead) == ["5 new entries"]


@pytest.mark.parametrize("layout", Layout)
def test_what_was_retracted_is_gone_and_the_next_one_leads(layout: Layout) -> None:
    shown = card(replace(brief(*STORIES[1:]), layout=layout))
    assert [one.entry_id for one in shown.sections].count(1) == 0
    assert (not shown.sections[0].brief) == (layout is not Layout.TITLES)


def test_words_from_outside_stay_words() -> None:
    wild = replace(entry(1, note="[a](https://b.example) <@1> # x"), title="**x** @everyone")
    for one in card(brief(STORIES[0], wild)).sections[1:]:
        assert all(isinstance(span, Text) for span in one.meta)
        assert one.heading == (LinkText("**x** @everyone", wild.url or ""),)
