"""The numbers that the store gives: entry ids, serials and versions. None is given twice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.schema import numbers
from store.model import Status


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


@asynccontextmanager
async def giving(connection: AsyncConnection) -> AsyncIterator[IdCounter]:
    """Give numbers in a unit of work that was opened to write, and so has locked them."""
    row = (await connection.execute(select(numbers))).one()
    given = IdCounter(row.entry, row.serial)
    yield given
    await connection.execute(update(numbers).values(entry=given.entry, serial=given.serial))


_PUBLIC = frozenset((Status.PUBLISHED, Status.RETRACTED))


async def renew_version(connection: AsyncConnection, now: datetime) -> None:
    """Give what is public a version that it never had, in a unit of work that changes it.

    It is at least the milliseconds since 1970: also where an older backup was restored, no number
    comes again.
    """
    least = int(now.timestamp() * 1000)
    last = numbers.c.version
    await connection.execute(
        update(numbers).values(version=case((last < least, least), else_=last + 1))
    )


def concerns_public(changes: Iterable[tuple[Mapping[str, Any] | None, Mapping[str, Any]]]) -> bool:
    """Whether rows of `entries`, as they were and as they are, differ for everybody."""
    return any(
        before != after and not _PUBLIC.isdisjoint((after["status"], (before or after)["status"]))
        for before, after in changes
    )
