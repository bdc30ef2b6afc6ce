"""Forms: modals that are opened, filled in, refused at the field and answered."""

from __future__ import annotations

import json
from typing import cast

import pytest

from adapters.slack.interactions import forms
from bot.i18n.translator import Translator
from bot.port.form import Field, Form, Kind
from bot.port.invocation import Invocation, Reply
from tests.adapters.slack.handler import LINK, ScriptedHandler, form, say
from tests.fakes.clock import FakeClock
from tests.fakes.slack.deeds import Deeds, filled_in
from tests.fakes.slack.rules import modal_violations
from tests.fakes.slack.server import FakeSlack, SlackFault

WORDS = Translator("en")


def block(view: dict[str, object], name: str) -> dict[str, object]:
    blocks = view["blocks"]
    assert isinstance(blocks, list)
    found: dict[str, object] = next(one for one in blocks if one.get("block_id") == name)
    return found


async def test_a_form_is_prefilled(admin: Deeds) -> None:
    view = await (await admin.type(f"add {LINK}")).view()
    assert view["title"]["text"] == "Add an entry"
    assert view["submit"]["text"] == "Publish"
    element = block(view, "link")["element"]
    assert isinstance(element, dict)
    assert (element["type"], element["initial_value"]) == ("url_text_input", LINK)


async def test_what_was_filled_in_reaches_the_command(
    admin: Deeds, handler: ScriptedHandler
) -> None:
    view = await (await admin.type(f"add {LINK}")).view()
    sent = await admin.send(view, title="Attention")
    acknowledgement = await sent.acknowledgement()
    assert handler.asked.submitted
    assert handler.asked.arguments == {"link": LINK, "title": "Attention"}
    assert handler.asked.channel.id == admin.channel
    assert acknowledgement["response_action"] == "update"
    assert "Added: Attention" in str(acknowledgement["view"]["blocks"])


@pytest.mark.parametrize("long", [False, True])
async def test_a_form_that_is_late_keeps_all_that_it_held(
    slack: FakeSlack, admin: Deeds, handler: ScriptedHandler, *, long: bool
) -> None:
    title = "가나다 " * 800 if long else "Attention"
    handler.replies["edit"] = lambda _: Reply(
        say("Check it."), form=form(title, note="모두 " * 900)
    )
    slack.triggers_expire = True
    offered = await (await admin.type(f"edit 12 title:{title}")).answer()
    assert offered["response_type"] == "ephemeral"
    assert "That took too long for Slack." in str(offered["blocks"])
    again = await (await admin.press(offered, "Open the form")).answer()
    slack.triggers_expire = False
    asked = len(handler.invocations)
    view = await (await admin.press(again, "Open the form")).view()
    assert len(handler.invocations) == asked
    title_shown, note_shown = (
        cast("dict[str, str]", block(view, name)["element"])["initial_value"]
        for name in ("title", "note")
    )
    assert title_shown[:9] == title[:9]
    assert note_shown.startswith("모두 모두")


async def test_a_late_form_of_an_earlier_process_has_what_was_typed(
    slack: FakeSlack, admin: Deeds, handler: ScriptedHandler
) -> None:
    value = json.dumps(["add", {"link": LINK, "draft": "of the process before"}])
    button = {"type": "button", "action_id": "ainews.card.0", "value": value}
    message = {"blocks": [{"elements": [{**button, "text": {"text": "Open the form"}}]}]}
    view = await (await admin.press(message, "Open the form")).view()
    assert handler.asked.arguments == {"link": LINK}
    assert cast("dict[str, str]", block(view, "link")["element"])["initial_value"] == LINK
    del slack


async def test_an_error_stands_at_its_field(admin: Deeds) -> None:
    view = await (await admin.type(f"add {LINK}")).view()
    sent = await admin.send(view, title=" ")
    assert await sent.acknowledgement() == {
        "response_action": "errors",
        "errors": {"title": "An entry needs a title."},
    }


async def test_hidden_arguments_come_back(admin: Deeds, handler: ScriptedHandler) -> None:
    view = await (await admin.type("edit 12")).view()
    assert view["title"]["text"] == "AI News"
    assert "Change an entry, also in its posts" in str(view["blocks"][0])
    await (await admin.send(view, kind="blog", count="7", tag="llm")).acknowledgement()
    assert handler.asked.arguments == {
        "id": "12",
        "title": "Attention",
        "link": LINK,
        "note": "",
        "date": "2021-04",
        "kind": "blog",
        "count": "7",
        "tag": "llm",
    }


