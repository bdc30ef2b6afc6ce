"""The feeds that a page names."""

from __future__ import annotations

from adapters.documents.addresses import joined, web
from adapters.documents.encoding import decode
from adapters.documents.markup import Mark, attributes, pieces, plain
from bot.port.source import FeedAddress

_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/json"}
)
_NO_FEED = "/wp-json/"
"""In addresses of WordPress's data, which its pages also call an alternate of type JSON."""
_MOST = 50


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
    return tuple(found.values())[:_MOST]


def _is_feed(rel: str, kind: str) -> bool:
    words = set(rel.lower().split())
    kind = kind.partition(";")[0].strip().lower()
    return "feed" in words or (
        "alternate" in words and "stylesheet" not in words and kind in _TYPES
    )
