"""People: who curates, what somebody saved, which language somebody reads."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict

from sqlalchemy import and_, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import audit
from store.audit import AuditAction
from store.db.rows import Room, from_row, of_person, person_key
from store.db.schema import entries, languages, moderators, saved
from store.entries.changes import entry_row
from store.entries.rows import MAXIMUM_ID, entry_of
from store.model import Actor, Entry, Moderator, Page, Status


class People(Room):
    """What the store knows of people."""

    async def moderators(self, platform: str, workspace: str) -> tuple[Moderator, ...]:
        """Return who curates in a workspace, people before groups."""
        statement = (
            select(moderators)
            .filter_by(platform=platform, workspace=workspace)
            .order_by(moderators.c.is_group, moderators.c.id)
        )
        rows = await self._database.fetch(statement)
        return tuple(from_row(Moderator, row, group=row["is_group"]) for row in rows)

    async def add_moderator(self, moderator: Moderator, by: Actor) -> bool:
        """Let a person or a group curate. False: they did already."""
        async with self._database.write() as connection:
            if (await connection.execute(select(moderators).filter_by(**_row(moderator)))).first():
                return False
            await connection.execute(insert(moderators).values(_row(moderator)))
            await self._record(connection, moderator, by, AuditAction.ADD_MODERATOR)
            return True

    async def remove_moderator(self, moderator: Moderator, by: Actor) -> bool:
        """No longer let a person or a group curate. False: they did not."""
        async with self._database.write() as connection:
            gone = await connection.execute(delete(moderators).filter_by(**_row(moderator)))
            if gone.rowcount != 1:
                return False
            await self._record(connection, moderator, by, AuditAction.REMOVE_MODERATOR)
            return True

    async def is_moderator(self, actor: Actor, groups: Collection[str]) -> bool:
        """Whether a person curates, by name or as a member of one of these groups."""
        person = and_(moderators.c.is_group.is_(False), moderators.c.id == actor.id)
        group = and_(moderators.c.is_group.is_(True), moderators.c.id.in_(list(groups)))
        here = select(moderators.c.id).filter_by(platform=actor.platform, workspace=actor.workspace)
        return await self._database.scalar(here.where(or_(person, group)).limit(1)) is not None

    async def save(self, actor: Actor, entry_id: int) -> bool:
        """Keep an entry on a person's list. False: it is there. Raises EntryNotFound."""
        async with self._database.write() as connection:
            await entry_row(connection, entry_id)
            there = select(saved.c.at).where(of_person(saved, actor), saved.c.entry_id == entry_id)
            if (await connection.execute(there)).first():
                return False
            row = {**person_key(actor), "entry_id": entry_id, "at": self._clock()}
            await connection.execute(insert(saved).values(row))
            return True

    async def unsave(self, actor: Actor, entry_id: int) -> bool:
        """Take an entry off a person's list. False: it was not there."""
        if not 0 < entry_id <= MAXIMUM_ID:
            return False
        theirs = delete(saved).where(of_person(saved, actor), saved.c.entry_id == entry_id)
        return await self._database.execute(theirs) == 1

    async def unsave_all(self, actor: Actor) -> int:
        """Take every entry off a person's list, also what is retracted. Returns how many."""
        return await self._database.execute(delete(saved).where(of_person(saved, actor)))

    async def saved(self, actor: Actor, count: int, offset: int = 0) -> Page[Entry]:
        """Return what a person saved and is published, saved last first."""
        theirs = (
            select(saved.c.entry_id, func.max(saved.c.at).label("at"))
            .where(of_person(saved, actor))
            .group_by(saved.c.entry_id)
            .subquery()
        )
        statement = (
            select(entries)
            .join(theirs, theirs.c.entry_id == entries.c.id)
            .where(entries.c.status == Status.PUBLISHED)
            .order_by(theirs.c.at.desc(), theirs.c.entry_id.desc())
        )
        return await self._database.page(statement, count, offset, entry_of)

    async def language(self, actor: Actor) -> str | None:
        """Return the language that a person chose, None where they did not."""
        statement = (
            select(languages.c.language)
            .where(of_person(languages, actor))
            .order_by(languages.c.workspace.desc())
            .limit(1)
        )
        return await self._database.scalar(statement)

    async def set_language(self, actor: Actor, language: str) -> None:
        """Keep the language that a person chose."""
        async with self._database.write() as connection:
            theirs = update(languages).where(of_person(languages, actor))
            changed = await connection.execute(theirs.values(language=language))
            if changed.rowcount == 0:
                row = {**person_key(actor), "language": language}
                await connection.execute(insert(languages).values(row))

    async def _record(
        self, connection: AsyncConnection, moderator: Moderator, by: Actor, action: AuditAction
    ) -> None:
        details = asdict(moderator)
        subject = f"moderator:{details.pop('id')}"
        await audit.record(connection, self._clock(), by, action, subject, details=details)


def _row(moderator: Moderator) -> dict[str, object]:
    row = asdict(moderator)
    row["is_group"] = row.pop("group")
    return row
