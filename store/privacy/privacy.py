"""How the store forgets people, in one unit of work.

What was theirs alone goes; what they did for others stays, without their name. docs/privacy.md
names every column that may tell of somebody, and a test holds that page against the tables.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import audit
from store.audit import AuditAction
from store.channels.rows import WELL, owner_row
from store.db.database import chunks
from store.db.rows import among, execute_many, person_row
from store.db.schema import audit as log
from store.db.schema import (
    channels,
    drafts,
    installations,
    languages,
    moderators,
    notices,
    post_entries,
    posts,
    public_answers,
    reviews,
    saved,
    sources,
    suggestions,
    votes,
    workspaces,
)
from store.entries.entries import EntryRoom
from store.errors import WorkspaceInUse
from store.model import Actor, CalledOff, ChannelState, Kept, KeptKind
from store.notices import withdraw
from store.posts.rows import call_off, mark_changed
from store.privacy.kept import FORGOTTEN, Whom, added, kept_of
from store.votes import count_anew
from store.workspaces import is_blocked

_AUTHORED = (AuditAction.ADD.value, AuditAction.EDIT.value, AuditAction.IMPORT.value)
"""Records that may tell the name of who added an entry."""

_AT_DESKS = {KeptKind.SUGGESTIONS, KeptKind.DECISIONS, KeptKind.DRAFTS}
"""Of what cards at moderators' desks tell who did it."""


class Privacy(EntryRoom):
    """What is kept of people."""

    async def kept(self, platform: str, person: str) -> Kept:
        """Return all that is kept of a person of a platform, in whichever workspaces."""
        async with self._database.read() as connection:
            return await kept_of(connection, Whom(platform, person).storable)

    async def forget(self, platform: str, person: str, by: Actor, *, own: bool = False) -> Kept:
        """Forget a person of a platform, in every workspace. Returns what was kept of them.

        What they set up for others (sources, schedules of channels) is `by`'s from then on. With
        `own`, only what was theirs alone goes: what they decided as a moderator or for a channel
        stays with their name, so that nobody can hide what they did. The log tells that somebody
        was forgotten, and not who. Somebody of whom nothing is kept is no error.
        """
        whom = Whom(platform, person).storable
        async with self._database.write() as connection:
            kept = await kept_of(connection, whom)
            kept = kept.own if own else kept
            if kept:
                if own or (by.platform, by.id) == (whom.platform, whom.person):
                    by = replace(by, id="", name="")
                await self._forget(connection, whom, kept, by, own=own)
                action = AuditAction.FORGET
                await audit.record(connection, self._clock(), by, action, "person:")
        return kept

    async def forget_workspace(self, platform: str, workspace: str, by: Actor) -> Kept:
        """Forget all people of a workspace that is blocked, its channels, its name, its token.

        What they did in other workspaces stays. The workspace stays blocked. Returns what was kept.
        Raises WorkspaceInUse where it is not blocked.
        """
        whom = Whom(platform, workspace=workspace).storable
        place = (whom.platform, whom.workspace)
        async with self._database.write() as connection:
            known = await connection.execute(select(workspaces.c.name).where(is_blocked(*place)))
            row = known.first()
            if row is None:
                raise WorkspaceInUse(*place)
            kept = await kept_of(connection, whom)
            await self._forget(connection, whom, kept, by, own=False)
            for number in _numbers(kept, KeptKind.CHANNELS, "id"):
                await _forget_channel(connection, number, self._clock())
            here = {"platform": whom.platform, "workspace": whom.workspace}
            for table in (public_answers, installations):
                await connection.execute(delete(table).filter_by(**here))
            await connection.execute(update(workspaces).where(is_blocked(*place)).values(name=""))
            subject = "workspace:{}/{}".format(*place)
            # What was told of it tells its name.
            await connection.execute(update(log).where(log.c.subject == subject).values(details={}))
            if kept or row.name:
                action = AuditAction.FORGET_WORKSPACE
                await audit.record(connection, self._clock(), by, action, subject)
        return kept

    async def _forget(
        self, connection: AsyncConnection, whom: Whom, kept: Kept, heir: Actor, *, own: bool
    ) -> None:
        """Forget them: only what was theirs `own`, or all."""
        now = self._clock()
        await _forget_own(connection, whom, kept, now)
        reviewed: set[int] = set()
        if not own:
            await _forget_deeds(connection, whom, kept, heir)
            reviewed = _numbers(kept, KeptKind.DRAFTS, "entry_id")
        authored = _numbers(kept, KeptKind.ENTRIES, "id")
        names = {*kept.names, *kept.people}
        await self._entries.disown(connection, authored, reviewed, names, now)
        await _forget_authors(connection, kept)
        told = {KeptKind.SUGGESTIONS} if own else _AT_DESKS
        carried = set().union(*(_numbers(kept, kind, "entry_id") for kind in told))
        await mark_changed(connection, sorted(carried), now, at_desks=True)


