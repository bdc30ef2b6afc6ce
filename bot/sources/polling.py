"""The polling of sources: those that are due are asked, and what is news becomes entries.

A job of the ticker. Several processes share the sources, as they share posts: each is leased.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from bot.i18n.translator import N_
from bot.port.clock import Clock
from bot.port.source import FeedAnswer, FeedGone, Item, SourceError, SourceReader, TryLater
from bot.sources.gathering import article_of, draft_of, zone_of
from bot.sources.novelty import TITLE_KNOWN, KeyKind, Seen, Sifted, keyed, sift
from bot.sources.pace import (
    GONE,
    MOVED,
    PATIENCE,
    SHORTEST,
    Brought,
    Hosts,
    after_answer,
    after_failure,
    host_of,
    validators_of,
)
from bot.sources.recent import NONE, RecentStories
from bot.sources.stories.likeness import Verdict
from store.errors import LeaseLost, StoreError
from store.model import Gathered, Source, SourceNotice
from store.store import DigestStore

_LOGGER = logging.getLogger(__name__)

AT_ONCE = 16
"""Sources that are polled at a time."""

_FEW = 50
"""Items of a feed that are looked through at once; more would hold the event loop."""

_MOST = 500
"""News that one answer brings at most: the largest list of arXiv announces some 300 papers a day.

