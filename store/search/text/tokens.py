"""Cuts folded text into atoms: the smallest pieces that are looked up.

A word in Latin letters, a number with what is written to it (`4o`, `72b`, `3.1`), a run of Hangul,
a run of Chinese or Japanese, a word in another script, or a name with a sign (`c++`, `c#`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from store.patterns import compiled_later

HAN = "\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Chinese characters and kana, as the inside of a character class."""

_SPACED = (
    r"(?<![a-z0-9])[a-z](?:\+\+|\#)(?![a-z0-9_+\#])|[a-z]+|[0-9]+(?:\.[0-9]+)*(?:(?!v[0-9])[a-z]+)?"
)
_OTHER = rf"[^\W_a-z0-9가-힣{HAN}]+"

PATTERN = compiled_later(rf"{_SPACED}|[가-힣]+|[{HAN}]+|{_OTHER}")
"""Finds every atom of a folded text."""

WORDS = compiled_later(rf"({_SPACED}|{_OTHER})|[가-힣]+|[{HAN}]+")
"""Finds the same, and tells only those that are not Hangul, Chinese or Japanese."""

LONGEST = 64
"""Characters of an atom. What is longer is no word, and is cut: PostgreSQL takes 2,046 bytes."""


class Script(Enum):
    """What an atom is written in."""

    LATIN = auto()
    NUMBER = auto()
    HANGUL = auto()
    HAN = auto()
    OTHER = auto()
    MIXED = auto()
    """Hangul and Latin letters: no atom, but a name of several (오픈AI)."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of folded text, and where it stands. `gap` is what stands between it and the last."""

    text: str
    script: Script
    start: int
    end: int
    gap: str


def script_of(text: str) -> Script:
    """Return what an atom is written in, by its first character."""
    first = text[0]
    if "a" <= first <= "z":
        return Script.LATIN
    if "0" <= first <= "9":
        return Script.NUMBER
    if "가" <= first <= "힣":
        return Script.HANGUL
    return Script.HAN if _HAN.match(first) else Script.OTHER


def tokens(folded: str) -> Iterator[Token]:
    """Cut a folded text into its atoms."""
    last = 0
    for match in PATTERN.finditer(folded):
        text = match[0][:LONGEST]
        script = script_of(text)
        yield Token(text, script, match.start(), match.end(), folded[last : match.start()])
        last = match.end()


_HAN = compiled_later(f"[{HAN}]")
