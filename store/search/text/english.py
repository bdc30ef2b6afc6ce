"""English words: their stems, and the words that only hold a sentence together."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

from Stemmer import Stemmer, version

STEMMER: str = version()
"""The version of the stemmer, which decides about stems."""

_FUNCTION_WORDS = (
    "a about all also am an and any are as at be because been being but by can could did do does "
    "doing for from get had has have he her him his how i if in into is it its just me my no not "
    "of on or our s she should so some t than that the their them then there these they this those "
    "to too us was we were what when where which who whom whose why will with would you your"
)
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Articles, pronouns, prepositions, conjunctions, auxiliaries and question words (Quirk and
others, A Comprehensive Grammar of the English Language, 1985, section 2.39)."""

_KEPT = 8_000  # words whose stems are remembered: at most 1.5 megabytes


class English(dict[str, str]):
    """Brings the forms of an English word together: models, modelling, modelled -> model.

    The algorithm is Porter's second (Snowball "english"). It is a dict of stems by word, which
    finds what it has faster than the stemmer's own memory does.
    """

    def __init__(self) -> None:
        super().__init__()
        self._stemmer = Stemmer("english", 0)
        self._turn = Lock()  # the stemmer is not made for several threads

    def __missing__(self, word: str) -> str:
        with self._turn:
            stem: str = self._stemmer.stemWord(word)
        if len(self) >= _KEPT:
            self.clear()
        self[word] = stem
        return stem

    def stem(self, word: str) -> str:
        """Return the stem of a folded word."""
        return self[word]

    def stems(self, words: Iterable[str]) -> list[str]:
        """Return the stems of folded words. What is not Latin stays as it is."""
        return list(map(self.__getitem__, words))
