"""How a channel's row is found and changed, and what the log says of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import audit
from store.audit import AuditAction
from store.channels.rows import channel_of, next_instant, place_row
from store.db.rows import first_row
from store.db.schema import channels
from store.errors import ChannelNotFound
from store.model import INSTANT, Actor, CalledOff, Channel, ChannelRef, ChannelState
from store.posts.rows import call_off, has_waiting, let_go

_AUDITED = (
    "rule", "timezone", "since", "tags", "language", "most", "quiet_days", "threaded", "ordering",
    "leftover", "layout", "name", "state", "reason",
)  # fmt: skip


async def row_of(connection: AsyncConnection, ref: ChannelRef) -> dict[str, Any] | None:
    """Return the row of a channel, also of one that ended; None where there never was one."""
    return await first_row(connection, select(channels).filter_by(**place_row(ref)))


async def known_row(connection: AsyncConnection, ref: ChannelRef) -> dict[str, Any]:
    """Return the row of a channel that has a schedule. Raises ChannelNotFound."""
    found = await row_of(connection, ref)
    if found is None or found["state"] == ChannelState.ENDED:
        raise ChannelNotFound(ref)
    return found


async def row_by_id(connection: AsyncConnection, channel_id: int) -> dict[str, Any]:
    """Return the row of a channel by its number."""
    found = await connection.execute(select(channels).filter_by(id=channel_id))
    return dict(found.mappings().one())


async def going_on(
    connection: AsyncConnection, before: Mapping[str, Any], next_at: datetime | None, now: datetime
) -> dict[str, Any]:
    """Return what changes when a channel goes on, and let go of what waits for it."""
    number = before["id"]
    if before["state"] == ChannelState.BROKEN:
        waiting = await has_waiting(connection, number)
        if before["rule"] == INSTANT and waiting:
            # All in one late post, due right after those that it takes the place of.
            next_at = next_instant(before["last_slot"] or now)
        else:
            next_at = before["next_at"] or next_at
        if waiting and next_at is not None and next_at <= now:
            await call_off(connection, number, CalledOff.OVERTAKEN, now)
    await let_go(connection, number)
    return {"state": ChannelState.ACTIVE.value, "next_at": next_at, "reason": "", "try_at": None}


async def change(
    connection: AsyncConnection,
    channel_id: int,
    values: Mapping[str, Any],
    action: AuditAction,
    *,
    at: datetime,
    by: Actor = audit.PROGRAM,
) -> Channel:
    """Write what a channel's columns hold from now on, and keep in the log who did it."""
    before = await row_by_id(connection, channel_id)
    await connection.execute(update(channels).filter_by(id=channel_id).values(**values))
    after = {**before, **values}
    await record(connection, before, after, action, by=by, at=at)
    return channel_of(after)


async def record(
    connection: AsyncConnection,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    action: AuditAction,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Keep in the log what somebody did to a channel."""
    if after["direct"]:
        return  # What somebody follows is nobody else's matter.
    details = audit.differences(before, after, _AUDITED)
    await audit.record(connection, at, by, action, f"channel:{after['id']}", details=details)
