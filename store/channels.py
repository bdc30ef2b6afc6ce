"""Channels: what they asked for, whether they get it, and when they are due."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import audit
from store.audit import AuditAction
from store.channel_rows import channel_of
from store.database import Database
from store.errors import ChannelNotFound
from store.model import (
    Actor,
    Channel,
    ChannelRef,
    ChannelState,
    ChannelWish,
)
from store.post_rows import call_off
from store.schema import channels, entries, numbers
from store.text import clean_line, clean_tag, tag_key

_AUDITED = (
    "rule", "timezone", "since", "tags", "language", "most", "quiet_days", "threaded", "name",
    "state", "reason",
)  # fmt: skip

_ENDED = "The schedule of this channel was ended before."


class Channels:
    """The channels that asked for posts."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        """`clock` tells when a change was made."""
        self._database = database
        self._clock = clock

    async def schedule(
        self, ref: ChannelRef, wish: ChannelWish, owner: Actor, next_at: datetime | None
    ) -> Channel:
        """Give a channel its schedule, or a new one, and see that it gets posts.

        What posts carried to it before stays known, so nothing comes twice.
        """
        async with self._database.write() as connection:
            before = await _row(connection, ref)
            values = {
                **_wish_values(wish),
                "owner_platform": owner.platform,
                "owner_workspace": owner.workspace,
                "owner_id": owner.id,
                "owner_name": clean_line(owner.name),
                "state": ChannelState.ACTIVE.value,
                "reason": "",
                "next_at": next_at,
                "seen": await _passed_over(connection, wish.since),
            }
            if before is None:
                await connection.execute(
                    insert(channels).values(
                        platform=ref.platform, workspace=ref.workspace, channel=ref.id, **values
                    )
                )
            else:
                await connection.execute(
                    update(channels).where(channels.c.id == before["id"]).values(**values)
                )
            after = await _known_row(connection, ref)
            await self._record(connection, owner, AuditAction.SCHEDULE, before, after)
        return channel_of(after)

    async def get(self, ref: ChannelRef) -> Channel:
        """Return a channel that has a schedule. Raises ChannelNotFound."""
        async with self._database.read() as connection:
            return channel_of(await _known_row(connection, ref))

    async def list(
        self, platform: str | None = None, workspace: str | None = None
    ) -> tuple[Channel, ...]:
        """Return the channels that have a schedule, of one platform and workspace where given."""
        statement = (
            select(channels).where(channels.c.state != ChannelState.ENDED).order_by(channels.c.id)
        )
        if platform is not None:
            statement = statement.where(channels.c.platform == platform)
        if workspace is not None:
            statement = statement.where(channels.c.workspace == workspace)
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        return tuple(map(channel_of, rows))

    async def end(self, ref: ChannelRef, by: Actor) -> Channel:
        """Take a channel's schedule away, and the posts that wait for it. Raises ChannelNotFound.

        What those posts carry is new again, should the channel ever get another schedule.
        """
        async with self._database.write() as connection:
            before = await _known_row(connection, ref)
            await call_off(connection, before["id"], _ENDED, self._clock())
            values = {"state": ChannelState.ENDED.value, "next_at": None, "reason": ""}
            return await self._change(connection, before["id"], by, AuditAction.END, values)

    async def pause(self, ref: ChannelRef, by: Actor) -> Channel:
        """Hold a channel's posts back. Raises ChannelNotFound; a paused one stays as it is."""
        async with self._database.write() as connection:
            before = await _known_row(connection, ref)
            if before["state"] == ChannelState.PAUSED:
                return channel_of(before)
            values = {"state": ChannelState.PAUSED.value, "next_at": None, "reason": ""}
            return await self._change(connection, before["id"], by, AuditAction.PAUSE, values)

    async def resume(self, ref: ChannelRef, by: Actor, next_at: datetime | None) -> Channel:
        """Go on with a paused or broken channel. Raises ChannelNotFound.

        An active one stays as it is.
        """
        async with self._database.write() as connection:
            before = await _known_row(connection, ref)
            if before["state"] == ChannelState.ACTIVE:
                return channel_of(before)
            values = {"state": ChannelState.ACTIVE.value, "next_at": next_at, "reason": ""}
            return await self._change(connection, before["id"], by, AuditAction.RESUME, values)

    async def break_(self, channel_id: int, reason: str) -> Channel | None:
        """Mark a channel that posts cannot reach, until it is mended, resumed or scheduled anew.

        Returns None where it was marked or ended before: whoever gets the channel tells its owner.
        """
        async with self._database.write() as connection:
            before = await _row_by_id(connection, channel_id)
            if before["state"] in {ChannelState.BROKEN, ChannelState.ENDED}:
                return None
            values = {"state": ChannelState.BROKEN.value, "next_at": None, "reason": reason}
            return await self._change(
                connection, channel_id, audit.PROGRAM, AuditAction.BREAK, values
            )

    async def mend(self, channel_id: int, next_at: datetime | None) -> Channel:
        """Go on with a broken channel. One that is not broken stays as it is."""
        async with self._database.write() as connection:
            before = await _row_by_id(connection, channel_id)
            if before["state"] != ChannelState.BROKEN:
                return channel_of(before)
            values = {"state": ChannelState.ACTIVE.value, "next_at": next_at, "reason": ""}
            return await self._change(
                connection, channel_id, audit.PROGRAM, AuditAction.MEND, values
            )

    async def broken(self, platforms: Collection[str]) -> tuple[Channel, ...]:
        """Return the broken channels of these platforms."""
        statement = (
            select(channels)
            .where(
                channels.c.state == ChannelState.BROKEN,
                channels.c.platform.in_(list(platforms)),
            )
            .order_by(channels.c.id)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        return tuple(map(channel_of, rows))

    async def due(
        self, now: datetime, limit: int = 1000, platforms: Collection[str] | None = None
    ) -> tuple[Channel, ...]:
        """Return the active channels whose next slot has come, soonest first.

        Only those of these platforms where given.
        """
        statement = (
            select(channels)
            .where(channels.c.state == ChannelState.ACTIVE, channels.c.next_at <= now)
            .order_by(channels.c.next_at, channels.c.id)
            .limit(limit)
        )
        if platforms is not None:
            statement = statement.where(channels.c.platform.in_(list(platforms)))
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        return tuple(map(channel_of, rows))

    async def next_due(self, platforms: Collection[str] | None = None) -> datetime | None:
        """Return the soonest slot of all active channels, None where there is none.

        Only of channels of these platforms where given.
        """
        statement = select(func.min(channels.c.next_at)).where(
            channels.c.state == ChannelState.ACTIVE
        )
        if platforms is not None:
            statement = statement.where(channels.c.platform.in_(list(platforms)))
        async with self._database.read() as connection:
            soonest: datetime | None = (await connection.execute(statement)).scalar()
        return soonest

    async def _change(
        self,
        connection: AsyncConnection,
        channel_id: int,
        by: Actor,
        action: AuditAction,
        values: Mapping[str, Any],
    ) -> Channel:
        before = await _row_by_id(connection, channel_id)
        await connection.execute(
            update(channels).where(channels.c.id == channel_id).values(**values)
        )
        after = {**before, **values}
        await self._record(connection, by, action, before, after)
        return channel_of(after)

    async def _record(
        self,
        connection: AsyncConnection,
        by: Actor,
        action: AuditAction,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any],
    ) -> None:
        details = audit.differences(before, after, _AUDITED)
        subject = f"channel:{after['id']}"
        await audit.record(connection, [audit.change(self._clock(), by, action, subject, details)])


