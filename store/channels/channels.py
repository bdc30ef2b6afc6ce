"""Channels: what they asked for, whether they get it, and when they are due."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import audit
from store.audit import AuditAction
from store.channels.rows import (
    WELL,
    Shards,
    channel_of,
    in_shards,
    made_once,
    next_instant,
    owner_row,
    place_row,
)
from store.db.rows import Room, among, first_row
from store.db.schema import Moment, channels, entries, numbers
from store.errors import ChannelNotFound, TooManySchedules
from store.model import (
    INSTANT,
    Actor,
    CalledOff,
    Channel,
    ChannelRef,
    ChannelState,
    Show,
    Subscription,
    best_of,
)
from store.notices import withdraw
from store.posts.rows import call_off, has_waiting, hold, let_go
from store.text import clean_line, clean_tag, tag_key
from store.workspaces import refuse_blocked

_AUDITED = (
    "rule", "timezone", "since", "tags", "language", "most", "quiet_days", "threaded", "ordering",
    "leftover", "layout", "name", "state", "reason",
)  # fmt: skip


class Channels(Room):
    """The channels that asked for posts."""

    async def schedule(
        self,
        ref: ChannelRef,
        subscription: Subscription,
        owner: Actor,
        next_at: datetime | None,
        *,
        most: int | None = None,
    ) -> Channel:
        """Give a channel its schedule, or a new one, and see that it gets posts.

        What posts carried to it before stays known, so nothing comes twice. That of posts of the
        best is another than that of what is new: a channel may have both. What was somebody's own
        conversation stays so.

        Raises WorkspaceBlocked, and TooManySchedules where it would be one more than the `most`
        that its workspace may have, people's own conversations aside.
        """
        if subscription.show is Show.BEST:
            ref = best_of(ref)
        async with self._database.write() as connection:
            await refuse_blocked(connection, ref)
            before = await _row_of(connection, ref)
            if most is not None and (before is None or before["state"] == ChannelState.ENDED):
                await _refuse_too_many(connection, ref, most)
            values = {
                **_subscription_values(subscription),
                **owner_row(replace(owner, name=clean_line(owner.name))),
                "state": ChannelState.ACTIVE.value,
                "reason": "",
                "next_at": next_at,
                "seen": await _passed_over(connection, subscription.since),
                **WELL,
            }
            if before is None:
                new = {**place_row(ref), "shard": ref.shard, **values}
                await connection.execute(insert(channels).values(new))
            else:
                values["direct"] = values["direct"] or before["direct"]
                await connection.execute(update(channels).filter_by(id=before["id"]).values(values))
                await withdraw(connection, before["id"])
                await let_go(connection, before["id"])
            after = await _known_row(connection, ref)
            await _record(
                connection, before, after, AuditAction.SCHEDULE, by=owner, at=self._clock()
            )
        return channel_of(after)

    async def get(self, ref: ChannelRef) -> Channel:
        """Return a channel that has a schedule. Raises ChannelNotFound."""
        async with self._database.read() as connection:
            return channel_of(await _known_row(connection, ref))

    async def followed(self, person: Actor) -> Channel | None:
        """Return the own conversation to which somebody gets posts, None where they follow nothing.

        A platform may have one conversation with a person for all workspaces: it is of none.
        """
        row = await self._database.first(
            select(channels)
            .filter_by(owner_platform=person.platform, owner_id=person.id, direct=True)
            .where(
                channels.c.workspace.in_((person.workspace, "")),
                channels.c.state != ChannelState.ENDED,
            )
            .limit(1)
        )
        return None if row is None else channel_of(row)

    async def get_many(self, ids: Collection[int]) -> dict[int, Channel]:
        """Return those channels that there are by their numbers, also ended ones."""
        async with self._database.read() as connection:
            rows = await among(connection, select(channels), channels.c.id, ids)
        return {row["id"]: channel_of(row) for row in rows}

    async def end(self, ref: ChannelRef, by: Actor) -> Channel:
        """Take a channel's schedule away, and the posts that wait for it. Raises ChannelNotFound.

        What those posts carry is new again, should the channel ever get another schedule.
        """
        async with self._database.write() as connection:
            before = await _known_row(connection, ref)
            await call_off(connection, before["id"], CalledOff.ENDED, self._clock())
            await withdraw(connection, before["id"])
            values = {"state": ChannelState.ENDED.value, "next_at": None, "reason": "", **WELL}
            return await change(
                connection, before["id"], values, AuditAction.END, by=by, at=self._clock()
            )

    async def pause(self, ref: ChannelRef, by: Actor = audit.PROGRAM) -> Channel:
        """Hold a channel's posts back. Raises ChannelNotFound; a paused one stays as it is."""
        async with self._database.write() as connection:
            before = await _known_row(connection, ref)
            if before["state"] == ChannelState.PAUSED:
                return channel_of(before)
            await withdraw(connection, before["id"])
            await hold(connection, before["id"])
            values = {"state": ChannelState.PAUSED.value, "next_at": None, "reason": "", **WELL}
            return await change(
                connection, before["id"], values, AuditAction.PAUSE, by=by, at=self._clock()
            )

    async def resume(self, ref: ChannelRef, by: Actor, next_at: datetime | None) -> Channel:
        """Go on with a paused channel, or with a broken one as `mend` does.

        A person sees to it, so should it break again, its owner is told again. An active one
        stays as it is. Raises ChannelNotFound and WorkspaceBlocked.
        """
        async with self._database.write() as connection:
            await refuse_blocked(connection, ref)
            before = await _known_row(connection, ref)
            if before["state"] == ChannelState.ACTIVE:
                return channel_of(before)
            await withdraw(connection, before["id"])
            values = {**await going_on(connection, before, next_at, self._clock()), **WELL}
            return await change(
                connection, before["id"], values, AuditAction.RESUME, by=by, at=self._clock()
            )

    async def due(
        self, now: datetime, limit: int, platform: str, shards: Shards = None
    ) -> tuple[Channel, ...]:
        """Return the active channels of a platform whose next slot has come, soonest first."""
        asked = {"now": now, "platform": platform, "count": limit}
        return tuple(map(channel_of, await self._database.rows(_due(shards), asked)))

    async def next_due(self, platform: str, shards: Shards = None) -> datetime | None:
        """Return the soonest moment at which one of a platform is due, or to be tried again."""
        [moments] = await self._database.rows(_soonest(shards), {"platform": platform})
        return min((moment for moment in moments.values() if moment is not None), default=None)


