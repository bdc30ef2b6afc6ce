"""An action becomes the value of a button, and a pressed button the action again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from adapters.slack.cards.limits import BUTTON_VALUE
from bot.port.card import Action
from bot.port.fitting import units

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
    fits = units(value) <= BUTTON_VALUE and not _SURROGATE.search(value)
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
