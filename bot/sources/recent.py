"""The stories of these weeks, as far as the store has them: does a new item tell one of them?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import cached_property
from typing import TypeVar

from bot.sources.gathering import article_of_entry
from bot.sources.rules import admits
from bot.sources.stories.background import Background
from bot.sources.stories.headline import Article, HeadlineReader
from bot.sources.stories.likeness import CERTAIN, Verdict, certain, likeness
from bot.sources.stories.stories import Placement, Stories
from store.model import Entry, EntryDraft, SourceRules
from store.search.text.analyzer import Analyzer
from store.store import DigestStore

T = TypeVar("T")

_KEPT = timedelta(days=28)
"""A paper and its announcement may be four weeks apart."""

NONE = Placement(None, Verdict.DIFFERENT)


class RecentStories:
    """Places items among recent entries, in a thread of its own, one after the other."""

    def __init__(self, store: DigestStore) -> None:
        self._store = store
        self._last = 0
        self._known: set[int] = set()
        self._expected: list[int] = []
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="stories")

    async def refresh(self, now: datetime) -> None:
        """Take note of what was added meanwhile, by whomever."""
        entries = await self._store.entries.recent(now - _KEPT, self._last)
        if entries:
            self._last = entries[-1].id
            new = [one for one in entries if one.id not in self._known]

            def take() -> None:
                for one in new:
                    self._stories.add(one.id, article_of_entry(one))

            await self._run(take)

    async def place(self, article: Article) -> Placement:
        """Return the entry whose story an article tells, by its id, and how surely."""
        return await self._run(lambda: self._stories.place(article))

    async def add(self, entry_id: int, article: Article) -> None:
        """Take note that an article tells the story of an entry."""
        self._known.add(entry_id)
        await self._run(lambda: self._stories.add(entry_id, article))

    async def expect(self, number: int, article: Article) -> None:
        """Take note that an article is to become an entry: those behind it may be its story too."""
        self._expected.append(number)
        await self._run(lambda: self._stories.add(number, article))

    async def settle(self) -> None:
        """Forget what was expected: it has become entries by now, or it will not."""
        if self._expected:

            def forget() -> None:
                for number in self._expected:
                    self._stories.forget(number)

            await self._run(forget)
            self._expected = []

    async def admitted(
        self, rules: SourceRules, drafts: Sequence[EntryDraft | None]
    ) -> Sequence[EntryDraft | None]:
        """Return the drafts that pass the rules of a source, None in the place of others."""
        if not (rules.only or rules.without):
            return drafts
        return await self._run(
            lambda: [
                one if one and admits(rules, one.title, one.note, self._analyzer) else None
                for one in drafts
            ]
        )

    def close(self) -> None:
        """Let go of the thread, once it has done what it is at."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._worker, work)

    @cached_property
    def _analyzer(self) -> Analyzer:
        """In the thread, as the next one: to load it takes a while."""
        return Analyzer()

    @cached_property
    def _stories(self) -> Stories:
        return Stories(HeadlineReader(self._analyzer))


def likest(entry: Entry, others: Sequence[Entry], limit: int) -> tuple[Entry, ...]:
    """Return at most `limit` of some entries, the likest first; what is alike stays in its order.

    It takes a while and is pure: to be run in a thread.
    """
    reader = HeadlineReader(Analyzer())
    background = Background.shipped(reader.terms)
    own = reader.read(article_of_entry(entry))

    def like(other: Entry) -> float:
        headline = reader.read(article_of_entry(other))
        return CERTAIN if certain(own, headline) else likeness(own, headline, background)

    return tuple(sorted(others, key=like, reverse=True)[:limit])
