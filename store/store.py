"""The digest store: one door to everything that is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from store.answers import Answers
from store.audit import Audit
from store.channels.broken import BrokenChannels
from store.channels.channels import Channels
from store.db.address import Address
from store.db.backup import back_up
from store.db.database import CONNECTIONS, PATIENCE, Database
from store.db.inspection import inspect_store
from store.db.migrations import migrate
from store.db.move import move_store
from store.db.restore import restore_store
from store.db.schema import numbers
from store.domains import Domains
from store.drafts.drafts import DraftReviews, Drafts
from store.entries.completion import Completion
from store.entries.entries import Entries
from store.entries.public import PublicEntries
from store.installations import SealedInstallations
from store.notes import Deliveries, KeptNotes
from store.notices import Notices
from store.people import People
from store.posts.overview import Overview
from store.posts.posts import Posts
from store.privacy.privacy import Privacy
from store.processes.processes import Processes
from store.reviews.desks import Desks
from store.reviews.reviews import Reviews
from store.reviews.suggestions import Suggestions
from store.search.executor import SearchExecutor
from store.search.index.index import SearchIndex
from store.search.index.postgres import PostgresEngine
from store.search.index.rebuild import Rebuilding
from store.search.index.sqlite import SqliteEngine
from store.search.search import Search
from store.sources.items import EntrySources
from store.sources.polls import Polls
from store.sources.sources import Sources
from store.votes import Votes
from store.workspaces import Workspaces


class DigestStore:
    """All that is kept, a room for each subject."""

    inspect = staticmethod(inspect_store)
    restore = staticmethod(restore_store)
    move = staticmethod(move_store)

    def __init__(
        self,
        database: Database,
        executor: SearchExecutor,
        clock: Callable[[], datetime],
        correct: Callable[[datetime], None] | None = None,
    ) -> None:
        self._database = database
        self._executor = executor
        engine = SqliteEngine() if database.is_sqlite else PostgresEngine()
        index = SearchIndex(engine, executor)
        self.index = Rebuilding(database, index)
        self.entries = Entries(database, index, clock)
        self.completion = Completion(database, clock)
        self.public = PublicEntries(database, clock)
        self.search = Search(database, engine, executor, clock)
        self.channels = Channels(database, clock)
        self.broken = BrokenChannels(database, clock)
        self.posts = Posts(database, clock)
        self.notices = Notices(database, clock)
        self.processes = Processes(database, clock, correct)
        self.domains = Domains(database, clock)
        self.deliveries = Deliveries(database, clock)
        self.notes = KeptNotes(database, clock)
        self.reviews = Reviews(database, self.entries, clock)
        self.suggestions = Suggestions(database, self.entries, clock)
        self.drafts = Drafts(database, clock)
        self.draft_reviews = DraftReviews(database, self.entries, clock)
        self.desks = Desks(database, self.channels, clock)
        self.overview = Overview(database, clock)
        self.people = People(database, clock)
        self.privacy = Privacy(database, self.entries, clock)
        self.votes = Votes(database, clock)
        self.workspaces = Workspaces(database, clock)
        self.installations = SealedInstallations(database, clock)
        self.answers = Answers(database, clock)
        self.audit = Audit(database, clock)
        self.sources = Sources(database, clock)
        self.entry_sources = EntrySources(database, self.entries, clock)
        self.polls = Polls(database, self.entries, clock)

    @classmethod
    async def open(
        cls,
        url: str,
        clock: Callable[[], datetime],
        *,
        patience: timedelta = PATIENCE,
        pragmas: Mapping[str, str | int] | None = None,
        make: bool = True,
        connections: int = CONNECTIONS,
        correct: Callable[[datetime], None] | None = None,
    ) -> DigestStore:
        """Open the store at an address, and bring it to this program's revision.

        Args:
            url: `sqlite:///path` or `postgresql://user:password@host/name`.
            clock: returns the present moment, in UTC.
            patience: how long to wait for another program that holds the database.
            pragmas: further ones for each connection to SQLite.
            make: whether to make the database where there is none.
            connections: the most that are open at a time; who needs a further one waits.
            correct: is told what time it is on the server of PostgreSQL, now and with each beat,
                so that `clock` can go by that. SQLite's is the machine's own.

        Raises:
            BadDatabaseUrl: the address is none.
            DatabaseTrouble: the subclass says what keeps it from being opened.
        """
        executor = SearchExecutor()
        database = Database(
            Address.parse(url), patience=patience, pragmas=pragmas, connections=connections
        )
        try:
            await migrate(database, make=make)
            store = cls(database, executor, clock, correct)
            await store.processes.tell_time()
        except BaseException:
            await database.close()
            raise
        return store

    async def version(self) -> object:
        """Return what is another thing once any program has written something others wait for.

        It costs little, and may be asked every second. Raises DatabaseTrouble.
        """
        return await self._database.version()

    async def backup(self, path: Path) -> None:
        """Write a copy of a SQLite database while it is in use.

        Raises BackupExists, BackupUnsupported (PostgreSQL) and DatabaseTrouble about the copy.
        """
        await back_up(self._database, path)

    async def ping(self) -> None:
        """Ask the database for something small. Raises DatabaseTrouble where it does not answer."""
        async with self._database.read() as connection:
            await connection.execute(select(numbers.c.id))

    async def close(self) -> None:
        """Let go of the database. The store cannot be used afterwards."""
        self._executor.close()
        self.processes.close()
        await self._database.close()
