"""A query, understood: what it is about, and what the index is asked for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from store.search.index.documents import (
    NOUN_SIGN,
    WORD_SIGN,
    language_term,
    person_term,
    site_term,
    tag_term,
)
from store.search.query import plan
from store.search.query.expressions import Expression, Without, all_of, either_of
from store.search.query.glossary import Glossary
from store.search.query.language import Filters, Request
from store.search.query.phrases import Phrase, phrase_of
from store.search.query.terms import KEYWORDS, QueryTerm, query_terms, settled
from store.search.text.analyzer import Analyzer
from store.search.text.folding import fold, fold_with_places

NOTHING: Mapping[int, Sequence[str]] = MappingProxyType({})
_MOST_WORDS = 48  # of a text that somebody pasted; the rarest of them are looked up


@dataclass(frozen=True, slots=True)
class Question:
    """What a request asks for.

    `words` are its bare words as typed, `units` what they are, `quoted` those of its phrases.
    `filters` must hold for an entry, `unwanted` must not.
    """

    words: str
    units: tuple[QueryTerm, ...]
    quoted: tuple[QueryTerm, ...]
    phrases: tuple[Phrase, ...]
    filters: tuple[Expression, ...]
    unwanted: Expression | None

    @property
    def keywords(self) -> bool:
        """Whether every word is wanted: there are few, and they make no sentence."""
        return len(self.units) <= KEYWORDS and not any(unit.light for unit in self.units)

    @property
    def empty(self) -> bool:
        """Whether it asks for no words at all: then its filters choose alone."""
        return not self.words and not self.phrases

    @property
    def hopeless(self) -> bool:
        """Whether something was typed that no text can be searched for."""
        return not self.units and not self.phrases and bool(self.words)

    @property
    def ranked(self) -> tuple[QueryTerm, ...]:
        """Every word by which entries are ranked."""
        return (*self.units, *self.quoted)

    @property
    def terms(self) -> set[str]:
        """Every term whose number of entries must be known."""
        every = [one for unit in self.ranked for one in (unit, *unit.also)]
        terms = {term for unit in every for term in unit.terms}
        return (
            terms
            | {WORD_SIGN + form for unit in self.units for form in unit.forms}
            | {WORD_SIGN + unit.word for unit in every if unit.word}
            | {NOUN_SIGN + unit.forms[0] for unit in self.units if unit.single}
            | {unit.single for unit in self.units if unit.single}
        )

    def settled(self, counts: Mapping[str, int]) -> Question:
        """Return the question as the digest's own words decide what is doubtful in it.

        Names of a word that no entry can hold are left out.
        """
        units = settled(self.units, lambda word: counts.get(NOUN_SIGN + word, 0) > 0)
        return replace(
            self,
            units=tuple(
                replace(unit, also=tuple(one for one in unit.also if one.may_occur(counts)))
                for unit in units
            ),
        )

    def wanted(self) -> Expression | None:
        """Return what the index must say of an entry that holds every word; None for anything."""
        if not (self.units or self.filters or any(phrase.terms for phrase in self.phrases)):
            return None
        return self.limited(*map(plan.holding, self.units))

    def headed(self) -> Iterator[Expression]:
        """Return what it says of entries whose head holds every word, then of some word.

        Words that only hold a sentence together do not count.
        """
        words = [unit for unit in self.units if not unit.light]
        heads = list(map(plan.heading, words))
        asked = (
            [heads, [*map(plan.holding, words), either_of(*heads)]] if len(heads) > 1 else [heads]
        )
        for expressions in asked if heads else ():
            yield self.limited(*expressions)

    def limited(self, *expressions: Expression) -> Expression:
        """Return expressions with the phrases and filters that must hold too."""
        phrases = [phrase.expression for phrase in self.phrases if phrase.expression is not None]
        whole = all_of(*expressions, *phrases, *self.filters)
        return whole if self.unwanted is None else Without(whole, self.unwanted)


def understand(
    glossary: Glossary, request: Request, words: str, others: Mapping[int, Sequence[str]] = NOTHING
) -> Question:
    """Make a question of a request, with other bare words where they were corrected.

    `others` are what else may have been meant, by where the word begins in `words`. A sentence
    says enough to do without them.
    """
    analyzer = glossary.analyzer
    folded, places = fold_with_places(words)
    units = glossary.translate(query_terms(folded, analyzer)[:_MOST_WORDS])
    if len(units) <= KEYWORDS:
        units = tuple(
            replace(unit, also=(*unit.also, *_also(others.get(places[unit.start], ()), analyzer)))
            for unit in units
        )
    phrases = (phrase_of(fold(phrase), analyzer.english) for phrase in request.phrases)
    without = (_held(query_terms(fold(text), analyzer)) for text in request.without)
    unwanted = [
        *(term for terms in _terms(request.unwanted) for term in terms),
        *(expression for expression in without if expression is not None),
    ]
    return Question(
        words,
        units,
        tuple(unit for phrase in request.phrases for unit in query_terms(fold(phrase), analyzer)),
        tuple(phrase for phrase in phrases if phrase is not None),
        tuple(_filters(request.wanted)),
        either_of(*unwanted) if unwanted else None,
    )


def _also(others: Iterable[str], analyzer: Analyzer) -> Iterator[QueryTerm]:
    for other in others:
        units = query_terms(fold(other), analyzer)
        if len(units) == 1:
            yield units[0]


def _held(units: Sequence[QueryTerm]) -> Expression | None:
    """Return what says that an entry holds some words: by their surest ways only."""
    return all_of(*(all_of(*unit.ways[0]) for unit in units)) if units else None


def _filters(filters: Filters) -> Iterable[Expression]:
    """Return what must all be true of an entry."""
    tags, *others = _terms(filters)
    yield from tags
    for terms in others:
        if terms:
            yield either_of(*terms)


def _terms(filters: Filters) -> Iterator[list[str]]:
    """Return the terms of tags, sites, people and languages."""
    yield list(map(tag_term, filters.tags))
    yield list(map(site_term, filters.sites))
    yield list(map(person_term, filters.people))
    yield list(map(language_term, filters.languages))
