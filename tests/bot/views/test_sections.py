"""A table says under which heading an entry stands."""

from __future__ import annotations

import pytest

from bot.i18n.translator import Translator
from bot.views.sections import BadSection, TagSections
from store.model import Entry
from tests.bot.views.test_digest import entry

EN = Translator("en")
TABLE = ("# a remark", "", "🧠\tModels\t모델\tLLM, 비전", "📄\tPapers\t논문\tpaper")


def divided(lines: tuple[str, ...], *entries: Entry) -> list[tuple[str, list[int]]]:
    found = TagSections(lines).divided(entries, EN)
    return [(heading, [one.id for one in some]) for heading, some in found]


def test_the_first_tag_that_is_named_decides() -> None:
    entries = (entry(1, "Paper"), entry(2, "llm"), entry(3, "x", "paper", "llm"), entry(4))
    assert divided(TABLE, *entries) == [("🧠 Models", [2]), ("📄 Papers", [1, 3]), ("More", [4])]


def test_what_is_not_named_stands_where_the_table_says() -> None:
    lines = ("\tAll else\t나머지\t*", *TABLE)
    assert divided(lines, entry(1, "llm"), entry(2)) == [("All else", [2]), ("🧠 Models", [1])]


@pytest.mark.parametrize("line", ["Models", "🧠\tModels\t모델", "🧠\t\t모델\tllm", "a\tb\tc\td\te"])
def test_a_line_that_cannot_be_read_is_told(line: str) -> None:
    with pytest.raises(BadSection) as caught:
        TagSections((*TABLE, line))
    assert caught.value.line == 5
