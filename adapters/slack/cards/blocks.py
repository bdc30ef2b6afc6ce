"""The blocks of Block Kit that the adapter uses, each within its limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from adapters.slack.cards.actions import ActionPlace, action_id, encode
from adapters.slack.cards.limits import (
    ACTIONS,
    ALTERNATIVE_TEXT,
    BUTTON_TEXT,
    HEADER_TEXT,
    OPTION_TEXT,
    OPTION_VALUE,
    OVERFLOW_OPTIONS,
    Json,
)
from adapters.slack.cards.mrkdwn import address
from bot.port.card import Action
from bot.port.fitting import cut, units
from bot.port.text import one_line


def plain(text: str, room: int) -> Json:
    """Return a text object that shows just the text, on one line."""
    return {"type": "plain_text", "text": cut(one_line(text), room) or " ", "emoji": False}


def mrkdwn(text: str) -> Json:
    """Return a text object of `mrkdwn` in which Slack links nothing by itself."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def header(text: str) -> Json:
    """Return a header block."""
    return {"type": "header", "text": plain(text, HEADER_TEXT)}


def section(text: str, accessory: Json | None = None) -> Json:
    """Return a section block of `mrkdwn`."""
    block: Json = {"type": "section", "text": mrkdwn(text)}
    if accessory is not None:
        block["accessory"] = accessory
    return block


def context(text: str) -> Json:
    """Return a context block: one quiet line of `mrkdwn`."""
    return {"type": "context", "elements": [mrkdwn(text)]}


def image(url: str, title: str) -> Json | None:
    """Return an image beside a section, None where the address cannot be shown."""
    if address(url) is None:
        return None
    return {
        "type": "image",
        "image_url": url,
        "alt_text": cut(one_line(title), ALTERNATIVE_TEXT) or url[:ALTERNATIVE_TEXT],
    }


def button(action: Action, identifier: str) -> Json | None:
    """Return a button, None for an action that does not fit into one."""
    value = encode(action)
    if value is None:
        return None
    return {
        "type": "button",
        "action_id": identifier,
        "text": plain(action.label, BUTTON_TEXT),
        "value": value,
    }


def menu(actions: Iterable[Action], identifier: str) -> Json | None:
    """Return an overflow menu of the actions that fit into one, None where none does."""
    options = []
    for action in actions:
        value = encode(action)
        if value is not None and units(value) <= OPTION_VALUE:
            options.append({"text": plain(action.label, OPTION_TEXT), "value": value})
    if not options:
        return None
    return {"type": "overflow", "action_id": identifier, "options": options[:OVERFLOW_OPTIONS]}


def buttons(actions: Sequence[tuple[Action, ActionPlace]], *position: int) -> list[Json]:
    """Return a button for each action that fits into one, with ids unique by the position."""
    made = (
        button(action, action_id(place, *position, number))
        for number, (action, place) in enumerate(actions)
    )
    return [one for one in made if one is not None][:ACTIONS]


def row(elements: Sequence[Json]) -> Json:
    """Return a block of buttons and menus."""
    return {"type": "actions", "elements": list(elements)}
