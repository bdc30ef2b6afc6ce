"""What stands in a line of a page: words, links, pictures, and how they are marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from html.parser import HTMLParser

from markdown_it.common.html_blocks import block_names
from markdown_it.token import Token

from bot.importers.markup import unescaped
from bot.port.text import is_link

_BREAKS = {"br": "\n", "tr": "\n", "li": "\n- ", "td": " ", "th": " "}
_TIME = re.compile(r"<time\b", re.IGNORECASE)
_ANCHOR = re.compile(r"<a\s", re.IGNORECASE)
_FORMATTING = frozenset(block_names).union(
    "a abbr b big cite code del em font i img ins kbd mark q rb rp rt ruby s samp small span "
    "strike strong sub sup time tt u var wbr".split()
)


class Sign(Enum):
    """What a piece of a line is. FORMAT makes text bold, or says how a link is drawn."""

    TEXT = auto()
    ESCAPED = auto()
    FORMAT = auto()
    CODE = auto()
    LINK = auto()
    IMAGE = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line: `raw` as a note keeps it, `text` as it is shown.

    Of a link, `text` is empty where nothing but its address is shown, and `url` where it does not
    lead to the web; of an image, `url` is its address, or a path beside the page.
    """

    sign: Sign
    raw: str
    text: str
    url: str = ""


def pieces_of(tokens: Sequence[Token]) -> Iterator[Piece]:
    """Yield what the parser's tokens of one line are, in order."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token.type == "link_open":
            end = at + next(i for i, t in enumerate(tokens[at:]) if t.level == token.level)
            url = _whole(str(token.attrs["href"]).replace(" ", "%20"))
            yield from _link(url, tokens[at:end], bare=bool(token.markup))
            at = end + 1
        elif token.type == "html_inline" and _TIME.match(token.content):
            end = next((i for i in range(at, len(tokens)) if _ends(tokens[i], "time")), at)
            yield _moment(_attributes(token.content).get("datetime", ""), tokens[at:end])
            at = end
        elif token.type == "html_inline" and _ANCHOR.match(token.content):
            end = next((i for i in range(at, len(tokens)) if _ends(tokens[i], "a")), at)
            yield from _link(_whole(_attributes(token.content).get("href", "")), tokens[at:end])
            at = end
        else:
            yield _piece(token)


def _piece(token: Token) -> Piece:
    text = token.content
    match token.type:
        case "text_special" if token.info == "escape" and token.markup != text:
            return Piece(Sign.ESCAPED, token.markup, text)
        case "text" | "text_special":
            return plain(text)
        case "code_inline":
            text = unescaped(text)
            return Piece(Sign.CODE, f"{token.markup}{text}{token.markup}", text)
        case "image":
            return _image(str(token.attrs["src"]), text)
        case "html_inline":
            return _tag(text)
    return plain("\n") if token.type.endswith("break") else Piece(Sign.FORMAT, token.markup, "")


def _whole(url: str) -> str:
    """Return an address whose scheme is that of the page (`//site/path`) with the usual one."""
    return f"https:{url}" if url.startswith("//") else url


def plain(text: str) -> Piece:
    """Return words that are shown as they stand."""
    return Piece(Sign.TEXT, text, text)


def _link(url: str, inner: Sequence[Token], *, bare: bool = False) -> Iterator[Piece]:
    """Yield a link; of one around a picture, the picture and the link."""
    found = list(pieces_of(inner))
    yield from (piece for piece in found if piece.sign is Sign.IMAGE)
    shown = [piece for piece in found if piece.sign is not Sign.IMAGE]
    words = "".join(piece.text or piece.url for piece in shown).strip()
    raw = "".join(piece.raw for piece in shown).strip()
    target = url if is_link(url) else ""
    if bare and not target:
        yield plain(words)
    elif words.startswith("^"):  # a footnote
        yield Piece(Sign.LINK, "", "", target)
    elif bare or words in {"", url}:
        yield Piece(Sign.LINK, url, "", target)
    else:
        around = f"<{url}>" if url.count("(") != url.count(")") else url
        yield Piece(Sign.LINK, f"[{raw}]({around})" if url else raw, words, target)


def _image(source: str, alt: str) -> Piece:
    source = _whole(source)
    return Piece(Sign.IMAGE, f"![{alt}]({source})", unescaped(alt), source)


def _tag(tag: str) -> Piece:
    name = tag.strip("</>").partition(" ")[0].lower()
    found = _attributes(tag) if name == "img" else {}
    if found.get("src"):
        return _image(found["src"], found.get("alt", ""))
    if name in _BREAKS and not tag.startswith("</"):
        return plain(_BREAKS[name])
    known = name in _FORMATTING or tag.startswith("<!--") or tag.endswith("/>") or '="' in tag
    return Piece(Sign.FORMAT, "", "") if known else plain(tag)


def _moment(said: str, inner: Sequence[Token]) -> Piece:
    """Return a time of HTML: its words in a note, and the date that it is where it is read."""
    words = "".join(piece.text for piece in pieces_of(inner))
    return Piece(Sign.TEXT, words, f" {said} " if said else words)


def _ends(token: Token, tag: str) -> bool:
    return token.type == "html_inline" and token.content.lower().startswith(f"</{tag}")


class _Attributes(HTMLParser):
    """The attributes of one tag."""

    found: dict[str, str]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep them."""
        del tag
        self.found = {name: value or "" for name, value in reversed(attrs)}


def _attributes(tag: str) -> dict[str, str]:
    reader = _Attributes()
    reader.found = {}
    reader.feed(tag)
    return reader.found
