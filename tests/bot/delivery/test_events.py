"""The lines of a post's life in the log: one form for all, each of them documented."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.delivery.events import Event, line_of

ROOT = Path(__file__).parents[3]
DOCUMENTED = (ROOT / "docs" / "operating.md").read_text("utf-8")


@pytest.mark.parametrize("step", list(Event))
def test_each_step_is_documented(step: Event) -> None:
    assert f"`{step.value}`" in DOCUMENTED


def test_the_store_s_own_step_is_documented() -> None:
    written = (ROOT / "store" / "posts" / "rows.py").read_text("utf-8")

    assert '"updates queued ' in written
    assert "`updates queued`" in DOCUMENTED


@pytest.mark.parametrize("step", list(Event))
def test_each_step_is_written_by_somebody(step: Event) -> None:
    sources = (path.read_text("utf-8") for path in (ROOT / "bot").rglob("*.py"))

    assert any(re.search(rf"\bEvent\.{step.name}\b", text) for text in sources)


def test_a_line_is_words_and_then_facts() -> None:
    moment = datetime.fromisoformat("2026-11-23T09:00:00+09:00")
    line = line_of(
        Event.RETRIED,
        key="abc",
        slot=moment,
        pause=timedelta(seconds=1.25),
        late=True,
        reason='Slack said "no"\nkey=other',
        nothing=None,
        empty="",
        count=0,
    )

    assert line == (
        "post retried later key=abc slot=2026-11-23T00:00:00Z pause=1.2 late=true "
        r'reason="Slack said \"no\"\nkey=other" count=0'
    )
