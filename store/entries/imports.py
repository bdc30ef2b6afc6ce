"""Importing entries: which are known already, what became of each, many rows at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import audit
from store.audit import AuditAction
from store.channels.rows import wake_instant
from store.db.database import chunks
from store.db.rows import among, execute_many
from store.db.schema import audit as log
from store.db.schema import entries
from store.entries import numbering
from store.entries.completion import keep_titles
from store.entries.drafts import CheckedDraft, checked
from store.entries.identity import digest, title_key
from store.entries.renditions import merged_renditions
from store.entries.rows import AUDITED, Values, content, new_row
from store.entries.tagging import known_tags, reindex, shown
from store.errors import InvalidEntry
from store.model import (
    Actor,
    EntryDraft,
    ImportAction,
    ImportItem,
    ImportOutcome,
    PublishedDate,
    Status,
)
from store.posts.rows import mark_changed
from store.search.index.index import SearchIndex
from store.text import tag_key

_WHERE_GIVEN = ("links", "note", "image", "published", "language", "tags")


@dataclass(slots=True)
class _Target:
    """A row as it was (None: there was none) and as it is to be."""

    before: Values | None
    after: Values


async def import_items(
    connection: AsyncConnection,
    index: SearchIndex,
    items: Sequence[ImportItem],
    by: Actor,
    now: datetime,
    *,
    dry_run: bool,
) -> tuple[ImportOutcome, ...]:
    """Import items in one unit of work; with `dry_run`, only say what would become of them."""
    drafts = [_checked(item) for item in items]
    known = await _KnownItems.load(connection, drafts)
    decided = [known.decide(draft, now) for draft in drafts]
    if not dry_run:
        await _write(connection, index, known.targets, by, now)
    return tuple(
        ImportOutcome(action, target.after["id"], item.line, one.draft.title)
        for item, one, (action, target) in zip(items, drafts, decided, strict=True)
    )


class _KnownItems:
    """What of the items is in the store, or was decided to be added to it."""

    def __init__(self) -> None:
        self.targets: list[_Target] = []
        self._by_key: dict[str, _Target] = {}
        self._by_url: dict[bytes, _Target] = {}
        self._by_title: dict[bytes, list[_Target]] = {}

    @classmethod
    async def load(cls, connection: AsyncConnection, drafts: Sequence[CheckedDraft]) -> _KnownItems:
        known = cls()
        rows: dict[int, Values] = {}
        keys = {one.draft.key for one in drafts if one.draft.key}
        urls = {one.url_key for one in drafts if one.url_key}
        titles = {
            title_key(one.draft.title, one.draft.published) for one in drafts if not one.url_key
        }
        wanted = ((entries.c.key, keys), (entries.c.url_key, urls), (entries.c.title_key, titles))
        for column, values in wanted:
            found = await among(connection, select(entries), column, values)
            rows |= {row["id"]: dict(row) for row in found}
        for row in sorted(rows.values(), key=itemgetter("id")):
            known._add(_Target(row, dict(row)))
        return known

    def decide(self, checked: CheckedDraft, now: datetime) -> tuple[ImportAction, _Target]:
        """Say what becomes of an item, and change its target accordingly."""
        said = _digest(checked.draft)
        target = self._find(checked)
        if target is None:
            target = _Target(None, {**new_row(checked, None, now), "imported": said})
            self._add(target)
            return ImportAction.ADDED, target
        if target.after["imported"] == said:
            return ImportAction.UNCHANGED, target
        merged = self._merged(target.after, checked)
        changed = merged != target.after
        if merged["url_key"] != target.after["url_key"]:
            self._by_url.pop(target.after["url_key"], None)
        target.after = {**merged, "imported": said}
        self._index(target)
        return (ImportAction.UPDATED if changed else ImportAction.UNCHANGED), target

    def _find(self, checked: CheckedDraft) -> _Target | None:
        draft = checked.draft
        if draft.key and (target := self._by_key.get(draft.key)):
            return target
        if checked.url_key:
            return self._by_url.get(checked.url_key)
        for target in self._by_title.get(title_key(draft.title, draft.published), ()):
            if target.after["url"] is None and not (draft.key and target.after["key"]):
                return target
        return None

    def _merged(self, row: Values, checked: CheckedDraft) -> Values:
        """Return a row with what a draft speaks of; what the draft leaves empty stays."""
        draft = checked.draft
        said = content(checked, row["created_at"])
        merged = {**row, "key": row["key"] or draft.key, "title": said["title"]}
        merged |= {name: said[name] for name in _WHERE_GIVEN if said[name]}
        if list(map(tag_key, merged["tags"])) == list(map(tag_key, row["tags"])):
            merged["tags"] = row["tags"]
        if draft.added_by:
            merged["added_by"] = draft.added_by
        holder = self._by_url.get(checked.url_key) if checked.url_key else None
        if draft.url and (holder is None or holder.after is row):
            merged |= {"url": draft.url, "url_key": checked.url_key}
        if draft.published:
            merged["sort_day"] = said["sort_day"]
        merged["title_key"] = None
        if merged["url"] is None:
            published = PublishedDate.from_iso(merged["published"]) if merged["published"] else None
            merged["title_key"] = title_key(merged["title"], published)
        if draft.renditions:
            merged["renditions"] = merged_renditions(
                row["renditions"], draft.renditions, merged["title"], merged["note"]
            )
        if draft.status is Status.RETRACTED:
            merged["status"] = Status.RETRACTED.value
        return merged

    def _add(self, target: _Target) -> None:
        self.targets.append(target)
        self._index(target)

    def _index(self, target: _Target) -> None:
        row = target.after
        if row["key"]:
            self._by_key[row["key"]] = target
        if row["url_key"]:
            self._by_url[row["url_key"]] = target
        if row["title_key"]:
            self._by_title.setdefault(row["title_key"], []).append(target)


async def _write(
    connection: AsyncConnection,
    index: SearchIndex,
    targets: Collection[_Target],
    by: Actor,
    now: datetime,
) -> None:
    added = [target for target in targets if target.before is None]
    updated = [target for target in targets if target.before and target.before != target.after]
    if not added and not updated:
        return
    changed = [target for target in updated if _speaks(target)]
    for target in changed:
        target.after["updated_at"] = now
    known = await known_tags(connection, _names([*added, *changed]), create=True)
    for target in (*added, *changed):
        target.after["tags"] = shown(target.after["tags"], known)
    async with numbering.giving(connection) as given:
        for target in added:
            target.after["id"] = given.next_entry()
        visible = _publish(added, changed, given, now)
    if updated:
        await _update(connection, updated)
    if added:
        names = tuple(added[0].after)
        rows = [[target.after[name] for name in names] for target in added]
        await execute_many(connection, insert(entries), names, rows)
        await keep_titles(connection, [target.after for target in added], new=True)
    changes = [(target.before, target.after) for target in (*added, *changed)]
    await reindex(connection, changes, known)
    if changed:
        await keep_titles(connection, [target.after for target in changed], new=False)
        await mark_changed(connection, [target.after["id"] for target in changed], now)
    await index.put(connection, changes)
    if numbering.concerns_public(changes):
        await numbering.renew_version(connection, now)
    await wake_instant(connection, now, max(visible, default=None))
    if changes:
        await connection.execute(insert(log), _audited(added, changed, by, now))


def _publish(
    added: Iterable[_Target], changed: Iterable[_Target], given: numbering.IdCounter, now: datetime
) -> list[datetime]:
    """Number what more channels may want now, oldest news first.

    Returns when each was first published: news of years ago is new only to who asks for it.
    """
    visible: list[Values] = []
    for target in added:
        row = target.after
        if row["status"] == Status.PUBLISHED:
            published = row["published"]
            ended = PublishedDate.from_iso(published).end if published else now
            row["first_published_at"] = min(now, ended)
            visible.append(row)
    for target in changed:
        before, row = target.before, target.after
        if before and row["status"] == Status.PUBLISHED and set(row["tags"]) != set(before["tags"]):
            visible.append(row)
    visible.sort(key=itemgetter("sort_day"))
    for row in visible:
        row["serial"] = given.next_serial()
    return [row["first_published_at"] for row in visible]


async def _update(connection: AsyncConnection, targets: Sequence[_Target]) -> None:
    moved = [
        target.after["id"]
        for target in targets
        if target.before and target.before["url_key"] != target.after["url_key"]
    ]
    for some in chunks(moved):
        # One entry may get the link that another one gives up.
        await connection.execute(update(entries).where(entries.c.id.in_(some)).values(url_key=None))
    names = [column.name for column in entries.c if column.name != "id"]
    await connection.execute(
        update(entries)
        .where(entries.c.id == bindparam("of_id"))
        .values({name: bindparam(f"of_{name}") for name in names}),
        [{f"of_{name}": target.after[name] for name in (*names, "id")} for target in targets],
    )


def _audited(
    added: Sequence[_Target], changed: Sequence[_Target], by: Actor, now: datetime
) -> list[Values]:
    """Return a record of the whole, and one of each entry that was there before."""
    counts = {"added": len(added), "updated": len(changed)}
    details: dict[str, object] = {name: count for name, count in counts.items() if count}
    if added:
        details["entries"] = [added[0].after["id"], added[-1].after["id"]]
    records = [audit.change(now, by, AuditAction.IMPORT, "import", details)]
    for target in changed:
        differences = audit.differences(target.before, target.after, AUDITED)
        subject = f"entry:{target.after['id']}"
        records.append(audit.change(now, by, AuditAction.IMPORT, subject, differences))
    return records


def _checked(item: ImportItem) -> CheckedDraft:
    try:
        return checked(item.draft)
    except InvalidEntry as error:
        raise InvalidEntry(error.field, error.flaw, error.limit, item.line) from None


def _digest(draft: EntryDraft) -> bytes:
    """Return a short form of all that an item says."""
    return digest(
        draft.title,
        draft.url or "",
        *(f"{link.url} {link.title or ''}" for link in draft.links),
        draft.note,
        draft.image or "",
        draft.published.iso if draft.published else "",
        draft.language or "",
        *draft.tags,
        draft.added_by,
        draft.key or "",
        draft.status.value,
        f"{len(draft.links)} {len(draft.tags)}",
        *(text for one in draft.renditions for text in (one.language, one.title, one.note)),
    )


def _speaks(target: _Target) -> bool:
    """Whether more of a row changed than what was imported last."""
    return {**(target.before or {}), "imported": None} != {**target.after, "imported": None}


def _names(targets: Iterable[_Target]) -> list[str]:
    names: dict[str, None] = {}
    for target in targets:
        names.update(dict.fromkeys([*(target.before or {}).get("tags", ()), *target.after["tags"]]))
    return list(names)
