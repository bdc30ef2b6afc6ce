"""Indexes of other programs, and rebuilds that are cut off."""

from __future__ import annotations

from sqlalchemy import select, update

from store.db.schema import search_states
from store.store import DigestStore

OLDER = "0 of an older program"


class CutOffError(Exception):
    """The program was stopped amid a rebuild."""


async def make_outdated(store: DigestStore, version: str = OLDER) -> None:
    """Let the index that answers be of another analyzer."""
    async with store._database.write() as connection:
        await connection.execute(
            update(search_states).where(search_states.c.active).values(version=version)
        )


async def versions(store: DigestStore) -> dict[str, bool]:
    """Return the analyzers of the indexes, and whether each answers."""
    async with store._database.read() as connection:
        rows = await connection.execute(select(search_states.c.version, search_states.c.active))
        return {row.version: row.active for row in rows}


async def rebuild_partly(store: DigestStore, batches: int = 1) -> None:
    """Rebuild, and stop after some batches."""
    left = batches

    def progress(done: int, last: int) -> None:
        nonlocal left
        del done, last
        left -= 1
        if not left:
            raise CutOffError

    try:
        await store.index.rebuild(progress)
    except CutOffError:
        return
