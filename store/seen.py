"""What came in from outside, so that what comes twice is done once, in whichever process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError

from store.db.database import Database
from store.db.schema import seen

KEPT = timedelta(hours=1)
"""How long something is known: Slack delivers again for five minutes, Discord for fifteen."""


class Deliveries:
    """What came in."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def first(self, key: str) -> bool:
        """Take note that something comes in, before it is done. False: it came in before."""
        now = self._clock()
        async with self._database.write() as connection:
            await connection.execute(delete(seen).where(seen.c.until <= now))
            try:
                async with connection.begin_nested():
                    await connection.execute(insert(seen).values(key=key, until=now + KEPT))
            except IntegrityError:
                return False
        return True