async def test_a_form_that_is_too_late_is_offered_as_a_button(
    slack: FakeSlack, admin: Deeds, handler: ScriptedHandler
) -> None:
    slack.triggers_expire = True
    answer = await (await admin.type("edit 12")).answer()
    slack.triggers_expire = False
    view = await (await admin.press(answer, "Open the form")).view()
    assert view["callback_id"] == "ainews.form"
    assert handler.asked.arguments == {"id": "12"}


async def test_an_answer_that_takes_long_follows_the_acknowledgement(
    handler: ScriptedHandler, admin: Deeds
) -> None:
    view = await (await admin.type(f"add {LINK}")).view()
    handler.wait()
    sent = await admin.send(view, title="Attention")
    acknowledgement = await sent.acknowledgement()
    assert acknowledgement["response_action"] == "update"
    assert "Added" not in str(acknowledgement["view"])
    handler.slow.set()
    assert "Added: Attention" in str((await sent.view())["blocks"])


async def test_a_form_is_acknowledged_in_time_while_slack_does_not_say_who_sent_it(
    slack: FakeSlack, admin: Deeds, clock: FakeClock
) -> None:
    view = await (await admin.type(f"add {LINK}")).view()
    clock.forward(seconds=61)
    fault = SlackFault(slow=True, error="user_not_visible")
    slack.fail("users.info", fault)
    sent = await admin.send(view, title="Attention")
    acknowledgement = await sent.acknowledgement()
    assert acknowledgement["response_action"] == "update"
    fault.released.set()
    assert "You may not." in str((await sent.view())["blocks"])


async def test_a_select_offers_what_fits(admin: Deeds, handler: ScriptedHandler) -> None:
    view = await (await admin.type("edit 12")).view()
    looked = await admin.look_up(view, "tag", "ll")
    options = (await looked.acknowledgement())["options"]
    assert [option["value"] for option in options] == ["llm", "llama"]
    assert handler.asked.command == "edit"


@pytest.mark.parametrize(
    "note",
    [
        "",
        "short",
        "a line\n" * 1500,
        "x" * 20_000,
        "가" * 20_000,
        "👩‍👩‍👧‍👦" * 900 + "\n\n\n" + "y" * 5000,
        "z" + "\u0335" * 7000,
        "\n" * 4000,
    ],
)
def test_a_note_of_any_length_comes_back_as_it_was(note: str) -> None:
    view = forms.modal(form("T", note), "C1", WORDS)
    assert list(modal_violations(view)) == []
    sent = view | {"state": {"values": filled_in(view, {})}}
    assert forms.arguments_of(sent)["note"] == note


def test_values_that_an_input_would_refuse_are_typed_as_text() -> None:
    odd = Form(
        "add",
        "T" * 500,
        "S" * 500,
        (
            Field("link", "L" * 3000, Kind.LINK, value="not an address", hint="h" * 3000),
            Field("count", "Count", Kind.INTEGER, value="many"),
            Field("title", "Title", Kind.TEXT, value="x" * 9000, error="e" * 5000),
            Field("id", "Entry", Kind.ENTRY, value="12"),
        ),
    )
    view = forms.modal(odd, "C1", WORDS)
    assert list(modal_violations(view)) == []
    inputs = [one["element"]["type"] for one in view["blocks"] if one["type"] == "input"]
    assert inputs == ["plain_text_input", "plain_text_input", "plain_text_input", "external_select"]


@pytest.mark.parametrize("metadata", ["", "null", "[]", "{", '["a"]', '["a", "b", "c"]'])
def test_metadata_of_another_kind_is_no_form(metadata: str) -> None:
    assert forms.origin_of({"private_metadata": metadata}) == forms.Origin()


async def test_a_form_that_leads_to_another_form_shows_it(
    admin: Deeds, handler: ScriptedHandler
) -> None:
    def again(invocation: Invocation) -> Reply:
        return Reply(say("More is needed."), form=form("Again") if invocation.submitted else form())

    handler.replies["edit"] = again
    view = await (await admin.type("edit 12")).view()
    sent = await admin.send(view, title="x")
    assert (await sent.acknowledgement())["view"]["callback_id"] == "ainews.form"
