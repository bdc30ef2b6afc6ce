"""Sources: adding, changing, pausing and removing them, and what whoever added one is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import audit
from store.audit import AuditAction
from store.db.rows import Room, counted, first_row, from_row, person_of, person_row
from store.db.schema import entry_sources, source_items, source_keys, sources
from store.entries.identity import url_key
from store.entries.numbering import renew_version
from store.errors import DuplicateSource, SourceNotFound
from store.model import Actor, Polling, Source, SourceNotice, SourceRules, SourceState
from store.text import clean_line

_LISTS = ("tags", "only", "without")
_AUDITED = ("name", "tags", "reviewed", "only", "without", "language", "timezone", "state")


class Sources(Room):
    """Where entries come from on their own."""

    async def add(self, address: str, name: str, rules: SourceRules, by: Actor) -> Source:
        """Add a feed, which is asked at once.

        Raises DuplicateSource, and ValueError for what is no http or https address.
        """
        now = self._clock()
        row: dict[str, Any] = {
            "address": address,
            "key": url_key(address),
            "name": clean_line(name) or address,
            **rules_row(rules),
            "state": SourceState.ACTIVE.value,
            **person_row(by),
            "created_at": now,
            **polling_row(Polling(next_at=now)),
            "notice_tries": 0,
        }
        async with self._database.write() as connection:
            twin = select(sources).filter_by(key=row["key"])
            if found := await first_row(connection, twin):
                raise DuplicateSource(source_of(found))
            made = await connection.execute(insert(sources).values(row).returning(sources))
            source = source_of(made.mappings().one())
            after = {**row, "id": source.id}
            await self._record(connection, by, AuditAction.ADD_SOURCE, None, after)
        return source

    async def get(self, source_id: int) -> Source:
        """Return a source. Raises SourceNotFound."""
        async with self._database.read() as connection:
            return source_of(await _row(connection, source_id))

    async def list(self) -> tuple[Source, ...]:
        """Return every source, by name."""
        rows = await self._database.fetch(select(sources))
        return tuple(sorted(map(source_of, rows), key=lambda one: (one.name.casefold(), one.id)))

    async def brought(self, since: datetime) -> Mapping[int, int]:
        """Return how many entries each source brought, or a further link to, since a moment.

        One that brought none is left out.
        """
        async with self._database.read() as connection:
            since_then = entry_sources.c.at >= since
            return await counted(connection, entry_sources.c.source_id, since_then)

    async def edit(self, source_id: int, name: str, rules: SourceRules, by: Actor) -> Source:
        """Change what a source is called, and what becomes of what it brings from now on.

        Raises SourceNotFound.
        """
        changed = {"name": clean_line(name), **rules_row(rules)}
        return await self._change(source_id, changed, by, AuditAction.EDIT_SOURCE)

    async def pause(self, source_id: int, by: Actor) -> Source:
        """Ask a source no more, until it is resumed. Raises SourceNotFound."""
        changed = {"state": SourceState.PAUSED.value, "next_at": None}
        return await self._change(source_id, changed, by, AuditAction.PAUSE_SOURCE)

    async def resume(self, source_id: int, by: Actor) -> Source:
        """Ask a source again, from now on, also one that was gone. Raises SourceNotFound."""
        changed = {
            "state": SourceState.ACTIVE.value,
            "next_at": self._clock(),
            "gone_times": 0,
            "notice": None,
            "notice_at": None,
        }
        return await self._change(source_id, changed, by, AuditAction.RESUME_SOURCE)

    async def remove(self, source_id: int, by: Actor) -> Source:
        """Forget a source. What it brought stays. Raises SourceNotFound."""
        async with self._database.write() as connection:
            before = await _row(connection, source_id)
            for table in (source_keys, source_items):
                await connection.execute(delete(table).filter_by(source_id=source_id))
            await connection.execute(delete(sources).filter_by(id=source_id))
            details = {"name": before["name"], "address": before["address"]}
            now, action = self._clock(), AuditAction.REMOVE_SOURCE
            await renew_version(connection, now)
            await audit.record(connection, now, by, action, f"source:{source_id}", details=details)
        return source_of(before)

    async def take_notice(self, platform: str) -> tuple[Source, SourceNotice, int] | None:
        """Hand out what somebody on a platform is to be told of a source, and which try it is.

        It is handed out once, so that nobody is told twice, also where the program is killed.
        """
        due = select(sources).where(
            sources.c.platform == platform, sources.c.notice_at <= self._clock()
        )
        if await self._database.scalar(due.limit(1)) is None:
            return None
        async with self._database.write() as connection:
            row = await first_row(connection, due.order_by(sources.c.id).limit(1))
            if row is None:
                return None
            tries = row["notice_tries"] + 1
            await connection.execute(
                update(sources)
                .filter_by(id=row["id"])
                .values(notice=None, notice_at=None, notice_tries=tries)
            )
        return source_of(row), SourceNotice(row["notice"]), tries

    async def tell_later(self, source_id: int, notice: SourceNotice, at: datetime) -> None:
        """Let somebody be told later who surely was not told, unless there is other news by now."""
        await self._database.execute(
            update(sources)
            .filter_by(id=source_id, notice=None)
            .values(notice=notice.value, notice_at=at)
        )

    async def next_notice(self, platforms: Collection[str]) -> datetime | None:
        """Return when `take_notice` has something for one of some platforms, None: it has not."""
        soonest = select(func.min(sources.c.notice_at)).where(sources.c.platform.in_(platforms))
        return await self._database.scalar(soonest)

    async def _change(
        self, source_id: int, changed: dict[str, Any], by: Actor, action: AuditAction
    ) -> Source:
        async with self._database.write() as connection:
            before = await _row(connection, source_id)
            after = {**before, **changed}
            if after["state"] == before["state"] and action is not AuditAction.EDIT_SOURCE:
                return source_of(before)
            await connection.execute(update(sources).filter_by(id=source_id).values(changed))
            if after["name"] != before["name"]:
                await renew_version(connection, self._clock())
            await self._record(connection, by, action, before, after)
        return source_of(after)

    async def _record(
        self,
        connection: AsyncConnection,
        by: Actor,
        action: AuditAction,
        before: dict[str, Any] | None,
        after: dict[str, Any],
    ) -> None:
        subject, details = f"source:{after['id']}", audit.differences(before, after, _AUDITED)
        await audit.record(connection, self._clock(), by, action, subject, details=details)


async def _row(connection: AsyncConnection, source_id: int) -> dict[str, Any]:
    row = await first_row(connection, select(sources).filter_by(id=source_id))
    if row is None:
        raise SourceNotFound(source_id)
    return row


def source_of(values: Mapping[Any, Any]) -> Source:
    """Return the source that a row of `sources` holds."""
    return from_row(
        Source,
        values,
        rules=from_row(SourceRules, values, **{name: tuple(values[name]) for name in _LISTS}),
        state=SourceState(values["state"]),
        added_by=person_of(values),
        polling=from_row(Polling, values, pace=timedelta(seconds=values["pace"])),
    )


def polling_row(polling: Polling) -> dict[str, Any]:
    """Return the columns that hold how the polling of a source goes."""
    return {**asdict(polling), "pace": int(polling.pace.total_seconds())}


def rules_row(rules: SourceRules) -> dict[str, Any]:
    """Return the columns that hold what becomes of what a source brings."""
    return asdict(rules) | {name: list(getattr(rules, name)) for name in _LISTS}
