"""Where texts are analyzed and ranked: a thread of its own, so that nobody else waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Concatenate, ParamSpec, TypeVar

from store.search.query.glossary import Glossary
from store.search.text.analyzer import Analyzer
from store.search.text.kiwi import KiwiAnalyzer
from store.search.text.variants import Variant, name_of, required_name

P = ParamSpec("P")
T = TypeVar("T")

_ANALYZERS: dict[Variant, Callable[[], Analyzer]] = {
    Variant.DEFAULT: Analyzer,
    Variant.KIWI: KiwiAnalyzer,
}


class Reader:
    """Reads texts and queries as one index has them. What it needs is made when it is needed."""

    def __init__(self, variant: Variant) -> None:
        self._variant = variant

    @cached_property
    def analyzer(self) -> Analyzer:
        """Makes terms of texts."""
        return _ANALYZERS[self._variant]()

    @cached_property
    def glossary(self) -> Glossary:
        """Knows Korean and English names of one thing."""
        return Glossary.shipped(self.analyzer)


class Tools:
    """The rules of both languages, made when they are first needed."""

    def __init__(self, chosen: Variant) -> None:
        """`chosen` reads for an index that none of the installed analyzers made."""
        self.name = required_name(chosen)
        self._default = required_name(Variant.DEFAULT)
        self._readers = {
            name: Reader(variant) for variant in Variant if (name := name_of(variant)) is not None
        }

    @property
    def analyzer(self) -> Analyzer:
        """Knows the forms of words by their rules alone, which is enough to rank by."""
        return self._readers[self._default].analyzer

    def knows(self, name: str) -> bool:
        """Whether an analyzer of that name is installed."""
        return name in self._readers

    def reader(self, name: str) -> Reader:
        """Return what reads for an index whose analyzer has a name."""
        return self._readers.get(name) or self._readers[self.name]


class SearchExecutor:
    """One thread, which alone uses the tools: they are not made to be shared."""

    def __init__(self, chosen: Variant = Variant.DEFAULT) -> None:
        """Start nothing yet. Raises AnalyzerMissing where the analyzer is not installed."""
        self._tools = Tools(chosen)
        self._thread = ThreadPoolExecutor(1, "ainews-search")

    @property
    def name(self) -> str:
        """The name of the analyzer that makes the terms of a new index."""
        return self._tools.name

    def knows(self, name: str) -> bool:
        """Whether an index whose analyzer has that name can be kept in step."""
        return self._tools.knows(name)

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
