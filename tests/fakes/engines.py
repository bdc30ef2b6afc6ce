"""Statements that are put into SQL once for all databases of a worker.

SQLAlchemy remembers a statement's SQL for one engine, and in a test each database has an engine of
its own: a fifth of what tests of the store take would go into the same statements again.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Dialect, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


class SharedStatements:
    """Makes engines as SQLAlchemy does. All of one driver remember statements together."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[Dialect, Any]] = {}

    def engine(self, url: URL, **options: Any) -> AsyncEngine:
        """Return an engine."""
        made = create_async_engine(url, **options)
        engine = made.sync_engine
        driver = f"{engine.name}+{engine.driver}"
        if driver in self._first:
            # What is remembered belongs to a dialect, which knows its server once one engine of it
            # was connected. No option sets either.
            engine.dialect, engine._compiled_cache = self._first[driver]
            engine.pool._dialect = engine.dialect
        else:

            @event.listens_for(engine, "engine_connect", once=True)
            def connected(_: object) -> None:
                self._first.setdefault(driver, (engine.dialect, engine._compiled_cache))

        return made
