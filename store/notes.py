"""What a program writes down for itself, for its other processes and its next start."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.exc import IntegrityError

from store.db.database import Database
from store.db.schema import notes


class KeptNotes:
    """Texts by their keys."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def write(self, key: str, text: str, keep: timedelta) -> None:
        """Keep a text so long, in place of what was kept by this key. Forgets what is over.

        Where two write at once, what one of them wrote is kept.
        """
        now = self._clock()
        async with self._database.write() as connection:
            over = or_(notes.c.until <= now, notes.c.key == key)
            await connection.execute(delete(notes).where(over))
            try:
                async with connection.begin_nested():
                    row = {"key": key, "text": text, "until": now + keep}
                    await connection.execute(insert(notes).values(row))
            except IntegrityError:
                return

    async def read(self, key: str) -> str | None:
        """Return a text that is kept, None where there is none."""
        wanted = select(notes.c.text).where(notes.c.key == key, notes.c.until > self._clock())
        text: str | None = await self._database.scalar(wanted)
        return text
