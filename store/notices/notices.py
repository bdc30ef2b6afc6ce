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

from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, or_, select, update

from store.db.room import Room
from store.db.schema import channels, notices
from store.model import ChannelState, Notice, NoticeKind, NoticeState, Trouble
from store.notices.rows import announce, notice_of

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
            await connection.execute(update(notices).filter_by(id=row.id).values(values))
            found = await connection.execute(select(notices).filter_by(id=row.id))
            notice = found.mappings().one()
            home = await connection.execute(select(channels).filter_by(id=notice["channel_id"]))
            return notice_of(notice, home.mappings().one())

    async def next_due(self, platform: str) -> datetime | None:
        """Return when `lease` will have a notice to hand out, None where nobody is to be told."""
        rows = await self._database.rows(_SOONEST, {"platform": platform})
        due_at: datetime | None = rows[0]["due_at"] if rows else None
        return due_at

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
