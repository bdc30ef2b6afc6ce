"""Where texts are analyzed, searched and ranked: in threads, so that nobody else waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.database import Database
from store.db.thread_reads import Rows
from store.db.thread_writes import Run, write_apart
from store.search.query.glossary import Glossary
from store.search.text.analyzer import Analyzer

P = ParamSpec("P")
T = TypeVar("T")

_THREADS = 4
"""Searches that are under way at once. They compute in turn, but wait for a database together."""


SWITCH_INTERVAL = 0.001
"""Seconds after which a thread that computes lets others compute (`sys.setswitchinterval`).

Searches are long sums, for which the event loop would wait five times as long.
"""


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
    """The threads, and the tools that they share."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._tools = Tools()
        self._threads = ThreadPoolExecutor(_THREADS, "ainews-search")

    async def do(
        self, work: Callable[Concatenate[Tools, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a piece of work, which is handed the tools first, and return what it returns."""
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: work(self._tools, *args, **kwargs)
        )

    async def read(self, database: Database, work: Callable[[Tools, Rows], T]) -> T:
        """Do the same with work that reads a database, each statement for itself."""
        return await database.read_apart(self._threads, lambda rows: work(self._tools, rows))

    async def write(self, connection: AsyncConnection, work: Callable[[Tools, Run], T]) -> T:
        """Do the same with work that belongs to the unit of work of a connection."""
        return await write_apart(connection, self._threads, lambda run: work(self._tools, run))

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False, cancel_futures=True)
