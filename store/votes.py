"""Votes: who wants others to read an entry, and which entries are the best of a time.

A person has one vote for an entry. How many it has stands with the entry, so that every list has
it in the query that reads it; it is counted anew in each unit of work that changes it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Integer,
    cast,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.database import chunks
from store.db.rows import Room, of_person, person_key
from store.db.schema import channels, entries, entry_sources, post_entries, posts, saved, votes
from store.entries.changes import entry_row
from store.entries.numbering import renew_version
from store.entries.rows import entry_of
from store.errors import EntryNotFound
from store.model import DESK, Actor, ChannelState, Entry, Page, PostState, Status, votes_shown
from store.posts.rows import UNFINISHED, carrying

_LOOK_AGAIN = timedelta(seconds=1)
"""Between two looks while news goes first, or more is to be edited than is done at once."""
_AT_ONCE = 200  # posts
_PERSON = ("platform", "workspace", "person")


def ranking() -> tuple[ColumnElement[int], ...]:
    """Return by what entries stand when the best come first: the higher, the better.

    Votes, then how many saved it, then how many sources told it, then the moderators' star, then
    the newer news.
    """
    saves = select(func.count()).where(saved.c.entry_id == entries.c.id)
    told = select(func.count(entry_sources.c.source_id.distinct())).where(
        entry_sources.c.entry_id == entries.c.id
    )
    return (
        entries.c.votes,
        saves.correlate(entries).scalar_subquery().label("saves"),
        told.correlate(entries).scalar_subquery().label("sources"),
        cast(entries.c.starred, Integer).label("star"),
        entries.c.sort_day,
        entries.c.id,
    )


class Votes(Room):
    """The votes for entries."""

    async def toggle(self, entry_id: int, by: Actor) -> tuple[Entry, bool]:
        """Vote for a published entry; take the vote back where it was given.

        Returns the entry as it is then, and whether the person's vote counts. Raises EntryNotFound
        for one that nobody may vote for.
        """
        async with self._database.write() as connection:
            if (await entry_row(connection, entry_id))["status"] != Status.PUBLISHED:
                raise EntryNotFound(entry_id)
            # One vote a person, whether in a workspace or in their own conversation.
            taken = await connection.execute(
                delete(votes).where(votes.c.entry_id == entry_id, of_person(votes, by))
            )
            counts = taken.rowcount == 0
            now = self._clock()
            if counts:
                row = {"entry_id": entry_id, **person_key(by), "at": now}
                await connection.execute(insert(votes).values(row))
            await count_anew(connection, [entry_id], now)
            return entry_of(await entry_row(connection, entry_id)), counts

    async def best(
        self, since: datetime, until: datetime, count: int, offset: int = 0
    ) -> Page[Entry]:
        """Return published entries that the digest first showed in a time, the best first."""
        shown = entries.c.first_published_at
        statement = (
            select(entries)
            .where(entries.c.status == Status.PUBLISHED, shown >= since, shown < until)
            .order_by(*(column.desc() for column in ranking()))
        )
        return await self._database.page(statement, count, offset, entry_of)

    async def refresh(self, gather: timedelta) -> datetime | None:
        """Let the sent posts be edited that have shown wrong counts for as long as `gather`.

        None is edited whose counts are right again, and none while news waits for its platform, or
        is due there.
        Returns when to ask again; None: not before another vote.
        """
        soonest = select(func.min(posts.c.voted_at)).where(
            posts.c.voted_at.is_not(None), posts.c.state == PostState.SENT
        )
        first: datetime | None = await self._database.scalar(soonest)
        now = self._clock()
        if first is None or first + gather > now:
            return None if first is None else first + gather
        news = posts.alias("news")
        waits = exists().where(
            news.c.state.in_(UNFINISHED), news.c.due_at <= now, news.c.platform == posts.c.platform
        )
        # Its posts are made at once: they are news as well.
        comes = exists().where(
            channels.c.state == ChannelState.ACTIVE.value,
            channels.c.next_at <= now,
            channels.c.platform == posts.c.platform,
        )
        due = (
            select(posts.c.id, posts.c.votes)
            .where(
                posts.c.voted_at <= now - gather, posts.c.state == PostState.SENT, ~waits, ~comes
            )
            .order_by(posts.c.voted_at)
            .limit(_AT_ONCE)
        )
        async with self._database.write() as connection:
            shown = {row.id: row.votes for row in await connection.execute(due)}
            counted = await _counted(connection, list(shown))
            wrong = [number for number, said in shown.items() if said != counted[number]]
            looked_at = update(posts).where(posts.c.id.in_(list(shown)))
            await connection.execute(looked_at.values(voted_at=None))
            stale = update(posts).where(posts.c.id.in_(wrong))
            await connection.execute(stale.values(revision=posts.c.revision + 1))
            at_rest = stale.where(posts.c.due_at.is_(None))
            await connection.execute(at_rest.values(due_at=now, not_before=now))
            first = await connection.scalar(soonest)
        return None if first is None else max(first + gather, now + _LOOK_AGAIN)


async def carry_over(
    connection: AsyncConnection, entry_id: int, into: int, now: datetime
) -> list[list[str]]:
    """Count the votes for an entry for another too, one a person. Returns whose, to undo it."""
    there = votes.alias("there")
    known = exists().where(
        there.c.entry_id == into,
        there.c.platform == votes.c.platform,
        there.c.person == votes.c.person,
        or_(
            there.c.workspace == votes.c.workspace, there.c.workspace == "", votes.c.workspace == ""
        ),
    )
    rows = await connection.execute(
        select(*votes.c[_PERSON]).where(votes.c.entry_id == entry_id, ~known)
    )
    people = [list(row) for row in rows]
    if people:
        await connection.execute(
            insert(votes),
            [
                {"entry_id": into, **dict(zip(_PERSON, person, strict=True)), "at": now}
                for person in people
            ],
        )
        await count_anew(connection, [into], now)
    return people


async def carry_back(
    connection: AsyncConnection, into: int, people: Sequence[Sequence[str]], now: datetime
) -> None:
    """Undo what `carry_over` did."""
    for person in people:
        theirs = dict(zip(_PERSON, person, strict=True))
        await connection.execute(delete(votes).filter_by(entry_id=into, **theirs))
    if people:
        await count_anew(connection, [into], now)


async def count_anew(
    connection: AsyncConnection, entry_ids: Collection[int], now: datetime
) -> None:
    """Count votes anew, and note that posts may show other counts."""
    await renew_version(connection, now)
    counted = select(func.count()).where(votes.c.entry_id == entries.c.id)
    for some in chunks(list(entry_ids)):
        await connection.execute(
            update(entries)
            .where(entries.c.id.in_(some))
            .values(votes=counted.correlate(entries).scalar_subquery())
        )
        desks = select(channels.c.id).filter_by(rule=DESK)
        await connection.execute(
            update(posts)
            .where(
                carrying(some),
                posts.c.voted_at.is_(None),
                posts.c.state != PostState.FAILED,
                posts.c.channel_id.not_in(desks),
            )
            .values(voted_at=now)
        )


async def _counted(connection: AsyncConnection, post_ids: Sequence[int]) -> dict[int, str]:
    """Return the counts that posts would show now."""
    counts: dict[int, list[int]] = {number: [] for number in post_ids}
    rows = await connection.execute(
        select(post_entries.c.post_id, entries.c.votes)
        .join(entries, entries.c.id == post_entries.c.entry_id)
        .where(
            post_entries.c.post_id.in_(post_ids),
            post_entries.c.left_out.is_(False),
            entries.c.status == Status.PUBLISHED,
        )
        .order_by(post_entries.c.post_id, post_entries.c.position)
    )
    for row in rows:
        counts[row.post_id].append(row.votes)
    return {number: votes_shown(some) for number, some in counts.items()}
