"""Shortcuts: search from anywhere, add the link of a message."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.slack.interactions.listeners import link_of
from tests.adapters.slack.handler import LINK, ScriptedHandler
from tests.fakes.slack.deeds import Deeds
from tests.fakes.slack.server import FakeSlack


async def test_search_asks_and_shows_what_it_found(member: Deeds, handler: ScriptedHandler) -> None:
    form = await (await member.shortcut("search_ainews")).view()
    sent = await member.send(form, words="모델", since="2021-01", tag="llm")
    acknowledgement = await sent.acknowledgement()
    assert handler.asked.command == "search"
    assert handler.asked.arguments == {"words": "모델", "since": "2021-01", "tag": "llm"}
    assert acknowledgement["response_action"] == "update"


async def test_the_link_of_a_message_is_filled_in(admin: Deeds, handler: ScriptedHandler) -> None:
    message = {
        "text": f"Look at <{LINK}|this>, and <https://b.example>",
        "attachments": [{"from_url": LINK, "title": "Attention &amp; more"}],
    }
    view = await (await admin.message_shortcut("add_to_ainews", message)).view()
    assert handler.asked.arguments == {"link": LINK}
    values = [block["element"]["initial_value"] for block in view["blocks"]]
    assert values == [LINK, "Attention & more"]


async def test_a_form_that_is_late_has_the_link_and_the_title(
    slack: FakeSlack, admin: Deeds
) -> None:
    message = {"text": f"<{LINK}>", "attachments": [{"from_url": LINK, "title": "Attention"}]}
    slack.triggers_expire = True
    offered = await (await admin.message_shortcut("add_to_ainews", message)).answer()
    slack.triggers_expire = False
    view = await (await admin.press(offered, "Open the form")).view()
    values = [block["element"]["initial_value"] for block in view["blocks"]]
    assert values == [LINK, "Attention"]


async def test_a_message_without_a_link_opens_the_empty_form(admin: Deeds) -> None:
    view = await (await admin.message_shortcut("add_to_ainews", {"text": "no link"})).view()
    assert "initial_value" not in view["blocks"][0]["element"]


async def test_a_member_is_told_that_they_may_not(member: Deeds) -> None:
    delivery = await member.message_shortcut("add_to_ainews", {"text": f"<{LINK}>"})
    answer = await delivery.answer()
    assert "You may not." in answer["text"]
    assert answer["response_type"] == "ephemeral"


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ({}, ("", "")),
        ({"text": "<@U1> <#C1|x> <!here> <mailto:a@b.example|a>"}, ("", "")),
        ({"text": "<https://a.example/?x=1&amp;y=2>"}, ("https://a.example/?x=1&y=2", "")),
        (
            {"text": "", "attachments": [{"title_link": "https://a.example", "title": "A"}]},
            ("https://a.example", "A"),
        ),
        (
            {"text": "<https://b.example>", "attachments": [{"from_url": "https://a.example"}]},
            ("https://b.example", ""),
        ),
        ({"attachments": [{"title": "no address"}]}, ("", "")),
        (
            {"text": "<https://x.slack.com/archives/C1/p2|this> is <https://a.example|here>"},
            ("https://a.example", ""),
        ),
        ({"text": "<https://a.example/22를> 보세요"}, ("https://a.example/22", "")),
        (
            {"text": "<https://x.slack.com/archives/C1/p2>"},
            ("https://x.slack.com/archives/C1/p2", ""),
        ),
        (
            {"text": "<https://slack.com.a.example> <https://b.example>"},
            ("https://slack.com.a.example", ""),
        ),
    ],
)
def test_the_first_link_of_a_message(message: dict[str, Any], found: tuple[str, str]) -> None:
    assert link_of(message) == found
