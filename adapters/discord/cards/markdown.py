"""Spans become Discord's Markdown, in which nothing from outside marks up, mentions or links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from urllib.parse import urlsplit

from bot.port.card import LinkText, Mention, Named, Span, Spans, Style, Text
from bot.port.fitting import cut_spans, wrap
from bot.port.text import clean

# What opens or closes markup anywhere: emphasis, code, spoilers, links, mentions, timestamps.
_MARKS = re.compile(r"[\\*_~`|<>\[\]@]")
# What does so at the beginning of a line: headings, small print, lists.
_LINE_MARKS = re.compile(r"(?m)^(\s*)([#+-])")
_NUMBERED = re.compile(r"(?m)^(\s*\d+)([.)])")
# Discord makes a link of every scheme that it knows, but only where "://" follows.
_SCHEME = re.compile(r":(?=//)")
_UNSAFE_IN_TARGET = {character: f"%{ord(character):02X}" for character in "()<>\\\"'|*`[]{}^ "}
_SIGNS = {Named.PERSON: "@", Named.GROUP: "@&", Named.CHANNEL: "#"}
_STRONG = frozenset({Style.STRONG, Style.MARKED})

_BARE = re.compile(r"(?i)^https?://")
_APART = re.compile("`\u200b(?!`)")


def escape(text: str) -> str:
    """Return text that Discord shows as it is.

    A backslash makes any ASCII punctuation plain; that is all that Discord's Markdown knows of.
    """
    plain = _MARKS.sub(r"\\\g<0>", clean(text))
    plain = _SCHEME.sub(r"\:", plain)
    return _NUMBERED.sub(r"\1\\\2", _LINE_MARKS.sub(r"\1\\\2", plain))


def draw(spans: Spans, *, bold: bool = True) -> str:
    """Return spans as Markdown. `bold` is False where everything is bold already: in a heading."""
    return "".join(
        _bold(_flat(group)) if strong and bold else _flat(group)
        for strong, group in groupby(_joined(spans), _is_strong)
    )


def draw_line(spans: Spans) -> str:
    """Return spans as a line of its own; one that is quiet but for code as small print."""
    styles = {_style(span) for span in spans}
    quiet = Style.QUIET in styles and styles <= {Style.QUIET, Style.CODE}
    drawn = draw(spans)
    return f"-# {drawn}" if quiet and "\n" not in drawn else drawn


def wrapped(spans: Spans, limit: int, first: int | None = None) -> list[str]:
    """Return spans as lines of at most `limit` code units each, the first at most `first`."""
    return [draw_line(part) for part in wrap(spans, limit, draw_line, first) if part]


def shortened(spans: Spans, limit: int) -> tuple[str, bool]:
    """Return spans as one line of at most `limit` code units, and whether anything was cut."""
    kept, is_cut = cut_spans(spans, limit, draw_line, near=0)
    return draw_line(kept) if limit else "", is_cut


def link_target(url: str) -> str | None:
    """Return an address that can stand in a link, or None for what is no http address."""
    target = clean(url).strip().replace("\n", "")
    if not _BARE.match(target):
        return None
    try:
        if not urlsplit(target).hostname:
            return None
    except ValueError:
        return None
    return "".join(_UNSAFE_IN_TARGET.get(character, character) for character in target)


def _joined(spans: Spans) -> Iterator[Span]:
    """Yield spans, code that stands side by side as one: its backticks would be one run."""
    for is_code, group in groupby(spans, _is_code):
        if is_code:
            yield Text("".join(span.text for span in group), Style.CODE)
        else:
            yield from group


def _style(span: Span) -> Style | None:
    if isinstance(span, Mention) and span.kind is Named.COMMAND:
        return Style.CODE
    return span.style if isinstance(span, Text) else None


def _is_code(span: Span) -> bool:
    return isinstance(span, Text) and span.style is Style.CODE


def _is_strong(span: Span) -> bool:
    return isinstance(span, Text) and span.style in _STRONG


def _flat(group: Iterator[Span]) -> str:
    return "".join(_plain(span) for span in group)


def _plain(span: Span) -> str:
    match span:
        case LinkText():
            return _link(span)
        case Mention(kind=Named.COMMAND):
            return f"</{span.text}:{span.id}>"
        case Mention(id=number) if number.isdecimal() and number.isascii():
            return f"<{_SIGNS[span.kind]}{number}>"
        case Text(style=Style.CODE):
            return _code(span.text)
        case _:
            return escape(span.text)


def _link(link: LinkText) -> str:
    target = link_target(link.url)
    # Discord refuses to hide one address behind another, so words never begin like one.
    words = escape(_BARE.sub("", clean(link.text)).replace("\n", " ").strip())
    if target is None:
        return words or escape(link.url)
    return f"[{words or escape(urlsplit(link.url).hostname or target)}]({target})"


def _bold(drawn: str) -> str:
    """Return drawn text in bold; spaces at its ends stay outside, where Discord wants them."""
    inner = drawn.strip()
    if not inner:
        return drawn
    start = drawn.index(inner)
    return f"{drawn[:start]}**{inner}**{drawn[start + len(inner) :]}"


def _code(text: str) -> str:
    # Two backticks end the code: those within are kept apart by a space of no width.
    words = "`\u200b".join(" ".join(clean(text).split()).split("`"))
    words = _APART.sub("`", words)
    if not words:
        return ""
    return f"`` {words} ``" if "`" in words else f"`{words}`"
