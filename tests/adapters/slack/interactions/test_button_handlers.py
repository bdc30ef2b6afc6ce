"""Buttons and menus: what they stand for is run, and answered where it belongs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from adapters.slack.cards.blocks import ActionPlace, action_id, decode, encode
from bot.port.card import Action, Card, Section, Text
from bot.port.invocation import Reply
from tests.adapters.slack.handler import ScriptedHandler
from tests.fakes.slack import FakeChannel
from tests.fakes.slack.deeds import Deeds, labels
from tests.fakes.slack.server import FakeSlack


async def test_a_page_takes_the_place_of_the_one_before(
    member: Deeds, handler: ScriptedHandler
) -> None:
    answer = await (await member.type("latest")).answer()
    pressed = await member.press(answer, "Next page", alone=True)
    page = await pressed.answer()
    assert await pressed.acknowledgement() == {}
    assert handler.asked.arguments == {"page": "2"}
    assert (page["replace_original"], page["response_type"]) == (True, "ephemeral")
    assert "Story 20" in str(page["blocks"])


async def test_a_page_of_an_answer_that_all_see_is_for_the_presser(member: Deeds) -> None:
    answer = await (await member.type("latest")).answer()
    page = await (await member.press(answer, "Next page", alone=False)).answer()
    assert (page["replace_original"], page["response_type"]) == (False, "ephemeral")


async def test_what_concerns_one_entry_is_answered_beside_the_list(
    member: Deeds, handler: ScriptedHandler
) -> None:
    answer = await (await member.type("latest")).answer()
    shown = await (await member.press(answer, "Details")).answer()
    assert handler.asked.arguments == {"id": "10"}
    assert shown["replace_original"] is False
    assert "All of it." in str(shown["blocks"])


async def test_moderators_find_their_menu_where_only_they_see_it(
    admin: Deeds, handler: ScriptedHandler
) -> None:
    public = await (await admin.type("latest share:yes")).answer()
    assert "Retract" not in labels(public["blocks"])
    alone = await (await admin.press(public, "Details", alone=False)).answer()
    assert labels(alone["blocks"]) == ["Details", "Save", "Edit", "Retract", "Share here"]
    await (await admin.press(alone, "Retract")).answer()
    assert (handler.asked.command, handler.asked.arguments) == ("retract", {"id": "10"})
    form = await (await admin.press(alone, "Edit")).view()
    assert form["callback_id"] == "ainews.form"


async def test_who_may_is_asked_at_each_press(member: Deeds, admin: Deeds) -> None:
    public = await (await admin.type("latest")).answer()
    alone = await (await admin.press(public, "Details")).answer()
    refused = await (await member.press(alone, "Retract")).answer()
    assert "You may not." in str(refused["blocks"])


async def test_in_a_modal_pages_replace_and_entries_open_on_top(
    slack: FakeSlack, member: Deeds
) -> None:
    form = await (await member.shortcut("search_ainews")).view()
    sent = await member.send(form, words="모델 압축")
    await sent.acknowledgement()
    results = slack.views[form["id"]]
    assert "Search: 모델 압축" in results["title"]["text"]
    paged = await (await member.press_in(results, "Next page")).view()
    assert paged["id"] == form["id"]
    assert "Story 20" in str(paged["blocks"])
    entry = await (await member.press_in(paged, "Details")).view()
    assert entry["id"] != form["id"]
    assert "All of it." in str(entry["blocks"])
    deeper = await (await member.press_in(entry, "Details")).view()
    full = await (await member.press_in(deeper, "Details")).view()
    assert full["id"] == deeper["id"]


@pytest.mark.parametrize(
    ("identifier", "value"),
    [
        ("ainews.card.0", "not JSON"),
        ("ainews.card.0", "[]"),
        ("ainews.card.0", '["latest"]'),
        ("ainews.card.0", "[1, {}]"),
        ("ainews.elsewhere.0", '["latest", {}]'),
        ("other.card.0", '["latest", {}]'),
    ],
)
def test_what_is_not_ours_is_no_button(identifier: str, value: str) -> None:
    assert decode(identifier, value) is None


async def test_a_forged_button_is_acknowledged_and_nothing_more(
    member: Deeds, handler: ScriptedHandler
) -> None:
    answer = await (await member.type("latest")).answer()
    for block in answer["blocks"]:
        for element in block.get("elements", ()):
            if "value" in element:
                element["value"] = "{"
    pressed = await member.press(answer, "Next page")
    assert await pressed.acknowledgement() == {}
    assert len(handler.invocations) == 1


async def test_a_button_about_another_channel_stays_about_that_one(
    slack: FakeSlack, admin: Deeds, handler: ScriptedHandler
) -> None:
    slack.workspace.channel(FakeChannel("C0OTHER", "other"))
    given = {"when": "daily 09:00", "channel": "C0OTHER"}
    card = Card("Where?", "en", actions=(Action("Seoul", "schedule", given),))
    handler.replies["latest"] = lambda _: Reply(card)
    answer = await (await admin.type("latest")).answer()
    done = await (await admin.press(answer, "Seoul")).answer()
    assert done["response_type"] == "ephemeral"
    asked = handler.asked
    assert (asked.channel.id, asked.elsewhere, asked.channel_name) == ("C0OTHER", True, "#other")
    assert asked.arguments == {"when": "daily 09:00"}


def votable(_: object) -> Reply:
    """Return an entry that was cut short, with a vote."""
    words = {"id": "12"}
    section = Section(
        heading=(Text("Story"),),
        entry_id=12,
        image="https://a.example/a.png",
        full=Action("Details", "show", words),
        actions=(Action("👍 3", "vote", words),),
    )
    return Reply(Card("Story", "en", sections=(section,)))


def voted(_: object) -> Reply:
    """Answer a vote in words, and with what the button says from now on."""
    card = Card("Your vote counts", "en", lead=((Text("Your vote counts"),),))
    return Reply(card, private=True, pressed="👍 4")


async def test_a_vote_in_a_modal_is_counted_on_its_button(
    slack: FakeSlack, member: Deeds, handler: ScriptedHandler
) -> None:
    handler.replies |= {"show": votable, "vote": voted}
    answer = await (await member.type("show 12")).answer()
    details = await (await member.press(answer, "Details")).view()

    counted = await (await member.press_in(details, "👍 3")).view()

    assert counted["id"] == details["id"]
    assert labels(counted["blocks"]) == ["Details", "👍 4", "Share here"]
    assert counted["blocks"][0] == details["blocks"][0]
    again = await (await member.press_in(counted, "👍 4")).view()
    assert again["id"] == details["id"]
    assert list(slack.views) == [details["id"]]


async def test_a_vote_on_a_message_is_answered_in_private(
    member: Deeds, handler: ScriptedHandler
) -> None:
    handler.replies |= {"show": votable, "vote": voted}
    shown = await (await member.type("show 12 share:yes")).answer()
    answer = await (await member.press(shown, "👍 3", alone=False)).answer()
    assert (answer["replace_original"], answer["response_type"]) == (False, "ephemeral")
    assert "Your vote counts" in str(answer["blocks"])


async def test_a_lookup_in_a_modal_is_shared_in_the_channel_it_was_opened_from(
    slack: FakeSlack, member: Deeds, handler: ScriptedHandler
) -> None:
    handler.replies["show"] = votable
    answer = await (await member.type("show 12")).answer()
    details = await (await member.press(answer, "Details")).view()
    said = await (await member.press_in(details, "Share here")).view()
    assert "Everybody in <#C0NEWS> can see it now." in str(said["blocks"])
    assert handler.asked.arguments == {"id": "12", "share": "yes"}
    [posted] = slack.workspace.channels["C0NEWS"].messages
    assert "minji: /ainews show 12" in str(posted["blocks"]).casefold()
    assert "Share here" not in labels(posted["blocks"])


async def test_a_sent_form_is_answered_with_what_can_be_shared(
    slack: FakeSlack, member: Deeds
) -> None:
    form = await (await member.shortcut("search_ainews")).view()
    await (await member.send(form, words="model")).acknowledgement()
    assert "Share here" not in labels(slack.views[form["id"]]["blocks"])  # no channel was at hand

    answer = await (await member.type("latest")).answer()
    form = await (await member.press(with_search(answer), "Search")).view()
    await (await member.send(form, words="model")).acknowledgement()
    assert "Share here" in labels(slack.views[form["id"]]["blocks"])


async def test_a_modal_says_why_its_answer_could_not_be_shared(
    slack: FakeSlack, member: Deeds, handler: ScriptedHandler
) -> None:
    handler.replies["show"] = votable
    answer = await (await member.type("show 12")).answer()
    details = await (await member.press(answer, "Details")).view()
    slack.workspace.channels["C0NEWS"].joined = False
    said = await (await member.press_in(details, "Share here")).view()
    assert "It could not be shared in <#C0NEWS>." in str(said["blocks"])
    assert "/invite @ainews" in str(said["blocks"])
    assert slack.workspace.channels["C0NEWS"].messages == []


def with_search(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return a message with a button that asks what to look for."""
    button = {
        "type": "button",
        "action_id": action_id(ActionPlace.CARD, 9),
        "text": {"type": "plain_text", "text": "Search"},
        "value": encode(Action("Search", "search", {})),
    }
    return {**message, "blocks": [*message["blocks"], {"type": "actions", "elements": [button]}]}
