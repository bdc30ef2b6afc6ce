"""What a model is to draft, and drafted: queue, cache and ledger in one.

wanted ──lease──> making ──made──> ready ──accept──> accepted | edited
   ^                 |                └──reject──> rejected
   └──later──────────┴──give_up, or its process died──> failed

A text is asked about once: what was asked and not heard, for the process died, is failed rather
than asked again, and costs what it may have cost at most. Only a person has it asked again. What
is of a text that its entry has no more is stale, and comes back with the text.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import audit
from store.audit import AuditAction
from store.db.rows import Room, counted, first_row
from store.db.schema import channels, drafts, entries
from store.drafts.rows import (
    PUBLISHED,
    current_drafts,
    draft_of,
    log_of,
    of_text,
    redraw_desks,
    settle,
    take_over,
)
from store.entries.changes import entry_row, renew
from store.entries.entries import EntryRoom
from store.entries.identity import text_key
from store.entries.renditions import outdated
from store.entries.rows import Values, entry_of
from store.errors import DraftDecided, TokensSpent
from store.model import (
    DESK,
    INTERRUPTED,
    Actor,
    ChannelState,
    DraftCounts,
    DraftFlag,
    DraftState,
    Entry,
    ModelDraft,
    Status,
)
from store.reviews.rows import WAITS_SINCE, in_order, waiting

_MOST = 200
"""Entries that are looked at: what more waits has its turn when these are decided about."""

_LONGEST = timedelta(hours=1)
"""After which nobody makes a draft any more: its process is not there to be known for dead, for the
database was moved."""

_UNFINISHED = (DraftState.WANTED.value, DraftState.MAKING.value, DraftState.READY.value)
_OPEN = (Status.PENDING.value, Status.PUBLISHED.value)

Wanted = Callable[[Entry], Collection[str]]
"""Returns the languages in which a draft of an entry is wanted that waits for a moderator."""


class Drafts(Room):
    """The drafts of every entry. `Maker` are the model and the version of what it is asked."""

    async def languages(self) -> frozenset[str]:
        """Return the languages that channels read."""
        reading = (
            select(channels.c.language)
            .distinct()
            .where(channels.c.state == ChannelState.ACTIVE, channels.c.rule != DESK)
        )
        async with self._database.read() as connection:
            return frozenset(await connection.scalars(reading))

    async def look(self, wanted: Wanted, since: datetime, maker: tuple[str, int]) -> None:
        """Want what is missing of entries that wait since a moment, and put aside what is stale.

        Also where an entry was edited since whose rendition is of what it said before.
        """
        async with self._database.read() as connection:
            if not any(await self._differences(connection, wanted, since, maker)):
                return
        async with self._database.write() as connection:
            new, changed = await self._differences(connection, wanted, since, maker)
            if new:
                await connection.execute(insert(drafts), new)
            now = self._clock()
            more: dict[DraftState, Values] = {
                DraftState.WANTED: {"due_at": now},
                DraftState.FAILED: {"reason": INTERRUPTED, "lease_owner": None},
            }
            for state in DraftState:
                numbers = [number for number, one in changed.items() if one is state]
                await settle(connection, numbers, state, now)
                if numbers and state in more:
                    these = update(drafts).where(drafts.c.id.in_(numbers))
                    await connection.execute(these.values(more[state]))

    async def ask(
        self, entry_id: int, language: str, maker: tuple[str, int]
    ) -> tuple[Entry, ModelDraft]:
        """Let an entry be drafted in a language because somebody wants it: before all others.

        What was drafted of the same text is returned as it stands; what failed, or was rejected,
        is asked again. Raises EntryNotFound.
        """
        model, prompt = maker
        now = self._clock()
        async with self._database.write() as connection:
            entry = await entry_row(connection, entry_id)
            of = text_key(entry["title"], entry["note"])
            known = (
                select(drafts)
                .filter_by(entry_id=entry_id, language=language, of=of)
                .order_by(drafts.c.id.desc())
            )
            last = await first_row(connection, known.limit(1))
            again = (DraftState.FAILED, DraftState.REJECTED, DraftState.STALE)
            if last is None or (
                last["state"] in again and (last["model"], last["prompt"]) != (model, prompt)
            ):
                wanted = self._row(entry, language, maker) | {"asked_for": True}
                await connection.execute(insert(drafts), wanted)
            elif last["state"] == DraftState.STALE and last["title"]:
                await settle(connection, [last["id"]], DraftState.READY, now)
            elif last["state"] in (*again, DraftState.WANTED):
                await connection.execute(
                    update(drafts)
                    .filter_by(id=last["id"])
                    .values(
                        state=DraftState.WANTED.value,
                        due_at=now,
                        tries=0,
                        at=now,
                        reason="",
                        asked_for=True,
                        platform=None,
                    )
                )
            row = (await connection.execute(known.limit(1))).mappings().one()
            return entry_of(entry), draft_of(row)

    async def next_at(self) -> datetime | None:
        """Return when the next draft is due, None: none is."""
        due = select(func.min(drafts.c.due_at)).filter_by(state=DraftState.WANTED)
        return await self._database.scalar(due)

    async def lease(
        self, owner: str, maker: tuple[str, int], most: int, limits: Sequence[tuple[datetime, int]]
    ) -> tuple[ModelDraft, Entry] | None:
        """Hand out the next draft to be made, with its entry; None: none is due.

        `owner` is a process (`Processes.enter`). `most` are the tokens that it takes at most,
        `limits` how many may be taken since a moment: raises TokensSpent where it could be more.
        """
        model, prompt = maker
        now = self._clock()
        due = (
            select(drafts)
            .filter_by(state=DraftState.WANTED, model=model, prompt=prompt)
            .where(drafts.c.due_at <= now)
            .order_by(drafts.c.asked_for.desc(), drafts.c.due_at, drafts.c.id.desc())
            .limit(1)
        )
        if await self._database.scalar(due) is None:
            return None
        async with self._database.write() as connection:
            while (row := await first_row(connection, due)) is not None:
                entry = await entry_row(connection, row["entry_id"])
                if not of_text(row, entry) or entry["status"] not in _OPEN:
                    await settle(connection, [row["id"]], DraftState.STALE, now)
                    continue
                for since, limit in limits:
                    if await _tokens(connection, since) + most > limit:
                        raise TokensSpent(since, limit)
                await connection.execute(
                    update(drafts)
                    .filter_by(id=row["id"])
                    .values(
                        state=DraftState.MAKING.value,
                        lease_owner=owner,
                        asked_at=now,
                        due_at=None,
                        reserved=most,
                        at=now,
                    )
                )
                return draft_of(row), entry_of(entry)
        return None

    async def made(
        self,
        draft: ModelDraft,
        owner: str,
        tokens: int,
        *,
        title: str,
        note: str,
        tags: Sequence[str],
        flags: Sequence[DraftFlag],
    ) -> None:
        """Keep what a model made; it waits for a moderator."""
        said = {"title": title, "note": note, "tags": list(tags), "reason": ""}
        marks = [[each.said, each.words] for each in flags]
        await self._end(draft, owner, DraftState.READY, tokens, **said, flags=marks)

    async def give_up(self, draft: ModelDraft, owner: str, reason: str, tokens: int) -> None:
        """Keep why there is no draft."""
        await self._end(draft, owner, DraftState.FAILED, tokens, reason=reason)

    async def later(
        self, draft: ModelDraft, owner: str, reason: str, at: datetime, tokens: int = 0
    ) -> None:
        """Let a draft be asked for again that did not come, with what it may have taken."""
        again = {"due_at": at, "tries": drafts.c.tries + 1, "reason": reason}
        await self._end(draft, owner, DraftState.WANTED, tokens, **again)

    async def _end(
        self, draft: ModelDraft, owner: str, state: DraftState, tokens: int, **values: Any
    ) -> None:
        done = (
            update(drafts)
            .filter_by(id=draft.id, state=DraftState.MAKING, lease_owner=owner)
            .values(state=state.value, at=self._clock(), lease_owner=None, reserved=0)
            .values(tokens=drafts.c.tokens + tokens, **values)
        )
        async with self._database.write() as connection:
            ended = await connection.execute(done)
            if ended.rowcount and state is not DraftState.WANTED:
                await redraw_desks(connection, draft.entry_id, self._clock())

    async def counts(self, day: datetime, month: datetime) -> DraftCounts:
        """Return how the drafts stand, with the tokens taken since a day and a month began."""
        failed = (
            select(drafts)
            .where(drafts.c.reason != "", drafts.c.state.in_(_TROUBLED))
            .order_by(drafts.c.at.desc(), drafts.c.id.desc())
            .limit(1)
        )
        async with self._database.read() as connection:
            states = await counted(connection, drafts.c.state)
            row = await first_row(connection, failed)
            return DraftCounts(
                {DraftState(state): count for state, count in states.items()},
                await _tokens(connection, day),
                await _tokens(connection, month),
                None if row is None else draft_of(row),
            )

    async def _differences(
        self, connection: AsyncConnection, wanted: Wanted, since: datetime, maker: tuple[str, int]
    ) -> tuple[list[Values], dict[int, DraftState]]:
        """Return the rows that are missing, and drafts with the state that they are to have."""
        waits = in_order(waiting(entries).where(since <= WAITS_SINCE)).limit(_MOST)
        told = (
            select(entries)
            .where(entries.c.renditions.is_not(None), PUBLISHED, entries.c.updated_at >= since)
            .limit(_MOST)
        )
        missing: dict[tuple[int, str], Mapping[Any, Any]] = {}
        for row in (await connection.execute(waits)).mappings():
            missing |= {(row["id"], language): row for language in wanted(entry_of(row))}
        for row in (await connection.execute(told)).mappings():
            missing |= {(row["id"], language): row for language in outdated(row)}
        ids = {number for number, _ in missing}  # of few entries
        changed: dict[int, DraftState] = {}
        unfinished = drafts.c.state.in_(_UNFINISHED)
        for condition in (unfinished, drafts.c.entry_id.in_(ids)):
            changed |= await self._stale(connection, condition, missing, maker)
        new = [self._row(row, language, maker) for (_, language), row in missing.items()]
        return new, changed

    async def _stale(
        self,
        connection: AsyncConnection,
        condition: ColumnElement[bool],
        missing: dict[tuple[int, str], Mapping[Any, Any]],
        maker: tuple[str, int],
    ) -> dict[int, DraftState]:
        """Return the drafts that change their state; what is there is missing no more."""
        text = (entries.c.title.label("entry_title"), entries.c.note.label("entry_note"))
        query = (
            select(drafts, *text, entries.c.status)
            .join(entries, entries.c.id == drafts.c.entry_id)
            .where(condition)
            .order_by(drafts.c.id)
        )
        changed: dict[int, DraftState] = {}
        for row in (await connection.execute(query)).mappings():
            state = DraftState(row["state"])
            ours = (row["model"], row["prompt"]) == maker
            says = {"title": row["entry_title"], "note": row["entry_note"]}
            holds = of_text(row, says) and row["status"] in _OPEN
            place = (row["entry_id"], row["language"])
            if state in (DraftState.WANTED, DraftState.READY):
                if not holds or (state is DraftState.WANTED and not ours):
                    changed[row["id"]] = DraftState.STALE
                    continue
            elif state is DraftState.MAKING and row["asked_at"] < self._clock() - _LONGEST:
                changed[row["id"]] = DraftState.FAILED
            elif state is DraftState.STALE and holds and place in missing:
                if not (row["title"] or ours):
                    continue
                changed[row["id"]] = DraftState.READY if row["title"] else DraftState.WANTED
            elif state is DraftState.FAILED and not ours:
                continue
            if holds:
                missing.pop(place, None)
        return changed

    def _row(self, entry: Mapping[Any, Any], language: str, maker: tuple[str, int]) -> Values:
        now = self._clock()
        return {
            "entry_id": entry["id"],
            "language": language,
            "of": text_key(entry["title"], entry["note"]),
            "model": maker[0],
            "prompt": maker[1],
            "state": DraftState.WANTED.value,
            "due_at": now,
            "at": now,
            "asked_for": False,
            "tags": [],
            "flags": [],
            **dict.fromkeys(("title", "note", "reason"), ""),
            **dict.fromkeys(("tokens", "reserved", "tries"), 0),
        }


class DraftReviews(EntryRoom):
    """The drafts that wait for a moderator, and what was decided about them."""

    async def of_entry(self, entry_id: int) -> tuple[Entry, tuple[ModelDraft, ...]]:
        """Return an entry with the drafts of what it says now. Raises EntryNotFound."""
        async with self._database.read() as connection:
            row = await entry_row(connection, entry_id)
            return entry_of(row), (await current_drafts(connection, [row])).get(entry_id, ())

    async def next_ready(self, after: int = 0) -> int | None:
        """Return the next published entry of which a draft waits for a moderator."""
        drafted = select(drafts.c.entry_id).filter_by(state=DraftState.READY)
        later = entries.c.id.in_(drafted.where(drafts.c.entry_id > after))
        ready = select(entries).where(PUBLISHED, later).order_by(entries.c.id).limit(_MOST)
        async with self._database.read() as connection:
            rows = (await connection.execute(ready)).mappings().all()
            found = await current_drafts(connection, rows)
        every = (one for each in found.values() for one in each)
        return min((one.entry_id for one in every if one.state is DraftState.READY), default=None)

    async def accept(
        self, entry_id: int, draft_id: int, by: Actor, words: tuple[str, str] | None = None
    ) -> Entry:
        """Let an entry be told as a draft has it, or in the title and note that a person gave.

        Posts that carry it are to be updated. Raises EntryNotFound, DraftDecided, InvalidEntry.
        """
        now = self._clock()
        async with self._database.write() as connection:
            before = await entry_row(connection, entry_id)
            after, told = await take_over(connection, before, [draft_id], by, now, words=words)
            after["updated_at"] = now
            if after["tags"] != before["tags"]:
                await renew(connection, after)
            await self._entries.replace(
                connection, before, after, by, AuditAction.ACCEPT_DRAFT, told={"drafts": told}
            )
        return entry_of(after)

    async def reject(self, entry_id: int, draft_id: int, by: Actor) -> Entry:
        """Let nobody be offered a draft any more. Raises EntryNotFound, DraftDecided."""
        now = self._clock()
        async with self._database.write() as connection:
            entry = await entry_row(connection, entry_id)
            query = select(drafts).filter_by(id=draft_id, entry_id=entry_id)
            row = await first_row(connection, query)
            if row is None or row["state"] != DraftState.READY:
                raise DraftDecided(None if row is None else draft_of(row))
            await settle(connection, [draft_id], DraftState.REJECTED, now, by)
            await redraw_desks(connection, entry_id, now)
            told = {"drafts": [log_of(row)]}
            action = AuditAction.REJECT_DRAFT
            await audit.record(connection, now, by, action, f"entry:{entry_id}", details=told)
        return entry_of(entry)


_TROUBLED = (DraftState.FAILED.value, DraftState.WANTED.value)


async def _tokens(connection: AsyncConnection, since: datetime) -> int:
    """Return the tokens taken since a moment, with those that drafts under way may take."""
    taken = func.sum(drafts.c.tokens + drafts.c.reserved)
    query = select(taken).where(drafts.c.asked_at >= since)
    return int(await connection.scalar(query) or 0)
