"""The blocks of Block Kit that the adapter uses, each within its limits, and what buttons hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from adapters.slack.cards import limits
from adapters.slack.cards.limits import Json
from adapters.slack.cards.mrkdwn import address
from bot.port.card import Action
from bot.port.fitting import cut, units
from bot.port.text import one_line

PREFIX = "ainews"

_SURROGATE = re.compile(r"[\ud800-\udfff]")


class ActionPlace(StrEnum):
    """Where on a card an action stands, which decides where its answer is shown."""

    CARD = "card"
    """Below the whole card: its answer takes the card's place, where only the asker sees it."""
    SECTION = "section"
    """At one entry: its answer is shown beside the card."""
    FULL = "full"
    """At an entry that was cut short: its answer is shown in a modal, which holds it whole."""
    HOME = "home"
    """On the Home tab: its answer is shown in a modal."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button that somebody pressed."""

    place: ActionPlace
    command: str
    arguments: Mapping[str, str]


def encode(action: Action) -> str | None:
    """Return the value of an action's button, None for one that does not fit into a button."""
    value = json.dumps(
        [action.command, dict(action.arguments)], ensure_ascii=False, separators=(",", ":")
    )
    fits = units(value) <= limits.BUTTON_VALUE and not _SURROGATE.search(value)
    return value if fits else None


def action_id(place: ActionPlace, *position: int) -> str:
    """Return an id that is unique within a message or view, and tells the place."""
    return ".".join((PREFIX, place.value, *(str(number) for number in position)))


def decode(identifier: str, value: str) -> Pressed | None:
    """Return what was pressed, None where it is no action of ours.

    What stands in a value is checked by the command as if it were typed: who may, and whether it
    makes sense.
    """
    prefix, _, rest = identifier.partition(".")
    place = rest.partition(".")[0]
    if prefix != PREFIX or place not in set(ActionPlace):
        return None
    try:
        content = json.loads(value)
    except ValueError:
        return None
    match content:
        case [str(command), dict(arguments)]:
            texts = {str(name): str(argument) for name, argument in arguments.items()}
            return Pressed(ActionPlace(place), command, texts)
        case _:
            return None


def plain(text: str, room: int) -> Json:
    """Return a text object that shows just the text, on one line."""
    return {"type": "plain_text", "text": cut(one_line(text), room) or " ", "emoji": False}


def mrkdwn(text: str) -> Json:
    """Return a text object of `mrkdwn` in which Slack links nothing by itself."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def header(text: str) -> Json:
    """Return a header block."""
    return {"type": "header", "text": plain(text, limits.HEADER_TEXT)}


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
        "alt_text": cut(one_line(title), limits.ALTERNATIVE_TEXT) or url[: limits.ALTERNATIVE_TEXT],
    }


def button(action: Action, identifier: str) -> Json | None:
    """Return a button, None for an action that does not fit into one."""
    value = encode(action)
    if value is None:
        return None
    return {
        "type": "button",
        "action_id": identifier,
        "text": plain(action.label, limits.BUTTON_TEXT),
        "value": value,
    }


def menu(actions: Iterable[Action], identifier: str) -> Json | None:
    """Return an overflow menu of the actions that fit into one, None where none does."""
    options = []
    for action in actions:
        value = encode(action)
        if value is not None and units(value) <= limits.OPTION_VALUE:
            options.append({"text": plain(action.label, limits.OPTION_TEXT), "value": value})
    if not options:
        return None
    return {
        "type": "overflow",
        "action_id": identifier,
        "options": options[: limits.OVERFLOW_OPTIONS],
    }


def buttons(actions: Sequence[tuple[Action, ActionPlace]], *position: int) -> list[Json]:
    """Return a button for each action that fits into one, with ids unique by the position."""
    made = (
        button(action, action_id(place, *position, number))
        for number, (action, place) in enumerate(actions)
    )
    return [one for one in made if one is not None][: limits.ACTIONS]


def row(elements: Sequence[Json]) -> Json:
    """Return a block of buttons and menus."""
    return {"type": "actions", "elements": list(elements)}
