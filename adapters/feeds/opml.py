"""Several feeds at once: those that a page names, and lists of them as OPML."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from adapters.documents.addresses import joined, web
from adapters.documents.encoding import decode
from adapters.documents.markup import Mark, attributes, pieces, plain
from bot.port.source import FeedAddress, NotAFeedList

_MOST = 10_000


def read_opml(data: bytes) -> tuple[FeedAddress, ...]:
    """Return the feeds of a list in its order, each once, with the folder that they are in.

    A folder in a folder is written `outer/inner`; where there is none, the first of an outline's
    categories counts. A broken list is read as far as it goes, as is one without an `opml` element.

    Raises:
        NotAFeedList: where no outline stands in it.
    """
    found: dict[str, FeedAddress] = {}
    folders: list[str] = []
    is_list = False
    for mark, tag, written in pieces(decode(data)):
        name = tag.lower()
        is_list = is_list or (mark in {Mark.START, Mark.EMPTY} and name in {"opml", "outline"})
        if name != "outline" or mark <= Mark.CDATA:
            continue
        if mark is Mark.END:
            del folders[-1:]
            continue
        outline = attributes(written)
        title = plain(outline.get("title", "")) or plain(outline.get("text", ""))
        url = joined("", outline.get("xmlurl", ""))
        if url is not None:
            category = "/".join(filter(None, folders)) or _first(outline.get("category", ""))
            found.setdefault(url, FeedAddress(url, title, category or None))
        if mark is Mark.START:
            folders.append(plain(outline.get("text", "")) or title or "")
    if not is_list:
        raise NotAFeedList
    return tuple(found.values())[:_MOST]


def _first(categories: str) -> str:
    """Return the first category of several, without the slash that begins a path of them."""
    return categories.partition(",")[0].strip().strip("/")


def write_opml(feeds: Iterable[FeedAddress], title: str) -> str:
    """Return a list of feeds as OPML 2.0, in their order, those of one folder together."""
    folders: dict[str, list[FeedAddress]] = {}
    for feed in feeds:
        folders.setdefault(feed.category or "", []).append(feed)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"  <head><title>{escape(title)}</title></head>",
        "  <body>",
    ]
    for folder, members in folders.items():
        indent = "      " if folder else "    "
        if folder:
            lines.append(f"    <outline text={_quoted(folder)}>")
        lines += [
            f'{indent}<outline type="rss" text={_quoted(feed.title or feed.url)}'
            f" title={_quoted(feed.title or feed.url)} xmlUrl={_quoted(feed.url)}/>"
            for feed in members
        ]
        if folder:
            lines.append("    </outline>")
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def _quoted(text: str) -> str:
    return quoteattr(plain(text) or "")


_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/json"}
)
_NO_FEED = "/wp-json/"
"""In addresses of WordPress's data, which its pages also call an alternate of type JSON."""
_MOST_OF_A_PAGE = 50


def feeds_of(data: bytes, *, content_type: str = "", base: str = "") -> tuple[FeedAddress, ...]:
    """Return the feeds that a page of HTML names, in its order, each once.

    They are what `link` elements call so, also in the body: `rel` has the word `feed`, or the word
    `alternate` with a feed's type. Relative addresses are resolved against the page's own `base`.
    """
    own_base = None
    named: list[tuple[str, str]] = []
    for mark, name, written in pieces(decode(data, content_type), html=True):
        if mark in {Mark.START, Mark.EMPTY} and name.lower() in {"base", "link"}:
            tag = attributes(written)
            address = tag.get("href", "").strip()
            if name.lower() == "base":
                own_base = own_base or joined(base, address)
            elif _is_feed(tag.get("rel", ""), tag.get("type", "")) and _NO_FEED not in address:
                named.append((address, tag.get("title", "")))
    found: dict[str, FeedAddress] = {}
    for address, title in named:
        if url := joined(own_base or base, web(address)):
            found.setdefault(url, FeedAddress(url, plain(title)))
    return tuple(found.values())[:_MOST_OF_A_PAGE]


def _is_feed(rel: str, kind: str) -> bool:
    words = set(rel.lower().split())
    kind = kind.partition(";")[0].strip().lower()
    return "feed" in words or (
        "alternate" in words and "stylesheet" not in words and kind in _TYPES
    )
