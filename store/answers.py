"""In which channels everybody sees what somebody looks up. Elsewhere only they do."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select

from store import audit
from store.audit import AuditAction
from store.db.room import Room
from store.db.schema import public_answers
from store.model import Actor, ChannelRef


class Answers(Room):
    """Who sees the answers in a channel."""

    async def are_public(self, channel: ChannelRef, within: ChannelRef | None = None) -> bool:
        """Whether everybody in a channel sees what somebody looks up there.

        `within`: the channel is a thread of that one, and does as it does.
        """
        places = [_is(one) for one in (channel, within) if one is not None]
        statement = select(public_answers.c.channel).where(or_(*places)).limit(1)
        return await self._database.scalar(statement) is not None

    async def show(self, channel: ChannelRef, by: Actor, *, public: bool) -> None:
        """Show the answers in a channel to everybody in it, or to the askers alone."""
        async with self._database.write() as connection:
            known = await connection.execute(select(public_answers.c.channel).where(_is(channel)))
            if (known.first() is not None) is public:
                return
            if public:
                await connection.execute(
                    insert(public_answers).values(
                        platform=channel.platform, workspace=channel.workspace, channel=channel.id
                    )
                )
            else:
                await connection.execute(delete(public_answers).where(_is(channel)))
            action = AuditAction.PUBLIC_ANSWERS if public else AuditAction.PRIVATE_ANSWERS
            subject = f"place:{channel.platform}/{channel.workspace}/{channel.id}"
            await audit.record(connection, self._clock(), by, action, subject)


def _is(channel: ChannelRef) -> ColumnElement[bool]:
    return and_(
        public_answers.c.platform == channel.platform,
        public_answers.c.workspace == channel.workspace,
        public_answers.c.channel == channel.id,
    )