More would keep everybody else from writing for half a minute. The rest is news at the next look.
"""

_UNFORESEEN = N_("What it brought could not be read. The log says why.")


class Poller:
    """Asks the sources that are due."""

    def __init__(
        self,
        store: DigestStore,
        reader: Callable[[], SourceReader | None],
        clock: Clock,
        *,
        owner: Callable[[], str],
        wake: Callable[[], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """`reader` makes what brings feeds, when it is first needed; None: there is nothing.

        `owner` is the name of this process in leases, `wake` wakes whoever waits for entries or
        notices. `sleep` waits for a host's turn, `chance` is between 0 and 1.
        """
        self._store = store
        self._reader = reader
        self._clock = clock
        self._owner = owner
        self._wake = wake
        self._sleep = sleep
        self._chance = chance
        self._hosts = Hosts()
        self._recent = RecentStories(store)
        self._turn = asyncio.Lock()
        self._running: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def under_way(self) -> Collection[asyncio.Task[None]]:
        """The polls that are not done yet."""
        return frozenset(self._running)

    async def run(self) -> datetime | None:
        """Poll every source that is due. Returns when the next one is."""
        next_at = await self._store.polls.next_at()
        if next_at is None or next_at > self._clock():
            return next_at
        reader = self._reader()
        if reader is None:
            return None
        try:
            while await self._begin(reader) or self._running:
                await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.abandon()
        return await self._store.polls.next_at()

    def abandon(self) -> None:
        """Let go of the polls under way: what they brought is read again."""
        for task in self._running:
            task.cancel()

    async def close(self) -> None:
        """Let go of all, and poll nothing more."""
        self._closed = True
        self.abandon()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._recent.close()

    async def _begin(self, reader: SourceReader) -> bool:
        """Begin with what is due. Returns whether that was anything."""
        room = 0 if self._closed else AT_ONCE - len(self._running)
        due = await self._store.polls.lease(self._owner(), room) if room else ()
        for source in due:
            task = asyncio.create_task(self._poll(reader, source, self._owner()))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return bool(due)

    async def _poll(self, reader: SourceReader, source: Source, owner: str) -> None:
        try:
            await self._polled(reader, source, owner)
        except LeaseLost:
            _LOGGER.info("source=%d is in other hands", source.id)
        except StoreError as error:
            _LOGGER.warning("source=%d not kept: %s", source.id, error)
        except Exception:
            # It would be due again at once, for ever.
            _LOGGER.exception("source=%d not polled", source.id)
            polling = after_failure(source.polling, _UNFORESEEN, self._clock())
            with suppress(StoreError):
                await self._store.polls.finish(source, owner, polling)

    async def _polled(self, reader: SourceReader, source: Source, owner: str) -> None:
        polls, before = self._store.polls, source.polling
        host = host_of(source.address)
        now = self._clock()
        at = self._hosts.turn(host, now)
        if at - now > PATIENCE:
            await polls.finish(source, owner, replace(before, next_at=at))
            return
        if at > now:
            await self._sleep((at - now).total_seconds())
        try:
            asked = validators_of(before, self._clock())
            answer = await reader.fetch(source.address, asked, zone_of(source))
        except SourceError as error:
            await self._failed(source, owner, error, host)
            return
        await self._read(source, owner, answer)

    async def _failed(self, source: Source, owner: str, error: SourceError, host: str) -> None:
        now = self._clock()
        after = error.after if isinstance(error, TryLater) else None
        polling = after_failure(
            source.polling, error.kept, now, after=after, gone=isinstance(error, FeedGone)
        )
        whole_host = isinstance(error, TryLater) and error.whole_host
        if whole_host and polling.next_at is not None:
            self._hosts.hold(host, polling.next_at)
        notice = None
        if polling.gone_times >= GONE:
            notice = SourceNotice.GONE
        elif polling.told and not source.polling.told:
            notice = SourceNotice.FAILING
        await self._store.polls.finish(
            source, owner, polling, notice=notice, host_rests=host if whole_host else ""
        )
        _LOGGER.info("source=%d failed reason=%s", source.id, polling.trouble)
        if notice is not None:
            self._wake()

    async def _read(self, source: Source, owner: str, answer: FeedAnswer) -> None:
        """Keep what an answer brought."""
        now, polls = self._clock(), self._store.polls
        brought = Brought()
        new: tuple[Seen, ...] = ()
        left: set[int] = set()
        if answer.feed is not None:
            sifted, known = await self._sifted(source, answer.feed.items, now)
            brought = Brought(len(sifted.news), sifted.overlap)
            left = set(map(id, sifted.news[_MOST:]))
            new = tuple(
                one for one in sifted.seen if _says_more(one, known) and id(one) not in left
            )
        polling = after_answer(source.polling, answer, brought, now, self._chance())
        if left:
            polling = replace(polling, next_at=now + SHORTEST, full_at=None)
        address = ""
        if polling.moved_times >= MOVED and brought.overlap:
            address, polling = polling.moved_to, replace(polling, moved_to="", moved_times=0)
        notice = SourceNotice.BACK if source.polling.told else None
        if not new:
            await polls.finish(source, owner, polling, address=address, notice=notice)
            if notice is not None:
                self._wake()
            return
        async with self._turn:
            # One after the other: two sources that bring one story at once bring one entry.
            try:
                gathered = await self._gathered(source, new, set(map(id, sifted.news)), now)
                entries = await polls.gather(
                    source, owner, polling, gathered, address=address, notice=notice
                )
            finally:
                await self._recent.settle()
            for one, what, entry in zip(new, gathered, entries, strict=True):
                if entry is not None and what.draft is not None:
                    await self._recent.add(entry.id, article_of(one.item, source, now))
        if any(entries) or notice is not None:
            _LOGGER.info("source=%d entries=%d", source.id, sum(map(bool, entries)))
            self._wake()

    async def _sifted(
        self, source: Source, items: Sequence[Item], now: datetime
    ) -> tuple[Sifted, dict[bytes, int]]:
        large = len(items) > _FEW
        pairs = await asyncio.to_thread(keyed, items) if large else keyed(items)
        keys = {key for _, each in pairs for key in each.values()}
        known = await self._store.polls.known(source.id, keys, now - TITLE_KNOWN)
        arguments = (pairs, known, source.polling.good_at, now)
        return (await asyncio.to_thread(sift, *arguments) if large else sift(*arguments)), known

    async def _gathered(
        self, source: Source, new: Sequence[Seen], news: set[int], now: datetime
    ) -> list[Gathered]:
        """Decide what becomes of each item: an entry, a link of one, or nothing.

        `news` are the identities of those that are news.
        """
        drafts = [draft_of(one.item, source, now) if id(one) in news else None for one in new]
        admitted = await self._recent.admitted(source.rules, drafts)
        await self._recent.refresh(now)
        found = []
        for index, (one, draft) in enumerate(zip(new, admitted, strict=True)):
            placed, same = NONE, False
            if draft is not None and one.item.title:
                article = article_of(one.item, source, now)
                placed = await self._recent.place(article)
                same = placed.verdict is Verdict.SAME and bool(one.item.link)
                if not same:
                    await self._recent.expect(-1 - index, article)
            found.append(
                Gathered(
                    keys=tuple((key, kind is KeyKind.TITLE) for kind, key in one.keys),
                    title=one.item.title or "",
                    link=one.item.link or "",
                    number=one.number,
                    draft=draft,
                    joins=placed.story if same else None,
                    offered=None if same else placed.story,
                )
            )
        return found


def _says_more(one: Seen, known: Mapping[bytes, int]) -> bool:
    """Whether an item is new, or is called something that is not known of it."""
    return one.number is None or any(key not in known for _, key in one.keys)