@made_once
def _due(shards: Shards) -> Select[Any]:
    return (
        select(channels)
        .where(
            channels.c.state == ChannelState.ACTIVE,
            channels.c.next_at <= bindparam("now", type_=Moment),
            channels.c.platform == bindparam("platform"),
            *in_shards(shards),
        )
        .order_by(channels.c.next_at, channels.c.id)
        .limit(bindparam("count"))
    )


@made_once
def _soonest(shards: Shards) -> Select[Any]:
    ours = (channels.c.platform == bindparam("platform"), *in_shards(shards))
    slot = select(func.min(channels.c.next_at)).where(
        channels.c.state == ChannelState.ACTIVE, *ours
    )
    attempt = select(func.min(channels.c.try_at)).where(
        channels.c.try_at.is_not(None), channels.c.state == ChannelState.BROKEN, *ours
    )
    return select(slot.scalar_subquery().label("slot"), attempt.scalar_subquery().label("attempt"))


def _subscription_values(subscription: Subscription) -> dict[str, Any]:
    tags = {tag_key(tag): clean_tag(tag) for tag in subscription.tags if clean_tag(tag)}
    values = asdict(subscription)
    del values["show"]  # the channel's id says it
    values |= values.pop("schedule")
    values |= {"most": values.pop("limit"), "ordering": values.pop("order")}
    return values | {"tags": list(tags.values()), "name": clean_line(subscription.name)}


async def _passed_over(connection: AsyncConnection, since: datetime) -> int:
    """Return the serial up to which nothing can be new for who asks from `since` on."""
    # Adding nothing keeps the engines from walking all serials for the least one.
    first = select(func.min(entries.c.serial + 0)).where(entries.c.first_published_at >= since)
    serial = await connection.scalar(first)
    if serial is not None:
        return int(serial) - 1
    return int(await connection.scalar(select(numbers.c.serial)) or 0)


async def _refuse_too_many(connection: AsyncConnection, ref: ChannelRef, most: int) -> None:
    there = select(func.count(channels.c.id)).filter_by(
        platform=ref.platform, workspace=ref.workspace, direct=False
    )
    there = there.where(channels.c.state != ChannelState.ENDED)
    if (await connection.execute(there)).scalar_one() >= most:
        raise TooManySchedules(most)


async def _row_of(connection: AsyncConnection, ref: ChannelRef) -> dict[str, Any] | None:
    """Return the row of a channel, also of one that ended; None where there never was one."""
    return await first_row(connection, select(channels).filter_by(**place_row(ref)))


async def _known_row(connection: AsyncConnection, ref: ChannelRef) -> dict[str, Any]:
    """Return the row of a channel that has a schedule. Raises ChannelNotFound."""
    found = await _row_of(connection, ref)
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
    await _record(connection, before, after, action, by=by, at=at)
    return channel_of(after)


async def _record(
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
