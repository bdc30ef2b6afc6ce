"""Making posts: many channels in one unit of work, with as many statements as for one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.channels.rows import instant_slot
from store.db.database import chunks
from store.db.rows import execute_many
from store.db.schema import channels, entries, post_entries, posts
from store.model import Channel, ChannelState, Post, PostBatch, PostPlan, PostState, Status
from store.posts.rows import carried_by, post_key, post_of, turn_of

_STEP = timedelta(microseconds=1)
_MOVED = ("number", "upcoming", "passed", "last")
_Move = tuple[int, datetime | None, int, datetime | None]
"""A channel's id, its next slot, what it has seen, and its last slot."""


@dataclass(frozen=True, slots=True)
class _Planned:
    """A post to be made: its key, the entries that it may carry, and those that it leaves out."""

    channel: Channel
    plan: PostPlan
    slot: datetime
    entry_ids: tuple[int, ...]
    left: tuple[int, ...]
    key: str


async def create_posts(
    connection: AsyncConnection, makings: Sequence[PostBatch], now: datetime
) -> tuple[Post, ...]:
    """Make the posts and move the channels on, those that are still as `makings` has them."""
    wanted = {making.channel.id: making for making in makings if making.channel.next_at}
    slots = await _open_slots(connection, wanted)
    wanted = {number: wanted[number] for number in wanted if number in slots}
    if not wanted:
        return ()
    highest = 0
    if any(map(_sleeps, wanted.values())):
        newest = select(func.max(entries.c.serial)).filter_by(status=Status.PUBLISHED)
        highest = await connection.scalar(newest) or 0
    moved: list[_Move] = []
    planned: list[_Planned] = []
    carried = await _carried(connection, wanted.values())
    for number, making in wanted.items():
        slot = making.channel.next_at or now
        last, used = slots[number]
        if used:
            # Its posts were made before the clock or the schedule went back: the slot is over.
            moved.append(_move(making, making.channel.seen, last, now, highest))
            continue
        ours = list(_without_repeats(making, slot, carried))
        planned += ours
        moved.append(_move(making, making.seen, slot if ours else last, now, highest))
    await execute_many(
        connection,
        update(channels)
        .where(channels.c.id == bindparam("number"))
        .values(
            next_at=bindparam("upcoming"), seen=bindparam("passed"), last_slot=bindparam("last")
        ),
        _MOVED,
        moved,
    )
    return await _insert(connection, planned, now)


async def create_desk_posts(
    connection: AsyncConnection, desk: Channel, groups: Sequence[Sequence[int]], now: datetime
) -> tuple[Post, ...]:
    """Make a post to a desk of each group of entries; what a post to it carries is left out."""
    latest = select(func.max(posts.c.slot)).filter_by(channel_id=desk.id)
    last = await connection.scalar(latest)
    slot = now if last is None or last < now else last + _STEP
    plans = tuple(PostPlan(part, 1, tuple(ids)) for part, ids in enumerate(groups, 1))
    making = PostBatch(desk, plans, None, desk.seen)
    carried = await _carried(connection, [making])
    return await _insert(connection, list(_without_repeats(making, slot, carried)), now)


async def _open_slots(
    connection: AsyncConnection, wanted: Mapping[int, PostBatch]
) -> dict[int, tuple[datetime | None, bool]]:
    """Return the channels that are as they were when their posts were decided.

    With the last slot of each, and whether the slot that is to be made now has a post already.
    """
    found: dict[int, tuple[datetime | None, bool]] = {}
    used = exists().where(posts.c.channel_id == channels.c.id, posts.c.slot == channels.c.next_at)
    columns = channels.c["id", "state", "next_at", "seen", "last_slot"]
    asked: Select[Any] = select(*columns, used)
    for some in chunks(list(wanted)):
        # A condition on the state would make SQLite walk through all the active channels.
        rows = await connection.execute(asked.where(channels.c.id.in_(some)))
        for number, state, next_at, seen, last, is_used in rows:
            channel = wanted[number].channel
            as_it_was = next_at == channel.next_at and seen == channel.seen
            if as_it_was and state == ChannelState.ACTIVE:
                found[number] = last, is_used
    return found


