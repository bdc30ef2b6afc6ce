"""What may have been meant by one word: guesses, and the terms that must be in use for each.

First what is near: one slip, or the same keys on the other keyboard. Then the same where a word of
three syllables or more only occurs within longer ones. Then what is further away.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from store.search.index.documents import WORD_SIGN
from store.search.spelling import edits as spelling
from store.search.text import hangul, keyboard
from store.search.text.analyzer import Analyzer, pairs
from store.search.text.folding import fold

LOOSE = re.compile(r"\S*[ㄱ-ㅎㅏ-ㅣ]\S*")
"""A word with letters of Hangul that make no syllable."""

_OTHER_KEYBOARD = 6.0  # how much likelier it is, where every key fits, than a slip of one finger
_COMPOSED = 12.0  # the same, where letters of Hangul only have to be put together
_INITIALS = 6.0  # the same, of a word typed by the first letter of each syllable
_FIRST_INITIALS = 2.0  # the same, of some of its syllables
_EDITS = 2  # the most by which a long word is wrong
_MOST_PLACES = 2  # of a word at which every other syllable is tried
_PAIR = range(2, 3)  # syllables of a word that is one pair
_LONGER = range(3, spelling.LONGEST)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A word that no entry holds, and its place in the text as it was typed.

    `stem` is what is corrected of it, `tail` what stays after it (a particle).
    """

    typed: str
    start: int
    end: int
    stem: str
    tail: str = ""


Guess = tuple[str, float, tuple[str, ...]]
"""The words to write instead, how likely they are, and the terms that must all be in use.

It is one of hundreds: of most of them the terms are not.
"""


def spelt(doubt: Doubt) -> dict[str, float]:
    """Return every word at one edit, and how likely it is."""
    if not spelling.correctable(doubt.stem):
        return {}
    first = doubt.stem[0]
    return {
        word: likelihood * spelling.SAME_BEGINNING if word[0] == first else likelihood
        for word, likelihood in spelling.edits(doubt.stem).items()
    }


def near(analyzer: Analyzer, doubt: Doubt, edited: Mapping[str, float]) -> list[Guess]:
    """Return what is one edit away from a word, or the same keys of the other keyboard.

    A word of two syllables may also stand within longer ones: it is as quickly looked up there.
    """
    return [
        *_other_keyboard(analyzer, doubt),
        *(
            (word, likelihood, (WORD_SIGN + form,))
            for word, likelihood in _typed_in_korean(doubt)
            for form in _forms(analyzer, word)
        ),
        *(
            (word + doubt.tail, likelihood, (WORD_SIGN + word,))
            for word, likelihood in edited.items()
        ),
        *_within(analyzer, doubt, edited, _PAIR),
    ]


def by_initials(words: Iterable[str], size: int) -> Sequence[Guess]:
    """Return words that are typed by their initial consonants, of which there are so many."""
    return [
        (word, _INITIALS if len(word) == size else _FIRST_INITIALS, (WORD_SIGN + word,))
        for word in words
    ]


def within(analyzer: Analyzer, doubt: Doubt, edited: Mapping[str, float]) -> list[Guess]:
    """Return the same of longer words of Hangul that only have to stand within longer ones."""
    return list(_within(analyzer, doubt, edited, _LONGER))


def far(doubt: Doubt, wrong: Sequence[int], known: Collection[str]) -> list[Guess]:
    """Return what is further away: another syllable, two edits, two words written as one.

    `wrong` are the places of syllables that may be wrong, `known` words that are in use.
    """
    halves = spelling.halves(doubt.stem) if doubt.stem.isascii() else ()
    beginnings = spelling.other_beginnings(doubt.stem) if 0 in wrong else ()
    near = {
        *(word for word in known if spelling.one_syllable_apart(doubt.stem, word)),
        *spelling.alike(doubt.stem, known, _EDITS),
    }
    return [
        *((f"{one} {two}", 1.0, (WORD_SIGN + one, WORD_SIGN + two)) for one, two in halves),
        *((word + doubt.tail, 1.0, (WORD_SIGN + word,)) for word in (*beginnings, *near)),
    ]


def wrong_syllables(word: str, used: Mapping[str, int]) -> Sequence[int]:
    """Return the places of a syllable that alone may make the pairs wrong that are not in use."""
    if not spelling.correctable(word) or not hangul.is_syllable(word[0]):
        return ()
    wrong = [place for place, pair in enumerate(pairs(word)) if pair not in used]
    return [
        place for place in range(len(word)) if all(pair in (place - 1, place) for pair in wrong)
    ][:_MOST_PLACES]


def _within(
    analyzer: Analyzer, doubt: Doubt, edited: Mapping[str, float], sizes: range
) -> Iterator[Guess]:
    """Return guesses at words of Hangul of some sizes that may occur only within longer ones."""
    typed = (
        (word, form, likelihood)
        for word, likelihood in _typed_in_korean(doubt)
        for form in _forms(analyzer, word)[:1]
    )
    slips = (
        (word + doubt.tail, word, likelihood)
        for word, likelihood in (edited.items() if hangul.is_syllable(doubt.stem[0]) else ())
    )
    for words, form, likelihood in chain(typed, slips):
        if len(form) in sizes:
            yield words, likelihood * spelling.WITHIN, tuple(pairs(form))


def _other_keyboard(analyzer: Analyzer, doubt: Doubt) -> Iterator[Guess]:
    """Return what the same keys say in Latin letters."""
    latin = keyboard.as_latin(doubt.typed)
    if latin is not None and len(latin) >= spelling.SHORTEST_LATIN and latin.isalpha():
        folded = fold(latin)
        for term in (WORD_SIGN + folded, analyzer.english.stem(folded)):
            yield folded, _OTHER_KEYBOARD, (term,)


def _typed_in_korean(doubt: Doubt) -> Iterator[tuple[str, float]]:
    """Return the Korean words that the keys or the loose letters say, and how likely they are."""
    said = [(keyboard.as_korean(doubt.typed), _OTHER_KEYBOARD)]
    if doubt.stem != doubt.typed and LOOSE.match(doubt.typed):
        said.append((doubt.stem, _COMPOSED))
    for word, likelihood in said:
        if word is not None and len(word) > 1 and word.isalnum() and not LOOSE.match(word):
            yield word, likelihood


def _forms(analyzer: Analyzer, word: str) -> list[str]:
    """Return what a Korean word may be a form of, the likeliest first, but no single syllables."""
    reading = analyzer.grammar.read(word)
    return [form for form in (reading.stem, *reading.others) if len(form) > 1]
