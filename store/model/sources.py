"""Sources: where entries come from on their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from store.model.people import Actor


class SourceState(StrEnum):
    """Where a source stands."""

    ACTIVE = "active"
    PAUSED = "paused"
    GONE = "gone"
    """Its server said twice that it is gone for good."""


@dataclass(frozen=True, slots=True)
class SourceRules:
    """What becomes of what a source brings.

    `tags` are given to each entry. `reviewed`: a moderator decides on each; else it publishes by
    itself. `only` and `without` are words and phrases in title and text: one of the first must be
    there, where any are given, and none of the others. `language` is that of its items, None where
    each says it by its words; `timezone` that of dates without one, empty for the usual of its
    country.
    """

    tags: tuple[str, ...] = ()
    reviewed: bool = True
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    language: str | None = None
    timezone: str = ""


@dataclass(frozen=True, slots=True)
class Polling:
    """How the polling of a source goes.

    `next_at`: when it is asked again, None while it is not. `polled_at`, `good_at` and `news_at`
    are the last times that it was asked, answered, and brought news. `failures` in a row since
    `failing_since`; `trouble` is why, as a message with its values (`Translator.stored`).
    `missed`: between the last two polls there may have been more than the feed holds.
    """

    next_at: datetime | None = None
    polled_at: datetime | None = None
    good_at: datetime | None = None
    news_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    trouble: str = ""
    missed: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A feed that is polled. `address` is what is asked, `name` what people call it."""

    id: int
    address: str
    name: str
    rules: SourceRules
    state: SourceState
    added_by: Actor
    created_at: datetime
    polling: Polling = field(default_factory=Polling)
