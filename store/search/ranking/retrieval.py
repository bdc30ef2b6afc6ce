"""Asks the index and ranks what it finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from store.search.index.documents import WORD_SIGN, body, head
from store.search.index.engine import IndexState
from store.search.index.reader import Days, IndexReader
from store.search.query.expressions import all_of
from store.search.query.plan import GATHERED, RANKED, gathering, holding
from store.search.query.question import Question
from store.search.query.terms import QueryTerm
from store.search.ranking.matching import View, matcher_of
from store.search.ranking.ranking import Ranker, Score, Statistics, Word, weighed
from store.search.text.analyzer import Analyzer

_LOOKED_AT = 20  # entries that may hold a word, to see whether one does
_VERIFIED = 2_000  # entries that are read for an exact phrase
_CHARACTERS = 40_000  # of all texts that are ranked: about 10 ms
_RANKED_AT_LEAST = 20  # entries, however long they are
_LONGEST = 5_000  # characters of a note that are ranked


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry with its score. `whole`: all of its text was read for it."""

    id: int
    score: Score
    whole: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """The ids of what was found, best first; the first of them are `ranked`.

    `count` is None where only the best were looked for. `any_word`: no entry holds every word.
    """

    ids: tuple[int, ...] = ()
    ranked: Mapping[int, Ranked] = field(default_factory=dict)
    count: int | None = 0
    any_word: bool = False
    words: tuple[Word, ...] = ()


class Retrieval:
    """Answers questions from the index that a state describes."""

    def __init__(
        self, index: IndexReader, analyzer: Analyzer, state: IndexState, today: int
    ) -> None:
        """`today` is the day as `entries.sort_day` has it: what is near it is new."""
        self._index = index
        self._analyzer = analyzer
        self._state = state
        self._today = today

    def every_word(
        self, question: Question, counts: Mapping[str, int], days: Days, most: int
    ) -> Answer | None:
        """Return the entries that hold every word, at least the `most` best; None where none does.

        Of a sentence, not every word is wanted: then it is None too.
        """
        if question.hopeless:
            return Answer()
        if question.empty:
            return self._filtered(question, days, most)
        if not question.keywords or (wanted := question.wanted()) is None:
            return None
        limit = max(most, _VERIFIED if question.phrases else RANKED + 1)
        found = self._index.newest(wanted, days, limit=limit)
        best = found
        if len(found) > RANKED and not question.phrases:
            best = list(dict.fromkeys((*self._headed(question, days), *found)))
        statistics, words = self._weighed(question, counts)
        ranked, rest = self._rank(question, words, statistics, best)
        wanted_words = len(question.units)
        kept = [one for one in ranked if all(one.score.held[:wanted_words]) or not one.whole]
        if question.units and not kept and not rest:
            return None
        count: int | None = len(kept) + len(rest)
        if len(found) >= limit:
            dropped = len(ranked) - len(kept)
            number = self._index.number(wanted, days)
            count = None if number is None else number - dropped
        if question.phrases and len(found) >= _VERIFIED:
            count = None
        return Answer(
            (*(one.id for one in kept), *rest), {one.id: one for one in kept}, count, words=words
        )

    def any_word(
        self, question: Question, counts: Mapping[str, int], days: Days, most: int
    ) -> Answer:
        """Return the entries that hold the most of the words, at least the `most` best."""
        statistics, words = self._weighed(question, counts)
        gathered = gathering(question.units, statistics)
        if gathered is None:
            return Answer(any_word=question.keywords, words=words)
        essential, adding = (
            [(question.limited(expression), weight) for expression, weight in parts]
            for parts in (gathered.essential, gathered.adding)
        )
        limit = max(most, RANKED)
        first = 0
        best: list[int] = []
        if gathered.crowded:
            # The id from which on the rarest term finds as many entries as are gathered.
            rarest = essential[0][0]
            [first] = self._index.newest(rarest, days, limit=1, offset=GATHERED - 1) or [0]
            best = self._headed(question, days)
        found = self._index.heaviest(essential, days, limit=limit) if gathered.few else []
        if not gathered.few or len(found) >= limit:
            found = self._index.heaviest([*essential, *adding], days, limit=limit, first=first)
        if best:
            found = list(dict.fromkeys((*best, *found)))
        ranked, rest = self._rank(question, words, statistics, found)
        kept = [one for one in ranked if one.score.total > 0]
        return Answer(
            (*(one.id for one in kept), *rest),
            {one.id: one for one in kept},
            None if len(found) >= limit else len(kept) + len(rest),
            any_word=question.keywords,
            words=words,
        )

    def holds(self, unit: QueryTerm) -> bool:
        """Whether one of the newest entries that may hold a word does, by whatever name."""
        matchers = [matcher_of(one, self._analyzer) for one in (unit, *unit.also)]
        found = self._index.newest(holding(unit), Days(), limit=_LOOKED_AT)
        views = (View(f"{head(row)}\n{body(row)}") for row in self._index.texts(found).values())
        return any(matcher.count(view) for view in views for matcher in matchers)

    def _weighed(
        self, question: Question, counts: Mapping[str, int]
    ) -> tuple[Statistics, tuple[Word, ...]]:
        statistics = Statistics(self._state.entries, self._state.length, counts)
        vocabulary = {
            term.removeprefix(WORD_SIGN): count
            for term, count in counts.items()
            if term.startswith(WORD_SIGN)
        }
        return statistics, tuple(
            weighed(unit, statistics, vocabulary, self._analyzer) for unit in question.ranked
        )

    def _filtered(self, question: Question, days: Days, most: int) -> Answer:
        """Return what the filters choose, newest news first."""
        wanted = all_of(*question.filters) if question.filters else None
        found = self._index.latest(wanted, question.unwanted, days, limit=most)
        return Answer(tuple(found), count=None if len(found) >= most else len(found))

    def _headed(self, question: Question, days: Days) -> list[int]:
        """Return entries of many that hold every word: those whose head holds words."""
        best: list[int] = []
        for expression in question.headed():
            best += self._index.newest(expression, days, limit=RANKED // 2)
        return best

    def _rank(
        self, question: Question, words: Sequence[Word], statistics: Statistics, ids: Sequence[int]
    ) -> tuple[list[Ranked], list[int]]:
        """Rank the first of some entries; return them, best first, and the others as they are.

        Where phrases are asked for, only entries that hold them are left, of all.
        """
        ranker = Ranker(words, statistics)
        ranked: list[Ranked] = []
        rest: list[int] = []
        enough = False
        size = 0
        for start in range(0, len(ids), RANKED):
            some = ids[start : start + RANKED]
            if enough and not question.phrases:
                rest += some
                continue
            texts = self._index.texts(some)
            for number in some:
                if (row := texts.get(number)) is None:
                    continue
                above, below = head(row), body(row)
                if not all(
                    phrase.stands_in(above) or phrase.stands_in(below)
                    for phrase in question.phrases
                ):
                    continue
                if enough:
                    rest.append(number)
                    continue
                score = ranker.score(above, below[:_LONGEST], row["sort_day"], self._today)
                ranked.append(Ranked(number, score, len(below) <= _LONGEST))
                size += min(len(below), _LONGEST)
                enough = size > _CHARACTERS and len(ranked) >= _RANKED_AT_LEAST
            enough = enough or len(ranked) >= RANKED
        ranked.sort(key=lambda one: (-one.score.total, -one.id))
        return ranked, rest
