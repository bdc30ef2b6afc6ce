"""People: who curates, what somebody saved, which language somebody reads."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import audit
from store.audit import AuditAction
from store.db.database import Database, chunks
from store.db.schema import entries, languages, moderators, saved
from store.entries.rows import MAXIMUM_ID, entry_of
from store.errors import EntryNotFound
from store.model import Actor, Entry, Moderator, Page, Status


class People:
    """What the store knows of people."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def moderators(self, platform: str, workspace: str) -> tuple[Moderator, ...]:
        """Return who curates in a workspace, people before groups."""
        statement = (
            select(moderators)
            .where(moderators.c.platform == platform, moderators.c.workspace == workspace)
            .order_by(moderators.c.is_group, moderators.c.id)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).all()
        return tuple(Moderator(row.platform, row.workspace, row.id, row.is_group) for row in rows)

    async def add_moderator(self, moderator: Moderator, by: Actor) -> bool:
        """Let a person or a group curate. False: they did already."""
        async with self._database.write() as connection:
            if (await connection.execute(select(moderators).where(_is(moderator)))).first():
                return False
            await connection.execute(
                insert(moderators).values(
                    platform=moderator.platform,
                    workspace=moderator.workspace,
                    id=moderator.id,
                    is_group=moderator.group,
                )
            )
            await self._record(connection, moderator, by, AuditAction.ADD_MODERATOR)
            return True

    async def remove_moderator(self, moderator: Moderator, by: Actor) -> bool:
        """No longer let a person or a group curate. False: they did not."""
        async with self._database.write() as connection:
            gone = await connection.execute(delete(moderators).where(_is(moderator)))
            if gone.rowcount != 1:
                return False
            await self._record(connection, moderator, by, AuditAction.REMOVE_MODERATOR)
            return True

    async def is_moderator(self, actor: Actor, groups: Collection[str]) -> bool:
        """Whether a person curates, by name or as a member of one of these groups."""
        here = and_(
            moderators.c.platform == actor.platform, moderators.c.workspace == actor.workspace
        )
        person = and_(moderators.c.is_group.is_(False), moderators.c.id == actor.id)
        async with self._database.read() as connection:
            for some in chunks(list(groups) or [""]):
                group = and_(moderators.c.is_group.is_(True), moderators.c.id.in_(some))
                statement = select(moderators.c.id).where(here, or_(person, group)).limit(1)
                if (await connection.execute(statement)).first() is not None:
                    return True
        return False

    async def save(self, actor: Actor, entry_id: int) -> bool:
        """Keep an entry on a person's list. False: it is there. Raises EntryNotFound."""
        async with self._database.write() as connection:
            if (
                not 0 < entry_id <= MAXIMUM_ID
                or not (
                    await connection.execute(select(entries.c.id).where(entries.c.id == entry_id))
                ).first()
            ):
                raise EntryNotFound(entry_id)
            there = select(saved.c.at).where(_of(actor), saved.c.entry_id == entry_id)
            if (await connection.execute(there)).first():
                return False
            await connection.execute(
                insert(saved).values(
                    platform=actor.platform,
                    workspace=actor.workspace,
                    person=actor.id,
                    entry_id=entry_id,
                    at=self._clock(),
                )
            )
            return True

    async def unsave(self, actor: Actor, entry_id: int) -> bool:
        """Take an entry off a person's list. False: it was not there."""
        if not 0 < entry_id <= MAXIMUM_ID:
            return False
        async with self._database.write() as connection:
            gone = await connection.execute(
                delete(saved).where(_of(actor), saved.c.entry_id == entry_id)
            )
            return bool(gone.rowcount == 1)

    async def unsave_all(self, actor: Actor) -> int:
        """Take every entry off a person's list, also what is retracted. Returns how many."""
        async with self._database.write() as connection:
            gone = await connection.execute(delete(saved).where(_of(actor)))
            return int(gone.rowcount)

    async def saved(self, actor: Actor, count: int, offset: int = 0) -> Page[Entry]:
        """Return what a person saved and is published, saved last first."""
        theirs = (
            select(saved.c.entry_id, func.max(saved.c.at).label("at"))
            .where(_of(actor))
            .group_by(saved.c.entry_id)
            .subquery()
        )
        statement = (
            select(entries)
            .join(theirs, theirs.c.entry_id == entries.c.id)
            .where(entries.c.status == Status.PUBLISHED)
            .order_by(theirs.c.at.desc(), theirs.c.entry_id.desc())
            .limit(count + 1)
            .offset(offset)
        )
        rows = await self._database.fetch(statement)
        return Page(tuple(map(entry_of, rows[:count])), more=len(rows) > count)

    async def language(self, actor: Actor) -> str | None:
        """Return the language that a person chose, None where they did not."""
        statement = (
            select(languages.c.language)
            .where(_reads(actor))
            .order_by(languages.c.workspace.desc())
            .limit(1)
        )
        chosen: str | None = await self._database.scalar(statement)
        return chosen

    async def set_language(self, actor: Actor, language: str) -> None:
        """Keep the language that a person chose."""
        async with self._database.write() as connection:
            changed = await connection.execute(
                update(languages).where(_reads(actor)).values(language=language)
            )
            if changed.rowcount == 0:
                await connection.execute(
                    insert(languages).values(
                        platform=actor.platform,
                        workspace=actor.workspace,
                        person=actor.id,
                        language=language,
                    )
                )

    async def _record(
        self, connection: AsyncConnection, moderator: Moderator, by: Actor, action: AuditAction
    ) -> None:
        subject = f"moderator:{moderator.id}"
        details = {
            "platform": moderator.platform,
            "workspace": moderator.workspace,
            "group": moderator.group,
        }
        await audit.record(connection, [audit.change(self._clock(), by, action, subject, details)])


def _is(moderator: Moderator) -> ColumnElement[bool]:
    return and_(
        moderators.c.platform == moderator.platform,
        moderators.c.workspace == moderator.workspace,
        moderators.c.id == moderator.id,
        moderators.c.is_group.is_(moderator.group),
    )


def _of(actor: Actor) -> ColumnElement[bool]:
    return and_(
        saved.c.platform == actor.platform,
        among(saved.c.workspace, actor),
        saved.c.person == actor.id,
    )


def _reads(actor: Actor) -> ColumnElement[bool]:
    return and_(
        languages.c.platform == actor.platform,
        among(languages.c.workspace, actor),
        languages.c.person == actor.id,
    )


def among(workspace: ColumnElement[str], actor: Actor) -> ColumnElement[bool]:
    """Whether something is a person's there where they are.

    In a conversation that is of no workspace they have what they have in any, and what they did
    there they have in each.
    """
    return workspace.in_((actor.workspace, "")) if actor.workspace else true()
