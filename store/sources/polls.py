"""Polls: which source's turn it is, and how each went.

All that comes of one poll is written in one unit of work: a process that is killed amid it has
read nothing, and the next poll brings it once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.database import Database
from store.db.group_commit import GroupCommit
from store.db.rows import among
from store.db.schema import Moment, source_keys, sources
from store.entries.entries import Entries, EntryRoom
from store.entries.identity import url_key
from store.errors import LeaseLost
from store.model import Entry, Gathered, Polling, Source, SourceNotice, SourceState
from store.sources.items import Intake
from store.sources.sources import polling_row, source_of

_LEASE = timedelta(minutes=5)
"""Longer than any poll takes. A process that dies gives its leases back at once."""

_FINISHED = (
    update(sources)
    .where(sources.c.id == bindparam("of"), sources.c.lease_owner == bindparam("by"))
    .values(
        {
            **{name: bindparam(name) for name in polling_row(Polling())},
            # Who paused it meanwhile, or wants it to be asked at once, is heard.
            "next_at": case(
                (
                    sources.c.next_at == bindparam("was", type_=Moment),
                    bindparam("next_at", type_=Moment),
                ),
                else_=sources.c.next_at,
            ),
            "lease_owner": None,
            "lease_until": None,
        }
    )
)
"""Made once: to make it for each poll would cost more than all else that a quiet poll does."""


class Polls(EntryRoom):
    """The polling of sources, as far as it is kept."""

    def __init__(
        self, database: Database, entry_store: Entries, clock: Callable[[], datetime]
    ) -> None:
        super().__init__(database, entry_store, clock)
        self._together = GroupCommit(database)

    async def lease(self, owner: str, count: int) -> tuple[Source, ...]:
        """Take sources that are due, the longest due first; nobody else gets them meanwhile.

        `owner` is a process (`Processes.enter`): when it dies, they are free again.
        """
        now = self._clock()
        due = (
            select(sources)
            .where(sources.c.next_at <= now, _free(now))
            .order_by(sources.c.next_at, sources.c.id)
            .limit(count)
            .with_for_update(skip_locked=True)
        )
        async with self._database.write_post() as connection:
            rows = (await connection.execute(due)).mappings().all()
            if rows:
                await connection.execute(
                    update(sources)
                    .where(sources.c.id.in_([row["id"] for row in rows]))
                    .values(lease_owner=owner, lease_until=now + _LEASE)
                )
        return tuple(map(source_of, rows))

    async def next_at(self) -> datetime | None:
        """Return when the next source is due that nobody has leased; None: none is."""
        statement = select(func.min(sources.c.next_at)).where(_free(self._clock()))
        return await self._database.scalar(statement)

    async def known(
        self, source_id: int, keys: Collection[bytes], titles_since: datetime
    ) -> dict[bytes, int]:
        """Return the numbers of the items that are known by these keys.

        By a title only those that were seen with it since a moment.
        """
        titled = source_keys.c.title_at
        query = (
            select(source_keys.c.key, source_keys.c.item_id)
            .filter_by(source_id=source_id)
            .where(or_(titled.is_(None), titled >= titles_since))
        )
        async with self._database.read() as connection:
            rows = await among(connection, query, source_keys.c.key, keys)
        return {row["key"]: row["item_id"] for row in rows}

    async def finish(
        self,
        source: Source,
        owner: str,
        polling: Polling,
        *,
        address: str = "",
        notice: SourceNotice | None = None,
        host_rests: str = "",
    ) -> None:
        """Keep how a poll went, and give the source back. Raises LeaseLost.

        `address`: where the source is from now on. `notice`: whoever added it is to be told; one
        that is gone is asked no more. `host_rests`: nothing of that host is asked before the
        source itself is again.
        """
        if not await self._together.do(
            lambda connection: _finish(
                connection,
                source,
                owner,
                polling,
                self._clock(),
                address=address,
                notice=notice,
                host_rests=host_rests,
            )
        ):
            raise LeaseLost(source.id)

    async def gather(
        self,
        source: Source,
        owner: str,
        polling: Polling,
        items: Sequence[Gathered],
        *,
        address: str = "",
        notice: SourceNotice | None = None,
    ) -> tuple[Entry | None, ...]:
        """Keep what a poll brought and how it went, and give the source back.

        Returns the entry that each item became, joined or changed, if any. Raises LeaseLost:
        somebody else has the source by now, or it was removed; nothing was kept.
        """
        async with self._database.write() as connection:
            now = self._clock()
            if not await _finish(
                connection, source, owner, polling, now, address=address, notice=notice
            ):
                raise LeaseLost(source.id)
            return await Intake(connection, self._entries, source, now).take(items)


def _free(now: datetime) -> ColumnElement[bool]:
    """Whether a source is polled, and leased by nobody."""
    unleased = or_(sources.c.lease_until.is_(None), sources.c.lease_until <= now)
    return and_(sources.c.state == SourceState.ACTIVE, unleased)


async def _moved(connection: AsyncConnection, source: Source, address: str) -> dict[str, Any]:
    """Return the columns of another address; nothing where it is none, or another source's."""
    try:
        key = url_key(address)
    except ValueError:
        return {}
    twin = select(sources.c.id).where(sources.c.key == key, sources.c.id != source.id)
    if (await connection.execute(twin)).first() is not None:
        return {}
    return {"address": address, "key": key}


async def _finish(
    connection: AsyncConnection,
    source: Source,
    owner: str,
    polling: Polling,
    now: datetime,
    *,
    address: str = "",
    notice: SourceNotice | None = None,
    host_rests: str = "",
) -> bool:
    """Keep how a poll went, and give the source back. Returns False where the lease is lost."""
    values = polling_row(polling) | {"of": source.id, "by": owner, "was": source.polling.next_at}
    if not (await connection.execute(_FINISHED, values)).rowcount:
        return False
    more = await _moved(connection, source, address) if address else {}
    if notice is SourceNotice.GONE:
        more |= {"state": SourceState.GONE.value, "next_at": None}
    if notice is not None:
        more |= await _to_tell(connection, source, notice, now)
    if more:
        await connection.execute(update(sources).filter_by(id=source.id).values(more))
    if host_rests and polling.next_at is not None:
        await _rest(connection, host_rests, polling.next_at)
    return True


async def _to_tell(
    connection: AsyncConnection, source: Source, notice: SourceNotice, now: datetime
) -> dict[str, Any]:
    """Return the columns of a notice. Who did not hear yet that it fails hears no more of it."""
    before = select(sources.c.notice).filter_by(id=source.id)
    waiting = await connection.scalar(before)
    if notice is SourceNotice.BACK and waiting == SourceNotice.FAILING:
        return {"notice": None, "notice_at": None}
    return {"notice": notice.value, "notice_at": now, "notice_tries": 0}


async def _rest(connection: AsyncConnection, host: str, until: datetime) -> None:
    """Let nothing of a host be asked before a moment."""
    address = func.lower(sources.c.address)
    beginnings = (f"{scheme}://{host}{end}" for scheme in ("https", "http") for end in "/:")
    of_host = or_(*(address.startswith(each, autoescape=True) for each in beginnings))
    await connection.execute(
        update(sources).where(sources.c.next_at < until, of_host).values(next_at=until)
    )
