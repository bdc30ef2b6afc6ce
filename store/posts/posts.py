"""Posts: made once, leased to one worker at a time, kept with what became of them.

queued ──lease──> sending ──sent──> sent (revision > shown: leased again, as an update)
   ^                 |──retry──> queued
   |                 |──fail──> failed
   |                 └──unknown, or the lease ran out──> unknown ──lease──> looked for
   └──retry (it was not found)──────────────────────────────┘         └──sent──> sent

What a worker says of a post counts only while the lease is its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.channels.rows import Shards, channel_of, in_shards, made_once
from store.db.database import Database
from store.db.group_commit import GroupCommit
from store.db.rows import Room
from store.db.schema import Moment, channels, entries, post_entries, posts
from store.model import (
    Candidate,
    ChannelState,
    NoticeKind,
    Post,
    PostBatch,
    PostState,
    Receipt,
    Status,
    Task,
    Trouble,
    Work,
)
from store.notices import announce
from store.posts.planning import create_posts
from store.posts.rows import (
    EVER,
    UNFINISHED,
    UPDATES,
    carried_by,
    carried_entries,
    give_back,
    post_of,
)
from store.text import tag_key
from store.votes import ranking

_TASKS = {
    PostState.QUEUED: Task.PUBLISH,
    PostState.SENDING: Task.FIND,
    PostState.UNKNOWN: Task.FIND,
    PostState.SENT: Task.UPDATE,
}
_AGAIN = {"attempts": posts.c.attempts + 1}
_LEASED: Mapping[Task, Mapping[str, Any]] = {
    # What goes out is the entries as they are now.
    Task.PUBLISH: {"state": PostState.SENDING.value, "shown": posts.c.revision, **_AGAIN},
    Task.FIND: {"state": PostState.UNKNOWN.value},
    Task.UPDATE: {"state": PostState.SENT.value, **_AGAIN},
}
"""What a post holds that is handed out to have something done with it."""

_WIDE = 500
"""Posts that are looked at to find some of different workspaces."""

_EARLIER = posts.alias("earlier")
_LEASABLE = (
    select(posts.c.id, posts.c.state, posts.c.due_at)
    .join(channels, channels.c.id == posts.c.channel_id)
    .where(
        posts.c.due_at > EVER,
        posts.c.platform == bindparam("platform"),
        or_(
            and_(posts.c.state == PostState.SENT, channels.c.state != ChannelState.BROKEN),
            and_(
                posts.c.state != PostState.SENT,
                channels.c.state == ChannelState.ACTIVE,
                ~exists().where(
                    _EARLIER.c.channel_id == posts.c.channel_id,
                    _EARLIER.c.state.in_(UNFINISHED),
                    _EARLIER.c.id < posts.c.id,
                ),
            ),
        ),
    )
)
"""The posts to a platform that may be handed out, now or later."""
_DUE = _LEASABLE.where(posts.c.due_at <= bindparam("now", type_=Moment))


@made_once
def _soonest(shards: Shards) -> Select[Any]:
    return _LEASABLE.where(*in_shards(shards)).order_by(posts.c.due_at).limit(1)


class Posts(Room):
    """The posts to every channel."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        super().__init__(database, clock)
        self._together = GroupCommit(database)

    async def candidates(self, after: int, limit: int = 1000) -> tuple[Candidate, ...]:
        """Return published entries with a serial above `after`, lowest serial first."""
        statement = (
            select(*entries.c["id", "serial", "first_published_at", "tags"], *ranking())
            .where(entries.c.serial > after, entries.c.status == Status.PUBLISHED)
            .order_by(entries.c.serial)
            .limit(limit)
        )
        async with self._database.read() as connection:
            rows: Any = await connection.execute(statement)
            return tuple(
                Candidate(number, serial, published, frozenset(map(tag_key, tags)), tuple(rank))
                for number, serial, published, tags, *rank in rows
            )

    async def carried(self, channel_ids: Collection[int], after: int) -> frozenset[tuple[int, int]]:
        """Return which published entries with a serial above `after` are on posts to channels.

        Also those that a post left out for good. Pairs of channel id and entry id.
        """
        newer = select(entries.c.id).where(
            entries.c.status == Status.PUBLISHED, entries.c.serial > after
        )
        async with self._database.read() as connection:
            which = post_entries.c.entry_id.in_(newer)
            return frozenset(await carried_by(connection, channel_ids, which))

    async def make_many(self, makings: Sequence[PostBatch]) -> tuple[Post, ...]:
        """Make the posts of channels' slots, and move the channels on to their next ones.

        The slot is `channel.next_at`. A channel that is no longer as it is given here is left
        out: another program made its posts, a post of it failed, or its schedule changed. One
        without plans only moves on. What a post to the channel carries already is left out.
        An instant channel without a next slot gets one where entries after `seen` wait.
        """
        if not makings:
            return ()
        async with self._database.write() as connection:
            return await create_posts(connection, makings, self._clock())

    async def lease(
        self,
        platform: str,
        now: datetime,
        until: datetime,
        owner: str,
        limit: int,
        *,
        shards: Shards = None,
        each: int | None = None,
        in_hand: Mapping[str, int] = MappingProxyType({}),
    ) -> tuple[Work, ...]:
        """Hand out posts to a platform for which something is to be done.

        New posts (published or looked for) come before updates, instant channels before others,
        then what waits longest. Only active channels get new posts, and each one after the other:
        of those not sent yet, only the earliest is handed out. Updates of sent posts go to every
        channel but a broken one. A publish whose lease ran out is handed out as `Task.FIND`.
        Of one workspace at most `each` are handed out, with those that are `in_hand` already, by
        workspace: what a killed process leaves behind there is no more than that.
        """
        values = {"platform": platform, "now": now}
        first = await self.next_attempt(platform, shards)
        if first is None or first > now:
            return ()
        due = _DUE.where(*in_shards(shards))
        # The order of the index: no more is read than is handed out.
        due = due.order_by(posts.c.turn, posts.c.due_at, posts.c.slot, posts.c.part, posts.c.id)
        if each is not None:
            apart = await self._apart(due, values, limit, each, in_hand)
            due = due.where(posts.c.id.in_(apart))
        picked = due.limit(limit).with_for_update(of=posts, skip_locked=True)
        async with self._database.write_post() as connection:
            states = {
                row.id: PostState(row.state) for row in await connection.execute(picked, values)
            }
            for task, leased in _LEASED.items():
                ids = [number for number, state in states.items() if _TASKS[state] is task]
                if ids:
                    await connection.execute(
                        update(posts)
                        .where(posts.c.id.in_(ids))
                        .values(lease_owner=owner, due_at=until, **leased)
                    )
            return await _works(connection, states, owner, until)

    async def _apart(
        self,
        due: Select[Any],
        values: Mapping[str, object],
        limit: int,
        each: int,
        in_hand: Mapping[str, int],
    ) -> list[int]:
        """Return the first posts that are due, at most `each` of a workspace, by their ids."""
        taken = Counter(in_hand)
        full = [workspace for workspace, count in taken.items() if count >= each]
        wider = (
            due.add_columns(channels.c.workspace)
            .where(channels.c.workspace.not_in(full))
            .limit(_WIDE)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(wider, values)).all()
        apart: list[int] = []
        for row in rows:
            if taken[row.workspace] < each and len(apart) < limit:
                taken[row.workspace] += 1
                apart.append(row.id)
        return apart

    async def sent(self, work: Work, receipt: Receipt, votes: str | None = None) -> bool:
        """Keep the receipt of a post that was published or found. False: the lease was lost.

        `votes` are the counts that it shows, None where nobody knows.
        """
        return await self._finish(
            work,
            state=PostState.SENT.value,
            reason="",
            attempts=0,
            receipt_platform=receipt.platform,
            receipt=dict(receipt.data),
            sent_at=self._clock(),
            votes=votes,
            due_at=_unless_shown(posts.c.shown, self._clock()),
            turn=posts.c.turn + UPDATES,
        )

    async def retry(self, work: Work, not_before: datetime, reason: str) -> bool:
        """Do it again later: publish, also what was looked for and not found; or update.

        False: the lease was lost.
        """
        return await self._later(work, PostState.QUEUED, not_before, reason)

    async def unknown(self, work: Work, reason: str, not_before: datetime) -> bool:
        """Look later whether it arrived; or update it later. False: the lease was lost."""
        return await self._later(work, PostState.UNKNOWN, not_before, reason)

    async def _later(self, work: Work, state: PostState, not_before: datetime, reason: str) -> bool:
        state = PostState.SENT if work.task is Task.UPDATE else state
        return await self._finish(
            work, state=state.value, not_before=not_before, due_at=not_before, reason=reason
        )

    async def fail(self, work: Work, reason: str, tell: Trouble | None = None) -> bool:
        """Give up a post that certainly did not arrive: what it carried is new again.

        The channel's owner is to be told of `tell`, unless they were told of such before. A post
        whose update failed stays sent, as it is, until its entries change again or the trouble of
        its channel is over. False: the lease was lost.
        """
        if work.task is Task.UPDATE:
            return await self._finish(
                work,
                state=PostState.SENT.value,
                attempts=0,
                due_at=_unless_shown(work.post.revision, self._clock()),
                reason=reason,
            )
        async with self._database.write() as connection:
            values = {"state": PostState.FAILED.value, "due_at": None, "reason": reason}
            if not await _finish(connection, work, values):
                return False
            now = self._clock()
            await give_back(connection, work.channel.id, [work.post.id], now)
            if tell is not None:
                await announce(connection, work.channel.id, NoticeKind.MISSED, tell, now)
            return True

    async def updated(self, work: Work, votes: str | None = None) -> bool:
        """Note that the platform shows the revision that was leased, and which counts of votes.

        False: the lease was lost.
        """
        shown = work.post.revision
        return await self._finish(
            work,
            state=PostState.SENT.value,
            shown=shown,
            votes=votes,
            reason="",
            attempts=0,
            due_at=_unless_shown(shown, self._clock()),
        )

    async def first_receipt(self, post: Post) -> Receipt | None:
        """Return the receipt of the first part of a post's digest, None while it has none."""
        first = select(posts.c.receipt_platform, posts.c.receipt).filter_by(
            channel_id=post.channel_id, slot=post.slot, part=1
        )
        row = await self._database.first(first)
        if row is None or row["receipt_platform"] is None:
            return None
        return Receipt(row["receipt_platform"], row["receipt"])

    async def next_attempt(self, platform: str, shards: Shards = None) -> datetime | None:
        """Return when `lease` will have something to hand out, None where nothing waits."""
        rows = await self._database.rows(_soonest(shards), {"platform": platform})
        return min((row["due_at"] for row in rows), default=None)

    async def _finish(self, work: Work, **values: Any) -> bool:
        return await self._together.do(lambda connection: _finish(connection, work, values))


