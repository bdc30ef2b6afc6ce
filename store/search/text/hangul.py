"""Hangul syllables and the letters (jamo) that they are made of.

A syllable of the Unicode block "Hangul Syllables" is lead * 588 + vowel * 28 + tail
(The Unicode Standard, section 3.12).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
TAILS: tuple[str, ...] = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")

FIRST = 0xAC00
_PER_VOWEL = len(TAILS)
_PER_LEAD = len(VOWELS) * _PER_VOWEL
_PLACE_OF_LEAD = {letter: index * _PER_LEAD for index, letter in enumerate(LEADS)}
_PLACE_OF_VOWEL = {letter: index * _PER_VOWEL for index, letter in enumerate(VOWELS)}
_PLACE_OF_TAIL = {letter: index for index, letter in enumerate(TAILS)}

_CLUSTERS = {
    "ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ",
    "ㄽ": "ㄹㅅ", "ㄾ": "ㄹㅌ", "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ",
}  # fmt: skip
"""Tails of two letters, and the letters."""


_ONE_TYPED = (
    f"([{LEADS}])([{VOWELS}])((?:{'|'.join(_CLUSTERS.values())}|[{''.join(TAILS)}])(?![{VOWELS}]))?"
)
_TYPED = re.compile(_ONE_TYPED)
_ALL_TYPED = re.compile(f"(?:{_ONE_TYPED})+")
_INITIALS = re.compile(f"(?=.*[{LEADS}])[가-힣{LEADS}]{{2,}}")
_FEW = 2  # initial consonants in a row that stand in many places
_TAIL_OF: dict[str, str] = {letter: letter for letter in TAILS} | {
    two: one for one, two in _CLUSTERS.items()
}


def is_syllable(char: str) -> bool:
    """Whether a character is a whole Hangul syllable."""
    return "가" <= char <= "힣"


def split(syllable: str) -> tuple[str, str, str]:
    """Return lead, vowel and tail of a syllable; the tail is empty where there is none."""
    index = ord(syllable) - FIRST
    return (
        LEADS[index // _PER_LEAD],
        VOWELS[index % _PER_LEAD // _PER_VOWEL],
        TAILS[index % _PER_VOWEL],
    )


def join(lead: str, vowel: str, tail: str = "") -> str:
    """Return the syllable of these letters. Raises KeyError for letters that make none."""
    place = _PLACE_OF_LEAD[lead] + _PLACE_OF_VOWEL[vowel] + _PLACE_OF_TAIL[tail]
    return chr(FIRST + place)


def letters(text: str) -> str:
    """Return a text with each syllable written as its letters; tails of two letters count two."""
    if text.isascii():
        return text
    out: list[str] = []
    for char in text:
        if not is_syllable(char):
            out.append(char)
            continue
        lead, vowel, last = split(char)
        out.append(lead + vowel + _CLUSTERS.get(last, last))
    return "".join(out)


def compose(text: str) -> str:
    """Return a text whose loose letters are put together into syllables, as typing does.

    A consonant between two vowels begins the second syllable; letters that fit nowhere stay as
    they are. `compose(letters(x))` is x for whole syllables.
    """
    return _TYPED.sub(_syllable, text)


def composes(text: str) -> bool:
    """Whether loose letters of Hangul make whole syllables, with none left over."""
    return _ALL_TYPED.fullmatch(text) is not None


def initials(text: str) -> tuple[str, ...] | None:
    """Return what stands for each letter of a word typed by its initial consonants (ㅌㄹㅅㅍㅁ).

    A consonant stands for every syllable that it begins: a class of characters, as GLOB and regular
    expressions write them. Two that the keyboard put together (ㄳ) are two; whole syllables
    between them (트ㄹㅅ) are themselves. None unless all of a text is that, of two letters or more.
    """
    typed = "".join(_CLUSTERS.get(char, char) for char in text)
    if not _INITIALS.fullmatch(typed):
        return None
    return tuple(char if is_syllable(char) else _begun_by(char) for char in typed)


def within(syllables: Sequence[str]) -> str:
    """Return the regular expression that finds what `initials` returned, blanks between or not.

    Few letters are found in too many places: they must begin a word.
    """
    pattern = " ?".join(syllables)
    return f"(?:^|[^가-힣]){pattern}" if len(syllables) <= _FEW else pattern


def _begun_by(lead: str) -> str:
    first = FIRST + _PLACE_OF_LEAD[lead]
    return f"[{chr(first)}-{chr(first + _PER_LEAD - 1)}]"


def _syllable(typed: re.Match[str]) -> str:
    return join(typed[1], typed[2], _TAIL_OF[typed[3] or ""])
