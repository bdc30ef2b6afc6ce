"""Posts as cards. Those that say the same are rendered once."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from bot.delivery.desk import DeskContent
from bot.delivery.worker import Content
from bot.i18n.translator import Translators
from bot.port.card import Card
from bot.views.cards import unfollow_action
from bot.views.digest import digest_card
from bot.views.reviews import desk_card
from bot.views.sections import TagSections
from store.model import Channel

_RECENT = 16
"""So many cards are remembered: a digest's parts in two languages, for a few tastes and zones."""


class PostRenderer:
    """Renders posts, and remembers the latest: one digest goes alike to many channels."""

    def __init__(
        self, translators: Translators, sections: TagSections, *, credit: bool = False
    ) -> None:
        """`credit`: posts say which model drafted what they tell, and who reviewed it."""

        @lru_cache(_RECENT)
        def card(content: Content, language: str, timezone: str, direct: bool) -> Card:  # noqa: FBT001 - of a cache's key
            words = translators.of(language)
            if isinstance(content, DeskContent):
                return desk_card(content.items, words)
            post = digest_card(content, words, timezone, sections, credit=credit)
            return replace(post, actions=(unfollow_action(words),)) if direct else post

        self._card = card

    def __call__(self, content: Content, channel: Channel) -> Card:
        """Return what a post says as its channel reads it."""
        subscription = channel.subscription
        timezone = subscription.schedule.timezone
        return self._card(content, subscription.language, timezone, subscription.direct)
