"""Sources as rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from store.db.rows import from_row
from store.model import Polling, Source, SourceRules, SourceState
from store.persons import person_of


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


_LISTS = ("tags", "only", "without")


def polling_row(polling: Polling) -> dict[str, Any]:
    """Return the columns that hold how the polling of a source goes."""
    return {**asdict(polling), "pace": int(polling.pace.total_seconds())}


def rules_row(rules: SourceRules) -> dict[str, Any]:
    """Return the columns that hold what becomes of what a source brings."""
    return asdict(rules) | {name: list(getattr(rules, name)) for name in _LISTS}
