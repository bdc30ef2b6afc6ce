"""Lets the posts that were sent show new counts of votes: gathered, and never before news."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.delivery.policy import Policy
from bot.port.clock import Clock
from store.errors import StoreError
from store.store import DigestStore

_LOGGER = logging.getLogger(__name__)

_AFTER_TROUBLE = timedelta(minutes=1)


class VoteCounts:
    """What the ticker runs. The edits themselves are the delivery's, as any other."""

    def __init__(self, store: DigestStore, clock: Clock, policy: Policy | None = None) -> None:
        self._store = store
        self._clock = clock
        self._gather = (policy or Policy()).gather_votes

    async def run(self) -> datetime | None:
        """Queue the edits that are due. Returns when it is to be called next."""
        try:
            return await self._store.votes.refresh(self._gather)
        except StoreError as error:
            _LOGGER.warning("counts of votes are shown later reason=%s", error)
            return self._clock() + _AFTER_TROUBLE
