"""Making posts: many channels in one unit of work, with as many statements as for one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.channel_rows import instant_slot
from store.database import chunks
from store.model import ChannelState, Making, Post, PostPlan, PostState, Status
from store.post_rows import post_key, post_of
from store.schema import channels, entries, post_entries, posts


async def make_posts(
    connection: AsyncConnection, makings: Sequence[Making], now: datetime
) -> tuple[Post, ...]:
    """Make the posts and move the channels on, those that are still as `makings` has them."""
    wanted = {making.channel.id: making for making in makings if making.channel.next_at}
    open_ones = await _unchanged(connection, wanted)
    wanted = {number: wanted[number] for number in wanted if number in open_ones}
    if not wanted:
        return ()
    used = await _used_slots(connection, wanted.values())
    highest = await _highest_serial(connection)
    moved = []
    planned: list[tuple[Making, PostPlan, tuple[int, ...]]] = []
    carried = await _carried(connection, wanted.values())
    for number, making in wanted.items():
        slot = making.channel.next_at
        if (number, slot) in used:
            # Its posts were made before the clock or the schedule went back: the slot is over.
            moved.append(_move(making, making.channel.seen, open_ones[number], now, highest))
            continue
        ours = list(_without_repeats(making, carried))
        planned += ((making, plan, ids) for plan, ids in ours)
        last = slot if ours else open_ones[number]
        moved.append(_move(making, making.seen, last, now, highest))
    await connection.execute(
        update(channels)
        .where(channels.c.id == bindparam("number"))
        .values(
            next_at=bindparam("upcoming"), seen=bindparam("passed"), last_slot=bindparam("last")
        ),
        moved,
    )
    return await _insert(connection, planned, now)


async def _unchanged(
    connection: AsyncConnection, wanted: Mapping[int, Making]
) -> dict[int, datetime | None]:
    """Return the last slot of each channel that is as it was when its posts were decided."""
    unchanged: dict[int, datetime | None] = {}
    for some in chunks(list(wanted)):
        columns = channels.c
        rows = await connection.execute(
            select(columns.id, columns.next_at, columns.seen, columns.last_slot).where(
                columns.id.in_(some), columns.state == ChannelState.ACTIVE
            )
        )
        for row in rows:
            channel = wanted[row.id].channel
            if row.next_at == channel.next_at and row.seen == channel.seen:
                unchanged[row.id] = row.last_slot
    return unchanged


async def _used_slots(
    connection: AsyncConnection, makings: Collection[Making]
) -> set[tuple[int, datetime]]:
    slots = {making.channel.next_at for making in makings}
    used: set[tuple[int, datetime]] = set()
    for some in chunks([making.channel.id for making in makings]):
        rows = await connection.execute(
            select(posts.c.channel_id, posts.c.slot).where(
                posts.c.channel_id.in_(some), posts.c.slot.in_(slots)
            )
        )
        used.update((row.channel_id, row.slot) for row in rows)
    return used


async def _highest_serial(connection: AsyncConnection) -> int:
    newest = (
        select(entries.c.serial)
        .where(entries.c.serial.is_not(None), entries.c.status == Status.PUBLISHED)
        .order_by(entries.c.serial.desc())
        .limit(1)
    )
    return int((await connection.execute(newest)).scalar() or 0)


async def _carried(
    connection: AsyncConnection, makings: Collection[Making]
) -> set[tuple[int, int]]:
    wanted = {number for making in makings for plan in making.plans for number in plan.entry_ids}
    carried: set[tuple[int, int]] = set()
    for homes in chunks([making.channel.id for making in makings]):
        for some in chunks(list(wanted)):
            rows = await connection.execute(
                select(post_entries.c.channel_id, post_entries.c.entry_id).where(
                    post_entries.c.channel_id.in_(homes), post_entries.c.entry_id.in_(some)
                )
            )
            carried.update((row.channel_id, row.entry_id) for row in rows)
    return carried


def _without_repeats(
    making: Making, carried: set[tuple[int, int]]
) -> Iterable[tuple[PostPlan, tuple[int, ...]]]:
    """Return the plans with what they may carry; one that would be left empty is left out."""
    home = making.channel.id
    for plan in making.plans:
        ids = tuple(
            number for number in dict.fromkeys(plan.entry_ids) if (home, number) not in carried
        )
        carried.update((home, number) for number in ids)
        if ids or not plan.entry_ids:
            yield plan, ids


def _move(
    making: Making, seen: int, last: datetime | None, now: datetime, highest: int
) -> dict[str, Any]:
    upcoming = making.next_at
    if upcoming is None and making.channel.wish.schedule.instant and highest > seen:
        # Published while this was decided: nobody else would wake the channel for it.
        upcoming = instant_slot(now, last)
    return {"number": making.channel.id, "upcoming": upcoming, "passed": seen, "last": last}


async def _insert(
    connection: AsyncConnection,
    planned: Sequence[tuple[Making, PostPlan, tuple[int, ...]]],
    now: datetime,
) -> tuple[Post, ...]:
    if not planned:
        return ()
    rows = [_row(making, plan, now) for making, plan, _ in planned]
    await connection.execute(insert(posts), rows)
    numbers: dict[str, int] = {}
    for keys in chunks([row["key"] for row in rows]):
        found = await connection.execute(
            select(posts.c.key, posts.c.id).where(posts.c.key.in_(keys))
        )
        numbers.update((row.key, row.id) for row in found)
    places = [
        {
            "post_id": numbers[row["key"]],
            "position": position,
            "entry_id": entry_id,
            "channel_id": row["channel_id"],
        }
        for row, (_, _, ids) in zip(rows, planned, strict=True)
        for position, entry_id in enumerate(ids)
    ]
    if places:
        await connection.execute(insert(post_entries), places)
    return tuple(
        post_of({**row, "id": numbers[row["key"]]}, ids)
        for row, (_, _, ids) in zip(rows, planned, strict=True)
    )


def _row(making: Making, plan: PostPlan, now: datetime) -> dict[str, Any]:
    slot = making.channel.next_at or now
    return {
        "channel_id": making.channel.id,
        "slot": slot,
        "part": plan.part,
        "parts": plan.parts,
        "key": post_key(making.channel.ref, slot, plan.part),
        "state": PostState.QUEUED.value,
        "rest": plan.rest,
        "late": plan.late,
        "attempts": 0,
        "not_before": now,
        "due_at": now,
        "reason": "",
        "receipt_platform": None,
        "receipt": None,
        "revision": 0,
        "shown": 0,
        "sent_at": None,
    }
