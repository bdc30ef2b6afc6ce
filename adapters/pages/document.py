"""What stands in a page's tags, in one pass: metadata, links, JSON-LD, times, the first text."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from adapters.documents.markup import Mark, attributes, pieces

_LONGEST = 2_000_000
"""Characters of a page that are looked at."""
_PIECES = 60_000
_LONGEST_BLOCK = 300_000
"""Characters of JSON-LD that are read at once: reading it holds the interpreter's lock."""
_NODES = 2_000
_DEEPEST = 6
_TEXT = 60_000
"""Characters of visible text in which a date is looked for."""
_NEAR_BEFORE = 6
_NEAR_AFTER = 30
"""Pieces of text before and behind the heading, where people are shown when it came out."""
_VALUES = 40
"""Values of one name: authors, mostly."""

Node = Mapping[str, object]


@dataclass(slots=True)
class PageTags:
    """What the tags of a page say, by lower-case name, as written.

    `meta` has what `meta` elements say under `property`, `name`, `itemprop` or `http-equiv`, and
    what other elements say under `itemprop`. `links` are those of `link` by each word of their
    `rel`. `nodes` are the objects of its JSON-LD. `times` are the moments that its body names in
    attributes; `near` is what stands behind its heading, then what stands before.
    """

    language: str = ""
    base: str = ""
    title: str = ""
    heading: str = ""
    meta: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    near: list[str] = field(default_factory=list)
    text: str = ""

    def first(self, *names: str) -> Iterator[str]:
        """Yield the first value under each name."""
        return (self.meta[name][0] for name in names if name in self.meta)


def read_document(text: str) -> PageTags:
    """Read a page. It takes about as long as the page is long, and nothing raises."""
    reading = _TagReader()
    for mark, what, rest in islice(pieces(text[:_LONGEST], html=True), _PIECES):
        if mark is Mark.TEXT:
            reading.take_text(what)
        elif mark is Mark.RAW:
            reading.take_raw(rest, what)
        elif mark is Mark.END:
            reading.end(what.lower())
        else:
            reading.begin(what.lower(), rest)
    page = reading.page
    page.text, page.heading = " ".join(reading.shown), " ".join(reading.heading)
    page.near = [*reading.after, *reading.before]
    return page


class _TagReader:
    """A page in the middle of being read."""

    def __init__(self) -> None:
        self.page = PageTags()
        self.shown: list[str] = []
        self.heading: list[str] = []
        self.before: deque[str] = deque(maxlen=_NEAR_BEFORE)
        self.after: list[str] = []
        self._room = _TEXT
        self._in_heading = False
        self._in_json = False

    def take_text(self, text: str) -> None:
        """Take what people see."""
        if self._in_heading:
            self.heading.append(text)
        elif len(self.after) < _NEAR_AFTER and not text.isspace():
            (self.after if self.heading else self.before).append(text)
        if self._room > 0:
            self.shown.append(text[: self._room])
            self._room -= len(text)

    def take_raw(self, name: str, text: str) -> None:
        """Take the title, or JSON-LD."""
        page = self.page
        if name == "title":
            page.title = page.title or text
        elif self._in_json:
            page.nodes += islice(_objects(_parsed(text)), max(0, _NODES - len(page.nodes)))

    def begin(self, name: str, written: str) -> None:
        """Take what the attributes of a tag say."""
        page = self.page
        self._in_json = name == "script" and "ld+json" in written.lower()
        if name == "h1":
            self._in_heading = not self.heading
        elif name == "meta":
            self._meta(attributes(written))
        elif name == "link":
            self._link(attributes(written))
        elif name == "html" and not page.language:
            tag = attributes(written)
            page.language = tag.get("lang") or tag.get("xml:lang", "")
        elif name == "base":
            page.base = page.base or attributes(written).get("href", "")
        elif "date" in written or "itemprop" in written:
            self._moment(name, attributes(written))

    def end(self, name: str) -> None:
        """Take note that a tag is closed."""
        if name == "h1":
            self._in_heading = False

    def _meta(self, tag: Mapping[str, str]) -> None:
        content = tag.get("content") or tag.get("value", "")
        for key in ("property", "name", "itemprop", "http-equiv"):
            self._add(tag.get(key, ""), content)

    def _link(self, tag: Mapping[str, str]) -> None:
        if "hreflang" not in tag:
            for word in tag.get("rel", "").lower().split():
                self.page.links.setdefault(word, tag.get("href", ""))

    def _moment(self, name: str, tag: Mapping[str, str]) -> None:
        if "itemprop" in tag:
            self._add(tag["itemprop"], tag.get("datetime") or tag.get("content", ""))
        moment = tag.get("data-date-time") or (tag.get("datetime") if name == "time" else None)
        if moment and len(self.page.times) < _VALUES:
            self.page.times.append(moment)

    def _add(self, key: str, content: str) -> None:
        if key and content.strip():
            values = self.page.meta.setdefault(key.strip().lower(), [])
            if len(values) < _VALUES:
                values.append(content)


def _parsed(block: str) -> object:
    if len(block) > _LONGEST_BLOCK:
        return None
    bare = block.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
    bare = bare.removeprefix("//<![CDATA[").removesuffix("//]]>")
    return parsed(bare)


def parsed(text: str) -> object:
    """Return what a text of JSON says, None for any other."""
    try:
        # Line ends within a string are wrong in JSON, and common in pages.
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _objects(value: object, depth: int = 0) -> Iterator[Node]:
    """Yield an object and those that it lists, in its graph or as what it is about."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for each in value:
            yield from _objects(each, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _objects(value.get(key), depth + 1)
