"""What the store keeps, as plain values. Nothing here reads or writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from store.dates import PublishedDate

T = TypeVar("T")


class Status(StrEnum):
    """Where an entry stands."""

    PENDING = "pending"
    PUBLISHED = "published"
    RETRACTED = "retracted"


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
class Link:
    """An address with the words that name it, where there are any."""

    url: str
    title: str | None = None


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """An entry as somebody wrote it, before the store has it.

    `url` is the main link, `links` are further ones. `key` is the caller's own id, by which an
    import knows the entry again.
    """

    title: str
    url: str | None = None
    links: tuple[Link, ...] = ()
    note: str = ""
    image: str | None = None
    published: PublishedDate | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    added_by: str = ""
    key: str | None = None
    status: Status = Status.PUBLISHED


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of news in the store.

    `published` is the date of the news itself; `first_published_at` is when the digest first
    showed it (None while it waits for a moderator), which decides for whom it is new.
    """

    id: int
    title: str
    url: str | None
    links: tuple[Link, ...]
    note: str
    image: str | None
    published: PublishedDate | None
    language: str | None
    tags: tuple[str, ...]
    added_by: str
    key: str | None
    status: Status
    created_at: datetime
    updated_at: datetime
    first_published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a longer list: what is on it, and whether more follows."""

    items: tuple[T, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag and the number of published entries that carry it."""

    tag: str
    count: int


@dataclass(frozen=True, slots=True)
class ChannelRef:
    """Where a channel is: the platform, the workspace (guild, team) and the platform's own id."""

    platform: str
    workspace: str
    id: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a channel wants posts: a cron rule of five fields in a time zone, or `instant`.

    `rule` is standard cron (minute, hour, day of month, month, day of week with 0 and 7 as
    Sunday), or the word `instant`. `timezone` is an IANA name.
    """

    rule: str
    timezone: str

    @property
    def instant(self) -> bool:
        """Whether entries are posted as they are published."""
        return self.rule == INSTANT


INSTANT = "instant"


class ChannelState(StrEnum):
    """Whether a channel gets posts, and why not."""

    ACTIVE = "active"
    PAUSED = "paused"
    BROKEN = "broken"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class ChannelWish:
    """What a channel asks for.

    `since`: entries first published before it are not new here. `limit`: the most entries in a
    post. `quiet_days`: whether a day without news is said. `threaded`: the further parts of a long
    digest go into a thread under the first, where the platform has threads. No tags means every
    tag.
    """

    schedule: Schedule
    since: datetime
    tags: tuple[str, ...] = ()
    language: str = "en"
    limit: int = 10
    quiet_days: bool = False
    threaded: bool = False
    name: str = ""


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
    wish: ChannelWish
    state: ChannelState
    reason: str
    owner: Actor
    next_at: datetime | None
    seen: int
    trouble_since: datetime | None = None
    try_at: datetime | None = None


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


@dataclass(frozen=True, slots=True)
class Candidate:
    """What must be known of a published entry to decide whether a channel wants it.

    `serial` grows each time an entry becomes visible to more channels (published, restored,
    retagged), so that a channel looks only at what came after it looked last.
    """

    entry_id: int
    serial: int
    first_published_at: datetime
    published: PublishedDate | None
    tags: frozenset[str]


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

    `rest` counts the entries that wait for the next post. A plan without entries says that the
    day is quiet.
    """

    part: int
    parts: int
    entry_ids: tuple[int, ...]
    rest: int = 0
    late: bool = False


@dataclass(frozen=True, slots=True)
class Making:
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
    platform has. `attempts` counts how often it was published or updated
    since that last worked.
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
    late: bool
    attempts: int
    not_before: datetime
    reason: str
    receipt: Receipt | None
    revision: int
    shown: int
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """Who changed what, and when. `subject` is such as `entry:12` or `channel:3`."""

    id: int
    at: datetime
    actor: Actor
    action: str
    subject: str
    details: Mapping[str, object] = field(default_factory=dict)


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


@dataclass(frozen=True, slots=True)
class Moderator:
    """A person (`group` False) or a role or user group (`group` True) who curates."""

    platform: str
    workspace: str
    id: str
    group: bool


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What a person looks for. Words are as typed, never an engine's syntax.

    `literal`: nothing is corrected, what is typed is what is looked for.
    """

    words: str
    tag: str | None = None
    since: PublishedDate | None = None
    until: PublishedDate | None = None
    literal: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a text, and where the words that were looked for begin and end in it.

    `before` and `after`: the text goes on there.
    """

    text: str
    marks: tuple[tuple[int, int], ...] = ()
    before: bool = False
    after: bool = False


class GainKind(StrEnum):
    """Why an entry was given points."""

    WORD = "word"
    """It holds a word of the query, whole, in part, or by another name."""
    TOGETHER = "together"
    """It holds many of the words."""
    NEW = "new"
    """It is newer than others."""


@dataclass(frozen=True, slots=True)
class Gain:
    """The points that an entry was given. `words` are the query's, for a word of it."""

    kind: GainKind
    points: float
    words: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that was found, and what it says of the words that were looked for.

    `passage` is None where no word is in the note. `gains` say why it stands where it does; they
    add up to `score`, as near as numbers do.
    """

    entry: Entry
    passage: Passage | None
    score: float
    gains: tuple[Gain, ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Some of what was found, best first.

    `count` is how many there are, None where only the best were looked for. `corrected` is what
    was searched instead of the words that were typed. `any_word`: no entry holds every word, so
    these hold some.
    """

    items: tuple[Found, ...]
    more: bool
    count: int | None
    corrected: str | None = None
    any_word: bool = False


@dataclass(frozen=True, slots=True)
class ImportItem:
    """An entry read from a file, with the line (from 1) on which it begins."""

    draft: EntryDraft
    line: int


class ImportAction(StrEnum):
    """What an import did, or would do, with an item."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of an item. `entry_id` is None for one that a dry run would add."""

    action: ImportAction
    entry_id: int | None
    line: int
    title: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a look at a store found.

    `where` is a path, or an address without its password. `exists`: a store is there; without
    one, opening makes it. `revision` is the shape of its tables, `current` whether it is the one
    that this program works with; only then is anything counted. `index_outdated`: the search index
    was made by another analyzer than the chosen one.
    """

    where: str
    exists: bool
    revision: str | None
    current: bool
    entries: Mapping[Status, int] = field(default_factory=dict)
    channels: Mapping[ChannelState, int] = field(default_factory=dict)
    posts: Mapping[PostState, int] = field(default_factory=dict)
    index_outdated: bool = False


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
