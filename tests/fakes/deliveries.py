"""The deliveries of one process, done step by step instead of by the clockwork."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.delivery.delivery import GRACE, Delivery
from store.model import ChannelRef


@dataclass
class Owner:
    """Whose the leases are. It lives as long as a test says so."""

    id: str
    living: bool = True
    some: frozenset[int] | None = None

    @property
    def shards(self) -> frozenset[int] | None:
        """All while it lives, or those that a test gave it."""
        return self.some if self.living else frozenset()

    @property
    def leads(self) -> bool:
        """Whether it lives."""
        return self.living

    def owns(self, channel: ChannelRef) -> bool:
        """Whether it lives, and posts to a channel are its own."""
        return self.living and (self.some is None or channel.shard in self.some)


class AllDeliveries:
    """A delivery for each platform, as the bot has them."""

    def __init__(self, deliveries: Iterable[Delivery]) -> None:
        self.each = tuple(deliveries)

    async def tick(self) -> datetime | None:
        """Tick once on each platform. Returns when the soonest is to tick next."""
        moments = await asyncio.gather(*(delivery.tick() for delivery in self.each))
        return min((moment for moment in moments if moment is not None), default=None)

    async def run_once(self) -> None:
        """Do all that is due now, and return when it is done. Raises StoreError."""
        await asyncio.gather(*map(run_once, self.each))

    async def close(self, grace: timedelta = GRACE) -> None:
        """Stop, as the bot does."""
        await asyncio.gather(*(delivery.close(grace) for delivery in self.each))


async def run_once(delivery: Delivery) -> None:
    """Do all that is due on one platform now, and return when it is done. Raises StoreError."""
    shards = delivery._owner.shards
    await delivery._planner.make_due(delivery._clock(), delivery._fill, shards)
    while delivery._tasks:
        await asyncio.wait(delivery._tasks)
    if delivery._owner.leads:
        await delivery._notifier.run()
    await delivery._recovery.run(shards)
