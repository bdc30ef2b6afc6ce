"""Posts that say the same are drawn once: a digest to a thousand channels differs only by key."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from adapters.discord.cards.cards import draw_post
from adapters.discord.cards.components import Component
from bot.i18n.translator import Translators
from bot.port.card import Card

_RECENT = 16
"""So many cards are remembered: a digest's parts in two languages, for a few tastes."""


@dataclass(frozen=True, slots=True)
class _CachedMessage:
    card: Card
    key: str
    parts: list[Component]


class PostDrawer:
    """Draws posts, and remembers the latest."""

    def __init__(self, translators: Translators) -> None:
        self._translators = translators
        self._recent: deque[_CachedMessage] = deque(maxlen=_RECENT)

    def draw(self, card: Card, key: str) -> list[Component]:
        """Return a post as the components of one message that carries its key."""
        for drawn in self._recent:
            # How long a key is decides what else has room in the id that carries it.
            if len(drawn.key) == len(key) and drawn.card == card:
                return _with_key(drawn.parts, drawn.key, key) if key else drawn.parts
        parts = draw_post(card, key, self._translators.of(card.language))
        self._recent.appendleft(_CachedMessage(card, key, parts))
        return parts


def _with_key(parts: Sequence[Component], old: str, new: str) -> list[Component]:
    """Return components with another key in the one id that carries it."""
    return [_one_with_key(part, old, new) for part in parts]


def _one_with_key(part: Component, old: str, new: str) -> Component:
    if "components" in part:
        return {**part, "components": _with_key(part["components"], old, new)}
    custom_id = part.get("custom_id", "")
    if custom_id[1 : len(old) + 1] != old:
        return part
    return {**part, "custom_id": f"{custom_id[0]}{new}{custom_id[len(old) + 1 :]}"}
