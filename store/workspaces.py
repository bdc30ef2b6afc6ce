"""Workspaces: the servers that the bot was seen in, and which of them curate the digest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import audit
from store.audit import AuditAction
from store.channels.rows import WELL, channel_of
from store.db.rows import Room, first_row, from_row
from store.db.schema import channels, moderators, numbers, workspaces
from store.errors import WorkspaceBlocked, WorkspaceNotFound
from store.model import BLOCKED, Actor, ChannelRef, ChannelState, Schedule, Workspace, WorkspaceUse
from store.notices import withdraw
from store.posts.rows import hold, let_go

_LIVING = (ChannelState.ACTIVE.value, ChannelState.BROKEN.value)

FirstSlot = Callable[[Schedule], datetime | None]
"""Returns when a channel is due first that goes on now."""


class Workspaces(Room):
    """What the store knows of workspaces."""

    async def seen(
        self, platform: str, workspace: str, name: str = "", *, invited: bool = True
    ) -> tuple[Workspace, bool]:
        """Return a workspace that the bot is in, and whether this is the first that is seen of it.

        The first of each platform curates, every further one reads; so does the first where the
        operator did not bring the bot there (`invited`). `name` replaces an older one.
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
                place = update(workspaces).filter_by(platform=platform, id=workspace)
                await connection.execute(place.values(name=name))
                return replace(known, name=name), False
            others = select(workspaces.c.id).filter_by(platform=platform).limit(1)
            first = (await connection.execute(others)).first() is None
            new = Workspace(platform, workspace, name, self._clock(), curates=first and invited)
            await connection.execute(insert(workspaces).values(asdict(new)))
            return new, True

    async def homes(self, platform: str) -> tuple[Workspace, ...]:
        """Return the workspaces of a platform that curate, the first seen first."""
        places = (use.workspace for use in await self.list())
        return tuple(
            one for one in places if one.platform == platform and one.curates and not one.blocked
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
        rows = await self._database.fetch(statement)
        return tuple(
            from_row(WorkspaceUse, row, workspace=from_row(Workspace, row)) for row in rows
        )

    async def let_curate(
        self, platform: str, workspace: str, by: Actor, *, curates: bool
    ) -> Workspace:
        """Let a workspace curate, or only read. Raises WorkspaceNotFound."""
        action = AuditAction.ALLOW_WORKSPACE if curates else AuditAction.REFUSE_WORKSPACE
        async with self._database.write() as connection:
            known = await _known(connection, platform, workspace)
            if known.curates is not curates:
                await self._change(connection, known, by, action, curates=curates)
        return replace(known, curates=curates)

    async def is_blocked(self, platform: str, workspace: str) -> bool:
        """Whether the operator blocked a workspace. It is asked before everything else there."""
        statement = select(workspaces.c.id).where(is_blocked(platform, workspace))
        return await self._database.scalar(statement) is not None

    async def block(self, platform: str, workspace: str, by: Actor) -> tuple[Workspace, int]:
        """Let a workspace get nothing more. Raises WorkspaceNotFound.

        Its channels rest, and what waits for them: returned is how many do from now on. Their
        owners are told nothing more of trouble. What is paused stays so, and goes on resting when
        the others are woken.
        """
        ours = and_(
            channels.c.platform == platform,
            channels.c.workspace == workspace,
            channels.c.state.in_(_LIVING),
        )
        async with self._database.write() as connection:
            known = await _known(connection, platform, workspace)
            if not known.blocked:
                await self._change(connection, known, by, AuditAction.BLOCK_WORKSPACE, blocked=True)
            numbers = (await connection.scalars(select(channels.c.id).where(ours))).all()
            for number in numbers:
                await withdraw(connection, number)
                await hold(connection, number)
            rest = {"state": ChannelState.PAUSED.value, "reason": BLOCKED, "next_at": None, **WELL}
            await connection.execute(update(channels).where(ours).values(rest))
        return replace(known, blocked=True), len(numbers)

    async def unblock(
        self, platform: str, workspace: str, by: Actor, first: FirstSlot
    ) -> tuple[Workspace, int]:
        """Let a workspace in again. Raises WorkspaceNotFound.

        The channels go on that rest because of it, each at the slot that `first` returns: returned
        is how many do. What was published meanwhile is new to them, and comes with the post for it.
        """
        resting = select(channels).filter_by(
            platform=platform, workspace=workspace, state=ChannelState.PAUSED, reason=BLOCKED
        )
        async with self._database.write() as connection:
            known = await _known(connection, platform, workspace)
            if known.blocked:
                action = AuditAction.UNBLOCK_WORKSPACE
                await self._change(connection, known, by, action, blocked=False)
            woken = [channel_of(row) for row in (await connection.execute(resting)).mappings()]
            for channel in woken:
                await let_go(connection, channel.id)
                goes_on = {"next_at": first(channel.subscription.schedule), "reason": ""}
                this = update(channels).filter_by(id=channel.id)
                await connection.execute(this.values(state=ChannelState.ACTIVE.value, **goes_on))
        return replace(known, blocked=False), len(woken)

    async def _change(
        self,
        connection: AsyncConnection,
        known: Workspace,
        by: Actor,
        action: AuditAction,
        **values: bool,
    ) -> None:
        place = update(workspaces).filter_by(platform=known.platform, id=known.id)
        await connection.execute(place.values(**values))
        subject = f"workspace:{known.platform}/{known.id}"
        details = {"name": known.name}
        await audit.record(connection, self._clock(), by, action, subject, details=details)


async def _find(connection: AsyncConnection, platform: str, workspace: str) -> Workspace | None:
    place = select(workspaces).filter_by(platform=platform, id=workspace)
    row = await first_row(connection, place)
    return None if row is None else from_row(Workspace, row)


async def _known(connection: AsyncConnection, platform: str, workspace: str) -> Workspace:
    known = await _find(connection, platform, workspace)
    if known is None:
        raise WorkspaceNotFound(platform, workspace)
    return known


def is_blocked(
    platform: str | ColumnElement[str], workspace: str | ColumnElement[str]
) -> ColumnElement[bool]:
    """Return what is true of a row of `workspaces` where the operator blocked that one."""
    return and_(
        workspaces.c.platform == platform,
        workspaces.c.id == workspace,
        workspaces.c.blocked.is_(True),
    )


async def refuse_blocked(connection: AsyncConnection, ref: ChannelRef) -> None:
    """Raise WorkspaceBlocked where a channel is in a workspace that the operator blocked."""
    blocked = select(workspaces.c.id).where(is_blocked(ref.platform, ref.workspace))
    if (await connection.execute(blocked)).first() is not None:
        raise WorkspaceBlocked(ref.platform, ref.workspace)
