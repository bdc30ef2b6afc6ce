"""Posts as cards. Those that say the same are rendered once."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from bot.delivery.digest import DigestContent
from bot.i18n.translator import Translators
from bot.port.card import Card
from bot.views.cards import digest_card
from store.model import Channel

_RECENT = 16
"""So many cards are remembered: a digest's parts in two languages, for a few tastes and zones."""


@dataclass(frozen=True, slots=True)
class _Rendered:
    content: DigestContent
    language: str
    timezone: str
    card: Card


class PostRenderer:
    """Renders posts, and remembers the latest: one digest goes alike to many channels."""

    def __init__(self, translators: Translators) -> None:
        self._translators = translators
        self._recent: deque[_Rendered] = deque(maxlen=_RECENT)

    def __call__(self, content: DigestContent, channel: Channel) -> Card:
        """Return what a post says as its channel reads it."""
        language, timezone = channel.subscription.language, channel.subscription.schedule.timezone
        for one in self._recent:
            alike = one.language == language and one.timezone == timezone
            if alike and one.content == content:
                return one.card
        card = digest_card(content, self._translators.of(language), timezone)
        self._recent.appendleft(_Rendered(content, language, timezone, card))
        return card
