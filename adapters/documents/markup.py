"""Tags and text of XML and HTML as they are met in the wild, in one pass, with nothing built.

Why not lxml: half of what is wanted of a reader of feeds begins where XML ends (`python -m
bench.sources parse` has the figures), and here a broken feed takes the same way as a sound one.
Nothing is resolved, fetched or expanded, and no step holds the interpreter's lock for long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import IntEnum
from html import unescape
from html.entities import html5

from bot.port.text import ELLIPSIS, graphemes, shorten

_LONGEST_TAG = 500_000
"""Characters of a tag: a picture may be written out in one."""
_ATTRIBUTES = 20_000
"""Characters of a tag in which its attributes are looked for."""
_SUMMARY = 1000
"""Characters of a description."""
_SUMMARIZED = 20_000
"""Characters of HTML that a description is made of."""
_LONGEST_WORD = 100


class Mark(IntEnum):
    """What a piece of a document is."""

    TEXT = 0
    CDATA = 1
    START = 2
    EMPTY = 3
    END = 4
    RAW = 5


Piece = tuple[Mark, str, str]
"""The mark; the text or the tag's name, as written; the tag's attributes, as written.

Of raw text: the mark, the text, and the name of the tag that it stands in, in lower case.
"""

# No step of these is taken back, and none goes beyond the next "<": they take linear time.
_QUOTED = r"(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+'|[\"'])*+"
_MARK = re.compile(
    rf"<(?:(/?)([a-z_][^\s<>/\"'=]*+)({_QUOTED}|[^<>]*+)>|(!\[cdata\[)|(!--)|[!?])", re.IGNORECASE
)
# Pages hold "<" within quotes, where it may stand, as feeds do not. It is looked for only where a
# tag is none otherwise, and not far, for every "<" may begin such a search.
_WITH_SIGNS = re.compile(
    r"<()([a-z][^\s<>/\"'=]*+)((?:[^<>\"']{1,200}+|\"[^\"]{0,1000}+\"|'[^']{0,1000}+'){1,16}+)>()()",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    r"(?<![^\s\"'/])([^\s=<>\"'/]++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'<>]++))"
)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufeff\ufffe\uffff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "br", "caption", "dd", "details", "div", "dl",
        "dt", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
        "header", "hr", "li", "main", "nav", "ol", "option", "p", "pre", "section", "summary",
        "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    }
)  # fmt: skip
_INLINE = frozenset(
    {
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em",
        "embed", "font", "i", "iframe", "img", "ins", "kbd", "mark", "noscript", "object",
        "picture", "q", "rp", "rt", "ruby", "s", "samp", "script", "small", "source", "span",
        "strike", "strong", "style", "sub", "sup", "svg", "time", "tt", "u", "var", "video", "wbr",
    }
)  # fmt: skip
_TAG = re.compile(rf"</?([a-z?!][^\s<>/\"'=]*+){_QUOTED}>", re.IGNORECASE)
_HIDDEN = re.compile(r"<!--|<(script|style)(?=[\s/>])", re.IGNORECASE)
_ENDS = {
    None: re.compile("-->"),
    "script": re.compile(r"</script[^<>]*>", re.IGNORECASE),
    "style": re.compile(r"</style[^<>]*>", re.IGNORECASE),
    "title": re.compile(r"</title[^<>]*>", re.IGNORECASE),
}


class _Scanner:
    """Finds ends in a document, and knows which of them it does not have any more."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.missing: set[str] = set()

    def mark(self, start: int, *, html: bool) -> re.Match[str] | None:
        """Return the mark that begins at a place, if one does."""
        found = _MARK.match(self.text, start, start + _LONGEST_TAG)
        return _WITH_SIGNS.match(self.text, start) if found is None and html else found

    def find(self, end: str, at: int) -> int | None:
        """Return where `end` begins; what is missing once is not looked for again."""
        found = -1 if end in self.missing else self.text.find(end, at)
        if found < 0:
            self.missing.add(end)
            return None
        return found

    def after_comment(self, at: int) -> int:
        """Return where a comment that is open at a place is over."""
        end = self.find("-->", at)
        return at if end is None else end + len("-->")

    def after_declaration(self, at: int) -> int:
        """Return where `<!…>` or `<?…>` is over, and what it declares in brackets."""
        end = self.find(">", at)
        if end is None:
            return at
        if "[" in self.text[at:end] and (closing := self.find("]>", at)) is not None:
            end = closing + 1
        return end + 1

    def after_raw(self, name: str, at: int) -> int:
        """Return where the text of a script, a style sheet or a title ends."""
        if name not in _ENDS or name in self.missing:
            return at
        end = _ENDS[name].search(self.text, at)
        if end is None:
            self.missing.add(name)
        return at if end is None else end.start()


