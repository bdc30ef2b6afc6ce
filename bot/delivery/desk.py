"""Brings what waits to the moderators' desks of a platform, gathered for some minutes.

What goes to a desk is a post like any other: leased, looked for, and updated when something is
decided. Who suggested something is told in private what became of it, once nobody took it back.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.delivery.events import Event, log
from bot.delivery.outcomes import Fate, ask, fate_of
from bot.delivery.policy import Policy
from bot.port.card import Card
from bot.port.clock import Clock
from bot.port.platform import Platform
from store.model import Entry, ReviewItem, Status
from store.store import DigestStore

_LOGGER = logging.getLogger(__name__)

ITEMS = 5
"""Entries in one message to a desk: each platform has room for their buttons."""

_TRIES = 5

Tell = Callable[[ReviewItem, Entry | None], Card]
"""Returns what somebody is told of what they suggested; with the entry that it joined, if any."""


@dataclass(frozen=True, slots=True)
class DeskContent:
    """What one message to a desk says, as it is rendered."""

    items: tuple[ReviewItem, ...]

    @property
    def emptied(self) -> bool:
        """Whether nothing of it waits any more."""
        return all(item.entry.status is not Status.PENDING for item in self.items)


@dataclass(frozen=True, slots=True)
class Desk:
    """Sees to the desks of one platform, and to the people on it who suggested something.

    `made` is called when something is to be brought to a desk. What waits is gathered for
    `gather`, and what was decided told after it; what waits longer than `review_for` comes to no
    desk.
    """

    store: DigestStore
    platform: Platform
    clock: Clock
    tell: Tell
    made: Callable[[], None]
    gather: timedelta
    review_for: timedelta
    pace: Policy = field(default_factory=Policy)

    async def tick(self) -> datetime | None:
        """Make what is due for the desks, and tell whom something was decided for.

        Returns when it is to be called next, unless something is written before. Raises StoreError.
        """
        moments = (await self._make(), await self._tell())
        return min((moment for moment in moments if moment is not None), default=None)

    async def _make(self) -> datetime | None:
        """Make the messages that are due. Returns when the next one is."""
        now = self.clock()
        following: list[datetime] = []
        for desk in await self.store.desks.active(self.platform.name):
            new = await self.store.desks.new(desk, now - self.review_for)
            if not new:
                continue
            due = min(since for _, since in new) + self.gather
            if due > now:
                following.append(due)
                continue
            ids = [entry_id for entry_id, _ in new]
            groups = [ids[start : start + ITEMS] for start in range(0, len(ids), ITEMS)]
            for post in await self.store.desks.make(desk, groups):
                entries = len(post.entry_ids)
                log(_LOGGER, Event.MADE, key=post.key, channel=desk.id, entries=entries)
            self.made()
        return min(following, default=None)

    async def _tell(self) -> datetime | None:
        """Tell everybody who is to be told now. Returns when somebody is next."""
        store = self.store.suggestions
        name = self.platform.name
        while (item := await store.to_tell(name, self.clock() - self.gather)) is not None:
            await self._tell_one(item)
        return await store.next_to_tell(name, self.gather)

    async def _tell_one(self, item: ReviewItem) -> None:
        suggestion = item.suggestion
        if suggestion is None:
            raise ValueError(f"entry {item.entry.id} was suggested by nobody")
        joined = item.review.into if item.review is not None else None
        into = None if joined is None else await self.store.entries.get(joined)
        person = suggestion.by
        facts = {"entry": item.entry.id, "platform": person.platform, "person": person.id}
        card = self.tell(item, into)
        outcome = await ask(self.platform.tell(person, card), self.pace.answer, **facts)
        pause = self.pace.shortest_rest * (1 << suggestion.tries)
        decision = fate_of(None, outcome, pause, pause)
        match decision.fate:
            case Fate.KEEP:
                log(_LOGGER, Event.MEMBER_TOLD, **facts)
            case Fate.AGAIN if suggestion.tries < _TRIES:
                await self.store.suggestions.tell_later(suggestion, self.clock() + decision.pause)
                said = {"reason": decision.reason, "again": decision.pause}
                log(_LOGGER, Event.MEMBER_NOT_TOLD, **facts, **said)
            case _:
                log(_LOGGER, Event.MEMBER_NOT_TOLD, **facts, reason=decision.reason)
