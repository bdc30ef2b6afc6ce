"""How the store and its channels do, counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from store.model.channels import Channel, ChannelState, Notice, NoticeState
from store.model.entries import Status
from store.model.posts import PostState


@dataclass(frozen=True, slots=True)
class RunningProcess:
    """A process that brings posts to platforms: which it is, where, since when.

    `beat_at` is when it last said that it lives, by the
    database's clock; on SQLite a lock says so, and it is when the row was written last.
    """

    id: str
    host: str
    pid: int
    platforms: tuple[str, ...]
    started_at: datetime
    beat_at: datetime


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a look at a store found.

    `where` is a path, or an address without its password. `exists`: a store is there; without
    one, opening makes it. `revision` is the shape of its tables, `current` whether it is the one
    that this program works with; only then is anything counted. `index_outdated`: the search index
    was made by another analyzer than the chosen one. `running` are the processes that work on it.
    """

    where: str
    exists: bool
    revision: str | None
    current: bool
    entries: Mapping[Status, int] = field(default_factory=dict)
    channels: Mapping[ChannelState, int] = field(default_factory=dict)
    posts: Mapping[PostState, int] = field(default_factory=dict)
    index_outdated: bool = False
    running: tuple[RunningProcess, ...] = ()


@dataclass(frozen=True, slots=True)
class PostBrief:
    """A post as a status shows it, without what it carries. `next_at` is its next attempt."""

    key: str
    slot: datetime
    part: int
    parts: int
    state: PostState
    late: bool
    attempts: int
    next_at: datetime | None
    reason: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How one channel does.

    `last` is the last post that arrived, `current` the earliest that is on its way, `failure` the
    newest one where that was given up. `counts` has the posts that did not arrive, by their
    state; `updates` counts those whose entries changed since.
    """

    channel: Channel
    last: PostBrief | None
    current: PostBrief | None
    failure: PostBrief | None
    counts: Mapping[PostState, int]
    updates: int
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """How all channels do, or those of one workspace.

    `posts` has those that did not arrive, by state; `held` of them wait for a channel that is
    broken or paused. `late` counts channels whose post should have come before a moment that was
    asked for. `next_attempt` is when something will be done next.
    """

    channels: Mapping[ChannelState, int]
    posts: Mapping[PostState, int]
    held: int
    updates: int
    late: int
    notices: Mapping[NoticeState, int]
    next_attempt: datetime | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What monitoring counts. Posts are those that have not arrived, by platform and state."""

    posts: Mapping[tuple[str, str], int]
    channels: Mapping[tuple[str, str], int]
    sources: Mapping[str, int]
    failing: int
    """Sources whose last poll failed."""
    pending: int
    """Entries that wait for a moderator."""
    votes: Mapping[str, int]
    """That stand, by platform."""
