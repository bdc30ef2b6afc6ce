"""Posts as cards. Those that say the same are rendered once."""

from __future__ import annotations

from functools import lru_cache

from bot.delivery.digest import DigestContent
from bot.i18n.translator import Translators
from bot.port.card import Card
from bot.views.digest import digest_card
from bot.views.sections import TagSections
from store.model import Channel

_RECENT = 16
"""So many cards are remembered: a digest's parts in two languages, for a few tastes and zones."""


class PostRenderer:
    """Renders posts, and remembers the latest: one digest goes alike to many channels."""

    def __init__(self, translators: Translators, sections: TagSections) -> None:
        @lru_cache(_RECENT)
        def card(content: DigestContent, language: str, timezone: str) -> Card:
            return digest_card(content, translators.of(language), timezone, sections)

        self._card = card

    def __call__(self, content: DigestContent, channel: Channel) -> Card:
        """Return what a post says as its channel reads it."""
        subscription = channel.subscription
        return self._card(content, subscription.language, subscription.schedule.timezone)
