"""One form for texts that mean the same: width, case, accents, dashes, dots and spaces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_APOSTROPHES = "\u2018\u2019\u02bc\u2032\u00b4`"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63"
_DOTS = "\u30fb\u318d\u2022\u2219\u22c5\u119e\u2027"  # dots that people type within DALL·E, 한·미
# Format characters: direction marks, zero-width joiners, soft hyphens, variation selectors.
_UNSEEN = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"
_ACCENTED = "\u00c0-\u024f\u1e00-\u1eff"

_SPECIAL = re.compile(f"[{_APOSTROPHES}{_DASHES}{_DOTS}{_UNSEEN}{_ACCENTED}]")
_UNSEEN_SIGN = re.compile(f"[{_UNSEEN}]")
_ACCENTED_LETTER = re.compile(f"[{_ACCENTED}]")
_ODD_SIGN = re.compile(f"[{_APOSTROPHES}{_DASHES}{_DOTS}]")
_ALIKE = {
    **dict.fromkeys(_APOSTROPHES, "'"),
    **dict.fromkeys(_DASHES, "-"),
    **dict.fromkeys(_DOTS, "·"),
}
_LOOSE = re.compile("([\u3131-\u318e]+)")
_WORD = re.compile(r"\S+")
_THOUSANDS = re.compile(r",(?<=\d,)(?=\d{3}(?!\d))")
_ARXIV_VERSION = re.compile(r"v(?:(?<=\d{4}\.\d{5}v)|(?<=(?<!\d)\d{4}\.\d{4}v))\d+")


def fold(text: str) -> str:
    """Return the form in which texts are compared, on one line.

    NFKC and case folding (Unicode Standard Annex 15; The Unicode Standard, section 3.13), Latin
    letters without their accents, one sign for each kind of dash, dot and apostrophe, numbers
    without the commas between thousands, arXiv's numbers without their version.
    """
    plain = " ".join(_alike(text).split())
    if "," in plain:
        plain = _THOUSANDS.sub("", plain)
    return _ARXIV_VERSION.sub("", plain)


def fold_with_places(text: str) -> tuple[str, Sequence[int]]:
    """Return the folded text and, for each of its characters, the place where it stands in `text`.

    The places have one more element, the length of the text.
    """
    plain, places = _one_by_one(text) if _simple(text) else _piece_by_piece(text)
    for pattern in (_THOUSANDS, _ARXIV_VERSION):
        for gone in reversed(list(pattern.finditer(plain))):
            del places[gone.start() : gone.end()]
        plain = pattern.sub("", plain)
    return plain, places


def _simple(text: str) -> bool:
    """Whether folding puts one character in the place of each, but for blanks."""
    if text.isascii():
        return True
    return (
        unicodedata.is_normalized("NFKC", text)
        and not _UNSEEN_SIGN.search(text)
        and len(text.casefold()) == len(text)
    )


def _one_by_one(text: str) -> tuple[str, list[int]]:
    alike = _alike(text)
    spaced = " ".join(alike.split())
    if len(spaced) == len(text):
        return spaced, list(range(len(text) + 1))
    words: list[str] = []
    places: list[int] = []
    for word in _WORD.finditer(alike):
        if words:
            places.append(word.start() - 1)
        words.append(word[0])
        places.extend(range(word.start(), word.end()))
    places.append(len(text))
    return " ".join(words), places


def _piece_by_piece(text: str) -> tuple[str, list[int]]:
    folded: list[str] = []
    places: list[int] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and _joins(text[end]):
            end += 1
        for char in _alike(text[start:end]):
            blank = char.isspace()
            if not blank or (folded and folded[-1] != " "):
                folded.append(" " if blank else char)
                places.append(start)
        start = end
    if folded and folded[-1] == " ":
        del folded[-1], places[-1]
    places.append(len(text))
    return "".join(folded), places


def _alike(text: str) -> str:
    if text.isascii():
        return text.lower()
    if unicodedata.is_normalized("NFKC", text):
        plain = text.casefold()
    else:
        # Loose letters of Hangul stay as they were typed: NFKC would begin syllables with them.
        plain = "".join(
            piece if _LOOSE.match(piece) else unicodedata.normalize("NFKC", piece).casefold()
            for piece in _LOOSE.split(text)
        )
    if _SPECIAL.search(plain):
        plain = unicodedata.normalize("NFC", _UNSEEN_SIGN.sub("", plain))
        plain = _ACCENTED_LETTER.sub(_without_accent, plain)
        plain = _ODD_SIGN.sub(lambda sign: _ALIKE[sign[0]], plain)
    return plain


def _without_accent(letter: re.Match[str]) -> str:
    return unicodedata.normalize("NFKD", letter[0])[0]


def _joins(char: str) -> bool:
    """Whether a character belongs to the one before it: a mark, or a vowel or tail of Hangul."""
    return char >= "\u0300" and (unicodedata.combining(char) != 0 or "\u1160" <= char <= "\u11ff")
