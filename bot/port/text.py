"""Text from outside, made fit to show: cleaned, cut where a person sees a letter end, linked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

import regex

from bot.port.card import LinkText, Span, Spans, Text
from store.entries.links import canonical
from store.search.text.korean import Grammar

ELLIPSIS = "…"
_WORD = 16
"""Graphemes that a cut goes back at most to end with a whole word."""


_GRAPHEME = regex.compile(r"\X")
_HANGUL = re.compile(r"[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]")
# Explicit directional formatting (Unicode Standard Annex 9, section 2) can reorder what stands
# around it; plain right-to-left letters do without.
# Of controls and halves of surrogate pairs (categories Cc and Cs), only the line feed shows.
_UNFIT = re.compile(
    r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    r"\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]"
)
_LINK = re.compile(
    r"\[(?P<words>[^\[\]\n]{1,500})\]\(<?(?P<target>https?://[^\s()<>]{1,2000}"
    r"(?:\([^\s()<>]{0,500}\)[^\s()<>]{0,500})?)>?\)"
    r"|(?P<bare>https?://)",
    re.IGNORECASE,
)
_ADDRESS = regex.compile(
    r"(?V1)https?://[^[\s<>\"“”’`|\\（）「」『』《》〈〉【】，。、\p{So}\p{Cf}]||[\p{Sm}--[\x00-\x7f]]]"
    r"{1,2000}",
    re.IGNORECASE,
)
_NEXT = re.compile(r",(?=https?://|[가-힣])|(?<=[A-Za-z0-9])\((?=[가-힣]+\))")
"""Where the sentence goes on behind an address, although no blank says so."""
_AROUND = re.compile(r"\*+$|_+$|~~$|'$")
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_TRAILING = ".,;:!?»…．'*~"
_STUCK = re.compile(
    r"(?:\Ahttps?://[^/]+/|(?<=[A-Za-z0-9)=_-])|(?<=/)(?=..))([가-힣]{1,8})\Z", re.IGNORECASE
)
"""Hangul that may be grammar. Behind a slash one syllable is a path: /wiki/가."""
_LIST_MARK = re.compile(r"(?P<indent>[ \t]*)[-*+•][ \t]+(?P<words>.*)")
_BULLETS = ("•", "◦", "▪")


def clean(text: str) -> str:
    """Return the text in NFC without control and direction-changing characters.

    Line ends become line feeds; tabs become spaces.
    """
    if text.isprintable() and (text.isascii() or unicodedata.is_normalized("NFC", text)):
        # What cannot be printed is all that would be changed. Most texts are fit as they are.
        return text
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return _UNFIT.sub("", lines.replace("\t", "    "))


def one_line(text: str) -> str:
    """Return the cleaned text on one line, each run of white space as one space."""
    return " ".join(clean(text).split())


def graphemes(text: str) -> list[str]:
    """Return the characters as a person sees them (extended grapheme clusters)."""
    return _GRAPHEME.findall(text)


def shorten(text: str, limit: int) -> str:
    """Return at most `limit` graphemes, the last an ellipsis where something was cut off.

    The cut is between words where one ends near enough.
    """
    if len(text) <= limit:
        return text
    seen = graphemes(text)
    if len(seen) <= limit:
        return text
    kept = seen[: max(limit - 1, 0)]
    if not seen[len(kept)].isspace():
        near = kept[-_WORD:]
        spaces = [place for place, letter in enumerate(near) if letter.isspace()]
        if spaces and len(kept) > _WORD:
            kept = kept[: len(kept) - len(near) + spaces[-1]]
    return "".join(kept).rstrip() + ELLIPSIS


def shorten_spans(spans: Spans, limit: int) -> tuple[Spans, bool]:
    """Cut spans to `limit` graphemes, and say whether anything was cut.

    A link is kept whole or left out.
    """
    kept: list[Span] = []
    room = limit
    for span in spans:
        length = len(graphemes(span.text))
        if length <= room:
            kept.append(span)
            room -= length
            continue
        if isinstance(span, Text) and room > 1:
            kept.append(Text(shorten(span.text, room), span.style))
        else:
            kept.append(Text(ELLIPSIS))
        return tuple(kept), True
    return tuple(kept), False


def link_places(text: str) -> Iterator[tuple[int, int, LinkText | None]]:
    """Yield where each Markdown link and each bare address of a text begins and ends, and the link.

    So it does with what stands between them, with None. A bare address ends before what the
    sentence around it adds.
    """
    position = done = 0
    while (match := _LINK.search(text, position)) is not None:
        url = match["target"] or address_at(text, match.start())
        position = match.end()
        if is_link(url):
            if match.start() > done:
                yield done, match.start(), None
            done = position = position if match["target"] else match.start() + len(url)
            yield match.start(), position, LinkText(one_line(match["words"] or url), url)
    if done < len(text):
        yield done, len(text), None


def address_at(text: str, start: int) -> str:
    """Return the bare address that begins at a place of running text, empty where none does.

    It ends before the punctuation, the brackets and the marks that stand around it, and before
    the Korean grammar that sticks to it: `(https://a.example/22)입니다`, `https://a.example/22를`.
    """
    match = _ADDRESS.match(text, start)
    url = _NEXT.split(match[0], maxsplit=1)[0] if match else ""
    if around := _AROUND.search(text[max(0, start - 3) : start]):
        url = re.split(re.escape(around[0]) + r"(?![A-Za-z0-9/])", url, maxsplit=1)[0]
    url = _without_open_brackets(url).rstrip(_TRAILING)
    stuck = _STUCK.search(url)
    if stuck and _grammar().is_particle_after_foreign(stuck[1]):
        url = url[: stuck.start(1)]
    return url


def linked(text: str) -> Spans:
    """Return cleaned text as spans, with its Markdown links and bare addresses as links."""
    plain = clean(text)
    return tuple(link or Text(plain[start:end]) for start, end, link in link_places(plain))


def paragraphs(note: str) -> tuple[Spans, ...]:
    """Return a note's lines as paragraphs of spans, list items with bullets by their depth."""
    lines: list[Spans] = []
    for line in clean(note).split("\n"):
        if not line.strip():
            continue
        item = _LIST_MARK.fullmatch(line)
        if item is None:
            lines.append(linked(line.strip()))
            continue
        depth = min(len(item["indent"]) // 2, len(_BULLETS) - 1)
        lines.append((Text("\u2003" * depth + _BULLETS[depth] + " "), *linked(item["words"])))
    return tuple(lines)


def language_of_text(text: str) -> str:
    """Return `ko` where a text has Korean letters, else `en`."""
    return "ko" if _HANGUL.search(text) else "en"


def _without_open_brackets(url: str) -> str:
    """Return an address up to a bracket whose other one is missing."""
    opened: list[int] = []
    for place, sign in enumerate(url):
        if sign in _BRACKETS.values():
            opened.append(place)
        elif sign in _BRACKETS:
            if not opened or url[opened[-1]] != _BRACKETS[sign]:
                return url[:place]
            opened.pop()
    return url[: opened[0]] if opened else url


@cache
def _grammar() -> Grammar:
    return Grammar()


def is_link(url: str) -> bool:
    """Whether an address can be a link of an entry."""
    try:
        canonical(url)
    except ValueError:
        return False
    return True
