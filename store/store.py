"""The digest store: one door to everything that is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from store.address import Address
from store.audit import Audit
from store.backup import back_up
from store.channels import Channels
from store.database import PATIENCE, Database
from store.entries import Entries
from store.inspection import inspect_store
from store.migrations import migrate
from store.model import Inspection
from store.notices import Notices
from store.overview import Overview
from store.people import People
from store.posts import Posts
from store.search.plain import PlainSearch


class DigestStore:
    """Entries, channels, posts, notices, people, the audit log and the search, a room each."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        """Over a database that is migrated already; `open` sees to that."""
        self._database = database
        self.entries = Entries(database, clock)
        self.search = PlainSearch(database)
        self.channels = Channels(database, clock)
        self.posts = Posts(database, clock)
        self.notices = Notices(database, clock)
        self.overview = Overview(database)
        self.people = People(database, clock)
        self.audit = Audit(database)

    @classmethod
    async def open(
        cls,
        url: str,
        clock: Callable[[], datetime],
        *,
        patience: timedelta = PATIENCE,
        pragmas: Mapping[str, str | int] | None = None,
    ) -> DigestStore:
        """Open the store at an address, and bring it to this program's revision.

        Args:
            url: `sqlite:///path` or `postgresql://user:password@host/name`.
            clock: returns the present moment, in UTC.
            patience: how long to wait for another program that holds the database.
            pragmas: further ones for each connection to SQLite.

        Raises:
            BadDatabaseUrl: the address is none.
            DatabaseTrouble: the subclass says what keeps it from being opened.
        """
        database = Database(Address.parse(url), patience=patience, pragmas=pragmas)
        try:
            await migrate(database)
        except BaseException:
            await database.close()
            raise
        return cls(database, clock)

    @staticmethod
    async def inspect(url: str) -> Inspection:
        """Look at a store without changing anything, not even its revision.

        Raises BadDatabaseUrl, DatabaseNewer and other DatabaseTrouble, as `open` does.
        """
        return await inspect_store(Address.parse(url))

    async def backup(self, path: Path) -> None:
        """Write a copy of a SQLite database while it is in use.

        Raises BackupExists, BackupUnsupported (PostgreSQL) and DatabaseTrouble about the copy.
        """
        await back_up(self._database, path)

    async def close(self) -> None:
        """Let go of the database. The store cannot be used afterwards."""
        await self._database.close()
