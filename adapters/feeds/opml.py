"""Lists of feeds as OPML, which every reader of feeds imports and exports."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from adapters.documents.addresses import joined
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
