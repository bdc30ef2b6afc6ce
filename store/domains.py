"""Domains: what one process alone does at a time, such as all that a platform counts by one limit.

A domain is its owner's for as long as that process lives (`store/processes`), or until it leaves.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.database import Database
from store.db.schema import domains
from store.processes.processes import running


@dataclass(frozen=True, slots=True)
class Claims:
    """Which domains a process owns, which of those that it wants are nobody's, who else lives."""

    owned: frozenset[str]
    free: frozenset[str]
    others: int


class Domains:
    """Which process does what."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def look(self, process_id: str, wanted: Collection[str]) -> Claims:
        """Return how things stand for a process that would do all that is `wanted`."""
        async with self._database.read() as connection:
            owners = await self._owners(connection, wanted)
            alive = {each.id for each in await running(connection, self._database.address.path)}
        return Claims(
            frozenset(name for name in wanted if owners.get(name) == process_id),
            frozenset(name for name in wanted if owners.get(name) not in alive),
            len(alive - {process_id}),
        )

    async def claim(self, process_id: str, name: str) -> bool:
        """Make a domain a process's own. False: it is another's that lives."""
        async with self._database.write() as connection:
            owner = (await self._owners(connection, (name,))).get(name)
            alive = {each.id for each in await running(connection, self._database.address.path)}
            if owner in alive:
                return owner == process_id
            same = domains.c.owner.is_(None) if owner is None else domains.c.owner == owner
            taken = await connection.execute(
                update(domains).where(domains.c.name == name, same).values(owner=process_id)
            )
            return bool(taken.rowcount) or await _made(connection, process_id, name)

    @staticmethod
    async def _owners(connection: AsyncConnection, names: Collection[str]) -> dict[str, str | None]:
        rows = await connection.execute(select(domains).where(domains.c.name.in_(names)))
        return {row.name: row.owner for row in rows}


async def _made(connection: AsyncConnection, process_id: str, name: str) -> bool:
    """Make a domain that nobody had yet. False: somebody was quicker."""
    try:
        async with connection.begin_nested():
            await connection.execute(insert(domains).values(name=name, owner=process_id))
    except IntegrityError:
        return False
    return True
