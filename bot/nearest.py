"""Which known name was meant by one that nobody knows."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import takewhile
from operator import eq

from store.search.spelling.edits import alike
from store.search.text.hangul import letters
from store.search.text.keyboard import as_korean, as_latin

_LETTERS_AN_EDIT = 4
_MOST_EDITS = 3
_SHORTEST_MISSPELT = 3
_SHORTEST_BEGUN = 2
_LONGEST = 60
"""Letters of a word that is looked for. No name is that long."""


def nearest(word: str, names: Iterable[str]) -> str | None:
    """Return the name that is really near to a word, None where none is.

    Near is a name that was misspelt (`검섹`), that only one has begun (`sched`), that goes on
    (`검색해줘`), or that was typed with the keyboard set to the other language (`ㄴㄷㅁㄱ초`).
    """
    known = {plain_name(name): name for name in names}
    plain = plain_name(word)
    if not plain or len(plain) > _LONGEST:
        return None
    for other in (as_latin(plain), as_korean(plain)):
        if other in known:
            return known[other]
    begun = [name for name in known if name.startswith(plain)]
    if len(begun) == 1 and len(plain) >= _SHORTEST_BEGUN:
        return known[begun[0]]
    near = misspelt(plain, known)
    if near is None:
        near = max(
            (
                name
                for name in known
                if plain.startswith(name) and len(name) >= max(_SHORTEST_BEGUN, len(plain) / 2)
            ),
            key=len,
            default=None,
        )
    return None if near is None else known[near]


def misspelt(word: str, names: Iterable[str]) -> str | None:
    """Return the name that a word is with one edit in four letters, three at most.

    An edit is a letter wrong, missing, too many, or two exchanged; Hangul counts by its letters.
    Where several names are as near, the one that begins most like the word.
    """
    known = {plain_name(name): name for name in names}
    plain = plain_name(word)
    if plain in known:
        return known[plain]
    length = len(letters(plain))
    if not _SHORTEST_MISSPELT <= length <= _LONGEST:
        return None
    for edits in range(1, min(max(length // _LETTERS_AN_EDIT, 1), _MOST_EDITS) + 1):
        if found := list(alike(plain, known, edits)):
            return known[max(found, key=lambda name: sum(takewhile(bool, map(eq, name, plain))))]
    return None


def exchanged(word: str, name: str) -> bool:
    """Whether a name has the same letters as a word, in another order."""
    return sorted(letters(plain_name(word))) == sorted(letters(plain_name(name)))


def plain_name(name: str) -> str:
    """Return a name as names are compared: full-width forms plain, letters small.

    Loose letters of Hangul stay what they are on the keyboard, where NFKC makes others of them.
    """
    if name.isascii():  # as are most names of time zones, of which there are 1,500
        return name.casefold()
    kept = (
        char if "ㄱ" <= char <= "ㅣ" else unicodedata.normalize("NFKC", char)
        for char in unicodedata.normalize("NFC", name)
    )
    return unicodedata.normalize("NFC", "".join(kept).casefold())
