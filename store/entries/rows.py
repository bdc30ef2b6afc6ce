"""Entries as rows, and rows as entries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from store.db.rows import from_row
from store.entries.drafts import CheckedDraft
from store.entries.identity import title_key
from store.entries.renditions import merged_renditions, renditions_of
from store.model import Entry, Link, PublishedDate, Status

Values = dict[str, Any]
"""A row of `entries` by the names of its columns."""

MAXIMUM_ID = 2**63 - 1
"""The largest whole number that both engines keep."""

_date = lru_cache(1024)(PublishedDate.from_iso)
"""Reads a date. A list has many of the same day."""


def day_number(day: date | PublishedDate) -> int:
    """Return a day as `entries.sort_day` has it: YYYYMMDD, 00 for what is not known."""
    return day.year * 10_000 + (day.month or 0) * 100 + (day.day or 0)


def sort_day(published: PublishedDate | None, created_at: datetime) -> int:
    """Return the day by which an entry stands in order: its date, else when it was added (UTC)."""
    return day_number(published or created_at)


def content(checked: CheckedDraft, created_at: datetime) -> Values:
    """Return the columns that hold what a draft says."""
    draft = checked.draft
    return {
        "title": draft.title,
        "url": draft.url,
        "url_key": checked.url_key,
        "title_key": None if draft.url else title_key(draft.title, draft.published),
        "links": [[link.url, link.title] for link in draft.links],
        "note": draft.note,
        "image": draft.image,
        "published": draft.published.iso if draft.published else None,
        "sort_day": sort_day(draft.published, created_at),
        "language": draft.language,
        "tags": list(draft.tags),
    }


def entry_of(values: Mapping[Any, Any]) -> Entry:
    """Return the entry that a row of `entries` holds."""
    published = values["published"]
    return from_row(
        Entry,
        values,
        links=tuple(Link(url, title) for url, title in values["links"]),
        published=_date(published) if published else None,
        tags=tuple(values["tags"]),
        status=Status(values["status"]),
        renditions=renditions_of(values) if values["renditions"] else (),
    )


AUDITED = (
    "title", "url", "links", "note", "image", "published", "language", "tags", "added_by", "key",
    "status",
)  # fmt: skip
"""The columns whose changes the audit log tells of."""


def new_row(checked: CheckedDraft, entry_id: int | None, now: datetime) -> Values:
    """Return the row of a new entry, not published yet."""
    draft = checked.draft
    return {
        **content(checked, now),
        "id": entry_id,
        "renditions": merged_renditions(None, draft.renditions, draft.title, draft.note),
        "key": draft.key,
        "added_by": draft.added_by,
        "status": draft.status.value,
        "serial": None,
        "imported": None,
        "created_at": now,
        "updated_at": now,
        "first_published_at": None,
        "votes": 0,
        "starred": False,
    }
