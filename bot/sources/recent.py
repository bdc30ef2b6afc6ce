"""The stories of these weeks, as far as the store has them: does a new item tell one of them?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TypeVar, TypeVarTuple

from bot.sources.gathering import article_of_entry
from bot.sources.rules import admits
from bot.sources.stories.article import Article
from bot.sources.stories.headline import HeadlineReader
from bot.sources.stories.likeness import Verdict
from bot.sources.stories.stories import Placement, Stories
from store.model import Entry, EntryDraft, SourceRules
from store.search.text.analyzer import Analyzer
from store.store import DigestStore

T = TypeVar("T")
A = TypeVarTuple("A")

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
        self._analyzer: Analyzer | None = None
        self._stories: Stories | None = None

    async def refresh(self, now: datetime) -> None:
        """Take note of what was added meanwhile, by whomever."""
        entries = await self._store.entries.recent(now - _KEPT, self._last)
        if entries:
            self._last = entries[-1].id
            await self._run(self._take, [one for one in entries if one.id not in self._known])

    async def place(self, article: Article) -> Placement:
        """Return the entry whose story an article tells, by its id, and how surely."""
        return await self._run(self._placed, article)

    async def add(self, entry_id: int, article: Article) -> None:
        """Take note that an article tells the story of an entry."""
        self._known.add(entry_id)
        await self._run(self._added, entry_id, article)

    async def expect(self, number: int, article: Article) -> None:
        """Take note that an article is to become an entry: those behind it may be its story too."""
        self._expected.append(number)
        await self._run(self._added, number, article)

    async def settle(self) -> None:
        """Forget what was expected: it has become entries by now, or it will not."""
        if self._expected:
            await self._run(self._settled, self._expected)
            self._expected = []

    async def admitted(
        self, rules: SourceRules, drafts: Sequence[EntryDraft | None]
    ) -> Sequence[EntryDraft | None]:
        """Return the drafts that pass the rules of a source, None in the place of others."""
        if not (rules.only or rules.without):
            return drafts
        return await self._run(self._admitted, rules, drafts)

    def close(self) -> None:
        """Let go of the thread, once it has done what it is at."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[*A], T], *arguments: *A) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._worker, work, *arguments)

    def _loaded(self) -> Stories:
        if self._stories is None:
            self._stories = Stories(HeadlineReader(self._tools()))
        return self._stories

    def _tools(self) -> Analyzer:
        if self._analyzer is None:
            self._analyzer = Analyzer()
        return self._analyzer

    def _take(self, entries: Sequence[Entry]) -> None:
        stories = self._loaded()
        for entry in entries:
            stories.add(entry.id, article_of_entry(entry))

    def _placed(self, article: Article) -> Placement:
        return self._loaded().place(article)

    def _added(self, entry_id: int, article: Article) -> None:
        self._loaded().add(entry_id, article)

    def _settled(self, numbers: Sequence[int]) -> None:
        stories = self._loaded()
        for number in numbers:
            stories.forget(number)

    def _admitted(
        self, rules: SourceRules, drafts: Sequence[EntryDraft | None]
    ) -> Sequence[EntryDraft | None]:
        analyzer = self._tools()
        return [
            one if one is not None and admits(rules, one.title, one.note, analyzer) else None
            for one in drafts
        ]
