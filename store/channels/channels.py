"""Channels: what they asked for, whether they get it, and when they are due."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import audit
from store.audit import AuditAction
from store.channels.blocked import refuse_blocked
from store.channels.changes import change, going_on, known_row, record, row_of
from store.channels.rows import WELL, Shards, channel_of, in_shards, made_once, owner_row, place_row
from store.db.rows import Room, among
from store.db.schema import Moment, channels, entries, numbers
from store.errors import TooManySchedules
from store.model import (
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
from store.posts.rows import call_off, hold, let_go
from store.text import clean_line, clean_tag, tag_key


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
            before = await row_of(connection, ref)
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
            after = await known_row(connection, ref)
            await record(
                connection, before, after, AuditAction.SCHEDULE, by=owner, at=self._clock()
            )
        return channel_of(after)

    async def get(self, ref: ChannelRef) -> Channel:
        """Return a channel that has a schedule. Raises ChannelNotFound."""
        async with self._database.read() as connection:
            return channel_of(await known_row(connection, ref))

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
            before = await known_row(connection, ref)
            await call_off(connection, before["id"], CalledOff.ENDED, self._clock())
            await withdraw(connection, before["id"])
            values = {"state": ChannelState.ENDED.value, "next_at": None, "reason": "", **WELL}
            return await change(
                connection, before["id"], values, AuditAction.END, by=by, at=self._clock()
            )

    async def pause(self, ref: ChannelRef, by: Actor = audit.PROGRAM) -> Channel:
        """Hold a channel's posts back. Raises ChannelNotFound; a paused one stays as it is."""
        async with self._database.write() as connection:
            before = await known_row(connection, ref)
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
            before = await known_row(connection, ref)
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
    return {
        "rule": subscription.schedule.rule,
        "timezone": subscription.schedule.timezone,
        "since": subscription.since,
        "tags": list(tags.values()),
        "language": subscription.language,
        "most": subscription.limit,
        "quiet_days": subscription.quiet_days,
        "threaded": subscription.threaded,
        "ordering": subscription.order.value,
        "leftover": subscription.leftover.value,
        "layout": subscription.layout.value,
        "name": clean_line(subscription.name),
        "direct": subscription.direct,
    }


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
