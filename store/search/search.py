"""Search, as the rest of the product sees it: a query goes in, the best entries come out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from time import perf_counter

from store import dates
from store.db.database import Database
from store.db.rows import Room
from store.db.thread_reads import Rows
from store.entries.identity import url_key
from store.entries.rows import day_number
from store.model import Entry, Found, Gain, GainKind, SearchPage, SearchQuery
from store.search.executor import SearchExecutor, Tools
from store.search.index.documents import WORD_SIGN
from store.search.index.engine import SLOTS, STATES, Engine, IndexState
from store.search.index.reader import Days, IndexReader
from store.search.query.language import Request, parse
from store.search.query.question import Question, understand
from store.search.query.terms import QueryTerm
from store.search.ranking.retrieval import Answer, Ranked, Retrieval
from store.search.ranking.snippets import Marker
from store.search.spelling.corrector import Correction, Corrector
from store.search.text.analyzer import ANALYZER

_DEEPEST = 1_000_000
"""Entries that may be skipped and shown: more than anybody reads."""

_TRIES = 3
"""To answer, where the index that was asked was given up meanwhile."""


class Search(Room):
    """Finds published entries."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        executor: SearchExecutor,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(database, clock)
        self._engine = engine
        self._executor = executor
        self._observe: Callable[[float], None] = lambda _: None

    def observe(self, took: Callable[[float], None]) -> None:
        """Tell from now on how many seconds each search took."""
        self._observe = took

    async def find(self, query: SearchQuery, count: int, offset: int = 0) -> SearchPage:
        """Return the entries that answer a query best. Every query has an answer, if an empty one.

        Words that no entry holds are corrected, unless the query is literal.
        """
        offset, count = min(offset, _DEEPEST), min(count, _DEEPEST)

        def read(tools: Tools, rows: Rows) -> SearchPage:
            request = _narrowed(parse(query.words, self._clock().date()), query)
            if query.anonymous and (request.wanted.people or request.unwanted.people):
                return SearchPage((), more=False, count=0)
            for _ in range(_TRIES):
                state = _answering(rows)
                index = self._engine.reader(rows, state.slot)
                finding = _Finding(tools, index, state, day_number(self._clock()))
                question, answer, corrected = finding.find(
                    request, offset + count + 1, literal=query.literal
                )
                shown = index.entries(answer.ids[offset : offset + count])
                if shown or state.slot == _answering(rows).slot:
                    break
            return SearchPage(
                _found(question, answer, shown),
                more=len(answer.ids) > offset + count,
                count=answer.count,
                corrected=corrected,
                any_word=answer.any_word,
            )

        began = perf_counter()
        page = await self._executor.read(self._database, read)
        self._observe(perf_counter() - began)
        return page

    async def prepare(self) -> None:
        """Load what searches, dates and addresses need: the first ones do not wait for it then."""
        await self._executor.do(_load)


class _Finding:
    """One search in one index."""

    def __init__(self, tools: Tools, index: IndexReader, state: IndexState, today: int) -> None:
        self._glossary = tools.glossary
        self._index = index
        self._retrieval = Retrieval(index, tools.analyzer, state, today)
        self._corrector = Corrector(index, tools.analyzer)

    def find(
        self, request: Request, most: int, *, literal: bool
    ) -> tuple[Question, Answer, str | None]:
        """Return what is asked for, what answers it, and the words that were searched instead."""
        days = Days.between(request.since, request.until)
        words = request.words
        question, counts = self._understood(request, None)
        better = None
        if not literal:
            better = self._corrector.correct(words, question.units, _known(counts))
        if better:
            question, counts = self._understood(request, better)
        answer = self._retrieval.every_word(question, counts, days, most)
        if answer is None and question.keywords and not (literal or better):
            better = self._corrector.correct(words, question.units, self._held(counts))
            if better:
                question, counts = self._understood(request, better)
                answer = self._retrieval.every_word(question, counts, days, most)
        answer = answer or self._retrieval.any_word(question, counts, days, most)
        return question, answer, better.words if better else None

    def _understood(
        self, request: Request, better: Correction | None
    ) -> tuple[Question, Mapping[str, int]]:
        """Return what is asked for, corrected or not, and the counts of its terms."""
        corrected = (better.words, better.others) if better else (request.words,)
        question = understand(self._glossary, request, *corrected)
        counts = self._index.counts(question.terms)
        return question.settled(counts), counts

    def _held(self, counts: Mapping[str, int]) -> Callable[[QueryTerm], bool]:
        """Return what says of a word whether some entry does hold it, by this or another name."""
        known = _known(counts)
        return lambda unit: (
            known(unit)
            and (
                any(counts.get(WORD_SIGN + form) for form in unit.forms)
                or self._retrieval.holds(unit)
            )
        )


def _load(tools: Tools) -> None:
    _ = tools.glossary
    dates.prepare()
    url_key("https://site.example/")  # which is held against every site that is known


def _answering(rows: Rows) -> IndexState:
    """Return the index that answers: the active one, else the one that is being built."""
    states = sorted(
        (IndexState(*row) for row in rows(STATES, {})), key=lambda state: not state.active
    )
    if states:
        return states[0]
    return IndexState(SLOTS[0], ANALYZER, active=True, upto=None, entries=0, length=0)


def _narrowed(request: Request, query: SearchQuery) -> Request:
    """Add what a query asks for apart from its words; of two dates, the narrower counts."""
    wanted = request.wanted
    since, until = (request.since, query.since), (request.until, query.until)
    if query.tag:
        wanted = replace(wanted, tags=(*wanted.tags, query.tag))
    if query.language:
        wanted = replace(wanted, languages=(query.language,))
    return replace(
        request,
        wanted=wanted,
        since=max(filter(None, since), key=lambda date: date.first_day, default=None),
        until=min(filter(None, until), key=lambda date: date.last_day, default=None),
    )


def _known(counts: Mapping[str, int]) -> Callable[[QueryTerm], bool]:
    """Return what says of a word whether some entry may hold it, by this or another name."""
    return lambda unit: any(one.may_occur(counts) for one in (unit, *unit.also))


def _found(question: Question, answer: Answer, shown: Sequence[Entry]) -> tuple[Found, ...]:
    """Return entries of an answer as they were found, in their order."""
    marker = Marker(answer.words, [phrase.text for phrase in question.phrases])
    return tuple(
        Found(
            entry,
            marker.best(entry.note),
            one.score.total if (one := answer.ranked.get(entry.id)) else 0.0,
            tuple(_gains(question, one)) if one else (),
        )
        for entry in shown
    )


def _gains(question: Question, ranked: Ranked) -> list[Gain]:
    score = ranked.score
    gains = [
        Gain(GainKind.WORD, points, unit.text)
        for unit, points in zip(question.ranked, score.gains, strict=True)
        if points
    ]
    others = ((GainKind.TOGETHER, score.together), (GainKind.NEW, score.new))
    return [*gains, *(Gain(kind, points) for kind, points in others if points)]
