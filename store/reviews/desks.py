"""Moderators' desks: channels where what waits arrives by itself, each entry once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import exists, select

from store.channels.channels import Channels
from store.channels.rows import channel_of
from store.db.database import Database
from store.db.rows import Room
from store.db.schema import channels, entries, post_entries
from store.model import (
    DESK,
    Actor,
    Channel,
    ChannelRef,
    ChannelState,
    Post,
    Schedule,
    Subscription,
    desk_of,
)
from store.posts.planning import create_desk_posts
from store.reviews.rows import WAITS_SINCE, in_order, waiting


class Desks(Room):
    """The desks of every platform. What is on its way to one is a post like any other."""

    def __init__(
        self, database: Database, channels: Channels, clock: Callable[[], datetime]
    ) -> None:
        super().__init__(database, clock)
        self._channels = channels

    async def open(self, ref: ChannelRef, by: Actor, language: str, name: str) -> Channel:
        """Make a channel a desk, which gets what begins to wait from now on."""
        schedule = Schedule(DESK, "UTC")
        subscription = Subscription(schedule, self._clock(), language=language, name=name)
        return await self._channels.schedule(desk_of(ref), subscription, by, None)

    async def close(self, ref: ChannelRef, by: Actor) -> Channel:
        """Send nothing more to a desk. Raises ChannelNotFound."""
        return await self._channels.end(desk_of(ref), by)

    async def active(self, platform: str) -> tuple[Channel, ...]:
        """Return the desks of a platform that can be reached, as far as is known."""
        query = (
            select(channels)
            .filter_by(platform=platform, rule=DESK, state=ChannelState.ACTIVE)
            .order_by(channels.c.id)
        )
        return tuple(map(channel_of, await self._database.fetch(query)))

    async def new(self, desk: Channel, since: datetime) -> tuple[tuple[int, datetime], ...]:
        """Return what no post to a desk carries, of what waits since a moment or later.

        Ids with the moments since when they wait, in the order of the queue.
        """
        carried = exists().where(
            post_entries.c.channel_id == desk.id, post_entries.c.entry_id == entries.c.id
        )
        begin = max(since, desk.subscription.since)
        query = waiting(entries.c.id, WAITS_SINCE).where(begin <= WAITS_SINCE, ~carried)
        async with self._database.read() as connection:
            return tuple((row[0], row[1]) for row in await connection.execute(in_order(query)))

    async def make(self, desk: Channel, groups: Sequence[Sequence[int]]) -> tuple[Post, ...]:
        """Make a post to a desk of each group of entries, but for what it got meanwhile."""
        async with self._database.write() as connection:
            return await create_desk_posts(connection, desk, groups, self._clock())
