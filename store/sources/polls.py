"""What polls bring: whose turn it is, which items are known, and what becomes of new ones.

All that comes of one poll is written in one unit of work: a process that is killed amid it has
read nothing, and the next poll brings it once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.database import Database, chunks
from store.db.group_commit import GroupCommit
from store.db.rows import among
from store.db.schema import Moment, entry_sources, source_items, source_keys, sources
from store.entries.drafts import checked
from store.entries.entries import Entries, EntryRoom
from store.entries.identity import url_key
from store.entries.numbering import renew_version
from store.errors import DuplicateEntry, EntryNotFound, InvalidEntry, LeaseLost
from store.model import (
    Actor,
    Entry,
    EntryDraft,
    EntrySource,
    Gathered,
    Link,
    Polling,
    Source,
    SourceNotice,
    SourceState,
    Status,
)
from store.reviews.rows import follow
from store.sources.rows import polling_row, source_of
from store.text import clean_line

_LEASE = timedelta(minutes=5)
"""Longer than any poll takes. A process that dies gives its leases back at once."""

_OPEN = (Status.PENDING, Status.PUBLISHED)
"""What may still be joined."""

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
            .where(
                sources.c.state == SourceState.ACTIVE,
                sources.c.next_at <= now,
                or_(sources.c.lease_until.is_(None), sources.c.lease_until <= now),
            )
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
        statement = select(func.min(sources.c.next_at)).where(
            sources.c.state == SourceState.ACTIVE,
            or_(sources.c.lease_until.is_(None), sources.c.lease_until <= self._clock()),
        )
        found: datetime | None = await self._database.scalar(statement)
        return found

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
        by = Actor("", "", f"source:{source.id}", source.name)
        touched: list[Entry | None] = []
        async with self._database.write() as connection:
            if not await _finish(
                connection, source, owner, polling, self._clock(), address=address, notice=notice
            ):
                raise LeaseLost(source.id)
            numbers = await self._numbered(connection, source, items)
            await self._remember(connection, source, items, numbers)
            for one, number in zip(items, numbers, strict=True):
                if one.number is not None:
                    entry = await self._follow(connection, one, by)
                else:
                    entry = await self._take(connection, source, _resolved(one, touched), by)
                    await _carried(connection, number, entry)
                touched.append(entry)
        return tuple(touched)

    async def _numbered(
        self, connection: AsyncConnection, source: Source, items: Sequence[Gathered]
    ) -> list[int]:
        """Return the number of each item, a new one where it is not known."""
        new = [
            {"source_id": source.id, "title": one.title, "link": one.link}
            for one in items
            if one.number is None
        ]
        fresh: list[int] = []
        if new and connection.dialect.name == "sqlite":
            # The library would insert one after the other, to know which is which. Nobody else
            # writes here meanwhile, so what SQLite would number them is known.
            last = await connection.scalar(select(func.max(source_items.c.id))) or 0
            fresh = [last + place for place in range(1, len(new) + 1)]
            rows = [{"id": number, **row} for number, row in zip(fresh, new, strict=True)]
            await connection.execute(insert(source_items), rows)
        elif new:
            made = insert(source_items).returning(source_items.c.id, sort_by_parameter_order=True)
            fresh = [row.id for row in await connection.execute(made, new)]
        given = iter(fresh)
        return [next(given) if one.number is None else one.number for one in items]

    async def _remember(
        self,
        connection: AsyncConnection,
        source: Source,
        items: Sequence[Gathered],
        numbers: Sequence[int],
    ) -> None:
        """Let the items be known by their keys from now on, also by those of another before."""
        now = self._clock()
        rows = {
            key: {
                "source_id": source.id,
                "key": key,
                "item_id": number,
                "title_at": now if is_title else None,
            }
            for one, number in zip(items, numbers, strict=True)
            for key, is_title in one.keys
        }
        ours = delete(source_keys).filter_by(source_id=source.id)
        for some in chunks(list(rows)):
            await connection.execute(ours.where(source_keys.c.key.in_(some)))
        if rows:
            await connection.execute(insert(source_keys), list(rows.values()))

    async def _take(
        self, connection: AsyncConnection, source: Source, one: Gathered, by: Actor
    ) -> Entry | None:
        """Make an entry of a new item, or bring its link to the entry whose story it tells."""
        if one.draft is None:
            return None
        joined = False
        try:
            if one.joins is not None:
                entry = await self._join(connection, one.joins, Link(one.link, source.name), by)
                if entry.status not in _OPEN:
                    return None  # that story was taken back, or nobody wanted it
                joined = True
            else:
                entry = await self._entries.add_within(connection, checked(one.draft), by)
        except DuplicateEntry as error:
            entry = error.entry
        except (InvalidEntry, EntryNotFound):
            return None
        now = self._clock()
        told = EntrySource(
            entry.id, source.id, source.name, one.title, one.link, now, joined, one.offered
        )
        await connection.execute(insert(entry_sources).values(asdict(told)))
        if entry.status is Status.PUBLISHED:
            await renew_version(connection, now)
        return entry

    async def _join(
        self, connection: AsyncConnection, entry_id: int, link: Link, by: Actor
    ) -> Entry:
        key = url_key(link.url)
        entry_id = await follow(connection, entry_id)

        def with_link(entry: Entry) -> EntryDraft | None:
            known = [entry.url, *(one.url for one in entry.links)]
            if entry.status not in _OPEN or key in {url_key(each) for each in known if each}:
                return None
            return replace(entry.draft, links=(*entry.links, link))

        return await self._entries.change_within(connection, entry_id, with_link, by)

    async def _follow(self, connection: AsyncConnection, one: Gathered, by: Actor) -> Entry | None:
        """Let a pending entry say what its item says now, where nobody edited that."""
        which = source_items.c.id == one.number
        was = (await connection.execute(select(source_items).where(which))).first()
        if was is None or (was.title, was.link) == (one.title, one.link):
            return None
        await connection.execute(
            update(source_items).where(which).values(title=one.title, link=one.link)
        )
        if was.entry_id is None:
            return None

        changed, touched = False, None

        def followed(entry: Entry) -> EntryDraft | None:
            nonlocal changed
            says_so = (entry.title, entry.url or "") == (clean_line(one.title), one.link)
            changed = entry.status is Status.PUBLISHED and not says_so
            if entry.status is not Status.PENDING:
                return None
            title = one.title if entry.title == clean_line(was.title) else entry.title
            url = one.link if entry.url == was.link else entry.url
            return replace(entry.draft, title=title, url=url)

        with suppress(InvalidEntry, DuplicateEntry, EntryNotFound):
            touched = await self._entries.change_within(connection, was.entry_id, followed, by)
        changed_at = self._clock() if changed else None
        await connection.execute(update(source_items).where(which).values(changed_at=changed_at))
        return touched


def _resolved(one: Gathered, touched: Sequence[Entry | None]) -> Gathered:
    """Return an item with the entries that others of its poll became in their places."""

    def entry(number: int | None) -> int | None:
        if number is None or number > 0:
            return number
        became = touched[-number - 1]
        return None if became is None else became.id

    return replace(one, joins=entry(one.joins), offered=entry(one.offered))


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


async def _carried(connection: AsyncConnection, number: int, entry: Entry | None) -> None:
    if entry is not None:
        which = source_items.c.id == number
        await connection.execute(update(source_items).where(which).values(entry_id=entry.id))
