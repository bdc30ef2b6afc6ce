"""Text made fit to be kept, and the forms in which texts are compared."""

from __future__ import annotations

import re
import unicodedata

# Control characters but the line feed, halves of surrogate pairs, what XML 1.0 (section 2.2) has no
# place for, and the characters that turn the direction of what follows them (Unicode Standard Annex
# 9, sections 2.1 to 2.5).
_UNFIT = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)
_LINE_END = re.compile(r"\r\n?|\x85|\u2028|\u2029")
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
_TAB = "    "


def clean_text(text: str) -> str:
    r"""Return text of many lines in NFC, each ended by `\n`, without unfit characters.

    Tabs become four spaces; white space at the end of a line and blank lines around go.
    """
    if not text.isascii() or "\r" in text or "\t" in text:
        text = _LINE_END.sub("\n", text).replace("\t", _TAB)
        text = unicodedata.normalize("NFC", _UNFIT.sub("", text))
    elif _UNFIT.search(text):
        text = _UNFIT.sub("", text)
    return "\n".join([line.rstrip() for line in text.split("\n")]).strip("\n")


def clean_line(text: str) -> str:
    """Return text on one line in NFC, each run of white space as one space, without unfit ones."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    spaced = " ".join(text.split())
    return unicodedata.normalize("NFC", " ".join(_UNFIT.sub("", spaced).split()))


def storable(text: str) -> str:
    """Return the text without what no database keeps: NUL and halves of surrogate pairs."""
    return _UNSTORABLE.sub("", text)


def folded(text: str) -> str:
    """Return the form in which texts are compared: NFKC, case folded, unfit characters blank."""
    plain = _UNFIT.sub(" ", text)
    if plain.isascii():
        return plain.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", plain).casefold())


def clean_tag(tag: str) -> str:
    """Return a tag as it is kept: one line in NFC, without the number sign before it."""
    return clean_line(tag).lstrip("# ")


def tag_key(tag: str) -> str:
    """Return the form in which two tags are the same: cleaned and case folded."""
    return unicodedata.normalize("NFC", clean_tag(tag).casefold())
