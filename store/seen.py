"""What came in from outside, so that what comes twice is done once, in whichever process."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError

from store.db.room import Room
from store.db.schema import seen

KEPT = timedelta(hours=1)
"""How long something is known: several times as long as any platform delivers again."""


class Deliveries(Room):
    """What came in."""

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
