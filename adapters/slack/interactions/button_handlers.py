"""Pressed buttons and chosen menu items: the command that they stand for is run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.slack.cards.actions import ActionPlace, Pressed, decode
from adapters.slack.interactions.context import Body, SlackContext, reply_target_of
from adapters.slack.interactions.questions import form_for


async def pressed(place: SlackContext, body: Body) -> ActionPlace | None:
    """Answer a pressed button. Returns where it stood, None for one that is not ours."""
    button = _button(body)
    if button is None:
        return None
    scene = reply_target_of(body)
    asker = await place.asker(body, scene.channel)
    for command in place.handler.commands:
        if command.name == button.command and not command.form_fields:
            words = await place.words(asker, scene.channel)
            form = form_for(command, button.arguments, words)
            if form is not None:
                await place.replies.form(scene, form, words.language)
                return button.place
    reply = await place.run(button.command, asker, scene.channel, button.arguments)
    await place.replies.press(scene, reply, button.place)
    return button.place


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
