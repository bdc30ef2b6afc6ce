"""The numbers that the store gives: entry ids and serials. No number is given twice."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.schema import numbers


@dataclass(slots=True)
class IdCounter:
    """The last numbers given, within one unit of work that writes."""

    entry: int
    serial: int

    def next_entry(self) -> int:
        """Return the id of a new entry."""
        self.entry += 1
        return self.entry

    def next_serial(self) -> int:
        """Return a serial that is higher than every other."""
        self.serial += 1
        return self.serial


async def take(connection: AsyncConnection) -> IdCounter:
    """Read the numbers. The unit of work has locked them: it was opened to write."""
    row = (await connection.execute(select(numbers))).one()
    return IdCounter(row.entry, row.serial)


async def keep(connection: AsyncConnection, given: IdCounter) -> None:
    """Write the numbers back."""
    await connection.execute(update(numbers).values(entry=given.entry, serial=given.serial))
