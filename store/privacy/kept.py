"""What is kept of a person in every workspace, or of all people of one workspace."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, case, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.audit import AuditAction
from store.db.rows import among
from store.db.schema import audit as log
from store.db.schema import (
    channels,
    drafts,
    entries,
    languages,
    moderators,
    reviews,
    saved,
    sources,
    suggestions,
    votes,
)
from store.model import Kept, KeptKind
from store.text import storable

Rows = Sequence[Mapping[str, Any]]

FORGOTTEN = "forgotten:"
"""How the id of a channel begins of which nobody knows any more where it was."""


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom it is about: a `person` of a platform wherever they are, else all of a `workspace`."""

    platform: str
    person: str = ""
    workspace: str = ""

    @property
    def storable(self) -> Whom:
        """The same by the ids that a database keeps."""
        return Whom(*map(storable, (self.platform, self.person, self.workspace)))

    def within(self, table: Table) -> ColumnElement[bool]:
        """Whether a row tells of them. One without a person tells of nobody any more."""
        here = table.c.platform == self.platform
        if self.person:
            return and_(here, table.c.person == self.person)
        return and_(here, table.c.workspace == self.workspace, table.c.person != "")

    @property
    def own(self) -> ColumnElement[bool]:
        """Whether a channel is the person's, or one of the workspace."""
        if self.person:
            return and_(
                channels.c.owner_platform == self.platform, channels.c.owner_id == self.person
            )
        return and_(
            channels.c.platform == self.platform,
            channels.c.workspace == self.workspace,
            channels.c.channel.not_like(f"{FORGOTTEN}%"),
        )

    @property
    def curate(self) -> ColumnElement[bool]:
        """Whether a row of `moderators` names them; of a workspace, also its groups."""
        here = moderators.c.platform == self.platform
        if self.person:
            return and_(here, moderators.c.id == self.person, moderators.c.is_group.is_(False))
        return and_(here, moderators.c.workspace == self.workspace)

    @property
    def named(self) -> ColumnElement[bool]:
        """Whether a record tells that they were made moderators, or are so no more."""
        details = log.c.details
        here = details["platform"].as_string() == self.platform
        if self.person:
            person = details["group"].as_boolean().is_(False)
            return and_(log.c.subject == f"moderator:{self.person}", here, person)
        there = details["workspace"].as_string() == self.workspace
        return and_(log.c.subject.like("moderator:_%"), here, there)

    def voted(self, vote: Sequence[str]) -> bool:
        """Whether a vote that went along to another entry is theirs."""
        platform, workspace, person = vote
        same = person == self.person if self.person else workspace == self.workspace
        return platform == self.platform and same


async def kept_of(connection: AsyncConnection, whom: Whom) -> Kept:
    """Return what is kept, and by which names they were known."""
    if not (whom.person or whom.workspace):
        return Kept(whom.platform, "", (), dict.fromkeys(KeptKind, ()))
    rows: dict[KeptKind, Rows] = {}
    names: set[str] = set()
    people: set[str] = set()
    for kind, statement in _statements(whom).items():
        found = [dict(row) for row in (await connection.execute(statement)).mappings()]
        people.update(str(row["person"]) for row in found if row["person"])
        names.update(str(row["known_as"]) for row in found if row.get("known_as"))
        rows[kind] = found
    wrote = added(rows[KeptKind.LOG])
    suggested = {row["entry_id"] for row in rows[KeptKind.SUGGESTIONS]}
    rows[KeptKind.ENTRIES] = await _authored(
        connection, wrote | suggested, suggested, names | people
    )
    known = tuple(sorted(names - people))
    return Kept(whom.platform, whom.person or whom.workspace, known, rows, frozenset(people))


def added(records: Rows) -> set[int]:
    """Return the entries of which records tell that they were added."""
    subjects = (str(row["subject"]) for row in records if row["action"] == AuditAction.ADD.value)
    numbers = (subject.partition(":")[2] for subject in subjects)
    return {int(number) for number in numbers if number.isdecimal()}


def _statements(whom: Whom) -> dict[KeptKind, Select[Any]]:
    """Return what finds each kind of thing, by the columns that say what it is."""

    def of(table: Table, *names: str) -> Select[Any]:
        return select(*table.c["workspace", "person", *names]).where(whom.within(table))

    def named(table: Table, *names: str) -> Select[Any]:
        return of(table, *names).add_columns(table.c.person_name.label("known_as"))

    where = channels.c["id", "platform", "workspace", "channel", "name", "state"]
    channel = select(
        *where,
        *channels.c["rule", "timezone", "tags", "language"],
        channels.c.owner_id.label("person"),
        channels.c.owner_name.label("known_as"),
    ).where(whom.own)
    ours = whom.within(log)
    return {
        KeptKind.LANGUAGE: of(languages, "language"),
        KeptKind.SAVED: of(saved, "entry_id", "at"),
        KeptKind.VOTES: of(votes, "entry_id", "at"),
        KeptKind.FOLLOWED: channel.where(channels.c.direct.is_(True)),
        KeptKind.SUGGESTIONS: named(suggestions, "entry_id", "why", "language", "at"),
        KeptKind.CHANNELS: channel.where(channels.c.direct.is_(False)),
        KeptKind.SOURCES: named(sources, "id", "address", "name", "created_at"),
        KeptKind.DECISIONS: named(reviews, "entry_id", "decision", "decided_at"),
        KeptKind.DRAFTS: named(drafts, "entry_id", "language", "state", "at"),
        KeptKind.MODERATOR: select(
            moderators.c.workspace, moderators.c.id.label("person"), moderators.c.is_group
        ).where(whom.curate),
        KeptKind.LOG: select(
            log.c.workspace,
            case((ours, log.c.person), else_="").label("person"),
            *log.c["at", "action", "subject", "details"],
            case((ours, log.c.name), else_="").label("known_as"),
        ).where(or_(ours, whom.named)),
    }


async def _authored(
    connection: AsyncConnection,
    numbers: Collection[int],
    suggested: Collection[int],
    names: Collection[str],
) -> Rows:
    """Return those entries that say that they are by somebody of these names."""
    query = select(*entries.c["id", "title", "added_by"])
    rows = await among(connection, query, entries.c.id, sorted(numbers))
    theirs = (row for row in rows if row["added_by"] in names)
    return [{**row, "suggested": row["id"] in suggested} for row in theirs]
