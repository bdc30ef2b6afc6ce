"""A line of Markdown with HTML in it becomes pieces: text, code, links and images.

Every repetition is bounded, so that no line takes longer than its length times a constant.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.port.text import bare_address
from store.entries.links import canonical

_TARGET = r"<?(?P<{0}>[^\s()<>]{{1,2000}}(?:\([^\s()<>]{{0,500}}\)[^\s()<>]{{0,500}}){{0,3}})>?"
_REST = r"(?:\s{1,3}(?:\"[^\"]{0,300}\"|'[^']{0,300}'))?\s{0,3}\)"
_MARKUP = re.compile(
    r"(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<code>(?P<ticks>`{1,3})(?P<inside>[^`]{1,2000})(?P=ticks)(?!`))"
    rf"|(?P<image>!\[(?P<alt>[^\[\]]{{0,500}})\]\(\s{{0,3}}{_TARGET.format('src')}{_REST}"
    r"(?:\{[^{}]{0,200}\})?)"
    r"|(?P<link>\[(?P<words>(?:\\.|[^\[\]\\]|\[[^\[\]]{0,200}\]){0,1000})\]"
    rf"\(\s{{0,3}}{_TARGET.format('target')}{_REST})"
    r"|(?P<anchor><a\s(?P<attributes>[^<>]{0,3000})>"
    r"(?:(?P<inner>(?:[^<]|<(?!/?a[\s>])){0,2000})</a\s{0,3}>)?)"
    r"|(?P<picture><img\s(?P<details>[^<>]{0,3000})>)"
    r"|(?P<auto><(?P<address>https?://[^\s<>]{1,2000})>)"
    r"|(?P<bare>https?://[^\s<>\"`，。、]{1,2000})"
    r"|(?P<break><br\s{0,3}/?>)"
    r"|(?P<tag></?(?:b|i|u|s|em|strong|del|ins|sub|sup|small|big|mark|font|center|span|div|p|a)"
    r"(?:\s[^<>]{0,500})?/?>)",
    re.IGNORECASE,
)
_ATTRIBUTE = r"(?:^|\s){0}\s{{0,3}}=\s{{0,3}}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))"
_HREF = re.compile(_ATTRIBUTE.format("href"), re.IGNORECASE)
_SRC = re.compile(_ATTRIBUTE.format("src"), re.IGNORECASE)
_ALT = re.compile(_ATTRIBUTE.format("alt"), re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});")


@dataclass(frozen=True, slots=True)
class PlainText:
    """Text. `escaped`: one sign that Markdown shows as it is."""

    raw: str
    escaped: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """Text between backticks. `raw` has them, `text` has not."""

    raw: str
    text: str


@dataclass(frozen=True, slots=True)
class LinkMark:
    """A link to the web. `words` are empty where it has none but its own address."""

    raw: str
    url: str
    words: str


@dataclass(frozen=True, slots=True)
class ImageMark:
    """An image: an address, or a path beside the page."""

    raw: str
    source: str
    alt: str


Piece = PlainText | Code | LinkMark | ImageMark


def pieces(line: str) -> Iterator[Piece]:
    """Yield the pieces of a line, in order.

    Formatting tags are gone; a line break of HTML is a line feed. A link that leads nowhere on
    the web is text, with its target in parentheses.
    """
    position = 0
    for match in _MARKUP.finditer(line):
        end = match.end()
        found = _piece(match)
        if isinstance(found, LinkMark) and match["bare"]:
            end = match.start() + len(found.raw)
        if match.start() > position:
            yield PlainText(line[position : match.start()])
        yield from _with_image_inside(found)
        position = end
    if position < len(line):
        yield PlainText(line[position:])


def unescaped(text: str) -> str:
    """Return the text with its HTML character references as characters."""
    return _ENTITY.sub(_character, text) if "&" in text else text


def is_web(url: str) -> bool:
    """Whether an address can be a link of an entry."""
    try:
        canonical(url)
    except ValueError:
        return False
    return True


def _piece(match: re.Match[str]) -> Piece:  # noqa: PLR0911 - one for each kind of markup
    raw = match[0]
    match match.lastgroup:
        case "escape":
            return PlainText(raw[1], escaped=True)
        case "code":
            return Code(raw, match["inside"])
        case "image":
            return ImageMark(raw, unescaped(match["src"]), match["alt"])
        case "picture":
            source = _attribute(_SRC, match["details"])
            return (
                ImageMark(raw, source, _attribute(_ALT, match["details"]))
                if source
                else PlainText("")
            )
        case "link":
            return _link(raw, match["target"], match["words"])
        case "anchor":
            target, words = _attribute(_HREF, match["attributes"]), match["inner"] or ""
            text = "".join(_plain(piece) for piece in pieces(words)).strip()
            return _link(f"[{text}]({target})" if text else target, target, text)
        case "auto":
            return _link(raw, match["address"], "")
        case "bare":
            return _bare(raw)
        case "break":
            return PlainText("\n")
        case _:
            return PlainText("")


def _link(raw: str, target: str, words: str) -> Piece:
    url = unescaped(target)
    if not is_web(url):
        return PlainText(raw)
    shown = unescaped(words).strip()
    return LinkMark(raw, url, "" if shown == url else shown)


def _bare(raw: str) -> Piece:
    text = bare_address(raw)
    return LinkMark(text, unescaped(text), "") if is_web(unescaped(text)) else PlainText(raw)


def _with_image_inside(piece: Piece) -> Iterator[Piece]:
    """Yield a link around an image as the image and the link."""
    if isinstance(piece, LinkMark) and ("![" in piece.words or "<img" in piece.words.casefold()):
        inner = list(pieces(piece.words))
        yield from (part for part in inner if isinstance(part, ImageMark))
        words = "".join(_plain(part) for part in inner).strip()
        yield LinkMark(f"[{words}]({piece.url})" if words else piece.url, piece.url, words)
    else:
        yield piece


def _plain(piece: Piece) -> str:
    match piece:
        case PlainText():
            return piece.raw
        case Code():
            return piece.text
        case LinkMark():
            return piece.words or piece.url
        case ImageMark():
            return ""


def _attribute(pattern: re.Pattern[str], attributes: str) -> str:
    match = pattern.search(attributes)
    return next((group for group in match.groups() if group is not None), "") if match else ""


def _character(match: re.Match[str]) -> str:
    found = html.unescape(match[0])
    if found == match[0] or not found.encode(errors="ignore"):
        return match[0]
    if found == "\xa0":
        return " "
    return found if found.isprintable() or found == "\n" else match[0]
