"""What was just drawn is remembered: one digest goes alike to many channels."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from bot.port.card import Card

V = TypeVar("V")
D = TypeVar("D")

_KEPT = 16
"""Cards that are under way at a time: a digest's parts in two languages, for a few tastes."""


class RenderCache(Generic[V, D]):
    """Draws cards by their variant (what else decides how one looks), and remembers the last few.

    What it returns belongs to everybody: nobody may change it.
    """

    def __init__(self, draw: Callable[[Card, V], D]) -> None:
        self._draw = draw
        self._last: deque[tuple[tuple[V, Card], D]] = deque(maxlen=_KEPT)

    def drawn(self, card: Card, variant: V) -> D:
        """Return a card as it is drawn."""
        wanted = (variant, card)
        for known, drawn in self._last:
            if known == wanted:
                return drawn
        drawn = self._draw(card, variant)
        self._last.appendleft((wanted, drawn))
        return drawn
