"""What processes write down for each other: a program's own notes, and what came in already."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Table, delete, insert, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.rows import Room
from store.db.schema import notes, seen

KEPT = timedelta(hours=1)
"""How long a delivery is known: several times as long as any platform delivers again."""


class KeptNotes(Room):
    """Texts by their keys, also for the program's next start."""

    async def write(self, key: str, text: str, keep: timedelta) -> None:
        """Keep a text so long, in place of what was kept by this key. Forgets what is over.

        Where two write at once, what one of them wrote is kept.
        """
        now = self._clock()
        async with self._database.write() as connection:
            over = or_(notes.c.until <= now, notes.c.key == key)
            await connection.execute(delete(notes).where(over))
            await _insert(connection, notes, key=key, text=text, until=now + keep)

    async def read(self, key: str) -> str | None:
        """Return a text that is kept, None where there is none."""
        wanted = select(notes.c.text).where(notes.c.key == key, notes.c.until > self._clock())
        return await self._database.scalar(wanted)


class Deliveries(Room):
    """What came in from outside: what comes twice is done once, in whichever process."""

    async def first(self, key: str) -> bool:
        """Take note that something comes in, before it is done. False: it came in before."""
        now = self._clock()
        async with self._database.write() as connection:
            await connection.execute(delete(seen).where(seen.c.until <= now))
            return await _insert(connection, seen, key=key, until=now + KEPT)


async def _insert(connection: AsyncConnection, table: Table, **row: Any) -> bool:
    """Insert a row. False: another process was quicker to insert one of its key."""
    try:
        async with connection.begin_nested():
            await connection.execute(insert(table).values(row))
    except IntegrityError:
        return False
    return True
