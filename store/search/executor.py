"""Where texts are analyzed and ranked: a thread of its own, so that nobody else waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Concatenate, ParamSpec, TypeVar

from store.search.query.glossary import Glossary
from store.search.text.analyzer import Analyzer

P = ParamSpec("P")
T = TypeVar("T")


class Tools:
    """The rules of both languages, made when they are first needed."""

    @cached_property
    def analyzer(self) -> Analyzer:
        """Makes terms of texts."""
        return Analyzer()

    @cached_property
    def glossary(self) -> Glossary:
        """Knows Korean and English names of one thing."""
        return Glossary.shipped(self.analyzer)


class SearchExecutor:
    """One thread, which alone uses the tools: they are not made to be shared."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._tools = Tools()
        self._thread = ThreadPoolExecutor(1, "ainews-search")

    async def do(
        self, work: Callable[Concatenate[Tools, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a piece of work, which is handed the tools first, and return what it returns."""
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, lambda: work(self._tools, *args, **kwargs)
        )

    def close(self) -> None:
        """Let the thread end."""
        self._thread.shutdown(wait=False, cancel_futures=True)
