"""How the channels do: their posts, what waits, what failed, who is still to be told.

Everything is counted and found by indexes over what is unfinished or in trouble, never by
walking the posts that arrived: those are by far the most, and say nothing here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from store.channels.rows import channel_of
from store.db.rows import Room, counted, from_row
from store.db.schema import channels, entries, notices, posts, sources, votes
from store.model import (
    Channel,
    ChannelState,
    Figures,
    Notice,
    NoticeState,
    Page,
    PostBrief,
    PostState,
    Standing,
    Status,
    Totals,
)
from store.notices import notice_of
from store.posts.rows import EVER, UNFINISHED

_NOT_SENT = (*UNFINISHED, PostState.FAILED.value)
# What is found by its posts is not to be looked up by channel: adding nothing sees to that.
_BY_CHANNEL = posts.c.channel_id + 0
_ACTIVE = channels.c.state.concat("") == ChannelState.ACTIVE.value


class Overview(Room):
    """The channels, seen from above. Reads only."""

    async def figures(self) -> Figures:
        """Count what monitoring asks for."""
        of_posts, of_channels = (
            select(table.c.platform, table.c.state, func.count()).group_by(
                table.c.platform, table.c.state
            )
            for table in (posts, channels)
        )
        unsent = of_posts.where(posts.c.state.in_(_NOT_SENT))
        failing = select(func.count(sources.c.id)).where(sources.c.failures > 0)
        pending = select(func.count(entries.c.id)).filter_by(status=Status.PENDING.value)
        async with self._database.read() as connection:
            return Figures(
                votes=await counted(connection, votes.c.platform),
                posts={(row[0], row[1]): row[2] for row in await connection.execute(unsent)},
                channels={
                    (row[0], row[1]): row[2] for row in await connection.execute(of_channels)
                },
                sources=await counted(connection, sources.c.state),
                failing=await connection.scalar(failing) or 0,
                pending=await connection.scalar(pending) or 0,
            )

    async def totals(
        self, late_before: datetime, platform: str | None = None, workspace: str | None = None
    ) -> Totals:
        """Count, for all channels or for those of one platform and workspace.

        What people get in their own conversations is among all, and in no workspace.

        A channel is late whose slot, or whose waiting post, was due before `late_before`.
        """
        ours = _within(platform, workspace)
        async with self._database.read() as connection:
            kinds = await counted(connection, channels.c.state, *ours)
            unsent = select(posts.c.state, channels.c.state, func.count()).join_from(
                posts, channels, channels.c.id == posts.c.channel_id
            )
            unsent = unsent.where(posts.c.state.in_(_NOT_SENT), *ours)
            unsent = unsent.group_by(posts.c.state, channels.c.state)
            counts, held = _unsent((await connection.execute(unsent)).all())
            owed = select(func.count()).select_from(posts).where(*_changed())
            if ours:
                owed = owed.join(channels, channels.c.id == posts.c.channel_id).where(*ours)
            within = (notices.c.channel_id.in_(select(channels.c.id).where(*ours)),) if ours else ()
            owners = await counted(connection, notices.c.state, *within)
            return Totals(
                channels={state: kinds.get(state, 0) for state in ChannelState},
                posts=counts,
                held=held,
                updates=int(await connection.scalar(owed) or 0),
                late=int(await connection.scalar(_late(late_before, ours)) or 0),
                notices={state: owners.get(state, 0) for state in NoticeState},
                next_attempt=await connection.scalar(_next_attempt(ours)),
            )

    async def page(
        self, count: int, offset: int = 0, platform: str | None = None, workspace: str | None = None
    ) -> Page[Standing]:
        """Return how channels do: those in trouble first, then in the order they were made."""
        ours = (*_within(platform, workspace), channels.c.state != ChannelState.ENDED.value)
        troubled = channels.c.trouble_since.is_not(None)
        part = select(channels).where(*ours).order_by(troubled.desc(), channels.c.id)
        async with self._database.read() as connection:
            rows = await _rows(connection, part.limit(count + 1).offset(offset))
            standings = await _standings(connection, rows[:count])
        return Page(standings, more=len(rows) > count)

    async def of(self, channel: Channel) -> Standing:
        """Return how one channel does."""
        async with self._database.read() as connection:
            rows = await _rows(connection, select(channels).filter_by(id=channel.id))
            return (await _standings(connection, rows))[0]

    async def all(self, batch: int = 500) -> AsyncIterator[Standing]:
        """Return how every channel does, in the order they were made; some at a time in memory."""
        last = 0
        async with self._database.read() as connection:
            updates = await counted(connection, _BY_CHANNEL, *_changed())
        while True:
            following = (
                select(channels)
                .where(channels.c.id > last, channels.c.state != ChannelState.ENDED.value)
                .order_by(channels.c.id)
                .limit(batch)
            )
            async with self._database.read() as connection:
                rows = await _rows(connection, following)
                standings = await _standings(connection, rows, updates)
            for standing in standings:
                yield standing
            if len(rows) < batch:
                return
            last = rows[-1]["id"]


def _within(platform: str | None, workspace: str | None) -> tuple[ColumnElement[bool], ...]:
    found = []
    if platform is not None:
        found += [channels.c.platform == platform, channels.c.direct.is_(False)]
    if workspace is not None:
        found.append(channels.c.workspace == workspace)
    return tuple(found)


def _changed() -> tuple[ColumnElement[bool], ...]:
    """Return what tells the sent posts whose entries changed since."""
    # Adding nothing keeps the engines from walking all that was ever sent.
    return posts.c.due_at > EVER, posts.c.state.concat("") == PostState.SENT.value


def _unsent(rows: Iterable[Sequence[Any]]) -> tuple[dict[PostState, int], int]:
    """Return the posts by their state, and how many wait for a channel that gets none."""
    counts = {PostState(state): 0 for state in _NOT_SENT}
    held = 0
    for state, home, count in rows:
        counts[PostState(state)] += count
        if state in UNFINISHED and home != ChannelState.ACTIVE:
            held += count
    return counts, held


def _late(before: datetime, ours: Sequence[ColumnElement[bool]]) -> Select[Any]:
    active = channels.c.state == ChannelState.ACTIVE.value
    slot_passed = select(channels.c.id).where(active, channels.c.next_at < before, *ours)
    post_waits = (
        select(channels.c.id)
        .join_from(posts, channels, channels.c.id == posts.c.channel_id)
        .where(posts.c.state.in_(UNFINISHED), posts.c.slot < before, _ACTIVE, *ours)
    )
    return select(func.count()).select_from(union(slot_passed, post_waits).subquery())


def _next_attempt(ours: Sequence[ColumnElement[bool]]) -> Select[Any]:
    return (
        select(posts.c.due_at)
        .join_from(posts, channels, channels.c.id == posts.c.channel_id)
        .where(posts.c.due_at > EVER, _ACTIVE, *ours)
        .order_by(posts.c.due_at)
        .limit(1)
    )


async def _rows(connection: AsyncConnection, statement: Select[Any]) -> list[Mapping[Any, Any]]:
    return list((await connection.execute(statement)).mappings().all())


async def _standings(
    connection: AsyncConnection,
    rows: Sequence[Mapping[Any, Any]],
    updates: Mapping[int, int] | None = None,
) -> tuple[Standing, ...]:
    """Return how channels do. `updates` has what is owed to each, None: it is to be counted."""
    ids = [row["id"] for row in rows]
    if not ids:
        return ()
    if updates is None:
        # Each channel has many posts and few that changed: it is the few that are looked through.
        theirs = _BY_CHANNEL.in_(ids)
        updates = await counted(connection, _BY_CHANNEL, *_changed(), theirs)
    newest = await _newest(connection, ids, sent=False)
    arrived = {number: post for number, post in newest.items() if post.state is PostState.SENT}
    failed = {number: post for number, post in newest.items() if post.state is PostState.FAILED}
    others = [number for number in newest if number not in arrived]
    last = arrived | await _newest(connection, others, sent=True)
    counts, current = await _unfinished(connection, ids)
    told = await _notices(connection, rows)
    return tuple(
        Standing(
            channel=channel_of(row),
            last=last.get(row["id"]),
            current=current.get(row["id"]),
            failure=failed.get(row["id"]),
            counts=counts.get(row["id"], {}),
            updates=updates.get(row["id"], 0),
            notices=told.get(row["id"], ()),
        )
        for row in rows
    )


async def _newest(
    connection: AsyncConnection, ids: Collection[int], *, sent: bool
) -> dict[int, PostBrief]:
    """Return the newest post of each channel, or the newest that arrived."""
    if not ids:
        return {}
    theirs = posts.alias("theirs")
    # Adding nothing lets the engines walk back from the newest slot, to the first that is sent.
    state = theirs.c.state.concat("")
    newest = (
        select(theirs.c.id)
        .where(
            theirs.c.channel_id == channels.c.id,
            *((state == PostState.SENT.value,) if sent else ()),
        )
        .order_by(theirs.c.slot.desc(), theirs.c.part.desc())
        .limit(1)
        .scalar_subquery()
    )
    numbers = select(newest).where(channels.c.id.in_(list(ids)))
    return await _briefs(connection, numbers)


async def _briefs(
    connection: AsyncConnection, which: Select[Any] | Collection[int]
) -> dict[int, PostBrief]:
    """Return posts, one at most of each channel, by channel."""
    rows = await _rows(connection, select(posts).where(posts.c.id.in_(which)))
    return {row["channel_id"]: _brief(row) for row in rows}


async def _unfinished(
    connection: AsyncConnection, ids: Collection[int]
) -> tuple[dict[int, dict[PostState, int]], dict[int, PostBrief]]:
    """Return how many posts of each channel did not arrive, and the first that is on its way."""
    counted = (
        select(posts.c.channel_id, posts.c.state, func.count(), func.min(posts.c.id))
        .where(posts.c.channel_id.in_(list(ids)), posts.c.state.in_(_NOT_SENT))
        .group_by(posts.c.channel_id, posts.c.state)
    )
    counts: dict[int, dict[PostState, int]] = {}
    first: dict[int, int] = {}
    for number, state, count, post in await connection.execute(counted):
        counts.setdefault(number, {})[PostState(state)] = count
        if state in UNFINISHED:
            first[number] = min(post, first.get(number, post))
    return counts, await _briefs(connection, list(first.values())) if first else {}


async def _notices(
    connection: AsyncConnection, homes: Sequence[Mapping[Any, Any]]
) -> dict[int, tuple[Notice, ...]]:
    by_id = {row["id"]: row for row in homes}
    found: dict[int, tuple[Notice, ...]] = {}
    theirs = select(notices).where(notices.c.channel_id.in_(list(by_id))).order_by(notices.c.id)
    for row in await _rows(connection, theirs):
        number = row["channel_id"]
        found[number] = (*found.get(number, ()), notice_of(row, by_id[number]))
    return found


def _brief(values: Mapping[Any, Any]) -> PostBrief:
    state = PostState(values["state"])
    waits = state in {PostState.QUEUED, PostState.UNKNOWN} and values["lease_owner"] is None
    return from_row(PostBrief, values, state=state, next_at=values["due_at"] if waits else None)
