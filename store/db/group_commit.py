"""Many small writes in one unit of work: one wait for the disk for all that wait, not for each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.database import Database
from store.errors import StoreError

_SEVERAL = 2

Deed = Callable[[AsyncConnection], Awaitable[bool]]
"""Writes something about one post, and says whether it was as expected."""


@dataclass(frozen=True, slots=True)
class _PendingWrite:
    """What is to be done; `outcome` is None where it was not done together with the others."""

    deed: Deed
    outcome: asyncio.Future[bool | None]

    def settle(self, *, outcome: bool | None) -> None:
        """Say what came of it, unless whoever waited for it is gone."""
        if not self.outcome.done():
            self.outcome.set_result(outcome)


class GroupCommit:
    """Does what several tasks ask for at the same time together.

    On SQLite all that write queue, and each commit waits for the disk. What comes in while one
    unit of work is under way shares the next. On PostgreSQL each has a unit of its own: they do
    not wait for each other there, and one that held several posts might.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._door = asyncio.Lock()
        self._waiting: list[_PendingWrite] = []

    async def do(self, deed: Deed) -> bool:
        """Do one thing, and return what it says once it is committed. Raises what it raises."""
        if not self._database.is_sqlite:
            return await self._apart(deed)
        write = _PendingWrite(deed, asyncio.get_running_loop().create_future())
        self._waiting.append(write)
        try:
            async with self._door:
                if not write.outcome.done():
                    await self._do_all()
            outcome = await write.outcome
        finally:
            write.outcome.cancel()
        return await self._apart(deed) if outcome is None else outcome

    async def _do_all(self) -> None:
        """Do everything that waits. Where that fails, each apart, so that none spoils another."""
        taken: list[_PendingWrite] = []
        try:
            async with self._database.write_post() as connection:
                taken = [write for write in self._waiting if not write.outcome.done()]
                self._waiting.clear()
                outcomes = [await write.deed(connection) for write in taken]
            for write, outcome in zip(taken, outcomes, strict=True):
                write.settle(outcome=outcome)
        except StoreError:
            if len(taken) < _SEVERAL:
                raise
        finally:
            for write in taken:
                write.settle(outcome=None)

    async def _apart(self, deed: Deed) -> bool:
        async with self._database.write_post() as connection:
            return await deed(connection)
