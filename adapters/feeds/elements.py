"""What stands in a feed of XML: the feed's own fields, and those of each item.

RSS, RDF and Atom are one here: an element that stands directly in the feed or in an item is a field
of it, by its name and what its namespace is known as. A feed that is nested wrongly, cut off or
mixed with HTML gives what it has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from adapters.documents.addresses import joined
from adapters.documents.markup import Mark, attributes, cleaned, divides, pieces, resolved
from bot.port.source import NotAFeed, NotAFeedReason

_DEEPEST = 100
"""Elements in one another: those farther in are text alone."""
_LONGEST = 20_000
"""Characters of a field that are kept: enough for every title, and to make a description of."""
_MOST_ITEMS = 20_000
_MOST_FIELDS = 100
"""Fields of one name, and names of fields, that are kept of an item."""
_SEARCHED = 100
"""Tags among which the first one of a feed must be: messages of a broken server stand before it."""

_SPACES = {
    "w3.org/2005/atom": "atom", "purl.org/atom/ns": "atom", "purl.org/net/echo": "atom",
    "purl.org/rss/1.0": "", "purl.org/net/rss1.1": "", "my.netscape.com/rdf/simple/0.9": "",
    "channel.netscape.com/rdf/simple/0.9": "", "backend.userland.com/rss2": "",
    "blogs.law.harvard.edu/tech/rss": "", "w3.org/1999/02/22-rdf-syntax-ns": "rdf",
    "purl.org/dc/elements/1.1": "dc", "purl.org/dc/elements/1.0": "dc",
    "purl.org/dc/terms": "dcterms", "purl.org/rss/1.0/modules/content": "content",
    "purl.org/rss/1.0/modules/syndication": "sy", "search.yahoo.com/mrss": "media",
    "itunes.com/dtds/podcast-1.0.dtd": "itunes", "w3.org/1999/xhtml": "xhtml",
    "rssnamespace.org/feedburner/ext/1.0": "feedburner",
}  # fmt: skip
"""Namespaces, without scheme, `www.` and what ends them, by the name that fields have here."""
_PREFIXES = {"rss": "", "a10": "atom", "atom10": "atom", "atom03": "atom"}
"""Prefixes that are met undeclared, where they mean another name than their own."""
_ROOTS = frozenset({"rss", "feed", "atom:feed", "rdf:rdf", "channel"})
_ITEMS = frozenset({"item", "entry", "atom:entry"})
_PAGES = frozenset({"head", "body", "meta", "script", "noscript"})
"""Tags that pages begin with, where they leave out `html`."""
_WITHIN = frozenset({"author", "atom:author", "image", "media:group", "media:content"})
"""Fields that have fields of their own."""
_NAMES = ("title", "link", "guid", "pubdate", "comments", "category", "id", "updated", "published")
_LEAVES = frozenset((*_NAMES, *(f"atom:{name}" for name in _NAMES)))
"""Fields in which no other field stands."""
_FOLLOWING = _LEAVES | {"description", "atom:summary", "atom:content"}
"""Fields that begin where the end tag of the one before is missing."""
_NEVER_HTML = frozenset({"guid", "pubdate", "atom:id", "atom:updated", "atom:published"})
"""Those of them that are no tags of HTML either: they end a description, too."""
_SOURCES = frozenset({"source", "atom:source"})
"""Another feed's fields, in an item that was taken from there."""
_BARE = frozenset({"media:thumbnail", "media:content", "media:description"})
"""Fields that are the item's, also in a group."""
_VOID = frozenset({"br", "hr", "img", "input", "wbr"})
_SILENT = frozenset({"script", "style"})


@dataclass(slots=True)
class Element:
    """A field: its attributes as written, its text, and what holds for it from around it."""

    written: str
    base: str
    language: str
    parts: list[str] = field(default_factory=list)
    length: int = 0
    markup: bool = False
    """Whether elements stood in it."""

    @property
    def text(self) -> str:
        """The text without blanks around it, and without the tags of elements in it."""
        return cleaned("".join(self.parts)).strip()

    def attribute(self, name: str) -> str:
        """Return an attribute, empty where there is none."""
        return attributes(self.written).get(name, "").strip()

    def add(self, text: str) -> None:
        """Add to its text, up to what is kept of one."""
        if self.length < _LONGEST:
            self.parts.append(text)
            self.length += len(text)


