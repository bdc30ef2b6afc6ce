"""Makes the posts of the channels that are due: reads in batches, decides, writes in one go."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.delivery.digest import DigestContent, Selection, decide, layout_of
from bot.delivery.events import Event, line_of, log
from bot.delivery.policy import Policy
from bot.delivery.recovery import Recovery
from bot.i18n.translator import N_
from bot.port.platform import Platform
from store.errors import DatabaseFailure, StoreError
from store.model import Candidate, Channel, PostBatch
from store.store import DigestStore

_LOGGER = logging.getLogger(__name__)

_PAGE = 1000
"""Candidates that are read at a time."""

UNREADABLE = N_("The schedule of this channel cannot be read.")
SCHEDULE_AGAIN = N_("Give it a schedule again with `/schedule`.")

NOT_MADE = N_("A post could not be made. The log says why.")
REPORT_IT = N_("Tell whoever runs AI News. Once it is fixed, the news is posted.")


@dataclass(frozen=True, slots=True)
class Planner:
    """Makes posts for the channels of a platform."""

    store: DigestStore
    platform: Platform
    pace: Policy
    recovery: Recovery

    async def make_due(
        self,
        now: datetime,
        begin: Callable[[], Awaitable[None]],
        shards: Collection[int] | None = None,
    ) -> None:
        """Make every post that is due to workspaces of some shares; None: of all.

        `begin` is called whenever some were made, and at the end: the first go out while the
        others are still being made.
        """
        tried: set[tuple[int, datetime | None, int]] = set()
        while channels := await self.store.channels.due(
            now, self.pace.batch, self.platform.name, shards
        ):
            fresh = [one for one in channels if (one.id, one.next_at, one.seen) not in tried]
            if not fresh:
                # Written by nobody, yet due as before: the next tick tries again.
                break
            tried.update((one.id, one.next_at, one.seen) for one in fresh)
            for group in _of_like_age(fresh):
                await self._make_apart(group, now)
            await begin()
        await begin()

    async def _make_apart(self, channels: Sequence[Channel], now: datetime) -> None:
        """Make posts together; where that fails, each apart, so that one channel stops no other.

        One for which it fails alone is broken: it is tried again in time, and its owner hears of
        it. Raises StoreError where it is the store that could do nothing.
        """
        try:
            await self._make(channels, now)
        except Exception as error:
            if isinstance(error, StoreError) and not isinstance(error, DatabaseFailure):
                raise
            if len(channels) == 1:
                _LOGGER.exception("%s", line_of(Event.NOT_MADE, channel=channels[0].id))
                await self.recovery.broke(channels[0], NOT_MADE, REPORT_IT)
                return
            for one in channels:
                await self._make_apart((one,), now)

    async def _make(self, channels: Sequence[Channel], now: datetime) -> None:
        selections = await select(self.store, channels)
        made = [await self._decide(one, selections[one.id], now) for one in channels]
        posts = await self.store.posts.make_many([one for one in made if one is not None])
        for post in posts:
            log(
                _LOGGER,
                Event.MADE,
                key=post.key,
                channel=post.channel_id,
                slot=post.slot,
                part=f"{post.part}/{post.parts}",
                entries=len(post.entry_ids),
                rest=post.rest,
                late=post.late,
            )

    async def _decide(
        self, channel: Channel, selection: Selection, now: datetime
    ) -> PostBatch | None:
        try:
            return decide(
                channel,
                selection,
                now,
                entries_per_message=self.platform.entries_per_message,
                too_late_after=self.pace.too_late_after,
            )
        except (ValueError, KeyError, OSError) as error:
            # A time zone that this machine does not know, a rule that an older version kept.
            log(_LOGGER, Event.UNREADABLE, channel=channel.id, reason=error)
            await self.recovery.broke(channel, UNREADABLE, SCHEDULE_AGAIN)
            return None


async def select(store: DigestStore, channels: Sequence[Channel]) -> dict[int, Selection]:
    """Return what is new to each channel, by channel id."""
    after = min(channel.seen for channel in channels)
    selections = {channel.id: Selection(channel) for channel in channels}
    carried: defaultdict[int, set[int]] = defaultdict(set)
    newest = max(channel.seen for channel in channels)
    # Most have seen all but today's news: what those carry whose posts are full is not theirs.
    for low, high in ((after, newest - 1), (newest, newest)):
        some = tuple(one.id for one in channels if low <= one.seen <= high)
        for channel_id, entry_id in await store.posts.carried(some, low) if some else ():
            carried[channel_id].add(entry_id)
    known = {channel_id: frozenset(carried[channel_id]) for channel_id in selections}
    async for candidates in _candidates(store, after):
        for channel_id, selection in selections.items():
            selection.look(candidates, known[channel_id])
    return selections


async def preview(store: DigestStore, channel: Channel, now: datetime) -> DigestContent:
    """Return what the next post to a channel would say, were it made now."""
    selection = (await select(store, (channel,)))[channel.id]
    entries = await store.entries.get_many(selection.entry_ids)
    return DigestContent(
        entries,
        selection.rest,
        late=False,
        slot=channel.next_at or now,
        leaves=bool(selection.left),
        layout=layout_of(channel, len(entries)),
        show=channel.subscription.show,
    )


async def _candidates(store: DigestStore, after: int) -> AsyncIterator[Sequence[Candidate]]:
    while page := await store.posts.candidates(after, _PAGE):
        yield page
        if len(page) < _PAGE:
            return
        after = page[-1].serial


def _of_like_age(channels: Iterable[Channel]) -> list[list[Channel]]:
    """Return channels in groups that have seen about as much.

    So a channel with years before it does not make the others be looked up over all these years.
    """
    groups: list[list[Channel]] = []
    for channel in sorted(channels, key=lambda one: one.seen):
        if groups and channel.seen - groups[-1][0].seen <= _PAGE:
            groups[-1].append(channel)
        else:
            groups.append([channel])
    return groups
