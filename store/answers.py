"""In which channels everybody sees what somebody looks up. Elsewhere only they do."""

from __future__ import annotations

from sqlalchemy import delete, insert, select, tuple_

from store import audit
from store.audit import AuditAction
from store.channels.rows import place_row
from store.db.rows import Room
from store.db.schema import public_answers
from store.model import Actor, ChannelRef


class Answers(Room):
    """Who sees the answers in a channel."""

    async def are_public(self, channel: ChannelRef, within: ChannelRef | None = None) -> bool:
        """Whether everybody in a channel sees what somebody looks up there.

        `within`: the channel is a thread of that one, and does as it does.
        """
        places = [tuple(place_row(one).values()) for one in (channel, within) if one is not None]
        place = tuple_(*public_answers.c["platform", "workspace", "channel"])
        return (
            await self._database.first(select(public_answers).where(place.in_(places))) is not None
        )

    async def show(self, channel: ChannelRef, by: Actor, *, public: bool) -> None:
        """Show the answers in a channel to everybody in it, or to the askers alone."""
        async with self._database.write() as connection:
            here = place_row(channel)
            known = await connection.execute(select(public_answers).filter_by(**here))
            if (known.first() is not None) is public:
                return
            if public:
                await connection.execute(insert(public_answers).values(here))
            else:
                await connection.execute(delete(public_answers).filter_by(**here))
            action = AuditAction.PUBLIC_ANSWERS if public else AuditAction.PRIVATE_ANSWERS
            subject = f"place:{'/'.join(here.values())}"
            await audit.record(connection, self._clock(), by, action, subject)
