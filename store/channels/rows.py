"""Channels as rows, and when an instant one wakes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Result, Select, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.schema import channels
from store.model import (
    INSTANT,
    Actor,
    Channel,
    ChannelRef,
    ChannelState,
    Layout,
    Leftover,
    Order,
    Schedule,
    Show,
    Subscription,
    place_of,
)

_INSTANT_STEP = timedelta(seconds=1)

Shards = Collection[int] | None
"""The shares whose channels are asked for; None: all."""

_KEPT = 16  # statements, each for other shares


def in_shards(shards: Shards) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for channels to be of some shares."""
    return () if shards is None else (channels.c.shard.in_(sorted(shards)),)


def made_once(build: Callable[[Shards], Select[Any]]) -> Callable[[Shards], Select[Any]]:
    """Return what makes one statement, as `Database.rows` wants it, for the same shares."""
    made = lru_cache(_KEPT)(build)
    return lambda shards: made(None if shards is None else frozenset(shards))


def channel_of(values: Mapping[Any, Any]) -> Channel:
    """Return the channel that a row of `channels` holds."""
    return Channel(
        id=values["id"],
        ref=ChannelRef(values["platform"], values["workspace"], place_of(values["channel"])),
        subscription=Subscription(
            schedule=Schedule(values["rule"], values["timezone"]),
            since=values["since"],
            tags=tuple(values["tags"]),
            language=values["language"],
            limit=values["most"],
            quiet_days=values["quiet_days"],
            threaded=values["threaded"],
            order=Order(values["ordering"]),
            leftover=Leftover(values["leftover"]),
            layout=Layout(values["layout"]),
            name=values["name"],
            show=Show.of(values["channel"]),
            direct=values["direct"],
        ),
        state=ChannelState(values["state"]),
        reason=values["reason"],
        owner=Actor(
            values["owner_platform"],
            values["owner_workspace"],
            values["owner_id"],
            values["owner_name"],
        ),
        next_at=values["next_at"],
        seen=values["seen"],
        trouble_since=values["trouble_since"],
        try_at=values["try_at"],
    )


def channels_of(result: Result[Any]) -> tuple[Channel, ...]:
    """Return the channels of a result that holds all columns of `channels`.

    Plain dictionaries are read much faster than the library's own mappings: many are due at once.
    """
    names = tuple(result.keys())
    return tuple(channel_of(dict(zip(names, row, strict=True))) for row in result)


async def wake_instant(connection: AsyncConnection, now: datetime, newest: datetime | None) -> None:
    """Make the instant channels due for which an entry first published at `newest` is new."""
    if newest is not None:
        await _wake(connection, now, channels.c.since <= newest)


async def wake_channel(connection: AsyncConnection, now: datetime, channel_id: int) -> None:
    """Make a channel due if it is an instant one that waits for nothing."""
    await _wake(connection, now, channels.c.id == channel_id)


def instant_slot(now: datetime, last_slot: datetime | None) -> datetime:
    """Return the next slot of an instant channel: now, but never one that it had before."""
    if last_slot is None or last_slot < now:
        return now
    return next_instant(last_slot)


def next_instant(slot: datetime) -> datetime:
    """Return the first slot of an instant channel after one that it had."""
    return slot + _INSTANT_STEP


async def _wake(connection: AsyncConnection, now: datetime, which: ColumnElement[bool]) -> None:
    waiting = select(channels.c.id, channels.c.last_slot).where(
        channels.c.state == ChannelState.ACTIVE,
        channels.c.next_at.is_(None),
        channels.c.rule == INSTANT,
        which,
    )
    for row in (await connection.execute(waiting)).all():
        await connection.execute(
            update(channels)
            .where(channels.c.id == row.id)
            .values(next_at=instant_slot(now, row.last_slot))
        )
