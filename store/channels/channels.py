"""Channels: what they asked for, whether they get it, and when they are due."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import audit
from store.audit import AuditAction
from store.channels.blocked import refuse_blocked
from store.channels.rows import Shards, channel_of, channels_of, in_shards, next_instant
from store.db.database import Database, chunks
from store.db.schema import channels, entries, numbers
from store.errors import ChannelNotFound, TooManySchedules
from store.model import (
    INSTANT,
    Actor,
    CalledOff,
    Channel,
    ChannelRef,
    ChannelState,
    NoticeKind,
    Show,
    Subscription,
    Trouble,
    best_of,
)
from store.notices.rows import announce, withdraw
from store.posts.rows import call_off, has_waiting, hold, let_go, show_again
from store.text import clean_line, clean_tag, tag_key

_AUDITED = (
    "rule", "timezone", "since", "tags", "language", "most", "quiet_days", "threaded", "ordering",
    "leftover", "layout", "name", "state", "reason",
)  # fmt: skip

_WELL: Mapping[str, None] = {"trouble_since": None, "try_at": None, "rest": None}
_REST = timedelta(minutes=1)


class Channels:
    """The channels that asked for posts."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

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
            before = await _row(connection, ref)
            if most is not None and (before is None or before["state"] == ChannelState.ENDED):
                await _refuse_too_many(connection, ref, most)
            values = {
                **_subscription_values(subscription),
                "owner_platform": owner.platform,
                "owner_workspace": owner.workspace,
                "owner_id": owner.id,
                "owner_name": clean_line(owner.name),
                "state": ChannelState.ACTIVE.value,
                "reason": "",
                "next_at": next_at,
                "seen": await _passed_over(connection, subscription.since),
                **_WELL,
            }
            if before is not None:
                values["direct"] = values["direct"] or before["direct"]
            if before is None:
                await connection.execute(
                    insert(channels).values(
                        platform=ref.platform,
                        workspace=ref.workspace,
                        channel=ref.id,
                        shard=ref.shard,
                        **values,
                    )
                )
            else:
                await connection.execute(
                    update(channels).where(channels.c.id == before["id"]).values(**values)
                )
                await withdraw(connection, before["id"])
                await let_go(connection, before["id"])
            after = await _known_row(connection, ref)
            await self._record(connection, owner, AuditAction.SCHEDULE, before, after)
        return channel_of(after)

    async def get(self, ref: ChannelRef) -> Channel:
        """Return a channel that has a schedule. Raises ChannelNotFound."""
        async with self._database.read() as connection:
            return channel_of(await _known_row(connection, ref))

    async def followed(self, person: Actor) -> Channel | None:
        """Return the own conversation to which somebody gets posts, None where they follow nothing.

        A platform may have one conversation with a person for all workspaces: it is of none.
        """
        statement = (
            select(channels)
            .where(
                channels.c.owner_platform == person.platform,
                channels.c.owner_id == person.id,
                channels.c.workspace.in_((person.workspace, "")),
                channels.c.direct.is_(True),
                channels.c.state != ChannelState.ENDED,
            )
            .limit(1)
        )
        async with self._database.read() as connection:
            return next(iter(channels_of(await connection.execute(statement))), None)

    async def get_many(self, ids: Collection[int]) -> dict[int, Channel]:
        """Return those channels that there are by their numbers, also ended ones."""
        found: dict[int, Channel] = {}
        async with self._database.read() as connection:
            for some in chunks(list(ids)):
                rows = await connection.execute(select(channels).where(channels.c.id.in_(some)))
                found |= {one.id: one for one in channels_of(rows)}
        return found

    async def end(self, ref: ChannelRef, by: Actor) -> Channel:
        """Take a channel's schedule away, and the posts that wait for it. Raises ChannelNotFound.

        What those posts carry is new again, should the channel ever get another schedule.
        """
        async with self._database.write() as connection:
            before = await _known_row(connection, ref)
            await call_off(connection, before["id"], CalledOff.ENDED, self._clock())
            await withdraw(connection, before["id"])
            values = {"state": ChannelState.ENDED.value, "next_at": None, "reason": "", **_WELL}
            return await self._change(connection, before["id"], by, AuditAction.END, values)

    async def pause(self, ref: ChannelRef, by: Actor = audit.PROGRAM) -> Channel:
        """Hold a channel's posts back. Raises ChannelNotFound; a paused one stays as it is."""
        async with self._database.write() as connection:
            before = await _known_row(connection, ref)
            if before["state"] == ChannelState.PAUSED:
                return channel_of(before)
            await withdraw(connection, before["id"])
            await hold(connection, before["id"])
            values = {"state": ChannelState.PAUSED.value, "next_at": None, "reason": "", **_WELL}
            return await self._change(connection, before["id"], by, AuditAction.PAUSE, values)

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
            values = {**await self._going_on(connection, before, next_at), **_WELL}
            return await self._change(connection, before["id"], by, AuditAction.RESUME, values)

    async def break_(
        self, channel_id: int, trouble: Trouble, rest: timedelta = _REST
    ) -> tuple[Channel, bool] | None:
        """Mark a channel that posts cannot reach, until it is mended, resumed or scheduled anew.

        With the mark goes the notice to its owner. What waits for the channel is held back, and
        it keeps the slot that it stands at. It is to be tried again after `rest`; one that breaks
        again before anything arrived, after as long as it rested last, and its owner has been
        told. Returns the channel and whether its owner is to be told; None where it was marked,
        paused or ended before.
        """
        async with self._database.write() as connection:
            before = await _row_by_id(connection, channel_id)
            if before["state"] != ChannelState.ACTIVE:
                return None
            now = self._clock()
            seconds = before["rest"] or int(rest.total_seconds())
            await hold(connection, channel_id)
            news = await announce(connection, channel_id, NoticeKind.BROKEN, trouble, now)
            values = {
                "state": ChannelState.BROKEN.value,
                "reason": trouble.reason,
                "try_at": now + timedelta(seconds=seconds),
                "rest": seconds,
            }
            broken = await self._change(
                connection, channel_id, audit.PROGRAM, AuditAction.BREAK, values
            )
            return broken, news

    async def rest_workspace(self, platform: str, workspace: str, reason: str) -> int:
        """Mark every channel of a workspace that nothing opens any more. Returns how many.

        Unlike one that breaks by itself, none is tried again before `wake_workspace`, and no owner
        is told: nobody there can be reached. What waits for them is held back.
        """
        mine = _of_workspace(platform, workspace)
        values = {"state": ChannelState.BROKEN.value, "reason": reason, "try_at": None}
        async with self._database.write() as connection:
            found = await connection.execute(
                select(channels.c.id).where(mine, channels.c.state == ChannelState.ACTIVE)
            )
            numbers_of = [row.id for row in found]
            for number in numbers_of:
                await hold(connection, number)
                await self._change(connection, number, audit.PROGRAM, AuditAction.BREAK, values)
            await connection.execute(
                update(channels)
                .where(mine, channels.c.state == ChannelState.BROKEN)
                .values(try_at=None)
            )
        return len(numbers_of)

    async def wake_workspace(self, platform: str, workspace: str) -> None:
        """Let the broken channels of a workspace be tried now, as if nothing had been before."""
        async with self._database.write() as connection:
            await connection.execute(
                update(channels)
                .where(_of_workspace(platform, workspace), channels.c.state == ChannelState.BROKEN)
                .values(try_at=self._clock(), rest=None, trouble_since=None)
            )

    async def mend(self, channel_id: int, next_at: datetime | None) -> Channel:
        """Go on with a broken channel. One that is not broken stays as it is.

        It goes on at the slot at which it broke, so that what it missed makes one late post;
        `next_at` is its slot where it stood at none. Where slots have passed since, the posts
        that wait give way to that one, which carries what they carried.
        """
        async with self._database.write() as connection:
            before = await _row_by_id(connection, channel_id)
            if before["state"] != ChannelState.BROKEN:
                return channel_of(before)
            values = await self._going_on(connection, before, next_at)
            return await self._change(
                connection, channel_id, audit.PROGRAM, AuditAction.MEND, values
            )

    async def arrived(self, channel_id: int) -> None:
        """Note that a post reached a channel: trouble that comes after this is told anew.

        Not for a broken one: it broke while that post was on its way.
        """
        async with self._database.write() as connection:
            before = await _row_by_id(connection, channel_id)
            if before["state"] == ChannelState.BROKEN:
                return
            await withdraw(connection, channel_id)
            await show_again(connection, channel_id, self._clock())
            await connection.execute(
                update(channels).where(channels.c.id == channel_id).values(**_WELL)
            )

    async def try_broken(
        self, platform: str, longest: timedelta, limit: int, shards: Shards = None
    ) -> tuple[Channel, ...]:
        """Hand out the broken channels of a platform that are to be tried now.

        Each is tried next after twice the time, at most `longest`: two programs that ask at once
        get different ones, and one that starts anew tries none too soon.
        """
        now = self._clock()
        due = (
            select(channels)
            .where(
                channels.c.try_at <= now,
                channels.c.state == ChannelState.BROKEN,
                channels.c.platform == platform,
                *in_shards(shards),
            )
            .order_by(channels.c.try_at, channels.c.id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            if (await connection.execute(due.limit(1))).first() is None:
                return ()
        async with self._database.write() as connection:
            rows = [dict(row) for row in (await connection.execute(due)).mappings()]
            for row in rows:
                row["rest"] = min((row["rest"] or 1) * 2, int(longest.total_seconds()))
                row["try_at"] = now + timedelta(seconds=row["rest"])
            if rows:
                await connection.execute(
                    update(channels)
                    .where(channels.c.id == bindparam("number"))
                    .values(rest=bindparam("pause"), try_at=bindparam("moment")),
                    [
                        {"number": row["id"], "pause": row["rest"], "moment": row["try_at"]}
                        for row in rows
                    ],
                )
        return tuple(map(channel_of, rows))

    async def due(
        self, now: datetime, limit: int, platform: str, shards: Shards = None
    ) -> tuple[Channel, ...]:
        """Return the active channels of a platform whose next slot has come, soonest first."""
        statement = (
            select(channels)
            .where(
                channels.c.state == ChannelState.ACTIVE,
                channels.c.next_at <= now,
                channels.c.platform == platform,
                *in_shards(shards),
            )
            .order_by(channels.c.next_at, channels.c.id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return channels_of(await connection.execute(statement))

    async def next_due(self, platform: str, shards: Shards = None) -> datetime | None:
        """Return the soonest moment at which `due` or `try_broken` have a channel of a platform."""
        slot = select(func.min(channels.c.next_at)).where(
            channels.c.state == ChannelState.ACTIVE,
            channels.c.platform == platform,
            *in_shards(shards),
        )
        attempt = select(func.min(channels.c.try_at)).where(
            channels.c.try_at.is_not(None),
            channels.c.state == ChannelState.BROKEN,
            channels.c.platform == platform,
            *in_shards(shards),
        )
        async with self._database.read() as connection:
            moments = (await connection.execute(slot.union_all(attempt))).scalars()
            return min((moment for moment in moments if moment is not None), default=None)

    async def _going_on(
        self, connection: AsyncConnection, before: Mapping[str, Any], next_at: datetime | None
    ) -> dict[str, Any]:
        """Return what changes when a channel goes on, and let go of what waits for it."""
        now, number = self._clock(), before["id"]
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
        return {
            "state": ChannelState.ACTIVE.value,
            "next_at": next_at,
            "reason": "",
            "try_at": None,
        }

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
        if after["direct"]:
            return  # What somebody follows is nobody else's matter.
        details = audit.differences(before, after, _AUDITED)
        subject = f"channel:{after['id']}"
        await audit.record(connection, [audit.change(self._clock(), by, action, subject, details)])


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


async def _refuse_too_many(connection: AsyncConnection, ref: ChannelRef, most: int) -> None:
    there = select(func.count()).where(
        channels.c.platform == ref.platform,
        channels.c.workspace == ref.workspace,
        channels.c.state != ChannelState.ENDED,
        channels.c.direct.is_(False),
    )
    if (await connection.execute(there)).scalar_one() >= most:
        raise TooManySchedules(most)


def _of_workspace(platform: str, workspace: str) -> ColumnElement[bool]:
    return and_(channels.c.platform == platform, channels.c.workspace == workspace)


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
