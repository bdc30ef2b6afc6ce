"""Posts as rows, their keys, and what happens to them when entries or channels change."""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.channels.rows import wake_channel
from store.db.database import chunks
from store.db.rows import among, from_row
from store.db.schema import channels, entries, post_entries, posts
from store.model import DESK, CalledOff, Channel, ChannelRef, Layout, Post, PostState, Receipt

_LOGGER = logging.getLogger(__name__)

_KEY_LENGTH = 25  # the most that a platform is handed
_KEY_BYTES = 20  # what base 32 needs for it, in whole groups of five
_NAMED = 20  # entries that the log names when many change at once


def post_key(ref: ChannelRef, slot: datetime, part: int) -> str:
    """Return a post's own key: the same for the same channel, slot and part, on every machine.

    25 characters of a-z and 2-7, so that it fits everywhere and two alike by chance are out of
    the question (125 bits).
    """
    moment = slot.astimezone(UTC).isoformat()
    subject = "\0".join([ref.platform, ref.workspace, ref.id, moment, str(part)])
    hashed = hashlib.sha256(subject.encode("utf-8", "surrogatepass")).digest()[:_KEY_BYTES]
    return base64.b32encode(hashed).decode("ascii").lower()[:_KEY_LENGTH]


UNFINISHED = (PostState.QUEUED.value, PostState.SENDING.value, PostState.UNKNOWN.value)
"""Of posts that are on their way."""

EVER = datetime.min.replace(year=1970, tzinfo=UTC)
"""Before everything that is due: to ask for what is later finds what is due at all."""

UPDATES = 2
"""What is added to a post's turn when it is sent: its updates come after all that is new."""


def turn_of(channel: Channel) -> int:
    """Return when the posts of a channel have their turn: those of instant ones come first."""
    return 0 if channel.subscription.schedule.instant else 1


def post_of(values: Mapping[Any, Any], carried: Sequence[int]) -> Post:
    """Return the post that a row of `posts` holds."""
    platform = values["receipt_platform"]
    return from_row(
        Post,
        values,
        state=PostState(values["state"]),
        entry_ids=tuple(carried),
        layout=Layout(values["layout"]),
        receipt=Receipt(platform, values["receipt"]) if platform is not None else None,
    )


async def carried_by(
    connection: AsyncConnection, channel_ids: Iterable[int], which: ColumnElement[bool]
) -> set[tuple[int, int]]:
    """Return what posts to channels carry or leave out: pairs of channel id and entry id."""
    query = select(post_entries.c.channel_id, post_entries.c.entry_id).where(which)
    rows = await among(connection, query, post_entries.c.channel_id, channel_ids)
    return {(row["channel_id"], row["entry_id"]) for row in rows}


async def carried_entries(
    connection: AsyncConnection, post_ids: Iterable[int]
) -> dict[int, list[int]]:
    """Return what each post carries, in its order."""
    carried: dict[int, list[int]] = {number: [] for number in post_ids}
    query = (
        select(post_entries.c.post_id, post_entries.c.entry_id)
        .where(post_entries.c.left_out.is_(False))
        .order_by(post_entries.c.post_id, post_entries.c.position)
    )
    for row in await among(connection, query, post_entries.c.post_id, carried):
        carried[row["post_id"]].append(row["entry_id"])
    return carried


def carrying(entry_ids: Sequence[int]) -> ColumnElement[bool]:
    """Whether a post carries one of some entries."""
    ours = post_entries.c.entry_id.in_(entry_ids)
    return posts.c.id.in_(select(post_entries.c.post_id).where(ours, ~post_entries.c.left_out))


