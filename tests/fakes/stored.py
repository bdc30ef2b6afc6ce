"""What the store holds, past its doors: what only tests ask, and moments of several platforms."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select

from store.channels.rows import channel_of
from store.db.schema import channels, post_entries, posts
from store.model import Channel, ChannelState, Post, PostBatch, PostPlan, PostState
from store.posts.rows import carried_entries, post_of
from store.store import DigestStore


async def history(store: DigestStore, channel_id: int, limit: int) -> tuple[Post, ...]:
    """Return a channel's posts, newest first."""
    newest = (
        select(posts)
        .where(posts.c.channel_id == channel_id)
        .order_by(posts.c.slot.desc(), posts.c.part.desc())
        .limit(limit)
    )
    async with store._database.read() as connection:
        rows = (await connection.execute(newest)).mappings().all()
        carried = await carried_entries(connection, [row["id"] for row in rows])
    return tuple(post_of(row, carried[row["id"]]) for row in rows)


async def left_out(store: DigestStore, channel_id: int) -> frozenset[int]:
    """Return the entries that posts to a channel left out for good."""
    settled = select(post_entries.c.entry_id).where(
        post_entries.c.channel_id == channel_id, post_entries.c.left_out.is_(True)
    )
    async with store._database.read() as connection:
        return frozenset((await connection.execute(settled)).scalars())


async def post_counts(store: DigestStore) -> dict[PostState, int]:
    """Return how many posts there are in each state."""
    statement = select(posts.c.state, func.count()).group_by(posts.c.state)
    counts = dict.fromkeys(PostState, 0)
    async with store._database.read() as connection:
        for state, count in await connection.execute(statement):
            counts[PostState(state)] = count
    return counts


async def post_states(store: DigestStore, numbers: Collection[int]) -> dict[int, PostState]:
    """Return in which state posts are, by their ids."""
    statement = select(posts.c.id, posts.c.state).where(posts.c.id.in_(list(numbers)))
    async with store._database.read() as connection:
        return {row.id: PostState(row.state) for row in await connection.execute(statement)}


async def scheduled_channels(store: DigestStore) -> tuple[Channel, ...]:
    """Return every channel that has a schedule, in the order they were made."""
    living = select(channels).where(channels.c.state != ChannelState.ENDED).order_by(channels.c.id)
    return tuple(map(channel_of, await store._database.fetch(living)))


async def make_posts(
    store: DigestStore,
    channel: Channel,
    plans: Sequence[PostPlan],
    *,
    next_at: datetime | None,
    seen: int,
) -> tuple[Post, ...]:
    """Make the posts of one channel's slot."""
    return await store.posts.make_many([PostBatch(channel, tuple(plans), next_at, seen)])


async def next_moment(store: DigestStore, platforms: Iterable[str]) -> datetime | None:
    """Return when something is due next on any of these platforms: a post, a slot or a try."""
    moments = [
        moment
        for platform in platforms
        for moment in (
            await store.posts.next_attempt(platform),
            await store.channels.next_due(platform),
        )
    ]
    return min((moment for moment in moments if moment is not None), default=None)