def pieces(text: str, *, html: bool = False) -> Iterator[Piece]:
    """Yield what a document is made of, in order; comments and declarations are left out.

    What is opened and never closed is passed over, as if only its mark stood there. In `html`,
    nothing in a script, a style sheet or a title is markup: it comes whole, as `Mark.RAW` with the
    tag's name.
    """
    scanner = _Scanner(text)
    at = seen = 0
    while (start := text.find("<", seen)) >= 0:
        found = scanner.mark(start, html=html)
        if found is None:
            seen = start + 1
            continue
        if start > at:
            yield Mark.TEXT, text[at:start], ""
        at = found.end()
        slash, name, rest, cdata, comment = found.groups()
        if slash:
            yield Mark.END, name, ""
        elif name:
            yield Mark.EMPTY if rest.endswith("/") else Mark.START, name, rest
            if html and (raw := scanner.after_raw(name.lower(), at)) > at:
                yield Mark.RAW, text[at:raw], name.lower()
                at = raw
        elif cdata:
            if (end := scanner.find("]]>", at)) is not None:
                yield Mark.CDATA, text[at:end], ""
                at = end + len("]]>")
        else:
            at = scanner.after_comment(at) if comment else scanner.after_declaration(at)
        seen = at
    if at < len(text):
        yield Mark.TEXT, text[at:], ""


def attributes(written: str) -> Mapping[str, str]:
    """Return a tag's attributes by their names in lower case."""
    return {
        name.lower(): resolved(double or single or bare)
        for name, double, single, bare in _ATTRIBUTE.findall(written[:_ATTRIBUTES])
    }


def resolved(text: str) -> str:
    """Return a text with its character references resolved: those of HTML, and by number."""
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(reference: re.Match[str]) -> str:
    written = reference[0]
    # `unescape` would also take `&notify;` for `&not` and letters.
    return unescape(written) if written[1] == "#" else html5.get(written[1:], written)


def divides(name: str) -> bool:
    """Whether a tag of HTML stands between words."""
    return name in _BLOCKS


def without_tags(text: str, *, known: bool = False) -> str:
    """Return the text of a piece of HTML, its references unresolved.

    With `known`, what looks like a tag but is none of HTML's is text: `vector<int>`.
    """
    if "<" not in text:
        return text
    shown = _without_hidden(text.replace("<![CDATA[", ""))
    return _TAG.sub(_instead_of_known if known else _instead, shown)


def _instead(tag: re.Match[str]) -> str:
    return " " if tag[1].lower() in _BLOCKS else ""


def _instead_of_known(tag: re.Match[str]) -> str:
    name = tag[1].lower()
    return " " if name in _BLOCKS else "" if name in _INLINE else tag[0]


def _without_hidden(text: str) -> str:
    """Leave out comments, scripts and style sheets, up to the end where theirs is missing."""
    kept, at = [], 0
    while (begin := _HIDDEN.search(text, at)) is not None:
        kept.append(text[at : begin.start()])
        end = _ENDS[begin[1] and begin[1].lower()].search(text, begin.end())
        at = len(text) if end is None else end.end()
    return "".join((*kept, text[at:]))


def cleaned(text: str) -> str:
    """Leave out what no text may hold, a database's least of all: controls, half a surrogate."""
    return _UNFIT.sub("", text)


def language_tag(written: str) -> str | None:
    """Return a language as BCP 47 writes it; None for what is none."""
    tag = written.strip().replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else None


def plain(text: str) -> str | None:
    """Return a text on one line, references resolved also where they were written twice.

    None where nothing is left.
    """
    return " ".join(cleaned(resolved(resolved(text)).replace("]]>", "")).split()) or None


def headline(text: str) -> str | None:
    """Return a title in plain text; what is no tag of HTML stays, such as `vector<int>`."""
    return plain(without_tags(text, known=True))


def summary(text: str) -> str | None:
    """Return a description in plain text, cut at a word's end to what an item holds of it."""
    words = plain(without_tags(text[:_SUMMARIZED]))
    if words is None or len(words) <= _SUMMARY:
        return words
    kept, blank, last = words[:_SUMMARY].rpartition(" ")
    if blank and len(last) < _LONGEST_WORD:
        return kept + ELLIPSIS
    return shorten(words[: _SUMMARY + 1], len(graphemes(words[:_SUMMARY])))
