"""Text typed while the keyboard was set to the other language.

The layout is the two-set one (두벌식, KS X 5002), the standard Korean keyboard: consonants under
the left hand, vowels under the right.
"""

from __future__ import annotations

import re

from store.search.text import hangul

_KEYS = {
    "r": "ㄱ", "R": "ㄲ", "s": "ㄴ", "e": "ㄷ", "E": "ㄸ", "f": "ㄹ", "a": "ㅁ", "q": "ㅂ",
    "Q": "ㅃ", "t": "ㅅ", "T": "ㅆ", "d": "ㅇ", "w": "ㅈ", "W": "ㅉ", "c": "ㅊ", "z": "ㅋ",
    "x": "ㅌ", "v": "ㅍ", "g": "ㅎ", "k": "ㅏ", "o": "ㅐ", "i": "ㅑ", "O": "ㅒ", "j": "ㅓ",
    "p": "ㅔ", "u": "ㅕ", "P": "ㅖ", "h": "ㅗ", "y": "ㅛ", "n": "ㅜ", "b": "ㅠ", "m": "ㅡ",
    "l": "ㅣ",
}  # fmt: skip
_DIPHTHONGS = {
    "ㅗㅏ": "ㅘ", "ㅗㅐ": "ㅙ", "ㅗㅣ": "ㅚ", "ㅜㅓ": "ㅝ", "ㅜㅔ": "ㅞ", "ㅜㅣ": "ㅟ",
    "ㅡㅣ": "ㅢ",
}  # fmt: skip
_STROKES = {letter: key for key, letter in _KEYS.items()} | {
    one: two for two, one in _DIPHTHONGS.items()
}
_PAIR = re.compile("|".join(_DIPHTHONGS))
_LATIN = re.compile(r"[A-Za-z]+")


def as_korean(text: str) -> str | None:
    """Return what Latin letters say on the Korean keyboard (`ahepf` is 모델).

    None unless every letter becomes part of a whole syllable: then it was not Korean. Capitals
    count as small ones where they have no Korean letter of their own, and where all are capitals.
    """
    if not _LATIN.search(text):
        return None
    if len(text) > 1 and text.isupper():
        text = text.lower()
    strokes = "".join(_KEYS.get(char) or _KEYS.get(char.lower()) or char for char in text)
    composed = hangul.compose(_PAIR.sub(lambda pair: _DIPHTHONGS[pair[0]], strokes))
    if any("ㄱ" <= char <= "ㅣ" for char in composed):
        return None
    return composed


def as_latin(text: str) -> str | None:
    """Return what Korean letters say on the Latin keyboard (`ㅡㅐㅇ디` is model).

    None where there is no Korean letter in the text.
    """
    loose = hangul.letters(text)
    if loose == text and not any(char in _STROKES for char in text):
        return None
    single = "".join(_STROKES.get(char, char) for char in loose)
    return "".join(_STROKES.get(char, char) for char in single).lower()
