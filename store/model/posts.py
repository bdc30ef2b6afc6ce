"""Posts on their way to channels, and the work on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from store.model.channels import Channel, Layout


@dataclass(frozen=True, slots=True)
class Candidate:
    """What must be known of a published entry to decide whether a channel wants it.

    `serial` grows each time an entry becomes visible to more channels (published, restored,
    retagged), so that a channel looks only at what came after it looked last. Of two, the better
    has the higher `rank`.
    """

    entry_id: int
    serial: int
    first_published_at: datetime
    tags: frozenset[str]
    rank: tuple[int, ...] = ()


class PostState(StrEnum):
    """Where a post is in its life."""

    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    FAILED = "failed"


class CalledOff(StrEnum):
    """Why a post was given up that nobody was asked to send: the reason that is kept with it."""

    ENDED = "The schedule of this channel was ended before."
    OVERTAKEN = "Its news comes with a later post: the channel could not be reached before."


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform's own id for what was posted. `data` is the platform's, and only its."""

    platform: str
    data: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PostPlan:
    """One part of a digest to be made into a post.

    `rest` counts the entries for which there was no room: they wait for the next post, unless
    they are `left`, which means that no later post to the channel carries them. A plan without
    entries says that the day is quiet.
    """

    part: int
    parts: int
    entry_ids: tuple[int, ...]
    rest: int = 0
    late: bool = False
    left: tuple[int, ...] = ()
    layout: Layout = Layout.FULL


@dataclass(frozen=True, slots=True)
class PostBatch:
    """What is to be made of a channel's slot: its posts, and where the channel stands then.

    `channel` is as it was when that was decided, and its `next_at` is the slot.
    """

    channel: Channel
    plans: tuple[PostPlan, ...]
    next_at: datetime | None
    seen: int


@dataclass(frozen=True, slots=True)
class Post:
    """One part of a digest on its way to one channel.

    `revision` grows whenever an entry that it carries changes; `shown` is the revision that the
    platform has. `attempts` counts how often it was published or updated since that last worked.
    `leaves`: no later post carries the `rest`. `layout` is the one in which it was made: it is
    drawn so for as long as it stands. `votes` are the counts that the platform shows, as
    `votes_shown` has them; None where that is not known.
    """

    id: int
    channel_id: int
    slot: datetime
    part: int
    parts: int
    key: str
    state: PostState
    entry_ids: tuple[int, ...]
    rest: int
    leaves: bool
    late: bool
    layout: Layout
    attempts: int
    not_before: datetime
    reason: str
    receipt: Receipt | None
    revision: int
    shown: int
    sent_at: datetime | None
    votes: str | None = None


def votes_shown(counts: Iterable[int]) -> str:
    """Return the votes for what a post shows, in its order, to be compared."""
    return ",".join(map(str, counts))


class Task(StrEnum):
    """What is to be done with a post next."""

    PUBLISH = "publish"
    FIND = "find"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Work:
    """A leased post: its channel, what to do, and who may do it until when."""

    post: Post
    channel: Channel
    task: Task
    owner: str
    until: datetime
