"""Answers that Slack refuses or loses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.port.card import Card
from bot.port.invocation import Reply
from tests.adapters.slack.conftest import MEMBER
from tests.adapters.slack.handler import ScriptedHandler, entry
from tests.fakes.slack.deeds import Deeds, labels
from tests.fakes.slack.server import FakeSlack, SlackFault

PICTURED = replace(entry(1), image="https://img.example/a.png", full=entry(1).actions[0])


@pytest.fixture(autouse=True)
def pictured(handler: ScriptedHandler) -> None:
    """Let every entry have an image."""
    card = Card("Story 1", "en", sections=(PICTURED,))
    for command in ("latest", "show"):
        handler.replies[command] = lambda _: Reply(card)


async def test_an_answer_whose_image_slack_cannot_fetch_goes_without(
    slack: FakeSlack, member: Deeds
) -> None:
    assert "img.example" in str(await (await member.type("latest")).answer())
    slack.fail("response_url", SlackFault(400, "invalid_blocks"))
    answer = await (await member.type("latest")).answer()
    assert "Story 1" in str(answer["blocks"])
    assert "img.example" not in str(answer)


@pytest.mark.parametrize("word", ["invalid_arguments", "invalid_blocks"])
async def test_a_modal_whose_image_slack_cannot_fetch_is_shown_without(
    slack: FakeSlack, member: Deeds, word: str
) -> None:
    answer = await (await member.type("latest")).answer()
    slack.fail("views.open", SlackFault(error=word))
    view = await (await member.press(answer, "Details")).view()
    assert "Story 1" in str(view["blocks"])
    assert "img.example" not in str(view)


async def test_a_home_tab_whose_image_slack_cannot_fetch_is_drawn_without(
    slack: FakeSlack, member: Deeds
) -> None:
    slack.fail("views.publish", SlackFault(error="invalid_arguments"))
    await member.open_home()
    assert "img.example" not in str(await slack.home(MEMBER))


async def test_details_that_are_too_late_for_a_modal_are_said_beside(
    slack: FakeSlack, member: Deeds
) -> None:
    answer = await (await member.type("latest")).answer()
    slack.triggers_expire = True
    beside = await (await member.press(answer, "Details")).answer()
    assert (beside["response_type"], beside["replace_original"]) == ("ephemeral", False)


@pytest.mark.parametrize(
    "fault",
    [SlackFault(404, "expired_url"), SlackFault(500, "server_error"), SlackFault(lost=True)],
)
async def test_an_answer_that_is_lost_is_logged_and_sent_once(
    slack: FakeSlack, member: Deeds, fault: SlackFault, caplog: pytest.LogCaptureFixture
) -> None:
    slack.fail("response_url", fault)
    lost = await member.type("latest")
    assert await lost.acknowledgement() == {}
    await slack.until(lambda: not slack.faults["response_url"])
    assert await (await member.type("latest")).answer()
    assert lost.uses == 0
    assert lost.answers.empty()
    assert any(record.levelname == "WARNING" for record in caplog.records)


@pytest.mark.parametrize(("delay", "arrives"), [("1", True), ("60", False)])
async def test_an_answer_that_slack_did_not_take_waits_a_little(
    slack: FakeSlack, member: Deeds, delay: str, arrives: bool
) -> None:
    slack.fail("response_url", SlackFault(429, "ratelimited", {"Retry-After": delay}))
    asked = await member.type("latest")
    await slack.until(lambda: not slack.faults["response_url"])
    await (asked if arrives else await member.type("latest")).answer()
    assert asked.uses == int(arrives)


async def test_what_is_too_late_for_a_modal_is_said_in_private(
    slack: FakeSlack, member: Deeds
) -> None:
    await member.open_home()
    home = await slack.home(MEMBER)
    slack.triggers_expire = True
    await member.press_in(home, "Details")
    (told,) = await slack.said(f"D{MEMBER}")
    assert "Story 1" in str(told["blocks"])
    await member.shortcut("search_ainews")
    _, offered = await slack.said(f"D{MEMBER}", 2)
    assert labels(offered["blocks"]) == ["Open the form"]
    slack.triggers_expire = False
    form = await (await member.press(offered, "Open the form")).view()
    assert form["blocks"][0]["block_id"] == "words"


async def test_a_modal_that_slack_does_not_open_is_logged(
    slack: FakeSlack, member: Deeds, caplog: pytest.LogCaptureFixture
) -> None:
    slack.fail("views.open", SlackFault(500, "internal_error"), SlackFault(500, "internal_error"))
    pressed = await member.shortcut("search_ainews")
    assert await pressed.acknowledgement() == {}
    assert await (await member.type("latest")).answer()
    assert "trouble of its own" in caplog.text
