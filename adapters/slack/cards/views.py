"""Answers as modals, and the Home tab. Pure: cards in, views out."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.slack.cards import blocks, cards, limits
from adapters.slack.cards.blocks import ActionPlace
from adapters.slack.cards.limits import Json, size
from adapters.slack.interactions.forms import ANSWER, Origin
from bot.i18n.translator import Translator
from bot.port.card import Action, Card, plain_text

HOME = "ainews.home"

_SOME_BLOCKS, _SOME_SIZE = 4, 4_000
"""With less room left, a further part of the Home tab would show nothing of use."""
_MOST_SIZE = 60_000
"""No part is allowed more: what is longer takes seconds to draw, and nobody reads it there."""


def answer(card: Card, channel: str, words: Translator, *, images: bool = True) -> Json:
    """Return a card as a modal that is only read."""
    title = plain_text(card.title).strip() or "AI News"
    look = replace(cards.VIEW, images=images)
    return {
        "type": "modal",
        "callback_id": ANSWER,
        "title": blocks.plain(title, limits.MODAL_TITLE),
        "close": blocks.plain(words.gettext("Close"), limits.MODAL_BUTTON),
        "private_metadata": Origin(channel=channel).encode(),
        "blocks": cards.draw(replace(card, title=()) if card.title else card, words, look),
    }


def notice(text: str, channel: str, words: Translator) -> Json:
    """Return one sentence as a modal."""
    return answer(Card(summary=text, language=words.language), channel, words)


_SENT = ("type", "callback_id", "title", "close", "private_metadata", "blocks")
_PICTURE = ("type", "image_url", "alt_text")


def relabelled(view: Mapping[str, Any], identifier: str, label: str) -> Json | None:
    """Return a modal as Slack brought it along, with other words on one of its buttons.

    None where it has no such button. What Slack adds to pictures it does not take back.
    """
    drawn: Json = copy.deepcopy({key: view[key] for key in _SENT if view.get(key)})
    found = False
    for block in drawn.get("blocks") or ():
        picture = block.get("accessory") or {}
        if picture.get("type") == "image":
            block["accessory"] = {key: picture[key] for key in _PICTURE if key in picture}
        for element in block.get("elements") or ():
            if element.get("action_id") == identifier and element.get("type") == "button":
                element["text"] = blocks.plain(label, limits.BUTTON_TEXT)
                found = True
    return drawn if found else None


@dataclass(frozen=True, slots=True)
class HomePart:
    """One part of the Home tab: a card, or a row of buttons, or both."""

    card: Card | None = None
    actions: tuple[Action, ...] = ()


def home(
    parts: Sequence[HomePart], channel: str, words: Translator, *, images: bool = True
) -> Json:
    """Return the Home tab: its parts one below the other, each whole but for the last that fits."""
    made: list[Json] = []
    for number, part in enumerate(parts):
        if (
            limits.VIEW_BLOCKS - len(made) < _SOME_BLOCKS
            or limits.VIEW_SIZE - size(made) < _SOME_SIZE
        ):
            break
        drawn: list[Json] = [{"type": "divider"}] if made else []
        elements = blocks.buttons([(each, ActionPlace.HOME) for each in part.actions], number, 0, 0)
        row = [blocks.row(elements)] if elements else []
        if part.card is not None:
            look = cards.SlackLook(
                blocks=limits.VIEW_BLOCKS - len(made + drawn + row),
                size=min(limits.VIEW_SIZE - size(made + drawn + row), _MOST_SIZE),
                curator=True,
                images=images,
                number=number,
                place=ActionPlace.HOME,
            )
            drawn += cards.draw(part.card, words, look)
        drawn += row
        if len(made) + len(drawn) > limits.VIEW_BLOCKS or size(made + drawn) > limits.VIEW_SIZE:
            break
        made += drawn
    return {
        "type": "home",
        "callback_id": HOME,
        "private_metadata": Origin(channel=channel).encode(),
        "blocks": made,
    }
