"""Text from outside, made safe to write to a terminal: no character in it is obeyed."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, unquote

MARKS = 8
"""Combining marks that stay on one letter. No writing system stacks as many; more of them are
drawn over the lines above and below."""

_REPLACED = {
    **{code: chr(0x2400 + code) for code in range(0x20)},
    0x7F: "\u2421",
    **dict.fromkeys(range(0x80, 0xA0), "\ufffd"),
    0x09: "    ",
    0x0A: "\n",
    0x0D: "\n",
    0x2028: "\n",
    0x2029: "\n",
    # An em space takes one cell or two, as the font has it.
    0x2003: "  ",
}
_JOINERS = "\u200c\u200d"
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
_ENCODED = re.compile(r"(?:%[89A-F][0-9A-F])+", re.IGNORECASE)


def visible(text: str) -> str:
    """Return the text as it may be written: control characters as their pictures (`␛`).

    Characters that are not seen are left out: those that change direction (Unicode Standard Annex
    9), invisible tags and other format characters, but not the joiners that emoji and scripts are
    made with. Line ends of every kind become a line feed, tabs and em spaces become spaces.
    """
    shown = text.replace("\r\n", "\n").translate(_REPLACED)
    if shown.isascii():
        return shown
    kept: list[str] = []
    marks = 0
    for character in shown:
        category = unicodedata.category(character)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks > MARKS or (category == "Cf" and character not in _JOINERS):
            continue
        kept.append("\ufffd" if category == "Cs" else character)
    return "".join(kept)


def visible_line(text: str) -> str:
    """Return the text as `visible` does, on one line, each run of white space as one space."""
    return " ".join(visible(text).split())


def safe_address(url: str) -> str | None:
    """Return a web address that may stand in an escape sequence, or None where there is none.

    What is no printable ASCII is percent-encoded, as RFC 3986 has it. Only http and https lead
    anywhere: a terminal may open `file:` and the schemes of other programs without a question.
    """
    if re.match(r"https?://[^\s/]", url, re.IGNORECASE) is None:
        return None
    return quote(url, safe=_PRINTABLE, errors="replace")


def readable_address(address: str) -> str:
    """Return a safe address with its words as they were typed: `/%ED%95%9C` as `/한`.

    Only letters and digits beyond ASCII are decoded, so that it leads to the same place.
    """
    return _ENCODED.sub(_letters, address)


def _letters(encoded: re.Match[str]) -> str:
    letters = unquote(encoded[0], errors="replace")
    return letters if letters.isalnum() else encoded[0]