class Fields(dict[str, list[Element]]):
    """The fields of a feed or an item by their names, each in the order of the document."""

    def __init__(self, own: Element) -> None:
        """`own` is the element that they stand in."""
        super().__init__()
        self.own = own

    def add(self, name: str, element: Element) -> None:
        """Add a field, up to what is kept of one name and of all."""
        kept = self.setdefault(name, []) if len(self) < _MOST_FIELDS else self.get(name, [])
        if len(kept) < _MOST_FIELDS:
            kept.append(element)

    def every(self, *names: str) -> list[Element]:
        """Return the fields of the first name, then those of the next."""
        return [element for name in names for element in self.get(name, ())]


def _space(uri: str) -> str | None:
    address = uri.strip().lower()
    return _SPACES.get(
        address.partition("://")[2].removeprefix("www.").rstrip("/#"), address and None
    )


class _Context(NamedTuple):
    """What is in force at one place of the document; `names` are those that were looked up."""

    base: str
    language: str
    spaces: Mapping[str, str]
    names: dict[str, str]

    def name(self, written: str) -> str:
        """Return the name under which an element is a field: `title`, `atom:title`, `dc:date`."""
        known = self.names.get(written)
        if known is None:
            prefix, _, local = written.rpartition(":")
            space = self.spaces.get(prefix, _PREFIXES.get(prefix, prefix))
            known = self.names[written] = f"{space}:{local}" if space else local
        return known

    def within(self, written: str) -> _Context:
        """Return what holds in an element with these attributes."""
        if "xml" not in written:
            return self
        declared = attributes(written)
        further = {
            name.removeprefix("xmlns").removeprefix(":"): space
            for name, uri in declared.items()
            if name.startswith("xmlns") and (space := _space(uri)) is not None
        }
        return _Context(
            joined(self.base, declared.get("xml:base", "")) or self.base,
            declared.get("xml:lang", self.language),
            {**self.spaces, **further} if further else self.spaces,
            {} if further else self.names,
        )


class _OpenElement(NamedTuple):
    """An element whose end was not met yet."""

    name: str
    context: _Context
    captured: Element | None


