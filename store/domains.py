"""Domains: what one process alone does at a time, such as all that a platform counts by one limit.

A domain is its owner's for as long as that process lives (`store/processes`), or until it gives it
back. A process that counted for dead goes on under another id, so an owner's id is never one of
before.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import func, insert, select, update

from store.db.rows import Room
from store.db.schema import domains, processes
from store.processes.lock import alive
from store.processes.processes import LIFE, running


@dataclass(frozen=True, slots=True)
class Claims:
    """How things stand: what each process owns that lives, the first started first.

    `shares` are the platforms of whose workspaces each takes a share.
    """

    owned: Mapping[str, frozenset[str]]
    shares: Mapping[str, frozenset[str]]

    def free(self, wanted: Collection[str]) -> tuple[str, ...]:
        """Return which of some domains are nobody's that lives."""
        taken = frozenset().union(*self.owned.values())
        return tuple(name for name in wanted if name not in taken)

    def sharing(self, platform: str) -> tuple[str, ...]:
        """Return the processes that take a share of a platform, the first started first."""
        return tuple(name for name, shares in self.shares.items() if platform in shares)


class Domains(Room):
    """Which process does what."""

    async def look(self) -> Claims:
        """Return how things stand: one statement, which every process asks every few seconds."""
        asked = (
            select(processes.c.id, processes.c.shares, domains.c.name)
            .outerjoin(domains, domains.c.owner == processes.c.id)
            .order_by(processes.c.started_at, processes.c.id)
        )
        file = self._database.address.path
        if file is None:
            asked = asked.where(processes.c.beat_at > func.now() - LIFE)
        async with self._database.aside() as connection:
            rows = (await connection.execute(asked)).all()
        shares = {row.id: frozenset(row.shares or ()) for row in rows}
        if file is not None:
            shares = {name: each for name, each in shares.items() if alive(file, name)}
        owned: dict[str, set[str]] = {name: set() for name in shares}
        for row in rows:
            if row.id in owned and row.name is not None:
                owned[row.id].add(row.name)
        return Claims({name: frozenset(each) for name, each in owned.items()}, shares)

    async def claim(self, process_id: str, names: Collection[str]) -> frozenset[str]:
        """Make domains a process's own, and return those of `names` that are: others' are not.

        None are, where the process itself counts for dead.
        """
        async with self._database.write() as connection:
            rows = await connection.execute(select(domains).where(domains.c.name.in_(names)))
            owners = {row.name: row.owner for row in rows}
            living = {each.id for each in await running(connection, self._database.address.path)}
            if process_id not in living:
                return frozenset()
            others = living - {process_id}
            ours = [name for name in names if owners.get(name) not in others]
            new = [{"name": name, "owner": process_id} for name in ours if name not in owners]
            await connection.execute(
                update(domains).where(domains.c.name.in_(ours)).values(owner=process_id)
            )
            if new:
                await connection.execute(insert(domains), new)
        return frozenset(ours)

    async def give_back(self, process_id: str, names: Collection[str]) -> None:
        """Let domains be anybody's that are a process's own."""
        async with self._database.write() as connection:
            await connection.execute(
                update(domains)
                .where(domains.c.name.in_(names), domains.c.owner == process_id)
                .values(owner=None)
            )
