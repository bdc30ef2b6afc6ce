"""What a page says of itself to search engines: schema.org's terms, as JSON-LD. Pure.

https://schema.org/NewsArticle, https://schema.org/ItemList - it is a block of data that no browser
runs, and the pages' Content-Security-Policy has nothing to say to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adapters.web.addresses import PageAddress
from adapters.web.drawing import href
from bot.port.archive import ArchiveEntry
from bot.port.text import one_line, shorten

_HEADLINE = 110
_CONTEXT = "https://schema.org"


def article_data(shown: ArchiveEntry, base: str, address: PageAddress) -> dict[str, Any]:
    """Return what an entry's page is about."""
    entry = shown.entry
    said: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "NewsArticle",
        "headline": shorten(one_line(entry.title), _HEADLINE),
        "url": f"{base}{address}",
        "datePublished": shown.published.isoformat(timespec="seconds"),
        "dateModified": shown.updated.isoformat(timespec="seconds"),
        "description": shown.brief,
        "inLanguage": entry.language,
        "keywords": list(entry.tags),
        "isBasedOn": href(entry.url or ""),
        "publisher": {"@type": "Organization", "name": "AINews", "url": base},
    }
    return {name: value for name, value in said.items() if value}


def list_data(entries: Sequence[ArchiveEntry], base: str, address: PageAddress) -> dict[str, Any]:
    """Return which entries a list has, in its order; nothing for an empty one."""
    if not entries:
        return {}
    items = [
        {"@type": "ListItem", "position": place, "url": f"{base}/{address.language}/e/{one.id}"}
        for place, one in enumerate(entries, 1)
    ]
    return {"@context": _CONTEXT, "@type": "ItemList", "itemListElement": items}
