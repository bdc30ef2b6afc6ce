"""Notices as rows, written in the unit of work in which the trouble is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.channels.rows import channel_of
from store.db.rows import from_row
from store.db.schema import channels, notices
from store.model import Notice, NoticeKind, NoticeState, Trouble


def notice_of(values: Mapping[Any, Any], channel: Mapping[Any, Any]) -> Notice:
    """Return the notice that a row of `notices` holds, about the channel of that row."""
    return from_row(
        Notice,
        values,
        channel=channel_of(channel),
        kind=NoticeKind(values["kind"]),
        trouble=Trouble(values["reason"], values["remedy"]),
        state=NoticeState(values["state"]),
    )


async def announce(
    connection: AsyncConnection, channel_id: int, kind: NoticeKind, trouble: Trouble, now: datetime
) -> bool:
    """See to it that a channel's owner is told, unless they were told of such trouble already.

    Told of it once, they hear nothing more of that kind until `withdraw`. Returns whether they
    are to be told now. The unit of work was opened to write, so nobody else announces meanwhile.
    """
    await connection.execute(
        update(channels)
        .filter_by(id=channel_id)
        .values(trouble_since=func.coalesce(channels.c.trouble_since, now))
    )
    known = select(notices.c.id).filter_by(channel_id=channel_id, kind=kind.value)
    if (await connection.execute(known)).first() is not None:
        return False
    owner = select(channels.c.owner_platform).filter_by(id=channel_id)
    await connection.execute(
        insert(notices).values(
            channel_id=channel_id,
            kind=kind.value,
            platform=owner.scalar_subquery(),
            **asdict(trouble),
            state=NoticeState.WAITING.value,
            made_at=now,
            due_at=now,
            tries=0,
            obstacle="",
        )
    )
    return True


async def withdraw(connection: AsyncConnection, channel_id: int) -> None:
    """Forget what a channel's owner was told or was to be told: the trouble is over."""
    await connection.execute(delete(notices).filter_by(channel_id=channel_id))
