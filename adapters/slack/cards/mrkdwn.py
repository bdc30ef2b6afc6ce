"""Spans become Slack's `mrkdwn`, so that only our own marks and links are taken for such.

`&`, `<` and `>` are escaped, as Slack's documentation asks: no mention, no link and no date can
come out of a text. Slack has no escape for `*`, `_`, `~`, `:` and a quoting `>`; a zero-width
space keeps them from opening anything. Backticks, which no space disarms, become the letter that
looks like one.
"""

from __future__ import annotations

import re

from bot.port.card import CommandText, LinkText, Mention, Named, Span, Spans, Style, Text
from bot.port.fitting import cut_spans, units
from bot.port.text import clean

BREAK = "\u200b"
"""The zero-width space: Slack takes it for a gap between words."""

_LONGEST = 2_200
"""The most units of an address that is linked: its words need room in a section, too."""

_BACKTICK = "\u02cb"
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_OPENING = re.compile(r"(?<![^\W_])([*_~])(?=\S|$)")
_EMOJI = re.compile(r":(?=(?!\d+:)[\w+'-]{1,100}:)")
_QUOTING = re.compile(r"^([^\S\n]{0,100})>", re.MULTILINE)
_SIGNS = {Named.PERSON: "@", Named.GROUP: "!subteam^", Named.CHANNEL: "#"}
_ID = re.compile(r"[A-Z0-9]{2,50}")
_ADDRESS = re.compile(r"https?://[^\s\x00-\x20\x7f-\x9f\ud800-\udfff]+", re.IGNORECASE)
_ADDRESS_ESCAPES = str.maketrans(
    {"<": "%3C", ">": "%3E", "|": "%7C", '"': "%22", "`": "%60", " ": "%20", "&": "&amp;"}
)


def escaped(text: str) -> str:
    """Return a text with Slack's three control characters escaped, and nothing else changed."""
    return text.translate(_ESCAPES)


def literal(text: str) -> str:
    """Return a text as `mrkdwn` that shows just that text."""
    plain = clean(text).replace("`", _BACKTICK)
    plain = _OPENING.sub(rf"\1{BREAK}", plain)
    plain = _EMOJI.sub(f":{BREAK}", plain)
    plain = _QUOTING.sub(rf"\1{BREAK}>", plain)
    return escaped(plain)


def address(url: str) -> str | None:
    """Return an address as it stands in a link, None where it cannot be one."""
    if len(url) > _LONGEST or not _ADDRESS.fullmatch(url):
        return None
    safe = url.translate(_ADDRESS_ESCAPES)
    return safe if units(safe) <= _LONGEST else None


def link(words: str, url: str) -> str:
    """Return a link, or only its words where the address cannot be linked."""
    target = address(url)
    shown = literal(" ".join(words.split())) or literal(url)
    return shown if target is None else f"<{target}|{shown}>"


def draw(spans: Spans) -> str:
    """Return spans as `mrkdwn`."""
    pieces: list[str] = []
    for index, span in enumerate(spans):
        piece = _draw(span)
        if piece and piece[0] == "*" and index and spans[index - 1].text[-1:].isalnum():
            piece = BREAK + piece
        if piece and piece[-1] == "*" and _next(spans, index).isalnum():
            piece += BREAK
        pieces.append(piece)
    return "".join(pieces)


def heading(spans: Spans) -> str:
    """Return spans as one strong line of `mrkdwn`."""
    drawn = draw(tuple(_plainer(span) for span in spans))
    return f"*{drawn}*" if drawn.strip() and "*" not in drawn else drawn


def fitted(spans: Spans, room: int) -> str:
    """Return spans as `mrkdwn` of at most `room` units, with an ellipsis for what was cut off."""
    return draw(cut_spans(spans, room, draw)[0])


def _draw(span: Span) -> str:
    if isinstance(span, CommandText):
        span = Text(span.text, Style.CODE)
    if isinstance(span, LinkText):
        return link(span.text, span.url)
    if isinstance(span, Mention):
        return f"<{_SIGNS[span.kind]}{span.id}>" if _ID.fullmatch(span.id) else literal(span.text)
    style = span.style if isinstance(span, Text) else Style.PLAIN
    words = span.text.strip()
    if style in {Style.PLAIN, Style.QUIET} or not words or "\n" in words:
        return literal(span.text)
    before, _, after = span.text.partition(words)
    if style is Style.CODE:
        return f"{before}`{escaped(clean(words).replace('`', _BACKTICK))}`{after}"
    drawn = literal(words)
    return f"{before}*{drawn}*{after}" if "*" not in drawn else before + drawn + after


def _plainer(span: Span) -> Span:
    if isinstance(span, Text) and span.style in {Style.STRONG, Style.MARKED}:
        return Text(" ".join(span.text.split()))
    return span


def _next(spans: Spans, index: int) -> str:
    return spans[index + 1].text[:1] if index + 1 < len(spans) else ""
