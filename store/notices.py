"""Notices: what owners of channels are to be told in private, each of them once.

waiting ──lease──> sending ──settle──> told
   ^                  |──settle──> waiting, not before a moment
   └──────────────────┘──settle──> undelivered (refused, or tried often enough)
                      └──settle, or the lease ran out──> unsure

A private message carries no key by which it could be looked for, so one that may have arrived
is never said again: a notice is told at most once. What is lost that way, when the program is
killed while the message is on its way, still stands in the status and in the log. What surely did
not arrive is said again.

A notice stays, settled, until a post arrives or a person takes the channel in hand: trouble that
goes on, or comes back before anything arrived, is told no second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.channels.rows import channel_of
from store.db.rows import Room, from_row
from store.db.schema import channels, notices
from store.model import ChannelState, Notice, NoticeKind, NoticeState, Trouble

_SOONEST = (
    select(notices.c.id, notices.c.state, notices.c.tries, notices.c.due_at)
    .join(channels, channels.c.id == notices.c.channel_id)
    .where(
        notices.c.platform == bindparam("platform"),
        notices.c.due_at.is_not(None),
        or_(
            notices.c.kind == NoticeKind.MISSED.value,
            notices.c.state == NoticeState.SENDING.value,
            and_(
                notices.c.kind == NoticeKind.BROKEN.value,
                channels.c.state == ChannelState.BROKEN.value,
            ),
        ),
    )
    .order_by(notices.c.due_at, notices.c.id)
    .limit(1)
)
"""The notice that may be handed out first, now or later."""


class Notices(Room):
    """What owners are to be told."""

    async def missed(self, channel_id: int, trouble: Trouble) -> bool:
        """Tell the owner that a post cannot be made, unless they were told of one already.

        Returns whether they are to be told now.
        """
        known = select(notices.c.id).filter_by(channel_id=channel_id, kind=NoticeKind.MISSED.value)
        if await self._database.scalar(known) is not None:
            return False
        async with self._database.write() as connection:
            return await announce(connection, channel_id, NoticeKind.MISSED, trouble, self._clock())

    async def lease(self, platform: str, now: datetime, until: datetime) -> Notice | None:
        """Hand out the next notice to an owner on a platform, None where none is due.

        It counts as on its way until `until`. One whose lease ran out comes back once, as
        `UNSURE`, and is settled with that. That a channel is broken is told while it is.
        """
        first = await self.next_due(platform)
        if first is None or first > now:
            return None
        async with self._database.write() as connection:
            row = (await connection.execute(_SOONEST, {"platform": platform})).first()
            if row is None or row.due_at > now:
                return None
            values: dict[str, Any] = {"state": NoticeState.UNSURE.value, "due_at": None}
            if row.state != NoticeState.SENDING:
                values = {"state": NoticeState.SENDING.value, "due_at": until}
                values["tries"] = row.tries + 1
            taken = update(notices).filter_by(id=row.id).values(values).returning(notices)
            notice = (await connection.execute(taken)).mappings().one()
            home = await connection.execute(select(channels).filter_by(id=notice["channel_id"]))
            return notice_of(notice, home.mappings().one())

    async def next_due(self, platform: str) -> datetime | None:
        """Return when `lease` will have a notice to hand out, None where nobody is to be told."""
        rows = await self._database.rows(_SOONEST, {"platform": platform})
        return min((row["due_at"] for row in rows), default=None)

    async def settle(
        self, notice: Notice, state: NoticeState, obstacle: str = "", due_at: datetime | None = None
    ) -> bool:
        """Note how far an owner has been told, who is told again at `due_at`, if then.

        False: it was settled or withdrawn meanwhile.
        """
        done = await self._database.execute(
            update(notices)
            .filter_by(id=notice.id, state=NoticeState.SENDING.value, tries=notice.tries)
            .values(state=state.value, obstacle=obstacle, due_at=due_at)
        )
        return done == 1


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