class Collector:
    """Goes through a document, and hands over each item as soon as it is complete."""

    def __init__(self, base: str, hand_over: Callable[[Fields], None]) -> None:
        """`hand_over` is called with the fields of each item, in order."""
        self.feed = Fields(Element("", base, ""))
        self.count = 0
        self._outermost = _Context(base, "", {}, {})
        self._hand_over = hand_over
        self._root = ""
        self._before = 0
        self._stack: list[_OpenElement] = []
        self._written: list[str] = []  # the names in it, looked through in one step
        self._captured: list[Element] = []
        self._item: Fields | None = None
        self._floor = 0  # how many elements are open when only the item itself is
        self._empty_link: Element | None = None

    def read(self, text: str) -> None:
        """Read a document.

        Raises:
            NotAFeed: where no element of a feed stands at its beginning, or RDF of another kind.
        """
        for mark, words, rest in pieces(text):
            if mark is Mark.END:
                self._end(words.lower())
            elif mark is Mark.START or mark is Mark.EMPTY:
                self._start(words.lower(), rest, empty=mark is Mark.EMPTY)
            elif self._captured or self._empty_link is not None:
                kept = words[:_LONGEST]
                self._text(resolved(kept) if mark is Mark.TEXT else kept)
        for element in self._captured:
            element.parts.clear()  # it was cut off, and half an address is another address
        self._close(0)
        if not self._root or (self._root == "rdf:rdf" and not self.count):
            raise NotAFeed(NotAFeedReason.OTHER)

    def _text(self, text: str) -> None:
        if self._empty_link is not None and text.lstrip().startswith("http"):
            self._empty_link.add(text)  # <link/>https://…, as HTML's serializers leave it
            self._empty_link = None
        elif self._captured:
            self._captured[-1].add(text)

    def _start(self, written: str, rest: str, *, empty: bool) -> None:
        self._repair(written, empty=empty)
        if len(self._stack) >= _DEEPEST:
            return
        context = (self._stack[-1].context if self._stack else self._outermost).within(rest)
        name = context.name(written)
        element = Element(rest, context.base, context.language)
        if not self._root and not self._begins(name, element):
            return
        if name == "channel":
            self._root = name
        self._empty_link = None
        captured: Element | None = None
        if name in _ITEMS and self._item is None:
            self._item = Fields(element)
            self._floor = len(self._stack) + 1
        elif place := self._place(name):
            place[0].add(place[1], element)
            captured = element
        else:
            local = name.rpartition(":")[2]
            self._divide(local)
            if local in _VOID:
                return
            captured = element if local in _SILENT else None
        self._stack.append(_OpenElement(name, context, captured))
        self._written.append(written)
        if captured is not None:
            self._captured.append(captured)
        if empty:
            self._close(len(self._stack) - 1)

    def _begins(self, name: str, element: Element) -> bool:
        """Whether the feed begins with this element."""
        if name in _ROOTS or name in _ITEMS:
            self._root = name
            self.feed.own = element
            return True
        self._before += 1
        local = name.rpartition(":")[2]
        if local == "html" or (local in _PAGES and self._before == 1):
            raise NotAFeed(NotAFeedReason.HTML)
        if self._before > _SEARCHED:
            raise NotAFeed(NotAFeedReason.OTHER)
        return False

    def _divide(self, local: str) -> None:
        """Note that markup stands in a field, and keep its words apart."""
        if self._captured:
            self._captured[-1].markup = True
            if divides(local):
                self._captured[-1].add(" ")

    def _repair(self, written: str, *, empty: bool) -> None:
        """Close what must be at its end where an element of this name begins."""
        if self._item is None:
            return
        name = self._stack[self._floor - 1].context.name(written)
        if name in _ITEMS:
            inner = any(element.name in _ROOTS for element in self._stack[self._floor :])
            if not empty and not inner:
                self._close(self._floor - 1)
        elif name in _FOLLOWING and len(self._stack) > self._floor:
            around = self._stack[self._floor].name
            direct = around in _LEAVES and len(self._stack) == self._floor + 1
            if direct or (name in _NEVER_HTML and around not in _SOURCES):
                self._close(self._floor)

    def _place(self, name: str) -> tuple[Fields, str] | None:
        """Return whose field an element is that begins here, and by which name."""
        if name in _ROOTS or not self._stack:
            return None
        around = self._stack[-1].name
        if self._item is None:
            return (self.feed, name) if around in _ROOTS else None
        if len(self._stack) == self._floor:
            return self._item, name
        if around in _WITHIN and len(self._stack) <= self._floor + 2:
            return self._item, name if name in _BARE else f"{around}/{name}"
        return None

    def _end(self, written: str) -> None:
        if written not in self._written:
            return
        lowest = self._floor - 1 if self._item is not None else 0
        for depth in range(len(self._stack) - 1, -1, -1):
            structural = depth >= lowest or self._stack[depth].name in _ROOTS
            if self._written[depth] == written and structural:
                self._close(depth)
                return

    def _close(self, depth: int) -> None:
        while len(self._stack) > depth:
            element = self._stack.pop()
            self._written.pop()
            if element.captured is not None:
                self._captured.pop()
                if element.name == "link" and not element.captured.text:
                    self._empty_link = element.captured
            else:
                self._divide(element.name.rpartition(":")[2])
            if self._item is not None and len(self._stack) < self._floor:
                fields, self._item = self._item, None
                self.count += 1
                if self.count <= _MOST_ITEMS:
                    self._hand_over(fields)
