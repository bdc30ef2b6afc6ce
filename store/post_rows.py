"""Posts as rows, their keys, and what happens to them when entries or channels change."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.channel_rows import wake_channel
from store.database import chunks
from store.model import ChannelRef, Post, PostState, Receipt
from store.schema import channels, entries, post_entries, posts

_KEY_LENGTH = 25  # the longest nonce that Discord takes


def post_key(ref: ChannelRef, slot: datetime, part: int) -> str:
    """Return a post's own key: the same for the same channel, slot and part, on every machine.

    25 characters of a-z and 2-7, so that it fits everywhere and two alike by chance are out of
    the question (125 bits).
    """
    moment = slot.astimezone(UTC).isoformat()
    subject = "\0".join([ref.platform, ref.workspace, ref.id, moment, str(part)])
    hashed = hashlib.sha256(subject.encode("utf-8", "surrogatepass")).digest()
    return base64.b32encode(hashed).decode("ascii").lower()[:_KEY_LENGTH]


def post_of(values: Mapping[Any, Any], carried: Sequence[int]) -> Post:
    """Return the post that a row of `posts` holds."""
    platform = values["receipt_platform"]
    return Post(
        id=values["id"],
        channel_id=values["channel_id"],
        slot=values["slot"],
        part=values["part"],
        parts=values["parts"],
        key=values["key"],
        state=PostState(values["state"]),
        entry_ids=tuple(carried),
        rest=values["rest"],
        late=values["late"],
        attempts=values["attempts"],
        not_before=values["not_before"],
        reason=values["reason"],
        receipt=Receipt(platform, values["receipt"]) if platform is not None else None,
        revision=values["revision"],
        shown=values["shown"],
        sent_at=values["sent_at"],
    )


async def carried_entries(
    connection: AsyncConnection, post_ids: Iterable[int]
) -> dict[int, list[int]]:
    """Return what each post carries, in its order."""
    carried: dict[int, list[int]] = {number: [] for number in post_ids}
    for some in chunks(list(carried)):
        rows = await connection.execute(
            select(post_entries.c.post_id, post_entries.c.entry_id)
            .where(post_entries.c.post_id.in_(some))
            .order_by(post_entries.c.post_id, post_entries.c.position)
        )
        for row in rows:
            carried[row.post_id].append(row.entry_id)
    return carried


async def mark_changed(
    connection: AsyncConnection, entry_ids: Sequence[int], now: datetime
) -> None:
    """Note that entries changed: every post that carries one of them is to be updated."""
    for some in chunks(entry_ids):
        carrying = select(post_entries.c.post_id).where(post_entries.c.entry_id.in_(some))
        await connection.execute(
            update(posts)
            .where(posts.c.id.in_(carrying), posts.c.state != PostState.FAILED)
            .values(
                revision=posts.c.revision + 1,
                due_at=case((_rests(), now), else_=posts.c.due_at),
                not_before=case((_rests(), now), else_=posts.c.not_before),
            )
        )


async def call_off(
    connection: AsyncConnection, channel_id: int, reason: str, now: datetime
) -> None:
    """Give up a channel's posts that wait to be published."""
    waiting = await connection.execute(
        select(posts.c.id).where(
            posts.c.channel_id == channel_id, posts.c.state == PostState.QUEUED
        )
    )
    ids = list(waiting.scalars())
    if ids:
        await connection.execute(
            update(posts)
            .where(posts.c.id.in_(ids))
            .values(state=PostState.FAILED.value, due_at=None, reason=reason)
        )
        await give_back(connection, channel_id, ids, now)


async def give_back(
    connection: AsyncConnection, channel_id: int, post_ids: Sequence[int], now: datetime
) -> None:
    """Make what failed posts carried new for their channel again."""
    ours = post_entries.c.post_id.in_(post_ids)
    lowest = (
        select(func.min(entries.c.serial))
        .join(post_entries, post_entries.c.entry_id == entries.c.id)
        .where(ours)
    )
    serial = (await connection.execute(lowest)).scalar()
    if serial is None:
        return
    await connection.execute(update(post_entries).where(ours).values(channel_id=None))
    await connection.execute(
        update(channels)
        .where(channels.c.id == channel_id, channels.c.seen >= serial)
        .values(seen=serial - 1)
    )
    await wake_channel(connection, now, channel_id)


def _rests() -> ColumnElement[bool]:
    return and_(posts.c.state == PostState.SENT.value, posts.c.due_at.is_(None))
