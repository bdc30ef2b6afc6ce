"""Search, as the rest of the product sees it: a query goes in, the best entries come out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.db.database import Database, chunks
from store.db.schema import entries
from store.entries.rows import entry_of
from store.model import Entry, Page, PublishedDate, SearchPage, SearchQuery, Status
from store.search.executor import SearchExecutor, Tools
from store.search.index.documents import WORD_SIGN
from store.search.index.engine import SLOTS, Days, Engine, State
from store.search.index.rebuild import Progress, Rebuilding, untold
from store.search.query.glossary import Glossary
from store.search.query.language import Request, parse
from store.search.query.question import Question, understand
from store.search.query.terms import QueryTerm
from store.search.ranking.hits import found
from store.search.ranking.retrieval import Answer, Retrieval
from store.search.spelling.corrector import Correction, Corrector
from store.search.text.analyzer import ANALYZER

_DEEPEST = 1_000_000
"""Entries that may be skipped and shown: more than anybody reads."""

_TRIES = 3
"""To answer, where the index that was asked was given up meanwhile."""


class Search:
    """Finds published entries."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        workbench: SearchExecutor,
        rebuilding: Rebuilding,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._engine = engine
        self._workbench = workbench
        self._rebuilding = rebuilding
        self._clock = clock

    async def search(self, query: SearchQuery, count: int, offset: int = 0) -> Page[Entry]:
        """Return the entries of `find`, without what it tells of them."""
        page = await self.find(query, count, offset)
        return Page(tuple(found.entry for found in page.items), page.more)

    async def find(self, query: SearchQuery, count: int, offset: int = 0) -> SearchPage:
        """Return the entries that answer a query best. Every query has an answer, if an empty one.

        Words that no entry holds are corrected, unless the query is literal.
        """
        request = _narrowed(parse(query.words, self._clock().date()), query)
        offset = min(offset, _DEEPEST)
        count = min(count, _DEEPEST)
        async with self._database.read() as connection:
            for _ in range(_TRIES):
                state = await self._answering(connection)
                page = await self._page(
                    connection, state, request, count, offset, literal=query.literal
                )
                if page.items or state.slot == (await self._answering(connection)).slot:
                    break
        return page

    async def prepare(self) -> None:
        """Load what the analyzer needs, so that the first search does not wait for it."""
        await self._workbench.do(_loaded)

    async def outdated(self) -> bool:
        """Whether the index must be built anew: it was made by another analyzer."""
        return await self._rebuilding.outdated()

    async def rebuild(self, progress: Progress = untold) -> bool:
        """Build the index anew, while the old one answers. What was begun is continued.

        `progress` is told, after each few hundred entries, up to which id it is built, and the
        last one.
        Returns whether the index is this program's now; it is not where another
        program wants another one.
        """
        return await self._rebuilding.rebuild(progress)

    async def _page(
        self,
        connection: AsyncConnection,
        state: State,
        request: Request,
        count: int,
        offset: int,
        *,
        literal: bool,
    ) -> SearchPage:
        """Return what one index answers."""
        most = offset + count + 1
        days = Days.between(request.since, request.until)
        retrieval = Retrieval(connection, self._engine, self._workbench, state, self._today)
        corrector = Corrector(self._workbench, retrieval.counts, retrieval.words)

        async def understood(better: Correction | None) -> tuple[Question, Mapping[str, int]]:
            """Return what is asked for, corrected or not, and the counts of its terms."""
            corrected = (better.words, better.others) if better else (request.words,)
            question = await self._workbench.do(understand, request, *corrected)
            counts = await retrieval.counts(question.terms)
            return question.settled(counts), counts

        words = request.words
        question, counts = await understood(None)
        better = None
        if not literal:
            better = await corrector.correct(words, question.units, _known(counts))
        if better:
            question, counts = await understood(better)
        answer = await retrieval.answer(question, counts, days, most)
        if not literal and answer.any_word and not better:
            better = await corrector.correct(words, question.units, _held(answer, counts))
            if better:
                question, counts = await understood(better)
                answer = await retrieval.answer(question, counts, days, most)
        ids = answer.ids[offset : offset + count]
        shown = await _read(connection, ids)
        return SearchPage(
            await self._workbench.do(found, question, answer, shown),
            more=len(answer.ids) > offset + count,
            count=answer.count,
            corrected=better.words if better else None,
            any_word=answer.any_word,
        )

    @property
    def _today(self) -> int:
        now = self._clock()
        return now.year * 10_000 + now.month * 100 + now.day

    async def _answering(self, connection: AsyncConnection) -> State:
        """Return the index that answers: the active one, else the one that is being built."""
        states = sorted(await self._engine.states(connection), key=lambda state: not state.active)
        if states:
            return states[0]
        return State(SLOTS[0], ANALYZER, active=True, upto=None, entries=0, length=0)


def _loaded(tools: Tools) -> Glossary:
    return tools.glossary


async def _read(connection: AsyncConnection, ids: Sequence[int]) -> list[Entry]:
    """Return published entries in the order of their ids as given."""
    known: dict[int, Entry] = {}
    for some in chunks(ids):
        # By id alone: SQLite would read every published entry by the index of statuses.
        rows = await connection.execute(select(entries).where(entries.c.id.in_(some)))
        known.update((row["id"], entry_of(row)) for row in rows.mappings())
    return [
        known[number]
        for number in ids
        if number in known and known[number].status is Status.PUBLISHED
    ]


def _narrowed(request: Request, query: SearchQuery) -> Request:
    """Add what a query asks for apart from its words; of two dates, the narrower counts."""
    wanted = request.wanted
    if query.tag:
        wanted = replace(wanted, tags=(*wanted.tags, query.tag))
    return replace(
        request,
        wanted=wanted,
        since=_later(request.since, query.since),
        until=_earlier(request.until, query.until),
    )


def _later(one: PublishedDate | None, two: PublishedDate | None) -> PublishedDate | None:
    given = [date for date in (one, two) if date is not None]
    return max(given, key=lambda date: date.first_day, default=None)


def _earlier(one: PublishedDate | None, two: PublishedDate | None) -> PublishedDate | None:
    given = [date for date in (one, two) if date is not None]
    return min(given, key=lambda date: date.last_day, default=None)


def _known(counts: Mapping[str, int]) -> Callable[[QueryTerm], bool]:
    """Return what says of a word whether some entry may hold it, by this or another name."""
    return lambda unit: any(
        all(counts.get(term) for term in way) for one in (unit, *unit.also) for way in one.ways
    )


def _held(answer: Answer, counts: Mapping[str, int]) -> Callable[[QueryTerm], bool]:
    """Return what says of a word whether an entry that was found does hold it."""
    held = {
        word.unit
        for place, word in enumerate(answer.words)
        if any(one.score.held[place] for one in answer.ranked.values())
    }
    known = _known(counts)

    def holds(unit: QueryTerm) -> bool:
        if not known(unit):
            return False
        return unit in held or any(counts.get(WORD_SIGN + form) for form in unit.forms)

    return holds
