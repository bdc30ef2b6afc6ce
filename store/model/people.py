"""Who did something, who curates, where, and what was written down of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something: a person on a platform, or a program (an import, the schedule)."""

    platform: str
    workspace: str
    id: str
    name: str

    def __str__(self) -> str:
        """Return the name, or the id where there is none."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """Who changed what, and when. `subject` is such as `entry:12` or `channel:3`."""

    id: int
    at: datetime
    actor: Actor
    action: str
    subject: str
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moderator:
    """A person (`group` False) or a role or user group (`group` True) who curates."""

    platform: str
    workspace: str
    id: str
    group: bool


@dataclass(frozen=True, slots=True)
class Workspace:
    """A Discord server or Slack workspace. One that does not curate the digest reads it.

    One that is `blocked` does neither: nobody there is answered, and no posts come.
    """

    platform: str
    id: str
    name: str
    first_seen: datetime
    curates: bool
    blocked: bool = False


class KeptKind(StrEnum):
    """What may be kept of a person. Those from `CHANNELS` on are what they did for others."""

    LANGUAGE = "language"
    SAVED = "saved"
    VOTES = "votes"
    FOLLOWED = "followed"
    SUGGESTIONS = "suggestions"
    ENTRIES = "entries"
    CHANNELS = "channels"
    SOURCES = "sources"
    DECISIONS = "decisions"
    DRAFTS = "drafts"
    MODERATOR = "moderator"
    LOG = "log"


_KINDS = tuple(KeptKind)
_DEEDS = frozenset(_KINDS[_KINDS.index(KeptKind.CHANNELS) :])


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a person of a platform, or of a workspace's people: rows by kind.

    `id` is the person's or the workspace's, `names` are those by which they were known, `people`
    the ids of those of whom there is something.
    """

    platform: str
    id: str
    names: tuple[str, ...]
    rows: Mapping[KeptKind, Sequence[Mapping[str, Any]]]
    people: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return any(self.rows.values())

    @property
    def own(self) -> Kept:
        """What was theirs alone: without what they did as a moderator, or for a channel."""
        return replace(self, rows={kind: self._own(kind) for kind in self.rows})

    @property
    def deeds(self) -> Kept:
        """What they did for others, with what the log tells but of their own suggestions."""
        own = self.own.rows
        rest = {kind: [one for one in self.rows[kind] if one not in own[kind]] for kind in own}
        return replace(self, rows=rest)

    def _own(self, kind: KeptKind) -> Sequence[Mapping[str, Any]]:
        rows = self.rows[kind]
        if kind is KeptKind.ENTRIES:
            return [row for row in rows if row["suggested"]]
        if kind is KeptKind.LOG:
            suggested = {f"entry:{one['entry_id']}" for one in self.rows[KeptKind.SUGGESTIONS]}
            return [row for row in rows if row["action"] == "add" and row["subject"] in suggested]
        return () if kind in _DEEDS else rows


@dataclass(frozen=True, slots=True)
class WorkspaceUse:
    """A workspace with how many are named as moderators there and how many channels get posts."""

    workspace: Workspace
    moderators: int
    channels: int


@dataclass(frozen=True, slots=True)
class SealedInstallation:
    """What a workspace granted when somebody installed the app there.

    `sealed` holds its tokens, which the store cannot read; it is empty once the installation
    ended. `expires_at` is when the token opens nothing any more, None for one that lasts. `bot` is
    the bot's own id there, `enterprise` what the workspace belongs to, "" where to nothing.
    """

    platform: str
    workspace: str
    bot: str
    bot_name: str
    scopes: tuple[str, ...] = ()
    sealed: str = field(default="", repr=False)
    expires_at: datetime | None = None
    enterprise: str = ""
    ended_at: datetime | None = None
    ended_why: str = ""
