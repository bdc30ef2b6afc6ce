"""Tells owners in private what became of their channels: what the store has for them, once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import timedelta

from bot.delivery.events import Event, Events, line_of
from bot.delivery.policy import Policy
from bot.i18n.translator import N_
from bot.port.card import Card
from bot.port.clock import Clock
from bot.port.platform import Permanent, Platform, Retryable, Unknown
from store.model import Notice, NoticeState
from store.store import DigestStore

_LOGGER = logging.getLogger(__name__)
_EVENTS = Events(_LOGGER)

_TRIES = 10
"""How often it is tried to tell an owner, from a minute to six hours apart; after that,
/ainews status is where it stands."""

NOT_PREPARED = N_("It could not be prepared. The log says why.")
NO_ANSWER = N_("The platform did not answer.")
UNEXPECTED = N_("The platform failed in an unforeseen way. The log says why.")

Notify = Callable[[Notice], Card]
"""Returns what an owner is told."""


class Notifier:
    """Tells the owners who are on the platforms that run here, whatever platform the channel is on.

    Owners on other platforms are left to the process that runs those; the operator of the
    terminal, to its next chat.
    """

    def __init__(
        self,
        store: DigestStore,
        platforms: Mapping[str, Platform],
        clock: Clock,
        *,
        notify: Notify,
        pace: Policy,
    ) -> None:
        """`notify` may raise: then the owner is not told, and the log says why."""
        self._store = store
        self._platforms = platforms
        self._clock = clock
        self._notify = notify
        self._pace = pace

    async def run(self) -> None:
        """Tell everybody who is to be told now."""
        while True:
            now = self._clock()
            notice = await self._store.notices.lease(self._platforms, now, now + self._pace.lease)
            if notice is None:
                return
            if notice.state is NoticeState.UNSURE:
                # Whoever was telling it was killed. It may have arrived, so it is not said again.
                _EVENTS.warning(Event.PERHAPS_TOLD, **_facts(notice))
            else:
                await self._tell(notice)

    async def _tell(self, notice: Notice) -> None:
        owner = notice.channel.owner
        platform = self._platforms.get(owner.platform)
        if platform is None:
            # The channel got another owner between two looks.
            await self._give_up(notice, UNEXPECTED)
            return
        try:
            card = self._notify(notice)
        except Exception:
            _LOGGER.exception("%s", line_of(Event.NOT_TOLD, **_facts(notice)))
            await self._give_up(notice, NOT_PREPARED)
            return
        try:
            async with asyncio.timeout(self._pace.answer.total_seconds()):
                await platform.tell(owner, card)
        except Retryable as error:
            await self._again(notice, error)
        except Permanent as error:
            await self._give_up(notice, error.reason)
        except (Unknown, TimeoutError) as error:
            await self._leave(notice, error.reason if isinstance(error, Unknown) else NO_ANSWER)
        except Exception:
            _LOGGER.exception("%s", line_of(Event.PLATFORM_FAILED, **_facts(notice)))
            await self._leave(notice, UNEXPECTED)
        else:
            await self._store.notices.told(notice)
            _EVENTS.info(Event.TOLD, **_facts(notice))

    async def _again(self, notice: Notice, error: Retryable) -> None:
        """Tell it later: not before the platform said, and less and less often."""
        if notice.tries >= _TRIES:
            await self._give_up(notice, error.reason)
            return
        growing = self._pace.shortest_rest * (1 << (notice.tries - 1))
        pause = max(error.after or timedelta(), min(growing, self._pace.longest_rest))
        await self._store.notices.again(notice, self._clock() + pause, error.reason)
        _EVENTS.info(Event.TOLD_LATER, **_facts(notice), reason=error.reason, pause=pause)

    async def _leave(self, notice: Notice, obstacle: str) -> None:
        await self._store.notices.unsure(notice, obstacle)
        _EVENTS.warning(Event.PERHAPS_TOLD, **_facts(notice), reason=obstacle)

    async def _give_up(self, notice: Notice, obstacle: str) -> None:
        await self._store.notices.undelivered(notice, obstacle)
        _EVENTS.warning(Event.NOT_TOLD, **_facts(notice), reason=obstacle)


def _facts(notice: Notice) -> dict[str, object]:
    owner = notice.channel.owner
    return {
        "channel": notice.channel.id,
        "kind": notice.kind.value,
        "platform": owner.platform,
        "owner": owner.id,
        "try": notice.tries,
    }
