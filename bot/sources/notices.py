"""Tells whoever added a source in private what became of it: once, as far as can be known."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, timedelta

from bot.delivery.outcomes import Fate, ask, fate_of
from bot.i18n.translator import N_, Translator
from bot.port.card import Card
from bot.port.clock import Clock
from bot.port.platform import Platform
from bot.port.text import one_line
from bot.views.cards import message_card, strong
from store.model import Actor, Source, SourceNotice
from store.store import DigestStore

_LOGGER = logging.getLogger(__name__)

_ANSWER = timedelta(seconds=30)
_TRIES = 10
_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(hours=6)
"""How often it is tried to tell somebody, how far apart; after that, /ainews sources says it."""

_SAID = {
    SourceNotice.FAILING: N_("The source {name} has failed for a week: {reason}"),
    SourceNotice.BACK: N_("The source {name} answers again."),
    SourceNotice.GONE: N_("The source {name} is gone, says its server. It is no longer read."),
}

WordsOf = Callable[[Actor], Awaitable[Translator]]
"""Returns the words of a person's language."""


class SourceNotices:
    """A job of the ticker."""

    def __init__(
        self,
        store: DigestStore,
        platforms: Mapping[str, Platform],
        clock: Clock,
        *,
        local: Collection[str],
        words: WordsOf,
        tell: Callable[[str], Awaitable[None]],
    ) -> None:
        """`platforms` are those that run now, `local` those on which there is the operator alone.

        `tell` tells the operator, who hears what surely does not reach whoever added a source.
        """
        self._store = store
        self._platforms = platforms
        self._clock = clock
        self._local = local
        self._words = words
        self._tell_operator = tell

    async def run(self) -> datetime | None:
        """Tell everybody who is to be told now. Returns when somebody is to be told next."""
        names = {*self._platforms, *self._local}
        for name in names:
            while (taken := await self._store.sources.take_notice(name)) is not None:
                await self._tell(*taken)
        return await self._store.sources.next_notice(names)

    async def _tell(self, source: Source, notice: SourceNotice, tries: int) -> None:
        card = notice_card(source, notice, await self._words(source.added_by))
        platform = self._platforms.get(source.added_by.platform)
        if platform is None:
            await self._tell_operator(card.summary)
            return
        pause = min(_SHORTEST * (1 << min(tries - 1, 10)), _LONGEST)
        facts = {"source": source.id, "notice": notice.value}
        outcome = await ask(platform.tell(source.added_by, card), _ANSWER, **facts)
        decision = fate_of(None, outcome, pause, pause)
        if decision.fate is Fate.AGAIN and tries < _TRIES:
            at = self._clock() + max(decision.pause, pause)
            await self._store.sources.tell_later(source.id, notice, at)
        elif decision.fate in {Fate.AGAIN, Fate.GIVE_UP}:
            await self._tell_operator(card.summary)
        _LOGGER.info(
            "source=%d notice=%s outcome=%s reason=%s",
            source.id,
            notice,
            decision.fate.name.lower(),
            decision.reason,
        )


def notice_card(source: Source, notice: SourceNotice, words: Translator) -> Card:
    """Return what whoever added a source is told. Pure."""
    said = words.spans(
        _SAID[notice],
        name=strong(one_line(source.name)),
        reason=one_line(words.stored(source.polling.trouble)),
    )
    return message_card(said, words)
