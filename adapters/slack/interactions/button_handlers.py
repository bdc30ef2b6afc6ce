"""Pressed buttons and chosen menu items: the command that they stand for is run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adapters.slack.cards import views
from adapters.slack.cards.actions import ActionPlace, Pressed, decode
from adapters.slack.cards.limits import Json
from adapters.slack.interactions.context import Body, SlackContext, reach_of_press, reply_target_of
from bot.port.notes import DRAFT


async def pressed(place: SlackContext, body: Body) -> ActionPlace | None:
    """Answer a pressed button. Returns where it stood, None for one that is not ours."""
    button = _button(body)
    if button is None:
        return None
    scene = reply_target_of(body)
    arguments = dict(button.arguments)
    late = await place.replies.late.get(arguments.pop(DRAFT, ""))
    if late is not None:
        await place.replies.form(scene, late.form, late.language)
        return button.place
    channel = arguments.pop(place.named_channel(button.command), "") or scene.channel
    asker = await place.asker(body, channel)
    asked = replace(
        place.invocation(button.command, asker, channel, arguments),
        ask=True,
        reach=reach_of_press(scene.channel),
        elsewhere=channel != scene.channel,
        delivery=scene.trigger,
    )
    reply = await place.handler.run(asked)
    drawn = _relabelled(body, reply.pressed) if reply.pressed and scene.modal else None
    if drawn is None or not await place.replies.relabel(scene, drawn):
        await place.replies.press(scene, reply, button.place)
    return button.place


def _relabelled(body: Body, label: str) -> Json | None:
    """Return the modal in which a button was pressed, with other words on that button."""
    pressed: Mapping[str, Any] = next(iter(body.get("actions") or ()), {})
    return views.relabelled(body.get("view") or {}, str(pressed.get("action_id")), label)


def _button(body: Body) -> Pressed | None:
    for action in body.get("actions") or ():
        value = _value(action)
        found = decode(str(action.get("action_id") or ""), value) if value else None
        if found is not None:
            return found
    return None


def _value(action: Mapping[str, Any]) -> str:
    option = action.get("selected_option") or {}
    return str(action.get("value") or option.get("value") or "")
