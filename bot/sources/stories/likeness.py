"""How like two headlines are, and what follows. Measured figures: bench/README.md, "Stories"."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from bot.sources.stories.background import Background
from bot.sources.stories.headline import Headline
from bot.sources.stories.identity import contradict
from bot.sources.stories.products import Match, compare

SAME = 0.55
"""From here on an article joins a story without a question."""

MAYBE = 0.25
"""From here on it is offered."""

JUST_MAYBE = SAME - 0.01
"""The most where something speaks against."""

CERTAIN = 1.0
_ANNOUNCED = 0.65  # two say that one thing is out

_WINDOW = 72  # hours between two articles of one story
_WINDOW_OF_PAPERS = 27 * 24  # less than four weeks between the days of a paper and of its news
_FADES = 100  # hours in which likeness falls to 1/e: most of a story is told in a day and a half

_SAME_MAKER = 0.05  # is added to what is offered anyway
_SAME_PRODUCT = 0.15  # is added
_LEAST_OF_PRODUCT = 0.3

_OTHER_LANGUAGE = 0.9  # of languages but ours it is not known which words say nothing
_OTHER_MAKER = 0.6
_ONE_SOURCE = 0.6  # a source tells a story once

_LEAST_SHARED = 1.25  # rare words: with less, two short titles meet by chance
_LEAST_OF_NAME = 0.6  # rare words in a name by which two titles are of one thing

_NEGATIONS = frozenset(("cancel", "deny"))
_EXCHANGED = 2  # words that stand for each other in two titles that are else the same

_UNTRANSLATED = 0.1  # part of what a word counts against a title in another language
_SOUND = 0.8  # part of what a word counts that only sounds like one of the other title


class Verdict(StrEnum):
    """Whether two articles tell one story."""

    SAME = "same"
    MAYBE = "maybe"
    DIFFERENT = "different"


def verdict(likeness: float) -> Verdict:
    """Return what follows from how like two articles, or an article and a story, are."""
    if likeness >= SAME:
        return Verdict.SAME
    return Verdict.MAYBE if likeness >= MAYBE else Verdict.DIFFERENT


def certain(a: Headline, b: Headline) -> bool:
    """Whether two articles have one identity, or the text of one links the other."""
    if a.mark is not None and a.mark == b.mark:
        return True
    return a.mark in b.cites or b.mark in a.cites


def likeness(a: Headline, b: Headline, background: Background) -> float:
    """Return how like two headlines are, from 0 to 1; the same whichever comes first."""
    if certain(a, b):
        return CERTAIN
    products = compare(a.products, b.products)
    hours = max(0.0, a.start - b.end, b.start - a.end)
    if products is Match.CLASH or contradict(a.mark, b.mark) or hours >= _WINDOW_OF_PAPERS:
        return 0.0
    announced = products is Match.EQUAL and a.announces and b.announces
    if hours > _WINDOW:
        met = announced or _weighs(a.names & b.names, background)
        return _ANNOUNCED if met and a.paper != b.paper else 0.0
    like = _likeness_of_titles(a, b, background, announced=announced)
    if like >= MAYBE and a.makers & b.makers:
        like += _SAME_MAKER
    if products is Match.EQUAL:
        like = max(like + _SAME_PRODUCT, _LEAST_OF_PRODUCT)
    if _doubtful(a, b, products):
        like = min(like, JUST_MAYBE)
    if _apart(a.makers, b.makers):
        like = min(like, JUST_MAYBE) * _OTHER_MAKER
    if a.source and a.source == b.source:
        like *= _ONE_SOURCE
    return min(like, CERTAIN)


def _likeness_of_titles(
    a: Headline, b: Headline, background: Background, *, announced: bool
) -> float:
    heard = _heard(a, b)
    if announced or _one_is_out(a, b, heard, background):
        return _ANNOUNCED
    hours = max(0.0, a.start - b.end, b.start - a.end)
    like, shared = _cosine(a, b, heard, background)
    like *= math.exp(-hours / _FADES)
    if not {a.language, b.language} <= {"ko", "en", ""}:
        like *= _OTHER_LANGUAGE
    return like if shared >= _LEAST_SHARED else min(like, JUST_MAYBE)


def _doubtful(a: Headline, b: Headline, products: Match) -> bool:
    """Whether something speaks against one story, however alike two titles are."""
    return (
        (a.roundup or b.roundup)
        or products is Match.NEAR
        or (products is Match.NONE and (_of_product(a) or _of_product(b)))
        or _apart(a.events, b.events)
        or a.events & _NEGATIONS != b.events & _NEGATIONS
        or _differ(a.numbers, b.numbers)
        or _apart(a.years, b.years)
        or _apart(a.sizes, b.sizes)
        or _apart(a.places, b.places)
        or _differ(a.makers, b.makers)  # whom it did that with
        or (not _foreign(a, b) and (_exchanged(a.told, b.told) or _turned(a, b)))
    )


def _of_product(headline: Headline) -> bool:
    return any(not product.aside for product in headline.products)


def _apart(a: frozenset[str], b: frozenset[str]) -> bool:
    return bool(a and b) and not a & b


def _differ(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether each of two titles names one that the other does not."""
    return bool(a - b and b - a)


