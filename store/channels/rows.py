"""Channels as rows, and when an instant one wakes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Result, Select, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.rows import from_row
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

_OWNER = ("owner_platform", "owner_workspace", "owner_id", "owner_name")
_INSTANT_STEP = timedelta(seconds=1)

WELL: Mapping[str, None] = {"trouble_since": None, "try_at": None, "rest": None}
"""The columns of a channel that nothing keeps posts from."""

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
    return from_row(
        Channel,
        values,
        ref=ChannelRef(values["platform"], values["workspace"], place_of(values["channel"])),
        subscription=from_row(
            Subscription,
            values,
            schedule=Schedule(values["rule"], values["timezone"]),
            tags=tuple(values["tags"]),
            limit=values["most"],
            order=Order(values["ordering"]),
            leftover=Leftover(values["leftover"]),
            layout=Layout(values["layout"]),
            show=Show.of(values["channel"]),
        ),
        state=ChannelState(values["state"]),
        owner=Actor(*(values[name] for name in _OWNER)),
    )


def owner_row(owner: Actor) -> dict[str, str]:
    """Return the columns that say whose a channel is."""
    return {f"owner_{name}": value for name, value in asdict(owner).items()}


def place_row(ref: ChannelRef) -> dict[str, str]:
    """Return the columns that say where a channel is."""
    return {"platform": ref.platform, "workspace": ref.workspace, "channel": ref.id}


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
            update(channels).filter_by(id=row.id).values(next_at=instant_slot(now, row.last_slot))
        )
