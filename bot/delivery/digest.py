"""Which entries go into a channel's next post, and in what order. Pure.

A channel's post carries what is new to the channel: published since its wish, with one of its
tags, on no post to it yet. The best or the oldest come first, at most its limit. The rest is
counted, and waits for the next post or is left out of every later one, as the channel chose.
`seen` moves over everything that was posted or passed over, so that the next look is short.

Slots that passed while nothing ran coalesce: one post, for the last of them, marked late. When
even that one is too old to be worth it, no post is made for it, and its entries wait for the next
slot. Nothing is lost either way.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappush, heappushpop
from operator import attrgetter

from bot.schedule.slots import last_slot, next_slot
from store.model import (
    Candidate,
    Channel,
    Entry,
    Layout,
    Leftover,
    Order,
    Post,
    PostBatch,
    PostPlan,
    Schedule,
    Show,
    Status,
)
from store.text import tag_key

LATE_AFTER = timedelta(minutes=15)
"""A post that goes out later than this after its slot says so. A restart or a platform's hiccup
takes less, and nobody misses a daily post sooner."""

TOO_LATE_AFTER = timedelta(hours=24)
"""A post is worth sending at least this long after its slot: a daily one until its next slot."""

INSTANT_PAUSE = timedelta(seconds=1)
"""Between two posts to an instant channel when more is new than one of them holds: each post has a
slot of its own."""


FEW = 3
"""A post of at most so many entries has room for all that is known of each: it is drawn full."""

_RANKS: Mapping[Order, Callable[[Candidate], tuple[int, ...]]] = {
    Order.BEST: lambda one: one.rank,
    Order.OLDEST: lambda one: (-one.serial,),
}
"""By what a candidate goes before others: the higher first, and no two alike."""


@dataclass(frozen=True, slots=True)
class DigestContent:
    """What one post says, as it is rendered. `slot` is when it was due, in UTC.

    No entries: nothing is new, or, where `emptied`, all that it carried was retracted. `rest`
    counts the entries for which there was no room: they wait for the next post, or, where it
    `leaves` them, come with none.
    """

    entries: tuple[Entry, ...]
    rest: int
    late: bool
    slot: datetime
    part: int = 1
    parts: int = 1
    emptied: bool = False
    leaves: bool = False
    layout: Layout = Layout.FULL
    show: Show = Show.NEW


class Selection:
    """What is new to a channel, gathered from the candidates page by page, oldest first.

    Only what the next post can carry is kept. The rest is counted, and noted by its ids where no
    later post is to carry it.
    """

    def __init__(self, channel: Channel) -> None:
        self._seen = channel.seen
        self._since = channel.subscription.since
        self._tags = frozenset(map(tag_key, channel.subscription.tags))
        self._room = channel.subscription.limit
        self._last = channel.seen
        self._rank = _RANKS[channel.subscription.order]
        self._leaves = channel.subscription.leftover is Leftover.LEAVE
        self._first_waiting: int | None = None
        self._chosen: list[tuple[tuple[int, ...], int, int]] = []
        """A heap of ranks, entry ids and serials: the least is the first to give way."""
        self.rest = 0
        self.left: list[int] = []

    def look(self, candidates: Sequence[Candidate], carried: frozenset[int]) -> None:
        """Look at the next candidates. They stand by serial, their tags in compared form.

        `carried` are the entries among them that are on posts to the channel.
        """
        begin = bisect_right(candidates, self._seen, key=attrgetter("serial"))
        tags = self._tags
        for candidate in candidates[begin:]:
            if (
                candidate.first_published_at < self._since
                or (tags and tags.isdisjoint(candidate.tags))
                or candidate.entry_id in carried
            ):
                continue
            one = (self._rank(candidate), candidate.entry_id, candidate.serial)
            if len(self._chosen) < self._room:
                heappush(self._chosen, one)
                continue
            _, number, serial = heappushpop(self._chosen, one)
            self.rest += 1
            if self._leaves:
                self.left.append(number)
            elif self._first_waiting is None or serial < self._first_waiting:
                self._first_waiting = serial
        if candidates:
            self._last = max(self._last, candidates[-1].serial)

    @property
    def entry_ids(self) -> list[int]:
        """What the next post carries, in its order."""
        return [number for _, number, _ in sorted(self._chosen, reverse=True)]

    @property
    def waits(self) -> bool:
        """Whether something is new for the post after the next one."""
        return self._first_waiting is not None

    @property
    def seen(self) -> int:
        """The serial up to which every candidate is chosen, left out or passed over."""
        return self._last if self._first_waiting is None else self._first_waiting - 1


def decide(
    channel: Channel,
    selection: Selection,
    now: datetime,
    *,
    entries_per_message: int,
    too_late_after: timedelta = TOO_LATE_AFTER,
) -> PostBatch:
    """Decide what a channel that is due at `channel.next_at` gets now.

    `selection` has seen every candidate. `entries_per_message` is the most that one post carries;
    more make a digest of several parts. A decision without plans whose `next_at` is not after now
    only moves the channel to the slot for which it is due again at once. Raises ValueError for a
    channel that is not due.
    """
    slot, schedule = channel.next_at, channel.subscription.schedule
    if slot is None or slot > now:
        raise ValueError(f"channel {channel.id} is not due")
    # A channel that was mended stands at a slot of its own.
    last = max(slot, last_slot(schedule, now) or slot)
    if is_too_late(schedule, last, now, too_late_after):
        upcoming = now if schedule.instant else next_slot(schedule, now)
        return PostBatch(channel, (), upcoming, channel.seen)
    if last != slot:
        return PostBatch(channel, (), last, channel.seen)
    upcoming = next_slot(schedule, now)
    if selection.waits and schedule.instant:
        upcoming = max(now, slot + INSTANT_PAUSE)
    return PostBatch(
        channel,
        _plans(channel, selection, entries_per_message, late=is_late(slot, now)),
        upcoming,
        selection.seen,
    )


def is_late(slot: datetime, moment: datetime) -> bool:
    """Whether a post that goes out at a moment says that it is late for its slot."""
    return moment - slot > LATE_AFTER


def is_too_late(
    schedule: Schedule, slot: datetime, now: datetime, too_late_after: timedelta = TOO_LATE_AFTER
) -> bool:
    """Whether a slot's post is no longer worth sending.

    It is worth it for `too_late_after`, and for longer while the slot is nearer than the next
    one: a weekly post for three and a half days.
    """
    age = now - slot
    if age <= too_late_after:
        return False
    following = next_slot(schedule, slot)
    return following is None or age > (following - slot) / 2


def _plans(
    channel: Channel, selection: Selection, entries_per_message: int, *, late: bool
) -> tuple[PostPlan, ...]:
    """Return the parts of a digest; the last one counts the rest."""
    chosen = selection.entry_ids
    if not chosen:
        quiet = channel.subscription.quiet_days and not channel.subscription.schedule.instant
        return (PostPlan(1, 1, (), late=late),) if quiet else ()
    cuts = range(0, len(chosen), entries_per_message)
    layout = layout_of(channel, len(chosen))
    return tuple(
        PostPlan(
            part=part,
            parts=len(cuts),
            entry_ids=tuple(chosen[cut : cut + entries_per_message]),
            rest=selection.rest if part == len(cuts) else 0,
            late=late,
            left=tuple(selection.left) if part == len(cuts) else (),
            layout=layout,
        )
        for part, cut in enumerate(cuts, 1)
    )


def layout_of(channel: Channel, count: int) -> Layout:
    """Return how a digest of so many entries looks in a channel."""
    layout = channel.subscription.layout
    return Layout.FULL if layout is Layout.BRIEF and count <= FEW else layout


def content_of(
    post: Post, entries: Sequence[Entry], moment: datetime, show: Show = Show.NEW
) -> DigestContent:
    """Return what a post says that goes out, or went out, at a moment.

    `entries` are those that it carries, in its order; what is not published is left out. `show` is
    what the posts of its channel are about.
    """
    shown = tuple(entry for entry in entries if entry.status is Status.PUBLISHED)
    return DigestContent(
        entries=shown,
        rest=post.rest,
        late=post.late or is_late(post.slot, moment),
        slot=post.slot,
        part=post.part,
        parts=post.parts,
        emptied=bool(post.entry_ids) and not shown,
        leaves=post.leaves,
        layout=post.layout,
        show=show,
    )
