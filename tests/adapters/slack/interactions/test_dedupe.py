"""Deliveries that come again, and what is remembered of them."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.slack.interactions.deliveries import Dedupe, delivery_id
from adapters.slack.interactions.listeners import TypedLine, line_of
from tests.fakes.clock import FakeClock


@pytest.mark.parametrize(
    ("body", "identifier"),
    [
        ({"event_id": "Ev1", "type": "event_callback"}, "event:Ev1"),
        ({"trigger_id": "1.2", "command": "/ainews"}, "trigger:1.2"),
        ({"type": "block_suggestion", "value": "x"}, None),
    ],
)
def test_by_what_a_delivery_is_recognised(body: dict[str, Any], identifier: str | None) -> None:
    assert delivery_id(body) == identifier


async def test_a_delivery_is_known_for_an_hour() -> None:
    clock = FakeClock()
    deliveries = Dedupe(clock)
    assert deliveries.first("a")
    clock.forward(minutes=59)
    assert not deliveries.first("a")
    clock.forward(minutes=2)
    assert deliveries.first("a")


async def test_the_answer_is_that_of_the_first_time() -> None:
    deliveries = Dedupe(FakeClock())
    deliveries.first("a")
    deliveries.settle("a", {"errors": {"title": "needed"}})
    deliveries.settle("a", {})
    deliveries.settle(None, {})
    deliveries.settle("unknown", {})
    assert await deliveries.answer("a") == {"errors": {"title": "needed"}}
    assert await deliveries.answer("unknown") == {}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", TypedLine("")),
        ("  latest 5 ", TypedLine("latest 5")),
        ("search 모델 tag:llm since:2021-01", TypedLine("search 모델 tag:llm since:2021-01")),
        ("search “두 낱말”", TypedLine("search “두 낱말”")),
        ("preview <#C1|general>", TypedLine("preview", "C1")),
        ("preview channel:<#C1> <#C2|x>", TypedLine("preview", "C1")),
        ("preview 채널: <#C1|x>", TypedLine("preview", "C1")),
        ("preview tags:<#C1|llm> <#C2|x>", TypedLine("preview tags:#llm", "C2")),
        ("latest <#C1|llm>", TypedLine("latest #llm")),
        ("search <#C1> model", TypedLine("search  model")),
        ("latest channel:<#C1|x>", TypedLine("latest channel:#x")),
        ("search <!here> <!channel|@channel>", TypedLine("search @here @channel")),
        (
            "add <https://a.example/?x=1&amp;y=2|a.example>",
            TypedLine("add https://a.example/?x=1&y=2"),
        ),
        ("search 1 &lt; 2 &amp;amp;", TypedLine("search 1 < 2 &amp;")),
        ("search < > <> <|>", TypedLine("search < > <> <|>")),
        ("moderators add <@W1|minji>", TypedLine("moderators add W1")),
        ("moderators add <!subteam^S1>", TypedLine("moderators add group:S1")),
    ],
)
def test_the_line_that_was_typed(text: str, line: TypedLine) -> None:
    assert line_of(text, "preview".__eq__) == line