async def _forget_own(connection: AsyncConnection, whom: Whom, kept: Kept, now: datetime) -> None:
    """Take away what was theirs alone, and their name from what they suggested."""
    for table in (languages, saved, votes):
        await connection.execute(delete(table).where(whom.within(table)))
    voted = _numbers(kept, KeptKind.VOTES, "entry_id")
    if voted:
        await count_anew(connection, voted, now)
    await _forget_joined_votes(connection, whom)
    for number in _numbers(kept, KeptKind.FOLLOWED, "id"):
        await _forget_channel(connection, number, now)
    nothing = {"person": "", "person_name": "", "why": "", "hears_at": None}
    await connection.execute(update(suggestions).where(whom.within(suggestions)).values(**nothing))
    subjects = [f"entry:{one}" for one in _numbers(kept, KeptKind.SUGGESTIONS, "entry_id")]
    for some in chunks(subjects):
        of_them = and_(log.c.action == AuditAction.ADD.value, log.c.subject.in_(some))
        await connection.execute(
            update(log).where(whom.within(log), of_them).values(person="", name="")
        )


async def _forget_deeds(connection: AsyncConnection, whom: Whom, kept: Kept, heir: Actor) -> None:
    """Take their name from what they did for others, and their right to curate by name."""
    for table in (reviews, drafts):
        await connection.execute(
            update(table).where(whom.within(table)).values(person="", person_name="")
        )
    await connection.execute(update(sources).where(whom.within(sources)).values(**person_row(heir)))
    for some in chunks(sorted(_numbers(kept, KeptKind.CHANNELS, "id"))):
        theirs = update(channels).where(channels.c.id.in_(some))
        await connection.execute(theirs.values(owner_row(heir)))
        told = notices.c.channel_id.in_(some)
        await connection.execute(update(notices).where(told).values(platform=heir.platform))
    await connection.execute(delete(moderators).where(whom.curate))
    await connection.execute(update(log).where(whom.named).values(subject="moderator:"))
    await connection.execute(update(log).where(whom.within(log)).values(person="", name=""))


async def _forget_channel(connection: AsyncConnection, channel_id: int, now: datetime) -> None:
    """End the posts to a channel or a conversation, and forget where that is and was.

    Its row stays, for whoever has a post to it in hand just now.
    """
    await call_off(connection, channel_id, CalledOff.ENDED, now)
    await withdraw(connection, channel_id)
    sent = select(posts.c.id).filter_by(channel_id=channel_id)
    await connection.execute(delete(post_entries).where(post_entries.c.post_id.in_(sent)))
    await connection.execute(delete(posts).filter_by(channel_id=channel_id))
    await connection.execute(
        update(channels)
        .where(channels.c.id == channel_id)
        .values(
            channel=f"{FORGOTTEN}{channel_id}",
            name="",
            state=ChannelState.ENDED.value,
            reason="",
            tags=[],
            next_at=None,
            **owner_row(Actor("", "", "", "")),
            **WELL,
        )
    )


async def _forget_joined_votes(connection: AsyncConnection, whom: Whom) -> None:
    """Forget whose votes went from one entry to another that tells the same story."""
    rows = await connection.execute(select(reviews).where(reviews.c.into.is_not(None)))
    for row in rows.all():
        voted = (row.joined or {}).get("votes", ())
        others = [one for one in voted if not whom.voted(one)]
        if len(others) < len(voted):
            theirs = update(reviews).filter_by(entry_id=row.entry_id)
            await connection.execute(theirs.values(joined={**row.joined, "votes": others}))


async def _forget_authors(connection: AsyncConnection, kept: Kept) -> None:
    """Take their names out of the records that tell by whom entries are."""
    names = {*kept.people, *kept.names}
    told_of = added(kept.rows[KeptKind.LOG])
    told_of |= _numbers(kept, KeptKind.SUGGESTIONS, "entry_id")
    query = select(log.c.id, log.c.details).where(
        log.c.action.in_(_AUTHORED), log.c.details["added_by"].as_string().is_not(None)
    )
    subjects = [f"entry:{number}" for number in sorted(told_of)]
    changed: list[tuple[int, object]] = []
    for row in await among(connection, query, log.c.subject, subjects):
        told = row["details"].get("added_by")
        if isinstance(told, list) and not names.isdisjoint(map(str, told)):
            nameless = ["" if each in names else each for each in told]
            changed.append((row["id"], {**row["details"], "added_by": nameless}))
    which = update(log).where(log.c.id == bindparam("number")).values(details=bindparam("told"))
    await execute_many(connection, which, ("number", "told"), changed)


def _numbers(kept: Kept, kind: KeptKind, column: str) -> set[int]:
    return {row[column] for row in kept.rows[kind]}
