"""Messages that were just drawn: one digest goes alike to many channels."""

from __future__ import annotations

from collections import deque

from adapters.slack.cards import cards
from adapters.slack.cards.cards import SlackLook, SlackMessage
from bot.i18n.translator import Translators
from bot.port.card import Card

_KEPT = 16
"""Digests that are under way at a time: languages, filters and parts."""


class RenderCache:
    """Draws cards as messages, and remembers the last few."""

    def __init__(self, translators: Translators) -> None:
        self._translators = translators
        self._last: deque[tuple[Card, SlackLook, SlackMessage]] = deque(maxlen=_KEPT)

    def message(self, card: Card, look: SlackLook) -> SlackMessage:
        """Return a card as a message. Nobody may change it."""
        for known, as_seen, message in self._last:
            if look is as_seen and card == known:
                return message
        message = cards.message(card, self._translators.of(card.language), look)
        self._last.appendleft((card, look, message))
        return message