async def mark_changed(
    connection: AsyncConnection, entry_ids: Sequence[int], now: datetime, *, at_desks: bool = False
) -> None:
    """Note that entries changed: every post that carries one of them is to be updated.

    `at_desks`: only those to moderators' desks, which also tell who suggested and decided.
    """
    desks = select(channels.c.id).filter_by(rule=DESK)
    where = posts.c.channel_id.in_(desks) if at_desks else true()
    for some in chunks(entry_ids):
        changed = await connection.execute(
            update(posts)
            .where(carrying(some), posts.c.state != PostState.FAILED, where)
            .values(
                revision=posts.c.revision + 1,
                due_at=case((_rests(), now), else_=posts.c.due_at),
                not_before=case((_rests(), now), else_=posts.c.not_before),
            )
        )
        if changed.rowcount > 0:
            entries_named = ",".join(map(str, some[:_NAMED]))
            _LOGGER.info("updates queued posts=%d entries=%s", changed.rowcount, entries_named)


async def call_off(
    connection: AsyncConnection, channel_id: int, reason: CalledOff, now: datetime
) -> None:
    """Give up a channel's posts that wait to be published."""
    waiting = await connection.execute(
        select(posts.c.id, posts.c.key).filter_by(channel_id=channel_id, state=PostState.QUEUED)
    )
    keys = {row.id: row.key for row in waiting}
    ids = list(keys)
    if ids:
        await connection.execute(
            update(posts)
            .where(posts.c.id.in_(ids))
            .values(state=PostState.FAILED.value, due_at=None, reason=reason.value)
        )
        await give_back(connection, channel_id, ids, now)
    for key in keys.values():
        _LOGGER.info('post failed key=%s channel=%d reason="%s"', key, channel_id, reason.value)


async def has_waiting(connection: AsyncConnection, channel_id: int) -> bool:
    """Whether posts wait to be published to a channel."""
    waiting = select(posts.c.id).filter_by(channel_id=channel_id, state=PostState.QUEUED)
    return (await connection.execute(waiting.limit(1))).first() is not None


async def hold(connection: AsyncConnection, channel_id: int) -> None:
    """Hold back what waits for a channel, so that nobody looks at it again and again.

    What a worker has in hand goes on.
    """
    await connection.execute(
        update(posts).where(*_idle(channel_id), posts.c.due_at.is_not(None)).values(due_at=None)
    )


async def let_go(connection: AsyncConnection, channel_id: int) -> None:
    """Let go of what was held back: each is due when it was."""
    await connection.execute(
        update(posts)
        .where(*_idle(channel_id), posts.c.due_at.is_(None))
        .values(due_at=posts.c.not_before)
    )


async def show_again(connection: AsyncConnection, channel_id: int, now: datetime) -> None:
    """Let the updates be tried again that a channel's trouble has kept from being shown."""
    await connection.execute(
        update(posts)
        .filter_by(channel_id=channel_id, state=PostState.SENT, due_at=None)
        .where(posts.c.revision > posts.c.shown)
        .values(due_at=now)
    )


def _idle(channel_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        posts.c.channel_id == channel_id,
        posts.c.state.in_((PostState.QUEUED.value, PostState.UNKNOWN.value)),
        posts.c.lease_owner.is_(None),
    )


async def give_back(
    connection: AsyncConnection, channel_id: int, post_ids: Sequence[int], now: datetime
) -> None:
    """Make what failed posts carried new for their channel again.

    `seen` goes down in any case: whoever decided just now what the next posts carry took these
    entries for carried, and is to decide anew.
    """
    ours = post_entries.c.post_id.in_(post_ids)
    lowest = (
        select(func.min(entries.c.serial))
        .join(post_entries, post_entries.c.entry_id == entries.c.id)
        .where(ours)
    )
    serial = await connection.scalar(lowest)
    await connection.execute(update(post_entries).where(ours).values(channel_id=None))
    if serial is None:
        # Only what was never published, which a desk carries.
        return
    await connection.execute(
        update(channels)
        .filter_by(id=channel_id)
        .values(seen=case((channels.c.seen >= serial, serial), else_=channels.c.seen) - 1)
    )
    await wake_channel(connection, now, channel_id)


def _rests() -> ColumnElement[bool]:
    return and_(posts.c.state == PostState.SENT.value, posts.c.due_at.is_(None))
