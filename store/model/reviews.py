"""What moderators decide about the entries that wait for them, and who suggested what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from store.model.drafts import DraftState, ModelDraft
from store.model.entries import Entry
from store.model.people import Actor
from store.model.sources import EntrySource


class Decision(StrEnum):
    """What became of an entry that waited."""

    PUBLISHED = "published"
    SKIPPED = "skipped"
    JOINED = "joined"
    """It tells the story of another entry, which has its links now."""


@dataclass(frozen=True, slots=True)
class Review:
    """What a moderator did last with an entry.

    `decision` is None where it waits: it was put off (`postponed`), or a decision was taken back.
    `into` is the entry that it was the same as.
    """

    entry_id: int
    decision: Decision | None
    by: Actor
    at: datetime
    postponed: bool = False
    into: int | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A link that a member suggested. `why` is in their words; `language` is theirs.

    `tries` counts how often it was tried to tell them what became of it.
    """

    entry_id: int
    by: Actor
    why: str
    at: datetime
    language: str
    tries: int = 0


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """An entry as moderators see it: what was decided, who suggested it, which sources tell it."""

    entry: Entry
    review: Review | None = None
    suggestion: Suggestion | None = None
    sources: tuple[EntrySource, ...] = ()
    drafts: tuple[ModelDraft, ...] = ()
    """Those of what the entry says now, the latest of each language."""

    @property
    def ready(self) -> tuple[ModelDraft, ...]:
        """Return the drafts that wait to be decided about."""
        return tuple(one for one in self.drafts if one.state is DraftState.READY)

    @property
    def offered(self) -> int | None:
        """Return the entry that may tell the same story, as a source's item was compared."""
        return next((one.offered for one in self.sources if one.offered is not None), None)

    @property
    def undoable(self) -> bool:
        """Whether the decision can be taken back: nothing was changed since."""
        review = self.review
        return (
            review is not None
            and review.decision is not None
            and review.at == self.entry.updated_at
        )


@dataclass(frozen=True, slots=True)
class ReviewQueue:
    """What waits for a moderator: the first, how many there are, and how many waited too long."""

    first: ReviewItem | None
    count: int
    expired: int