def _exchanged(a: Sequence[str], b: Sequence[str]) -> bool:
    """Whether two titles are one but for some words in one place: an office in Seoul, in Munich.

    Two who tell one story seldom choose the same words in the same order, and one other name.
    """
    least = min(len(a), len(b))
    before = next((at for at in range(least) if a[at] != b[at]), least)
    behind = next((at for at in range(least - before) if a[-1 - at] != b[-1 - at]), least - before)
    ours, theirs = a[before : len(a) - behind], b[before : len(b) - behind]
    most = max(len(ours), len(theirs))
    few = bool(ours and theirs) and most <= min(_EXCHANGED, before + behind - 1)
    return few and set(ours).isdisjoint(theirs)


def _turned(a: Headline, b: Headline) -> bool:
    """Whether two titles of several makers have the same words in another order: who did it?"""
    return len(a.makers) > 1 and a.told != b.told and sorted(a.told) == sorted(b.told)


def _one_is_out(a: Headline, b: Headline, heard: Mapping[str, str], background: Background) -> bool:
    """Whether one title says that something is out which the other says too, or begins with."""
    novelty = _in_words_of(b.novelty, heard)
    names = [_in_words_of(name, heard) for name in b.names]
    pairs = [(a.novelty, name) for name in (novelty, *names)]
    pairs += [(novelty, name) for name in a.names]
    return any(one & two in {one, two} and _weighs({one & two}, background) for one, two in pairs)


def _in_words_of(name: frozenset[str], heard: Mapping[str, str]) -> frozenset[str]:
    return frozenset(heard.get(term, term) for term in name)


def _weighs(names: Iterable[frozenset[str]], background: Background) -> bool:
    """Whether one of some names is rare enough to stand for one thing."""
    return any(math.fsum(map(background.weight, name)) >= _LEAST_OF_NAME for name in names)


def _foreign(a: Headline, b: Headline) -> bool:
    """Whether two titles are in two languages. One that is not known is not Korean."""
    known = bool(a.language and b.language) or "ko" in {a.language, b.language}
    return known and a.language != b.language


def _heard(a: Headline, b: Headline) -> Mapping[str, str]:
    """Return the terms of `b` that sound like one of `a` in the other language, and that one."""
    if not _foreign(a, b):
        return {}
    return {b.sounds[sound]: a.sounds[sound] for sound in a.sounds.keys() & b.sounds.keys()}


def _cosine(
    a: Headline, b: Headline, heard: Mapping[str, str], background: Background
) -> tuple[float, float]:
    """Return the cosine of two titles' terms by weight, and the weight of those they share.

    Between two languages, a word that cannot be met in both hardly counts.
    """
    weight = background.weight
    met = {term: weight(term) for term in a.terms & b.terms}
    for theirs, ours in heard.items():
        if ours not in met and theirs not in met:
            met[ours] = met[theirs] = _SOUND * min(weight(ours), weight(theirs))
    foreign = _foreign(a, b)

    def length(headline: Headline) -> float:
        alone = headline.terms - headline.common - met.keys() if foreign else frozenset()
        return math.fsum(
            weight(term) ** 2 * (_UNTRANSLATED if term in alone else 1) for term in headline.terms
        )

    shared = [met[term] for term in a.terms & met.keys()]
    lengths = length(a) * length(b)
    if not lengths:
        return 0.0, 0.0
    product = math.fsum(value**2 for value in shared)
    return product / math.sqrt(lengths), math.fsum(shared)
