"""Answers become cards."""

from __future__ import annotations

from bot.port.card import Text, plain_text
from bot.views.cards import list_card
from bot.views.entries import entry_section
from tests.bot.views.test_entries import EN, ENTRY, KO


def test_an_empty_list_says_what_to_do() -> None:
    card = list_card("T", (), EN, empty="Nothing.")
    assert card.summary == "Nothing."
    assert card.lead == ((Text("Nothing."),),)


def test_more_than_a_few_entries_have_a_line_each() -> None:
    few = list_card("T", (ENTRY,) * 3, KO, empty="")
    assert few.sections == (entry_section(ENTRY, KO),) * 3
    (line, *_) = list_card("T", (ENTRY,) * 4, KO, empty="").sections
    assert line.brief
    assert plain_text(line.meta) == "2021년 1월 7일 · aitimes.example — 첫 줄"
    assert Text("2021년 1월 7일") in line.meta
    assert [action.command for action in line.actions] == ["show", "save", "vote"]
    whole = list_card("T", (ENTRY,) * 4, KO, empty="", full=True)
    assert whole.sections == (entry_section(ENTRY, KO),) * 4
