"""Who did something, who curates, and what was written down of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


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


@dataclass(frozen=True, slots=True)
class WorkspaceUse:
    """A workspace with how many are named as moderators there and how many channels get posts."""

    workspace: Workspace
    moderators: int
    channels: int
