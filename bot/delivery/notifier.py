"""Tells owners in private what became of their channels: what the store has for them, once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.delivery.events import Event, line_of, log
from bot.delivery.outcomes import UNEXPECTED, Arrived, Fate, ask, fate_of
from bot.delivery.policy import Policy
from bot.i18n.translator import N_
from bot.port.card import Card
from bot.port.clock import Clock
from bot.port.invocation import Asker
from bot.port.platform import Platform
from store.model import Notice, NoticeState
from store.store import DigestStore

_LOGGER = logging.getLogger(__name__)

_TRIES = 10
"""How often it is tried to tell an owner, from a minute to six hours apart; after that,
/ainews status is where it stands."""

NOT_PREPARED = N_("It could not be prepared. The log says why.")

Notify = Callable[[Notice], Card]
"""Returns what an owner is told."""


@dataclass(frozen=True, slots=True)
class Notifier:
    """Tells the owners who are on a platform, whatever platform their channel is on.

    Owners on other platforms are left to whoever brings posts to those; the operator of the
    terminal, to its next chat. `notify` may raise: then the owner is not told, and the log says
    why.
    """

    store: DigestStore
    platform: Platform
    clock: Clock
    notify: Notify
    pace: Policy

    async def run(self) -> None:
        """Tell everybody who is to be told now."""
        while True:
            now = self.clock()
            notice = await self.store.notices.lease(self.platform.name, now, now + self.pace.lease)
            if notice is None:
                return
            if notice.state is NoticeState.UNSURE:
                # Whoever was telling it was killed. It may have arrived, so it is not said again.
                log(_LOGGER, Event.PERHAPS_TOLD, **_facts(notice))
            else:
                await self._tell(notice)

    async def _tell(self, notice: Notice) -> None:
        owner = notice.channel.owner
        if owner.platform != self.platform.name:
            # The channel got another owner between two looks.
            await self._give_up(notice, UNEXPECTED)
            return
        notice = await self._with_present_name(notice)
        try:
            card = self.notify(notice)
        except Exception:
            _LOGGER.exception("%s", line_of(Event.NOT_TOLD, **_facts(notice)))
            await self._give_up(notice, NOT_PREPARED)
            return
        growing = min(self.pace.shortest_rest * (1 << (notice.tries - 1)), self.pace.longest_rest)
        outcome = await ask(self.platform.tell(owner, card), self.pace.answer, **_facts(notice))
        decision = fate_of(None, outcome, growing, growing)
        notices, reason = self.store.notices, decision.reason
        match decision.fate:
            case Fate.KEEP:
                await notices.settle(notice, NoticeState.TOLD)
                log(_LOGGER, Event.TOLD, **_facts(notice))
            case Fate.AGAIN if notice.tries < _TRIES:
                # Not before the platform said, and less and less often.
                pause = max(decision.pause, growing)
                due_at = self.clock() + pause
                await notices.settle(notice, NoticeState.WAITING, reason, due_at)
                log(_LOGGER, Event.TOLD_LATER, **_facts(notice), reason=reason, pause=pause)
            case Fate.LOOK:
                await notices.settle(notice, NoticeState.UNSURE, reason)
                log(_LOGGER, Event.PERHAPS_TOLD, **_facts(notice), reason=reason)
            case _:
                await self._give_up(notice, reason)

    async def _with_present_name(self, notice: Notice) -> Notice:
        """Return a notice with what its owner sees that the channel is called now.

        One that they do not see, or that is gone, keeps the name by which they scheduled it.
        """
        channel = notice.channel
        if channel.ref.platform != self.platform.name:
            return notice
        asked = self.platform.names([channel.ref], Asker(channel.owner))
        outcome = await ask(asked, self.pace.answer, **_facts(notice))
        name = outcome.answer.get(channel.ref) if isinstance(outcome, Arrived) else None
        if not name:
            return notice
        subscription = replace(channel.subscription, name=name)
        return replace(notice, channel=replace(channel, subscription=subscription))

    async def _give_up(self, notice: Notice, obstacle: str) -> None:
        await self.store.notices.settle(notice, NoticeState.UNDELIVERED, obstacle)
        log(_LOGGER, Event.NOT_TOLD, **_facts(notice), reason=obstacle)


def _facts(notice: Notice) -> dict[str, object]:
    owner = notice.channel.owner
    return {
        "channel": notice.channel.id,
        "kind": notice.kind.value,
        "platform": owner.platform,
        "owner": owner.id,
        "try": notice.tries,
    }
