"""The channels that posts cannot reach: marked, tried again in time, and mended."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from store.audit import AuditAction
from store.channels.channels import change, going_on, row_by_id
from store.channels.rows import WELL, Shards, channel_of, in_shards
from store.db.rows import Room, execute_many
from store.db.schema import channels
from store.model import Channel, ChannelState, NoticeKind, Trouble
from store.notices import announce, withdraw
from store.posts.rows import hold, show_again

_REST = timedelta(minutes=1)


class BrokenChannels(Room):
    """The channels that posts cannot reach."""

    async def mark(
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
            before = await row_by_id(connection, channel_id)
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
            return await change(connection, channel_id, values, AuditAction.BREAK, at=now), news

    async def rest_workspace(self, platform: str, workspace: str, reason: str) -> int:
        """Mark every channel of a workspace that nothing opens any more. Returns how many.

        Unlike one that breaks by itself, none is tried again before `wake_workspace`, and no owner
        is told: nobody there can be reached. What waits for them is held back.
        """
        place = {"platform": platform, "workspace": workspace}
        values = {"state": ChannelState.BROKEN.value, "reason": reason, "try_at": None}
        async with self._database.write() as connection:
            active = select(channels.c.id).filter_by(**place, state=ChannelState.ACTIVE)
            ids = (await connection.scalars(active)).all()
            for number in ids:
                await hold(connection, number)
                await change(connection, number, values, AuditAction.BREAK, at=self._clock())
            broken = update(channels).filter_by(**place, state=ChannelState.BROKEN)
            await connection.execute(broken.values(try_at=None))
        return len(ids)

    async def wake_workspace(self, platform: str, workspace: str) -> None:
        """Let the broken channels of a workspace be tried now, as if nothing had been before."""
        await self._database.execute(
            update(channels)
            .filter_by(platform=platform, workspace=workspace, state=ChannelState.BROKEN)
            .values({**WELL, "try_at": self._clock()})
        )

    async def mend(self, channel_id: int, next_at: datetime | None) -> Channel:
        """Go on with a broken channel. One that is not broken stays as it is.

        It goes on at the slot at which it broke, so that what it missed makes one late post;
        `next_at` is its slot where it stood at none. Where slots have passed since, the posts
        that wait give way to that one, which carries what they carried.
        """
        async with self._database.write() as connection:
            before = await row_by_id(connection, channel_id)
            if before["state"] != ChannelState.BROKEN:
                return channel_of(before)
            values = await going_on(connection, before, next_at, self._clock())
            return await change(connection, channel_id, values, AuditAction.MEND, at=self._clock())

    async def arrived(self, channel_id: int) -> None:
        """Note that a post reached a channel: trouble that comes after this is told anew.

        Not for a broken one: it broke while that post was on its way.
        """
        async with self._database.write() as connection:
            before = await row_by_id(connection, channel_id)
            if before["state"] == ChannelState.BROKEN:
                return
            await withdraw(connection, channel_id)
            await show_again(connection, channel_id, self._clock())
            await connection.execute(update(channels).filter_by(id=channel_id).values(**WELL))

    async def take(
        self, platform: str, longest: timedelta, limit: int, shards: Shards = None
    ) -> tuple[Channel, ...]:
        """Hand out the broken channels of a platform that are to be tried now.

        Each is tried next after twice the time, at most `longest`: two programs that ask at once
        get different ones, and one that starts anew tries none too soon.
        """
        now = self._clock()
        due = (
            select(channels)
            .filter_by(state=ChannelState.BROKEN, platform=platform)
            .where(channels.c.try_at <= now, *in_shards(shards))
            .order_by(channels.c.try_at, channels.c.id)
            .limit(limit)
        )
        if await self._database.scalar(due.limit(1)) is None:
            return ()
        async with self._database.write() as connection:
            rows = [dict(row) for row in (await connection.execute(due)).mappings()]
            for row in rows:
                row["rest"] = min((row["rest"] or 1) * 2, int(longest.total_seconds()))
                row["try_at"] = now + timedelta(seconds=row["rest"])
            await execute_many(
                connection,
                update(channels)
                .where(channels.c.id == bindparam("number"))
                .values(rest=bindparam("pause"), try_at=bindparam("moment")),
                ("number", "pause", "moment"),
                [(row["id"], row["rest"], row["try_at"]) for row in rows],
            )
        return tuple(map(channel_of, rows))
