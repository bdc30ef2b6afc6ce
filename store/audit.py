"""Who changed what, and when. Each record is written together with its change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db import schema
from store.db.rows import Room, from_row, person_key
from store.model import Actor, AuditRecord, Page

_LONGEST = 200  # characters of a value: a record says what changed, it is no second copy
_NOTHING: tuple[object, ...] = (None, "", [], False)

PROGRAM = Actor(platform="", workspace="", id="ainews", name="AINews")
"""Who does what nobody asked for: the program itself."""


class AuditAction(StrEnum):
    """What was done."""

    ADD = "add"
    EDIT = "edit"
    RETRACT = "retract"
    RESTORE = "restore"
    PUBLISH = "publish"
    SKIP = "skip"
    JOIN = "join"
    UNDO = "undo"
    STAR = "star"
    UNSTAR = "unstar"
    ACCEPT_DRAFT = "accept draft"
    REJECT_DRAFT = "reject draft"
    IMPORT = "import"
    SCHEDULE = "schedule"
    END = "end"
    PAUSE = "pause"
    RESUME = "resume"
    BREAK = "break"
    MEND = "mend"
    ADD_MODERATOR = "add moderator"
    REMOVE_MODERATOR = "remove moderator"
    ALLOW_WORKSPACE = "allow workspace"
    REFUSE_WORKSPACE = "refuse workspace"
    BLOCK_WORKSPACE = "block workspace"
    UNBLOCK_WORKSPACE = "unblock workspace"
    FORGET = "forget person"
    FORGET_WORKSPACE = "forget workspace"
    ADD_SOURCE = "add source"
    EDIT_SOURCE = "edit source"
    PAUSE_SOURCE = "pause source"
    RESUME_SOURCE = "resume source"
    REMOVE_SOURCE = "remove source"
    PUBLIC_ANSWERS = "public answers"
    PRIVATE_ANSWERS = "private answers"


class Audit(Room):
    """The log of changes."""

    async def list(
        self, count: int, offset: int = 0, subject: str | None = None
    ) -> Page[AuditRecord]:
        """Return changes, newest first; only those of one subject (`entry:12`) where given."""
        statement = select(schema.audit).order_by(schema.audit.c.id.desc())
        if subject is not None:
            statement = statement.where(schema.audit.c.subject == subject)
        return await self._database.page(statement, count, offset, _record)


def change(
    at: datetime,
    by: Actor,
    action: AuditAction,
    subject: str,
    details: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """Return the row that tells of a change."""
    return {
        "at": at,
        **person_key(by),
        "name": by.name,
        "action": action.value,
        "subject": subject,
        "details": dict(details or {}),
    }


async def record(
    connection: AsyncConnection,
    at: datetime,
    by: Actor,
    action: AuditAction,
    subject: str,
    *,
    details: Mapping[str, object] | None = None,
) -> None:
    """Write a change to the log, in the unit of work that makes it."""
    await connection.execute(insert(schema.audit), change(at, by, action, subject, details))


def differences(
    before: Mapping[str, Any] | None, after: Mapping[str, Any], fields: Iterable[str]
) -> dict[str, object]:
    """Return the fields that changed, each with what it was and what it is, cut to be short.

    Without a `before`, the fields that say something.
    """
    if before is None:
        return {name: [None, _short(after[name])] for name in fields if after[name] not in _NOTHING}
    return {
        name: [_short(before[name]), _short(after[name])]
        for name in fields
        if before[name] != after[name]
    }


def _short(value: object) -> object:
    if isinstance(value, str) and len(value) > _LONGEST:
        return value[:_LONGEST] + "…"
    if isinstance(value, datetime):
        return value.isoformat()
    return value


def _record(values: Mapping[Any, Any]) -> AuditRecord:
    who = Actor(values["platform"], values["workspace"], values["person"], values["name"])
    return from_row(AuditRecord, values, actor=who)
