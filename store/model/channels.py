"""Channels: what they asked for, how they are, and what their owners are told."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from store.model.people import Actor

SHARDS = 16
"""So many shares the workspaces of a platform are dealt out in, to the processes that live."""


@dataclass(frozen=True, slots=True)
class ChannelRef:
    """Where a channel is: the platform, the workspace (guild, team) and the platform's own id."""

    platform: str
    workspace: str
    id: str

    @property
    def shard(self) -> int:
        """The share of its workspace, from 0 up to `SHARDS`: the same on every machine, for good.

        The store keeps it with each channel, so another number of shards needs a migration.
        """
        return hashlib.sha256(self.workspace.encode("utf-8", "surrogatepass")).digest()[0] % SHARDS


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a channel wants posts: a cron rule of five fields in a time zone, or `instant`.

    `rule` is standard cron (minute, hour, day of month, month, day of week with 0 and 7 as
    Sunday), the word `instant`, or `desk` for a moderators' desk. `timezone` is an IANA name.
    """

    rule: str
    timezone: str

    @property
    def instant(self) -> bool:
        """Whether entries are posted as they are published."""
        return self.rule == INSTANT

    @property
    def desk(self) -> bool:
        """Whether the channel gets what waits for moderators, and no digest."""
        return self.rule == DESK


INSTANT = "instant"
DESK = "desk"

BLOCKED = "The operator blocked this workspace."
"""The reason that is kept with a channel that rests for as long as its workspace is blocked."""

_DESK = f"{DESK}:"
_BEST = "best:"


def desk_of(ref: ChannelRef) -> ChannelRef:
    """Return by what the store knows the moderators' desk in a channel.

    It is a channel of its own, which may get a digest too: neither knows what the other carries.
    """
    return ChannelRef(ref.platform, ref.workspace, f"{_DESK}{ref.id}")


def best_of(ref: ChannelRef) -> ChannelRef:
    """Return by what the store knows the posts of the best to a channel.

    They are to a channel of their own, as those to a desk: what the channel's other posts carried
    is new to them.
    """
    return ChannelRef(ref.platform, ref.workspace, f"{_BEST}{ref.id}")


def place_of(kept: str) -> str:
    """Return the platform's own id of what is kept as a channel's."""
    return kept.removeprefix(_DESK).removeprefix(_BEST)


class Show(StrEnum):
    """What the posts of a schedule are about."""

    NEW = "new"
    """What is new."""
    BEST = "best"
    """The best of what is new since the last such post, also where other posts carried it."""

    @classmethod
    def of(cls, kept: str) -> Show:
        """Return what is posted to what is kept as a channel's id."""
        return cls.BEST if kept.startswith(_BEST) else cls.NEW


class ChannelState(StrEnum):
    """Whether a channel gets posts, and why not."""

    ACTIVE = "active"
    PAUSED = "paused"
    BROKEN = "broken"
    ENDED = "ended"


class Order(StrEnum):
    """Which entries go first into a post when more are new than it holds."""

    BEST = "best"
    """What stands first by votes, as `store.votes.ranking` has it."""
    OLDEST = "oldest"
    """What was published first."""


class Leftover(StrEnum):
    """What becomes of the entries for which a post had no room."""

    WAIT = "wait"
    """They are new for the next post."""
    LEAVE = "leave"
    """No later post to the channel carries them."""


class Layout(StrEnum):
    """How a post looks."""

    BRIEF = "brief"
    """One entry at length, the others a title and a line each, in sections by tag."""
    FULL = "full"
    """Every entry with its note and picture."""
    TITLES = "titles"
    """Only linked titles."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a channel asks for.

    `since`: entries first published before it are not new here. `limit`: the most entries in a
    post. `quiet_days`: whether a day without news is said. `threaded`: the further parts of a long
    digest go into a thread under the first, where the platform has threads. No tags means every
    tag. Without a choice, `order`, `leftover` and `layout` are what they were before there was one.
    `direct`: the channel is its owner's own conversation with the bot: nobody else is told of it.
    """

    schedule: Schedule
    since: datetime
    tags: tuple[str, ...] = ()
    language: str = "en"
    limit: int = 10
    quiet_days: bool = False
    threaded: bool = False
    order: Order = Order.OLDEST
    leftover: Leftover = Leftover.WAIT
    layout: Layout = Layout.FULL
    name: str = ""
    show: Show = Show.NEW
    direct: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel that asked for posts.

    `next_at` is its next slot (None: paused, ended, or instant with nothing to post); a broken
    channel keeps the slot that it stands at. `seen` is the serial number up to which every entry
    was posted here or passed over. `trouble_since` is when posts began to fail, None where the
    last one arrived; `try_at` is when a broken channel is tried again.
    """

    id: int
    ref: ChannelRef
    subscription: Subscription
    state: ChannelState
    reason: str
    owner: Actor
    next_at: datetime | None
    seen: int
    trouble_since: datetime | None = None
    try_at: datetime | None = None

    @property
    def kept_ref(self) -> ChannelRef:
        """By what the store knows it."""
        if self.subscription.schedule.desk:
            return desk_of(self.ref)
        return best_of(self.ref) if self.subscription.show is Show.BEST else self.ref


@dataclass(frozen=True, slots=True)
class Trouble:
    """What an owner is told of: the reason, and what somebody can do about it."""

    reason: str
    remedy: str = ""


class NoticeKind(StrEnum):
    """What kind of trouble an owner is told of."""

    BROKEN = "broken"
    """Posts cannot reach the channel until somebody mends it."""
    MISSED = "missed"
    """One post could not be made, or was given up."""


class NoticeState(StrEnum):
    """How far an owner has been told."""

    WAITING = "waiting"
    SENDING = "sending"
    TOLD = "told"
    UNSURE = "unsure"
    """It was sent, and nobody knows whether it arrived."""
    UNDELIVERED = "undelivered"
    """It surely did not arrive, and is not tried again."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What the owner of a channel is to be told, once.

    `channel` is as it is now. `due_at` is when it is told, None once that is settled; `tries`
    counts the tellings that were begun. `obstacle` is why it did not arrive, if it did not.
    """

    id: int
    channel: Channel
    kind: NoticeKind
    trouble: Trouble
    state: NoticeState
    made_at: datetime
    due_at: datetime | None
    tries: int
    obstacle: str
