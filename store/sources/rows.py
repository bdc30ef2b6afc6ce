"""Sources as rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from store.model import Actor, EntrySource, Polling, Source, SourceRules, SourceState


def source_of(values: Mapping[Any, Any]) -> Source:
    """Return the source that a row of `sources` holds."""
    return Source(
        id=values["id"],
        address=values["address"],
        name=values["name"],
        rules=SourceRules(
            tags=tuple(values["tags"]),
            reviewed=values["reviewed"],
            only=tuple(values["only"]),
            without=tuple(values["without"]),
            language=values["language"],
            timezone=values["timezone"],
        ),
        state=SourceState(values["state"]),
        added_by=Actor(
            values["platform"], values["workspace"], values["person"], values["person_name"]
        ),
        created_at=values["created_at"],
        polling=Polling(
            pace=timedelta(seconds=values["pace"]), **{name: values[name] for name in _POLLING}
        ),
    )


_POLLING = (
    "next_at",
    "polled_at",
    "good_at",
    "full_at",
    "news_at",
    "failures",
    "failing_since",
    "trouble",
    "told",
    "missed",
    "etag",
    "last_modified",
    "moved_to",
    "moved_times",
    "gone_times",
)


def polling_row(polling: Polling) -> dict[str, Any]:
    """Return the columns that hold how the polling of a source goes."""
    return {
        "pace": int(polling.pace.total_seconds()),
        **{name: getattr(polling, name) for name in _POLLING},
    }


def rules_row(rules: SourceRules) -> dict[str, Any]:
    """Return the columns that hold what becomes of what a source brings."""
    return {
        "tags": list(rules.tags),
        "reviewed": rules.reviewed,
        "only": list(rules.only),
        "without": list(rules.without),
        "language": rules.language,
        "timezone": rules.timezone,
    }


def entry_source_of(values: Mapping[Any, Any]) -> EntrySource:
    """Return what a row of `entry_sources` holds."""
    return EntrySource(
        entry_id=values["entry_id"],
        source_id=values["source_id"],
        name=values["name"],
        title=values["title"],
        url=values["url"],
        at=values["at"],
        joined=values["joined"],
        offered=values["offered"],
    )
