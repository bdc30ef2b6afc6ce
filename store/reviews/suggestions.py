"""What members suggest to the moderators, and who is to be told what became of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.rows import counted, person_row
from store.db.schema import reviews, suggestions
from store.entries.changes import entry_row
from store.entries.drafts import checked
from store.entries.entries import EntryRoom
from store.entries.rows import entry_of
from store.errors import TooManySuggestions
from store.model import Actor, Entry, EntryDraft, ReviewItem, Status, Suggestion
from store.reviews.rows import follow, items_of
from store.workspaces import is_blocked

A_DAY = timedelta(days=1)
SUGGESTIONS_OF_PERSON = 5
SUGGESTIONS_OF_WORKSPACE = 50
"""What is suggested within a day, at most: more than a moderator has time for is none."""


class Suggestions(EntryRoom):
    """The entries that members suggested."""

    async def suggest(
        self, draft: EntryDraft, why: str, by: Actor, language: str, *, hears: bool
    ) -> Entry:
        """Let an entry wait for a moderator that a member suggests.

        `hears`: they are to be told what becomes of it. Raises InvalidEntry, DuplicateEntry, and
        TooManySuggestions where they, or their workspace, suggested as many within a day as they
        may.
        """
        kept = checked(replace(draft, status=Status.PENDING))
        now = self._clock()
        async with self._database.write() as connection:
            entry = await self._entries.add_within(connection, kept, by)
            await _refuse_too_many(connection, by, now)
            row = {"entry_id": entry.id, **person_row(by), "why": why, "at": now, "tries": 0}
            row |= {"language": language, "hears_at": now if hears else None}
            await connection.execute(insert(suggestions).values(row))
        return entry

    async def story_of(self, url: str) -> Entry | None:
        """Return the entry that tells what an address tells, as people may know of it.

        Of one that joined another, that other one. None where there is none.
        """
        entry = await self._entries.find_by_link(url)
        if entry is None:
            return None
        async with self._database.read() as connection:
            return entry_of(await entry_row(connection, await follow(connection, entry.id)))

    async def to_tell(self, platform: str, decided_before: datetime) -> ReviewItem | None:
        """Hand out a suggestion of which somebody on a platform is to be told what became.

        It is handed out once: it is not told twice, also where the program is killed meanwhile.
        None where nobody is to be told of what was decided before that moment.
        """
        now = self._clock()
        due = (
            _untold(platform)
            .where(suggestions.c.hears_at <= now, reviews.c.decided_at <= decided_before)
            .limit(1)
        )
        if await self._database.scalar(due) is None:
            return None
        async with self._database.write() as connection:
            row = (await connection.execute(due)).first()
            if row is None:
                return None
            await connection.execute(
                update(suggestions)
                .filter_by(entry_id=row.entry_id)
                .values(hears_at=None, tries=suggestions.c.tries + 1)
            )
            found = await entry_row(connection, row.entry_id)
            return (await items_of(connection, [found]))[0]

    async def tell_later(self, suggestion: Suggestion, at: datetime) -> None:
        """Let somebody be told later who surely was not told."""
        await self._database.execute(
            update(suggestions).filter_by(entry_id=suggestion.entry_id).values(hears_at=at)
        )

    async def next_to_tell(self, platform: str, grace: timedelta) -> datetime | None:
        """Return when `to_tell` has something, for what was decided `grace` before."""
        rows = await self._database.fetch(_untold(platform))
        return min((max(row["hears_at"], row["decided_at"] + grace) for row in rows), default=None)


def _untold(platform: str) -> Any:
    blocked = exists().where(is_blocked(suggestions.c.platform, suggestions.c.workspace))
    return (
        select(suggestions.c.entry_id, suggestions.c.hears_at, reviews.c.decided_at)
        .join(reviews, reviews.c.entry_id == suggestions.c.entry_id)
        .where(
            suggestions.c.platform == platform,
            suggestions.c.hears_at.is_not(None),
            reviews.c.decision.is_not(None),
            ~blocked,
        )
        .order_by(suggestions.c.hears_at)
    )


async def _refuse_too_many(connection: AsyncConnection, by: Actor, now: datetime) -> None:
    """Raise TooManySuggestions where somebody, or their workspace, may suggest nothing more now."""
    counts = await counted(
        connection,
        suggestions.c.person,
        suggestions.c.platform == by.platform,
        suggestions.c.workspace == by.workspace,
        suggestions.c.at > now - A_DAY,
    )
    if counts.get(by.id, 0) >= SUGGESTIONS_OF_PERSON:
        raise TooManySuggestions(SUGGESTIONS_OF_PERSON, person=True)
    if sum(counts.values()) >= SUGGESTIONS_OF_WORKSPACE:
        raise TooManySuggestions(SUGGESTIONS_OF_WORKSPACE, person=False)
