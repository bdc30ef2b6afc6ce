"""What is kept of a person, and how the store forgets them, in one unit of work.

What was theirs alone goes; what they did for others stays, without their name. docs/privacy.md
names every column that may tell of somebody, and a test holds that page against the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import audit
from store.audit import AuditAction
from store.db.database import Database, chunks
from store.db.schema import audit as log
from store.db.schema import (
    channels,
    drafts,
    entries,
    languages,
    moderators,
    notices,
    post_entries,
    posts,
    reviews,
    saved,
    sources,
    suggestions,
    votes,
)
from store.entries.entries import Entries
from store.model import Actor, CalledOff, ChannelState, Kept, KeptKind
from store.notices.rows import withdraw
from store.posts.rows import call_off, mark_changed
from store.reviews.rows import person_row
from store.text import storable
from store.votes import count_anew

Rows = Sequence[Mapping[str, Any]]

_AUTHORED = (AuditAction.ADD.value, AuditAction.EDIT.value, AuditAction.IMPORT.value)
"""Records that may tell the name of who added an entry."""


_AT_DESKS = {KeptKind.SUGGESTIONS, KeptKind.DECISIONS, KeptKind.DRAFTS}
"""Of what cards at moderators' desks tell who did it."""


class Privacy:
    """What is kept of people."""

    def __init__(self, database: Database, entries: Entries, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._entries = entries
        self._clock = clock

    async def kept(self, platform: str, person: str) -> Kept:
        """Return all that is kept of a person of a platform, in whichever workspaces."""
        async with self._database.read() as connection:
            return await _kept(connection, platform, person)

    async def forget(self, platform: str, person: str, by: Actor, *, own: bool = False) -> Kept:
        """Forget a person of a platform, in every workspace. Returns what was kept of them.

        What they set up for others (sources, schedules of channels) is `by`'s from then on. With
        `own`, only what was theirs alone goes: what they decided as a moderator or for a channel
        stays with their name, so that nobody can hide what they did. The log tells that somebody
        was forgotten, and not who. Somebody of whom nothing is kept is no error.
        """
        async with self._database.write() as connection:
            kept = await _kept(connection, platform, person)
            kept = kept.own if own else kept
            if not kept:
                return kept
            platform, person = kept.platform, kept.person
            now = self._clock()
            if own or (by.platform, by.id) == (platform, person):
                by = replace(by, id="", name="")
            await self._forget_own(connection, platform, person, kept, now)
            reviewed: set[int] = set()
            if not own:
                await _forget_deeds(connection, platform, person, kept, by)
                reviewed = _numbers(kept, KeptKind.DRAFTS, "entry_id")
            authored = _numbers(kept, KeptKind.ENTRIES, "id")
            await self._entries.disown(connection, authored, reviewed, kept.names, now)
            await _forget_authors(connection, kept)
            told = {KeptKind.SUGGESTIONS} if own else _AT_DESKS
            carried = set().union(*(_numbers(kept, kind, "entry_id") for kind in told))
            await mark_changed(connection, sorted(carried), now, at_desks=True)
            done = audit.change(now, by, AuditAction.FORGET, "person:")
            await audit.record(connection, [done])
            return kept

    async def _forget_own(
        self,
        connection: AsyncConnection,
        platform: str,
        person: str,
        kept: Kept,
        now: datetime,
    ) -> None:
        """Take away what was theirs alone, and their name from what they suggested."""
        for table in (languages, saved, votes):
            await connection.execute(delete(table).where(_theirs(table, platform, person)))
        voted = _numbers(kept, KeptKind.VOTES, "entry_id")
        if voted:
            await count_anew(connection, voted, now)
        await _forget_joined_votes(connection, platform, person)
        for number in _numbers(kept, KeptKind.FOLLOWED, "id"):
            await _forget_conversation(connection, number, now)
        nothing = {"person": "", "person_name": "", "why": "", "hears_at": None}
        theirs = _theirs(suggestions, platform, person)
        await connection.execute(update(suggestions).where(theirs).values(**nothing))
        subjects = [f"entry:{one}" for one in _numbers(kept, KeptKind.SUGGESTIONS, "entry_id")]
        for some in chunks(subjects):
            added = and_(log.c.action == AuditAction.ADD.value, log.c.subject.in_(some))
            await connection.execute(
                update(log).where(_theirs(log, platform, person), added).values(person="", name="")
            )


async def _kept(connection: AsyncConnection, platform: str, person: str) -> Kept:
    """Return what is kept, and by which names they were known."""
    platform, person = storable(platform), storable(person)
    if not person:
        # The rows without one are of those who were forgotten.
        return Kept(platform, person, (), dict.fromkeys(KeptKind, ()))
    rows: dict[KeptKind, Rows] = {}
    names: set[str] = {person}
    for kind, statement in _statements(platform, person).items():
        rows[kind] = [dict(row) for row in (await connection.execute(statement)).mappings()]
        names.update(str(row["known_as"]) for row in rows[kind] if row.get("known_as"))
    wrote = _added(rows[KeptKind.LOG])
    suggested = {row["entry_id"] for row in rows[KeptKind.SUGGESTIONS]}
    rows[KeptKind.ENTRIES] = await _authored(connection, wrote | suggested, suggested, names)
    return Kept(platform, person, tuple(sorted(names - {person})), rows)


def _statements(platform: str, person: str) -> dict[KeptKind, Select[Any]]:
    """Return what finds each kind of thing, by the columns that say what it is."""

    def of(table: Any, *columns: ColumnElement[Any]) -> Select[Any]:
        return select(*columns).where(_theirs(table, platform, person))

    owned = and_(channels.c.owner_platform == platform, channels.c.owner_id == person)
    channel = select(
        channels.c.id,
        channels.c.platform,
        channels.c.workspace,
        channels.c.channel,
        channels.c.name,
        channels.c.state,
        channels.c.rule,
        channels.c.timezone,
        channels.c.tags,
        channels.c.language,
        channels.c.owner_name.label("known_as"),
    ).where(owned)
    return {
        KeptKind.LANGUAGE: of(languages, languages.c.workspace, languages.c.language),
        KeptKind.SAVED: of(saved, saved.c.workspace, saved.c.entry_id, saved.c.at),
        KeptKind.VOTES: of(votes, votes.c.workspace, votes.c.entry_id, votes.c.at),
        KeptKind.FOLLOWED: channel.where(channels.c.direct.is_(True)),
        KeptKind.SUGGESTIONS: of(
            suggestions,
            suggestions.c.workspace,
            suggestions.c.entry_id,
            suggestions.c.why,
            suggestions.c.language,
            suggestions.c.at,
            suggestions.c.person_name.label("known_as"),
        ),
        KeptKind.CHANNELS: channel.where(channels.c.direct.is_(False)),
        KeptKind.SOURCES: of(
            sources,
            sources.c.workspace,
            sources.c.id,
            sources.c.address,
            sources.c.name,
            sources.c.created_at,
            sources.c.person_name.label("known_as"),
        ),
        KeptKind.DECISIONS: of(
            reviews,
            reviews.c.workspace,
            reviews.c.entry_id,
            reviews.c.decision,
            reviews.c.decided_at,
            reviews.c.person_name.label("known_as"),
        ),
        KeptKind.DRAFTS: of(
            drafts,
            drafts.c.workspace,
            drafts.c.entry_id,
            drafts.c.language,
            drafts.c.state,
            drafts.c.at,
            drafts.c.person_name.label("known_as"),
        ),
        KeptKind.MODERATOR: select(moderators.c.workspace).where(_curates(platform, person)),
        KeptKind.LOG: select(
            log.c.workspace,
            log.c.at,
            log.c.action,
            log.c.subject,
            log.c.details,
            case((_theirs(log, platform, person), log.c.name), else_="").label("known_as"),
        ).where(or_(_theirs(log, platform, person), _names(platform, person))),
    }


async def _authored(
    connection: AsyncConnection,
    numbers: Collection[int],
    suggested: Collection[int],
    names: Collection[str],
) -> Rows:
    """Return those entries that say that they are by somebody of these names."""
    found: list[Mapping[str, Any]] = []
    for some in chunks(sorted(numbers)):
        rows = await connection.execute(
            select(entries.c.id, entries.c.title, entries.c.added_by).where(
                entries.c.id.in_(some), entries.c.added_by.in_(sorted(names))
            )
        )
        found += [{**row, "suggested": row["id"] in suggested} for row in rows.mappings()]
    return found


async def _forget_deeds(
    connection: AsyncConnection, platform: str, person: str, kept: Kept, heir: Actor
) -> None:
    """Take their name from what they did for others, and their right to curate by name."""
    for table in (reviews, drafts):
        await connection.execute(
            update(table).where(_theirs(table, platform, person)).values(person="", person_name="")
        )
    await connection.execute(
        update(sources).where(_theirs(sources, platform, person)).values(**person_row(heir))
    )
    owner = {
        f"owner_{name}": getattr(heir, name) for name in ("platform", "workspace", "id", "name")
    }
    for some in chunks(sorted(_numbers(kept, KeptKind.CHANNELS, "id"))):
        await connection.execute(update(channels).where(channels.c.id.in_(some)).values(**owner))
        told = notices.c.channel_id.in_(some)
        await connection.execute(update(notices).where(told).values(platform=heir.platform))
    await connection.execute(delete(moderators).where(_curates(platform, person)))
    await connection.execute(
        update(log).where(_names(platform, person)).values(subject="moderator:")
    )
    await connection.execute(
        update(log).where(_theirs(log, platform, person)).values(person="", name="")
    )


async def _forget_conversation(connection: AsyncConnection, channel_id: int, now: datetime) -> None:
    """End what somebody gets in their own conversation, and forget where that is and was.

    Its row stays, for whoever has a post to it in hand just now.
    """
    await call_off(connection, channel_id, CalledOff.ENDED, now)
    await withdraw(connection, channel_id)
    sent = select(posts.c.id).where(posts.c.channel_id == channel_id)
    await connection.execute(delete(post_entries).where(post_entries.c.post_id.in_(sent)))
    await connection.execute(delete(posts).where(posts.c.channel_id == channel_id))
    await connection.execute(
        update(channels)
        .where(channels.c.id == channel_id)
        .values(
            channel=f"forgotten:{channel_id}",
            name="",
            state=ChannelState.ENDED.value,
            reason="",
            tags=[],
            owner_platform="",
            owner_workspace="",
            owner_id="",
            owner_name="",
            next_at=None,
            trouble_since=None,
            try_at=None,
            rest=None,
        )
    )


async def _forget_joined_votes(connection: AsyncConnection, platform: str, person: str) -> None:
    """Forget whose votes went from one entry to another that tells the same story."""
    rows = await connection.execute(
        select(reviews.c.entry_id, reviews.c.joined).where(reviews.c.into.is_not(None))
    )
    for row in rows.all():
        voted = (row.joined or {}).get("votes", ())
        others = [one for one in voted if (one[0], one[2]) != (platform, person)]
        if len(others) < len(voted):
            await connection.execute(
                update(reviews)
                .where(reviews.c.entry_id == row.entry_id)
                .values(joined={**row.joined, "votes": others})
            )


def _added(records: Rows) -> set[int]:
    """Return the entries of which records tell that they were added."""
    subjects = (str(row["subject"]) for row in records if row["action"] == AuditAction.ADD.value)
    numbers = (subject.partition(":")[2] for subject in subjects)
    return {int(number) for number in numbers if number.isdecimal()}


async def _forget_authors(connection: AsyncConnection, kept: Kept) -> None:
    """Take their names out of the records that tell by whom entries are."""
    names = {kept.person, *kept.names}
    added = _added(kept.rows[KeptKind.LOG]) | _numbers(kept, KeptKind.SUGGESTIONS, "entry_id")
    for some in chunks([f"entry:{number}" for number in sorted(added)]):
        rows = await connection.execute(
            select(log.c.id, log.c.details).where(
                log.c.subject.in_(some),
                log.c.action.in_(_AUTHORED),
                log.c.details["added_by"].as_string().is_not(None),
            )
        )
        changed = []
        for row in rows.all():
            told = row.details.get("added_by")
            if isinstance(told, list) and not names.isdisjoint(map(str, told)):
                nameless = ["" if each in names else each for each in told]
                changed.append({"number": row.id, "told": {**row.details, "added_by": nameless}})
        if changed:
            await connection.execute(
                update(log)
                .where(log.c.id == bindparam("number"))
                .values(details=bindparam("told")),
                changed,
            )


def _theirs(table: Any, platform: str, person: str) -> ColumnElement[bool]:
    """Whether a row tells of a person."""
    return and_(table.c.platform == platform, table.c.person == person)


def _curates(platform: str, person: str) -> ColumnElement[bool]:
    """Whether a row of `moderators` names a person."""
    return and_(
        moderators.c.platform == platform,
        moderators.c.id == person,
        moderators.c.is_group.is_(False),
    )


def _names(platform: str, person: str) -> ColumnElement[bool]:
    """Whether a record tells that a person was made a moderator, or is one no more."""
    return and_(
        log.c.subject == f"moderator:{person}",
        log.c.details["platform"].as_string() == platform,
        log.c.details["group"].as_boolean().is_(False),
    )


def _numbers(kept: Kept, kind: KeptKind, column: str) -> set[int]:
    return {row[column] for row in kept.rows[kind]}
