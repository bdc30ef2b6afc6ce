"""Exact phrases: words that must stand together as they were typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from store.search.query.expressions import Expression, all_of
from store.search.text.analyzer import pairs
from store.search.text.english import English
from store.search.text.tokens import HAN, WORDS

_SYLLABLE_RUN = re.compile(rf"[가-힣{HAN}]+(?: [가-힣{HAN}]+)*")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase: its folded text, and the terms that every entry with it has (there may be none)."""

    text: str
    terms: tuple[str, ...]

    @property
    def expression(self) -> Expression | None:
        """What the index is asked; None where it cannot say anything of the phrase."""
        return all_of(*self.terms) if self.terms else None

    def stands_in(self, folded: str) -> bool:
        """Whether the phrase is in a folded text.

        It does not begin or end there within a word of Latin letters or a number.
        """
        start = folded.find(self.text)
        while start >= 0:
            end = start + len(self.text)
            if not (_within(folded, start) or _within(folded, end)):
                return True
            start = folded.find(self.text, start + 1)
        return False


def phrase_of(folded: str, english: English) -> Phrase | None:
    """Return the phrase of a folded text; None where there is nothing in it to find."""
    text = folded.strip()
    if not text:
        return None
    return Phrase(text, tuple(dict.fromkeys(_terms(text, english))))


def _terms(text: str, english: English) -> Iterator[str]:
    for run in _SYLLABLE_RUN.findall(text):
        yield from pairs(run.replace(" ", ""))
    yield from english.stems(filter(None, WORDS.findall(text)))


def _within(text: str, place: int) -> bool:
    """Whether a place is between two letters or digits of one Latin word or number."""
    return 0 < place < len(text) and _spaced(text[place - 1]) and _spaced(text[place])


def _spaced(char: str) -> bool:
    return char.isascii() and char.isalnum()
