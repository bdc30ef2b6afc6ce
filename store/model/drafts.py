"""What a model drafted of entries, for a person to decide about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from store.model.people import Actor

INTERRUPTED = "The program ended while the model was writing."
"""Why a draft failed whose process died."""


class DraftState(StrEnum):
    """Where a draft stands."""

    WANTED = "wanted"
    MAKING = "making"
    READY = "ready"
    """It waits for a moderator."""
    ACCEPTED = "accepted"
    EDITED = "edited"
    """Accepted in a person's own words."""
    REJECTED = "rejected"
    FAILED = "failed"
    STALE = "stale"
    """Its entry says something else by now, or nobody needs it."""


@dataclass(frozen=True, slots=True)
class DraftFlag:
    """What a moderator is to look at: a kept sentence, and the words of the draft that it means."""

    said: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class ModelDraft:
    """What a model made, or is to make, of an entry in a language.

    `reason` says, as a kept sentence, why there is none (yet). `by` is who decided about it.
    """

    id: int
    entry_id: int
    language: str
    model: str
    state: DraftState
    at: datetime
    title: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    flags: tuple[DraftFlag, ...] = ()
    reason: str = ""
    tries: int = 0
    by: Actor | None = None


@dataclass(frozen=True, slots=True)
class DraftCounts:
    """How the drafts stand: how many in each state, the tokens they took, the last that failed."""

    states: Mapping[DraftState, int]
    tokens_day: int
    tokens_month: int
    failure: ModelDraft | None = None

    def share(self, state: DraftState) -> float | None:
        """Return the share that a state has of what was decided about; None: nothing was."""
        decided = sum(self.states.get(one, 0) for one in _DECIDED)
        return round(self.states.get(state, 0) / decided, 3) if decided else None


_DECIDED = (DraftState.ACCEPTED, DraftState.EDITED, DraftState.REJECTED)
