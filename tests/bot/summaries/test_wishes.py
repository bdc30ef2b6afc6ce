"""In which languages an entry is drafted, and how far the tokens go."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.summaries.wishes import ENOUGH, Budget, own_language, task_of, wanted_languages
from store.errors import TokensSpent
from store.model import Entry, Status

NOW = datetime(2026, 3, 31, 20, 0, tzinfo=UTC)  # 05:00 of April 1 in Seoul
BOTH = ("ko", "en", "ja")
SHORT = Entry(
    id=1, title="A small model", url=None, links=(), note="On a phone.", image=None,
    published=None, language="en", tags=(), added_by="", key=None, status=Status.PENDING,
    created_at=NOW, updated_at=NOW, first_published_at=None,
)  # fmt: skip
LONG = replace(SHORT, note="n" * ENOUGH)


@pytest.mark.parametrize(
    ("entry", "wanted"),
    [
        (SHORT, {"ko"}),
        (LONG, {"ko", "en"}),
        (replace(SHORT, language=None, title="작은 모델"), {"en"}),
        (replace(LONG, language="ko-KR"), {"ko", "en"}),
        (replace(LONG, language="ja"), {"ko", "en"}),
    ],
)
def test_an_entry_is_drafted_for_who_reads_another_language_or_less(
    entry: Entry, wanted: set[str]
) -> None:
    assert wanted_languages(entry, BOTH) == wanted
    assert wanted_languages(entry, ()) == set()


def test_a_task_says_what_the_source_says() -> None:
    task = task_of(SHORT, "ko", ["llm"])

    assert (task.title, task.text, task.language, task.into, task.tags) == (
        "A small model",
        "On a phone.",
        "en",
        "ko",
        ("llm",),
    )
    assert own_language(replace(SHORT, language="fr-CA")) == "fr-CA"


def test_days_and_months_are_the_operators() -> None:
    budget = Budget(100, 1000, "Asia/Seoul")
    begun = datetime(2026, 3, 31, 15, 0, tzinfo=UTC)

    assert budget.limits(NOW) == ((begun, 1000), (begun, 100))
    assert budget.renewed(TokensSpent(begun, 100), NOW) == datetime(2026, 4, 1, 15, 0, tzinfo=UTC)
    assert budget.renewed(TokensSpent(begun, 1000), NOW) == datetime(2026, 4, 30, 15, tzinfo=UTC)
