"""Markdown as its parser reads it: what each line of a page is, and what stands in a line."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto
from functools import cache
from html.parser import HTMLParser
from itertools import zip_longest
from typing import Any

import regex
from markdown_it import MarkdownIt
from markdown_it.common.html_blocks import block_names
from markdown_it.rules_block import StateBlock, fence, reference
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from bot.importers.html_lists import HAS_LIST, list_lines
from bot.importers.lines import SourceLine
from bot.port.text import address_at
from store.dates import is_exact, leading_date
from store.entries.links import canonical

BULLET = regex.compile(
    r"(?V1)( *)"
    r"([*+~-]|[-=]+>|[oㅇ](?=[ \t])|[OvV](?=[ \t])|[ivxIVX]{1,4}[.)]|\p{Nl}[.)]?|\[[0-9]{1,3}\]"
    r"|#[0-9]{1,4}(?=[ \t])|[0-9]\ufe0f?\u20e3|>>+"
    r"|[[\p{So}\p{Sm}\p{Pd}\p{Po}\u318d\u119e]--[\x00-\x7f…、。，]](?:\ufe0f|\u200d\p{So}|\p{Sk})*"
    r"|[0-9]{1,3}[.)]|\([0-9]{1,3}\)|[가나다라마바사아자차카타파하]\.|\(?[가나다라마바사아자차카타파하a-z]\)|\p{No})"
    r"(?:([ \t]+)|(?=[0-9０-９(（\[{【'’])|(?<=[^\x00-\x7f]))(.*)"
)
"""A bullet: its indentation, its mark (Markdown's, another sign, a number), the gap, the rest."""

_RULE_SIGNS = frozenset("-*_–—─━═ㅡ")
_RULE_LENGTH = 3
_LONGEST = 20_000
"""Characters of a line whose markup is read: all that a note may hold."""

_BREAKS = {"br": "\n", "tr": "\n", "li": "\n- ", "td": " ", "th": " "}
_TIME = re.compile(r"<time\b", re.IGNORECASE)
_ANCHOR = re.compile(r"<a\s", re.IGNORECASE)
_DELIMITER = re.compile(r":?-+:?")
_SPECIAL = re.compile(r"[\\`*_~\[<&!{:]")
_ENTITY = re.compile(r"&#?\w{1,31};")
_ATTRIBUTE_LIST = re.compile(r"\{::comment\}.*?\{:/(?:comment)?\}|\{:[^{}]*\}", re.DOTALL)
_BEHIND_MARKUP = re.compile(r"\{\s*(?:[#.][\w:-]+|[\w-]+=(?:\"[^\"]*\"|'[^']*'|[^\s{}]+))[^{}]*\}")
_HEADING_ID = re.compile(r"\s*\{[#.:][^{}]*\}\s*$")
_HTML = re.compile(r"<!--.*?-->|</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>", re.DOTALL)
_FORMATTING = frozenset(block_names).union(
    "a abbr b big cite code del em font i img ins kbd mark q s samp small span strike strong "
    "sub sup time tt u var wbr".split()
)
_UNSEEN = re.compile(r"\s*<(?:script|style)\b", re.IGNORECASE)
_SCHEME = re.compile(r"https?$", re.IGNORECASE)
_ROW = re.compile(r" {0,3}\|.*\|\s*")
_GRID = re.compile(r" {0,3}\+(?:[-=:]+\+)+\s*")
"""A line between the rows of a table that is drawn, as pandoc and Emacs have them."""
_CELL_END = re.compile(r"(?<!\\)\|")
_OPENED = re.compile(
    r"(?P<words>(?<!\\)\[[^\[\]]*)$|(?P<target>\]\([^()]*)$|(?P<tag><(?:a|img)\s[^<>]*)$"
    r"|(?P<anchor><a\s[^<>]*>[^<]*)$",
    re.IGNORECASE,
)
_CLOSED = {
    "words": r"[^\[\]]*\](?:\(|\[)",
    "target": r"[^()]*\)",
    "tag": r"[^<>]*>",
    "anchor": r"[^<]*</a",
}
_JOINED = 4


class LineKind(Enum):
    """What a line of a page is."""

    TEXT = auto()
    CODE = auto()
    HEADING = auto()
    TABLE = auto()


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table, by its cells."""

    line: int
    raw: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of a page; of a table, all of them.

    `text` of a heading is its words, `level` its depth. `underlined`: with dashes, which may
    be a rule as well. `quoted`: code in a quote. `rows` are all of a table; `columns` are the cells
    of the first, where it is the table's head.
    """

    number: int
    text: str
    kind: LineKind = LineKind.TEXT
    level: int = 0
    underlined: bool = False
    quoted: bool = False
    columns: tuple[str, ...] = ()
    rows: tuple[TableRow, ...] = ()
    fault: str = ""


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


class Markdown:
    """A page's Markdown. It knows the definitions of links in the parts read so far."""

    def __init__(self) -> None:
        self._links: dict[str, Any] = {}

    def outline(self, lines: Sequence[SourceLine], *, html: bool = True) -> Iterator[PageLine]:
        """Yield what the lines of a part of a page are. Definitions of links are none.

        `html`: its lists and tables are still to be made lines of Markdown, which is done once.
        """
        blocks = _Blocks(lines)
        self._links = blocks.links | self._links
        at = 0
        while at < len(lines):
            end = blocks.tables.get(at) or (blocks.html.get(at) if html else None) or at + 1
            if html and at in blocks.html:
                yield from self.outline(list_lines(lines[at:end]), html=False)
            elif at in blocks.tables:
                yield _table(lines[at:end])
            elif at in blocks.special:
                line = blocks.special[at]
                if line is not None:
                    yield line
            else:
                text, end = _joined(lines, at, blocks)
                if not _ATTRIBUTE_LIST.fullmatch(text.strip()):
                    yield PageLine(lines[at].number, text, fault=lines[at].fault)
            at = end

    def pieces(self, line: str) -> list[Piece]:
        """Return the pieces of a line, in order.

        Formatting tags are gone; a line break of HTML is a line feed.
        """
        if len(line) > _LONGEST or not _SPECIAL.search(line):
            return [_plain(line)]
        tokens: list[Token] = []
        parser = _parser()
        parser.inline.parse(line, parser, {"references": self._links}, tokens)
        return list(_pieces(tokens))


def begins_story(text: str) -> bool:
    """Whether a line begins a story for certain: a bullet at the margin with a date of its own."""
    bullet = BULLET.fullmatch(text[:200])
    found = leading_date(bullet[4], date.max) if bullet is not None and not bullet[1] else None
    return found is not None and is_exact(found.date)


def is_rule(text: str) -> bool:
    """Whether a line is a rule across the page."""
    signs = "".join(text.split())
    return len(signs) >= _RULE_LENGTH and signs[0] in _RULE_SIGNS and not signs.strip(signs[0])


def unescaped(text: str) -> str:
    """Return the text with its HTML character references as characters."""
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text


def _cells(row: str) -> tuple[str, ...]:
    """Return the cells of a table's row."""
    inside = row.strip().removeprefix("|")
    return tuple(cell.strip() for cell in _CELL_END.split(inside.removesuffix("|")))


class _Blocks:
    """What the parser makes of lines.

    `special` are the lines that are more than text, None for one that shows nothing; `tables`
    and `html` begin at a line and end before another.
    """

    def __init__(self, lines: Sequence[SourceLine]) -> None:
        self.special: dict[int, PageLine | None] = {}
        self.tables: dict[int, int] = {}
        self.html: dict[int, int] = {}
        self._lines = lines
        parser, tokens = _parser(), list[Token]()
        env: dict[str, Any] = {}
        parser.block.parse("\n".join(line.text for line in lines), parser, env, tokens)
        self.links: dict[str, Any] = env.get("references", {})
        for definition in (*self.links.values(), *env.get("duplicate_refs", ())):
            self.special |= dict.fromkeys(range(*definition["map"]))
        quotes = 0
        for token, following in zip_longest(tokens, tokens[1:]):
            quotes += token.nesting if token.type.startswith("blockquote") else 0
            if token.type == "fence" and token.map is not None:
                for at in range(*token.map):
                    line = lines[at]
                    self.special[at] = PageLine(
                        line.number, line.text, LineKind.CODE, quoted=quotes > 0, fault=line.fault
                    )
            elif token.map is not None and token.nesting >= 0 and not token.level:
                self._take(token, following.content if following else "", *token.map)

    def _take(self, token: Token, words: str, begin: int, end: int) -> None:
        lines = self._lines
        if any(line.fault for line in lines[begin:end]):
            return
        if token.type == "heading_open":
            underlined = not token.markup.startswith("#")
            at = end - 2 if underlined else begin
            self.special[at] = PageLine(
                lines[at].number,
                _HEADING_ID.sub("", words.rpartition("\n")[2]),
                LineKind.HEADING,
                level=int(token.tag[1:]),
                underlined=underlined,
            )
            if underlined:
                self.special[end - 1] = None
        elif token.type == "html_block":
            text = token.content
            if _UNSEEN.match(text):
                self.special |= dict.fromkeys(range(begin, end))
            elif HAS_LIST.search(text) and not text.lstrip().startswith("<!--"):
                self.html[begin] = end
        elif token.type == "table_open" or (
            token.type == "paragraph_open"
            and all(
                _ROW.fullmatch(line.text) or _GRID.fullmatch(line.text) for line in lines[begin:end]
            )
        ):
            self.tables[begin] = end


def _table(lines: Sequence[SourceLine]) -> PageLine:
    drawn = [at for at, line in enumerate(lines) if _GRID.fullmatch(line.text)]
    lines = [
        replace(line, text="|-|") if at in drawn[1:2] and "=" in line.text else line
        for at, line in enumerate(lines)
        if at not in drawn or (at in drawn[1:2] and "=" in line.text)
    ]
    rows = tuple(TableRow(line.number, line.text, _cells(line.text)) for line in lines)
    headed = len(rows) > 1 and all(_DELIMITER.fullmatch(cell) for cell in rows[1].cells)
    return PageLine(
        lines[0].number,
        "",
        LineKind.TABLE,
        columns=rows[0].cells if headed else (),
        rows=rows,
    )


def _joined(lines: Sequence[SourceLine], at: int, blocks: _Blocks) -> tuple[str, int]:
    """Return a line, with the next ones where a link goes on in them, and where they end."""
    text, end = lines[at].text, at + 1
    while end < min(at + _JOINED, len(lines)) and end not in blocks.special:
        opened = _OPENED.search(text[-_LONGEST:])
        if opened is None:
            break
        following = lines[end].text.lstrip(" \t>")
        closes = re.match(_CLOSED[opened.lastgroup or "tag"], following)
        if closes is None or following.startswith("<!--"):
            break
        text, end = f"{text.rstrip()} {following}", end + 1
    return text, end


class _Parser(MarkdownIt):
    """Leaves addresses as they were written."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - markdown-it's name, as the next ones
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        return link

    def validateLink(self, _: str) -> bool:  # noqa: N802
        return True


@cache
def _parser() -> MarkdownIt:
    parser = _Parser("commonmark").enable(["table", "strikethrough", "linkify"])
    block, inline = parser.block.ruler, parser.inline.ruler
    inline.at("entity", _reference)
    block.at("fence", _fence, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    block.at("reference", reference, {"alt": ["paragraph"]})
    inline.at("linkify", _address)
    inline.at("html_inline", _html)
    inline.before("link", "attribute_list", _attribute_list)
    return parser


def _fence(state: StateBlock, first: int, last: int, silent: bool) -> bool:  # noqa: FBT001 - the parser's own signature
    """Read a block of code, unless it has no end, or swallows a story of the page."""
    begin = state.line
    if not fence(state, first, last, silent):
        return False
    if silent or state.level:
        return True
    token = state.tokens[-1]
    texts = [state.getLines(at, at + 1, 0, keepLastLF=False) for at in range(first + 1, state.line)]
    if texts and texts[-1].strip().startswith(token.markup) and not any(map(begins_story, texts)):
        return True
    state.tokens.pop()
    state.line = begin
    return False


def _address(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read a bare address as a link."""
    scheme = None if state.linkLevel else _SCHEME.search(state.pending)
    if scheme is None or not state.src.startswith("://", state.pos):
        return False
    start = state.pos - len(scheme[0])
    url = address_at(state.src, start)
    if not url:
        return False
    if not silent:
        state.pending = state.pending[: scheme.start()]
        state.push("link_open", "a", 1).attrs = {"href": unescaped(url)}
        state.tokens[-1].markup = "linkify"
        state.push("text", "", 0).content = unescaped(url)
        state.push("link_close", "a", -1)
    state.pos = start + len(url)
    return True


def _html(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read a tag of HTML, however its values are written."""
    match = _HTML.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("html_inline", "", 0).content = match[0]
    state.pos = match.end()
    return True


def _reference(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read a character reference as browsers do, also the numbers that Windows gave characters."""
    match = _ENTITY.match(state.src, state.pos)
    shown = html.unescape(match[0]) if match else ""
    if match is None or shown == match[0]:
        return False
    if not silent:
        state.push("text_special", "", 0).content = shown
    state.pos = match.end()
    return True


def _attribute_list(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read what says how a link or a picture is drawn, which the page does not show."""
    match = _ATTRIBUTE_LIST.match(state.src, state.pos)
    if match is None and state.pos and state.src[state.pos - 1] in ")]`*_>":
        match = _BEHIND_MARKUP.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("attribute_list", "", 0)
    state.pos = match.end()
    return True


def _pieces(tokens: Sequence[Token]) -> Iterator[Piece]:
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
            return _plain(text)
        case "code_inline":
            text = unescaped(text)
            return Piece(Sign.CODE, f"{token.markup}{text}{token.markup}", text)
        case "image":
            return _image(str(token.attrs["src"]), text)
        case "html_inline":
            return _tag(text)
    return _plain("\n") if token.type.endswith("break") else Piece(Sign.FORMAT, token.markup, "")


def _whole(url: str) -> str:
    """Return an address whose scheme is that of the page (`//site/path`) with the usual one."""
    return f"https:{url}" if url.startswith("//") else url


def _plain(text: str) -> Piece:
    return Piece(Sign.TEXT, text, text)


def _link(url: str, inner: Sequence[Token], *, bare: bool = False) -> Iterator[Piece]:
    """Yield a link; of one around a picture, the picture and the link."""
    found = list(_pieces(inner))
    yield from (piece for piece in found if piece.sign is Sign.IMAGE)
    shown = [piece for piece in found if piece.sign is not Sign.IMAGE]
    words = "".join(piece.text or piece.url for piece in shown).strip()
    raw = "".join(piece.raw for piece in shown).strip()
    target = url if is_web(url) else ""
    if bare and not target:
        yield _plain(words)
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
        return _plain(_BREAKS[name])
    known = name in _FORMATTING or tag.startswith("<!--")
    return Piece(Sign.FORMAT, "", "") if known else _plain(tag)


def _moment(said: str, inner: Sequence[Token]) -> Piece:
    """Return a time of HTML: its words in a note, and the date that it is where it is read."""
    words = "".join(piece.text for piece in _pieces(inner))
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


def is_web(url: str) -> bool:
    """Whether an address can be a link of an entry."""
    try:
        canonical(url)
    except ValueError:
        return False
    return True