def _wish_values(wish: ChannelWish) -> dict[str, Any]:
    tags = {tag_key(tag): clean_tag(tag) for tag in wish.tags if clean_tag(tag)}
    return {
        "rule": wish.schedule.rule,
        "timezone": wish.schedule.timezone,
        "since": wish.since,
        "tags": list(tags.values()),
        "language": wish.language,
        "most": wish.limit,
        "quiet_days": wish.quiet_days,
        "threaded": wish.threaded,
        "name": clean_line(wish.name),
    }


async def _passed_over(connection: AsyncConnection, since: datetime) -> int:
    """Return the serial up to which nothing can be new for who asks from `since` on."""
    # Adding nothing keeps the engines from walking all serials for the least one.
    first = select(func.min(entries.c.serial + 0)).where(entries.c.first_published_at >= since)
    serial = (await connection.execute(first)).scalar()
    if serial is not None:
        return int(serial) - 1
    return int((await connection.execute(select(numbers.c.serial))).scalar_one())


def _is(ref: ChannelRef) -> ColumnElement[bool]:
    return and_(
        channels.c.platform == ref.platform,
        channels.c.workspace == ref.workspace,
        channels.c.channel == ref.id,
    )


async def _row(connection: AsyncConnection, ref: ChannelRef) -> dict[str, Any] | None:
    found = (await connection.execute(select(channels).where(_is(ref)))).mappings().first()
    return None if found is None else dict(found)


async def _known_row(connection: AsyncConnection, ref: ChannelRef) -> dict[str, Any]:
    found = await _row(connection, ref)
    if found is None or found["state"] == ChannelState.ENDED:
        raise ChannelNotFound(ref)
    return found


async def _row_by_id(connection: AsyncConnection, channel_id: int) -> dict[str, Any]:
    found = await connection.execute(select(channels).where(channels.c.id == channel_id))
    return dict(found.mappings().one())