async def _carried(
    connection: AsyncConnection, makings: Collection[PostBatch]
) -> set[tuple[int, int]]:
    wanted = {
        number
        for making in makings
        for plan in making.plans
        for number in (*plan.entry_ids, *plan.left)
    }
    homes = [making.channel.id for making in makings]
    carried: set[tuple[int, int]] = set()
    for some in chunks(list(wanted)):
        carried |= await carried_by(connection, homes, post_entries.c.entry_id.in_(some))
    return carried


def _without_repeats(
    making: PostBatch, slot: datetime, carried: set[tuple[int, int]]
) -> Iterable[_Planned]:
    """Return the posts of a slot. One that would be left empty is left out."""
    for plan in making.plans:
        ids = _first_time(making, plan.entry_ids, carried)
        if ids or not plan.entry_ids:
            left = _first_time(making, plan.left, carried)
            key = post_key(making.channel.kept_ref, slot, plan.part)
            yield _Planned(making.channel, plan, slot, ids, left, key)


def _first_time(
    making: PostBatch, entry_ids: Iterable[int], carried: set[tuple[int, int]]
) -> tuple[int, ...]:
    """Return the entries that no post to the channel has, and note that one has them now."""
    home = making.channel.id
    ids = tuple(number for number in dict.fromkeys(entry_ids) if (home, number) not in carried)
    carried.update((home, number) for number in ids)
    return ids


def _sleeps(making: PostBatch) -> bool:
    """Whether a channel is to wait for the next entry."""
    return making.next_at is None and making.channel.subscription.schedule.instant


def _move(
    making: PostBatch, seen: int, last: datetime | None, now: datetime, highest: int
) -> _Move:
    upcoming = making.next_at
    if _sleeps(making) and highest > seen:
        # Published while this was decided: nobody else would wake the channel for it.
        upcoming = instant_slot(now, last)
    return making.channel.id, upcoming, seen, last


async def _insert(
    connection: AsyncConnection, planned: Sequence[_Planned], now: datetime
) -> tuple[Post, ...]:
    made = [_values(one, now) for one in planned]
    if not made:
        return ()
    last = await connection.scalar(select(func.max(posts.c.id))) or 0
    await execute_many(
        connection, insert(posts), tuple(made[0]), [tuple(row.values()) for row in made]
    )
    # Nobody else makes posts meanwhile, and each has a higher id than those before it.
    found = await connection.execute(select(posts.c.key, posts.c.id).where(posts.c.id > last))
    numbers: dict[str, int] = {row.key: row.id for row in found}
    await execute_many(
        connection,
        insert(post_entries),
        ("post_id", "position", "entry_id", "channel_id", "left_out"),
        [
            (numbers[one.key], position, number, one.channel.id, position >= len(one.entry_ids))
            for one in planned
            for position, number in enumerate((*one.entry_ids, *one.left))
        ],
    )
    return tuple(
        post_of({**row, **_FRESH, "id": numbers[one.key]}, one.entry_ids)
        for row, one in zip(made, planned, strict=True)
    )


_FRESH = {"receipt_platform": None, "receipt": None, "sent_at": None}


def _values(one: _Planned, now: datetime) -> dict[str, Any]:
    return {
        "channel_id": one.channel.id,
        "platform": one.channel.ref.platform,
        "slot": one.slot,
        "part": one.plan.part,
        "parts": one.plan.parts,
        "key": one.key,
        "state": PostState.QUEUED.value,
        "rest": one.plan.rest,
        "leaves": bool(one.plan.left),
        "late": one.plan.late,
        "layout": one.plan.layout.value,
        "attempts": 0,
        "not_before": now,
        "due_at": now,
        "turn": turn_of(one.channel),
        "reason": "",
        "revision": 0,
        "shown": 0,
        "votes": None,
    }
