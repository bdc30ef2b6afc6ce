"""Workspaces: the servers that the bot was seen in, and which of them curate the digest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import audit
from store.audit import AuditAction
from store.db.database import Database
from store.db.schema import channels, moderators, numbers, workspaces
from store.errors import WorkspaceNotFound
from store.model import Actor, ChannelState, Workspace, WorkspaceUse


class Workspaces:
    """What the store knows of workspaces."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def seen(self, platform: str, workspace: str, name: str = "") -> tuple[Workspace, bool]:
        """Return a workspace that the bot is in, and whether this is the first that is seen of it.

        The first of each platform curates, every further one reads. `name` replaces an older one.
        """
        async with self._database.read() as connection:
            known = await _find(connection, platform, workspace)
        if known is not None and name in ("", known.name):
            return known, False
        async with self._database.write() as connection:
            # Two processes that see two workspaces at once: one of them is the first.
            await connection.execute(select(numbers.c.id).with_for_update())
            known = await _find(connection, platform, workspace)
            if known is not None:
                await connection.execute(
                    update(workspaces).where(_is(platform, workspace)).values(name=name)
                )
                return Workspace(platform, workspace, name, known.first_seen, known.curates), False
            others = select(workspaces.c.id).where(workspaces.c.platform == platform).limit(1)
            first = (await connection.execute(others)).first() is None
            new = Workspace(platform, workspace, name, self._clock(), curates=first)
            await connection.execute(
                insert(workspaces).values(
                    platform=platform,
                    id=workspace,
                    name=name,
                    first_seen=new.first_seen,
                    curates=first,
                )
            )
            return new, True

    async def homes(self, platform: str) -> tuple[Workspace, ...]:
        """Return the workspaces of a platform that curate, the first seen first."""
        return tuple(
            use.workspace
            for use in await self.list()
            if use.workspace.platform == platform and use.workspace.curates
        )

    async def list(self) -> tuple[WorkspaceUse, ...]:
        """Return every workspace, the first seen first, with how it is used."""
        named = (
            select(func.count())
            .where(
                moderators.c.platform == workspaces.c.platform,
                moderators.c.workspace == workspaces.c.id,
            )
            .scalar_subquery()
        )
        posted = (
            select(func.count())
            .where(
                channels.c.platform == workspaces.c.platform,
                channels.c.workspace == workspaces.c.id,
                channels.c.state != ChannelState.ENDED,
            )
            .scalar_subquery()
        )
        statement = select(
            workspaces, named.label("moderators"), posted.label("channels")
        ).order_by(workspaces.c.first_seen, workspaces.c.platform, workspaces.c.id)
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).all()
        return tuple(
            WorkspaceUse(
                Workspace(row.platform, row.id, row.name, row.first_seen, row.curates),
                row.moderators,
                row.channels,
            )
            for row in rows
        )

    async def let_curate(
        self, platform: str, workspace: str, by: Actor, *, curates: bool
    ) -> Workspace:
        """Let a workspace curate, or only read. Raises WorkspaceNotFound."""
        action = AuditAction.ALLOW_WORKSPACE if curates else AuditAction.REFUSE_WORKSPACE
        async with self._database.write() as connection:
            known = await _find(connection, platform, workspace)
            if known is None:
                raise WorkspaceNotFound(platform, workspace)
            if known.curates is curates:
                return known
            await connection.execute(
                update(workspaces).where(_is(platform, workspace)).values(curates=curates)
            )
            change = audit.change(
                self._clock(), by, action, f"workspace:{platform}/{workspace}", {"name": known.name}
            )
            await audit.record(connection, [change])
            return Workspace(platform, workspace, known.name, known.first_seen, curates)


async def _find(connection: AsyncConnection, platform: str, workspace: str) -> Workspace | None:
    row = (await connection.execute(select(workspaces).where(_is(platform, workspace)))).first()
    if row is None:
        return None
    return Workspace(row.platform, row.id, row.name, row.first_seen, row.curates)


def _is(platform: str, workspace: str) -> ColumnElement[bool]:
    return and_(workspaces.c.platform == platform, workspaces.c.id == workspace)
