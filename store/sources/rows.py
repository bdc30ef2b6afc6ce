"""Sources as rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from store.model import Actor, Polling, Source, SourceRules, SourceState


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
            next_at=values["next_at"],
            polled_at=values["polled_at"],
            good_at=values["good_at"],
            news_at=values["news_at"],
            failures=values["failures"],
            failing_since=values["failing_since"],
            trouble=values["trouble"],
            missed=values["missed"],
        ),
    )


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