def _unless_shown(shown: ColumnElement[int] | int, now: datetime) -> ColumnElement[Any]:
    return case((posts.c.revision > shown, now), else_=None)


async def _finish(connection: AsyncConnection, work: Work, values: Mapping[str, Any]) -> bool:
    state = PostState.SENT if work.task is Task.UPDATE else work.post.state
    done = await connection.execute(
        update(posts)
        .filter_by(id=work.post.id, state=state, lease_owner=work.owner, due_at=work.until)
        .values(lease_owner=None, **values)
    )
    return bool(done.rowcount == 1)


async def _works(
    connection: AsyncConnection, states: Mapping[int, PostState], owner: str, until: datetime
) -> tuple[Work, ...]:
    """Return the work on leased posts, in the order of `states`."""
    ids = list(states)
    joined = select(posts).where(posts.c.id.in_(ids))
    rows = {row["id"]: row for row in (await connection.execute(joined)).mappings()}
    carried = await carried_entries(connection, ids)
    homes = {row["channel_id"] for row in rows.values()}
    found = await connection.execute(select(channels).where(channels.c.id.in_(homes)))
    by_id = {row["id"]: channel_of(row) for row in found.mappings()}
    return tuple(
        Work(
            post_of(rows[number], carried[number]),
            by_id[rows[number]["channel_id"]],
            _TASKS[state],
            owner,
            until,
        )
        for number, state in states.items()
    )
