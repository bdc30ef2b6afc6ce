"""Latin letters by their Korean names: 지피티 is GPT, 오픈에이아이 is 오픈AI."""

from __future__ import annotations

import re
from collections.abc import Iterable

from store.patterns import compiled_later

_NAMES = {
    "a": "에이", "b": "비", "c": "씨", "d": "디", "e": "이", "f": "에프", "g": "지",
    "h": "에이치", "i": "아이", "j": "제이", "k": "케이", "l": "엘", "m": "엠", "n": "엔",
    "o": "오", "p": "피", "q": "큐", "r": "알", "s": "에스", "t": "티", "u": "유",
    "v": "브이", "w": "더블유", "x": "엑스", "y": "와이", "z": "제트",
}  # fmt: skip
_LETTERS = {name: letter for letter, name in _NAMES.items()} | {"시": "c", "에치": "h", "아르": "r"}
_LETTER = "|".join(sorted(_LETTERS, key=len, reverse=True))
_ONE = compiled_later(_LETTER)
_SHORTEST = 3  # syllables of a name: 이유 is a reason, and no E.U.
_SPELT = compiled_later(rf"(?<![가-힣])(?:{_LETTER}){{2,}}|(?:{_LETTER}){{2,}}(?![가-힣])")
_SHORT = compiled_later(r"(?<![a-z0-9])[a-z]{2,5}(?![a-z0-9])")  # no longer word is said by letters
_BORDER = compiled_later(r"(?<=[가-힣])(?=[a-z])|(?<=[a-z])(?=[가-힣])")


def in_letters(text: str) -> str:
    """Return a folded text with letters for their names, at the beginning or the end of a word."""
    return _SPELT.sub(_as_letters, text)


def in_names(text: str) -> str:
    """Return a folded text with their names for the letters of short words."""
    return _SHORT.sub(_as_names, text)


def spellings(name: str) -> Iterable[str]:
    """Return a folded name in each way that it may be written, beginning with its own."""
    return dict.fromkeys((name, in_letters(name), in_names(name)))


def apart(text: str) -> str:
    """Return a text with a space between Hangul and Latin letters."""
    return _BORDER.sub(" ", text)


def _as_names(word: re.Match[str]) -> str:
    names = "".join(map(_NAMES.__getitem__, word[0]))
    return word[0] if len(names) < _SHORTEST else names


def _as_letters(spelt: re.Match[str]) -> str:
    if len(spelt[0]) < _SHORTEST:
        return spelt[0]
    return _ONE.sub(lambda name: _LETTERS[name[0]], spelt[0])
