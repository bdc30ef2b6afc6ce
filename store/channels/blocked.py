"""What becomes of a workspace's channels when the operator blocks it, and lets it in again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.channels.rows import WELL, channel_of
from store.db.schema import channels, workspaces
from store.errors import WorkspaceBlocked
from store.model import BLOCKED, ChannelRef, ChannelState, Schedule
from store.notices import withdraw
from store.posts.rows import hold, let_go

_LIVING = (ChannelState.ACTIVE.value, ChannelState.BROKEN.value)

FirstSlot = Callable[[Schedule], datetime | None]
"""Returns when a channel is due first that goes on now."""


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


async def rest_all(connection: AsyncConnection, platform: str, workspace: str) -> int:
    """Let every channel of a workspace rest, and what waits for it. Returns how many do.

    Their owners are told nothing more of trouble. What is paused stays so, and goes on resting
    when the others are woken.
    """
    ours = and_(
        channels.c.platform == platform,
        channels.c.workspace == workspace,
        channels.c.state.in_(_LIVING),
    )
    numbers = (await connection.scalars(select(channels.c.id).where(ours))).all()
    for number in numbers:
        await withdraw(connection, number)
        await hold(connection, number)
    await connection.execute(
        update(channels)
        .where(ours)
        .values(state=ChannelState.PAUSED.value, reason=BLOCKED, next_at=None, **WELL)
    )
    return len(numbers)


async def wake_all(
    connection: AsyncConnection, platform: str, workspace: str, first: FirstSlot
) -> int:
    """Let the channels go on that rest because their workspace was blocked. Returns how many do.

    What was published meanwhile is new to them, and comes with the post for their next slot.
    """
    resting = select(channels).filter_by(
        platform=platform, workspace=workspace, state=ChannelState.PAUSED, reason=BLOCKED
    )
    found = [channel_of(row) for row in (await connection.execute(resting)).mappings()]
    for channel in found:
        await let_go(connection, channel.id)
        await connection.execute(
            update(channels)
            .filter_by(id=channel.id)
            .values(
                state=ChannelState.ACTIVE.value,
                reason="",
                next_at=first(channel.subscription.schedule),
            )
        )
    return len(found)
