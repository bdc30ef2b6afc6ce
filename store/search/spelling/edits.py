"""What may have been meant by a word that no entry holds.

All words at one edit from what was typed (a letter wrong, missing, too many, or two exchanged) are
made and looked up among the digest's own words, as Norvig does (How to Write a Spelling Corrector,
2007); at 26 letters this costs a few hundred look-ups in an index and no memory, where a table of
deletions (SymSpell) has to be kept for every word. Hangul is edited by its letters, so that 모댈
is one edit from 모델.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from math import log
from operator import ne

from store.search.text import hangul

SHORTEST_LATIN = 3
"""Letters. Shorter words have too many neighbours."""

SHORTEST_HANGUL = 2
"""Syllables. One alone has too many neighbours."""

LONGEST = 21
"""Letters, or three times as many as syllables. Longer words have too many edits to look up."""

WITHIN = 0.2
"""How likely a word is that only occurs within longer ones, against one that stands by itself."""

_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
SAME_BEGINNING = 1.5
"""How much likelier a word is that begins as the one that was typed: few slip at once."""

_CLOSE = 2.0
_FAR = 1.0
_ALIKE = (
    *("ㅐㅔ", "ㅒㅖ", "ㅙㅞ", "ㅚㅙ", "ㅚㅞ", "ㅓㅗ", "ㅡㅜ", "ㅏㅓ", "ㅣㅟ", "ㅢㅣ"),
    *("ㄱㅋ", "ㄱㄲ", "ㄷㅌ", "ㄷㄸ", "ㅂㅍ", "ㅂㅃ", "ㅈㅊ", "ㅈㅉ", "ㅅㅆ", "ㄴㅇ", "ㅁㅇ"),
)
"""Letters of Hangul that sound alike or that are mixed up in loan words."""
_ALIKE_PAIRS = frozenset(_ALIKE) | frozenset(pair[::-1] for pair in _ALIKE)
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS = frozenset(
    one + two
    for row, above in zip(_ROWS, ("", *_ROWS), strict=False)
    for place, one in enumerate(row)
    for two in row[max(0, place - 1) : place + 2] + above[place : place + 2]
)


def edits(word: str) -> dict[str, float]:
    """Return every word at one edit, and how likely that edit is, 1 or more."""
    if hangul.is_syllable(word[0]):
        found = _hangul_edits(word)
    else:
        found = dict(chain(_moves(word, lambda _: _ALPHABET), _latin_replacements(word)))
    found.pop(word, None)
    found.pop("", None)
    return found


def _hangul_edits(word: str) -> dict[str, float]:
    """Return words with a key more, less or exchanged, and with another letter.

    A letter of two keys (ㅘ, ㄳ) is one letter.
    """
    found = dict(_other_letters(word))
    letters = hangul.letters(word)

    def more(place: int) -> str:
        """Return the letters with which syllables can be made that `found` has not yet."""
        head, tail = letters[:place], letters[place:]
        vowels = hangul.VOWELS if hangul.composes(f"{head}ㅏ{tail}") else ""
        before_vowel = tail and tail[0] in hangul.VOWELS
        return vowels + (
            hangul.LEADS if before_vowel and hangul.composes(f"{head}ㄱ{tail}") else ""
        )

    for edited, likely in _moves(letters, more):
        found.setdefault(hangul.compose(edited), likely)
    return found


def _other_letters(word: str) -> Iterator[tuple[str, float]]:
    """Return words of Hangul that differ in one letter."""
    for place, syllable in enumerate(word):
        head, rest = word[:place], word[place + 1 :]
        lead, vowel, tail = hangul.split(syllable)
        for other in hangul.LEADS:
            yield head + hangul.join(other, vowel, tail) + rest, _alike(lead, other)
        for other in hangul.VOWELS:
            yield head + hangul.join(lead, other, tail) + rest, _alike(vowel, other)
        for other in hangul.TAILS:
            yield head + hangul.join(lead, vowel, other) + rest, _alike(tail, other)


def other_beginnings(word: str) -> Iterator[str]:
    """Return every word of Hangul that begins with another syllable.

    Of the syllables that are in use: the 2,350 of KS X 1001.
    """
    rest = word[1:]
    return (syllable + rest for syllable in _common_syllables())


def one_syllable_apart(one: str, two: str) -> bool:
    """Whether two words differ in one character."""
    return len(one) == len(two) and sum(map(ne, one, two)) == 1


def halves(word: str) -> Iterator[tuple[str, str]]:
    """Return each way to cut a Latin word into two of three letters or more."""
    for cut in range(SHORTEST_LATIN, len(word) - SHORTEST_LATIN + 1):
        yield word[:cut], word[cut:]


def correctable(word: str) -> bool:
    """Whether a word is of one script, and neither too short nor too long to be corrected."""
    if all(map(hangul.is_syllable, word)):
        return SHORTEST_HANGUL <= len(word) <= LONGEST // 3
    return word.isascii() and word.isalpha() and SHORTEST_LATIN <= len(word) <= LONGEST


def worth(likelihood: float, count: int) -> float:
    """Return how much speaks for a guess: how near it is, and how many entries hold it."""
    return likelihood * log(1 + count)


def alike(word: str, others: Iterable[str], most: int) -> Iterator[str]:
    """Return the others that are at most so many edits from a word, by their letters.

    Edits are as in `edits` (optimal string alignment). A column of the table is one number, of
    which each bit says whether the next cell is one more: Hyyrö, A Bit-Vector Algorithm for
    Computing Levenshtein and Damerau Edit Distances, 2003.
    """
    letters = hangul.letters(word)
    places: dict[str, int] = {}
    for place, letter in enumerate(letters):
        places[letter] = places.get(letter, 0) | 1 << place
    every = (1 << len(letters)) - 1
    last = 1 << len(letters) - 1
    for other in others:
        spelt = hangul.letters(other)
        if abs(len(spelt) - len(letters)) > most or len(places.keys() - set(spelt)) > most:
            continue
        found = len(letters)
        more, less, equal, before = every, 0, 0, 0
        for letter in spelt:
            same = places.get(letter, 0)
            exchanged = ((~equal & same) << 1) & before
            equal = (((same & more) + more) ^ more) | same | less | exchanged
            higher, lower = less | ~(equal | more), more & equal
            found += bool(higher & last) - bool(lower & last)
            higher, lower = higher << 1 | 1, lower << 1
            more, less = (lower | ~(equal | higher)) & every, higher & equal & every
            before = same
        if found <= most:
            yield other


def _moves(word: str, letters: Callable[[int], str]) -> Iterator[tuple[str, float]]:
    """Return words with a letter more or less, or with two neighbours exchanged.

    `letters` says which ones may be put in at a place.
    """
    for place in range(len(word) + 1):
        head, tail = word[:place], word[place:]
        for letter in letters(place):
            twice = letter == head[-1:] or letter == tail[:1]
            yield head + letter + tail, _CLOSE if twice else _FAR
        if tail:
            yield head + tail[1:], _CLOSE if tail[0] in (head[-1:], tail[1:2]) else _FAR
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:], _CLOSE


def _latin_replacements(word: str) -> Iterator[tuple[str, float]]:
    for place, typed in enumerate(word):
        for letter in _ALPHABET:
            near = typed + letter in _NEIGHBOURS or letter + typed in _NEIGHBOURS
            yield word[:place] + letter + word[place + 1 :], _CLOSE if near else _FAR


def _alike(typed: str, meant: str) -> float:
    return _CLOSE if typed + meant in _ALIKE_PAIRS else _FAR


def _common_syllables() -> Iterable[str]:
    rows, cells = range(0xB0, 0xC9), range(0xA1, 0xFF)
    return bytes(byte for row in rows for cell in cells for byte in (row, cell)).decode("euc-kr")
