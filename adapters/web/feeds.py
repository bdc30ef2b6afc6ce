"""Lists as feed readers take them: Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1.

An entry keeps its id wherever the archive moves. Its moments are the digest's: when it was
published here, which of an imported one is when it was news, and when it was edited since.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import quote

from feedgenerator import Atom1Feed, Rss201rev2Feed

from adapters.web.addresses import FeedForm, PageAddress, PageKind
from adapters.web.drawing import href
from adapters.web.pages import LONGEST_SEARCH, NoPage
from bot.i18n.translator import N_, Translator, Translators
from bot.port.archive import Archive, ArchiveEntry, ArchiveLink
from bot.port.card import LinkText, Spans
from bot.port.text import one_line, paragraphs
from store.model import Listing, SearchQuery

TYPES = {
    FeedForm.ATOM: "application/atom+xml; charset=utf-8",
    FeedForm.RSS: "application/rss+xml; charset=utf-8",
    FeedForm.JSON: "application/feed+json; charset=utf-8",
}
"""The content type of each form."""

_MOST = 50
"""Entries in a feed."""

_REMEMBERED = 256
"""Entries whose text is written once while it stays the same, whichever feeds have it."""

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no place for (section 2.2, Char)."""

_XML = {FeedForm.ATOM: Atom1Feed, FeedForm.RSS: Rss201rev2Feed}


FeedItem = Mapping[str, Any]
"""An entry by the names that JSON Feed has for what it says; its moments are datetimes."""


@dataclass(frozen=True, slots=True)
class Feeds:
    """Writes the feeds."""

    archive: Archive
    translators: Translators

    async def draw(self, address: PageAddress) -> str:
        """Return a feed. Raises NoPage, ArchiveAway."""
        words = self.translators.of(address.language)
        about, entries = await self._list(address, words)
        host = await self.archive.host()
        items = [self._item(entry, host, address.language, words) for entry in entries]
        # Who takes a place in a list by a change of another's date is where readers look for it.
        items.sort(key=lambda item: item["date_published"], reverse=True)
        facts = {
            "title": _fit(f"AINews · {about}" if about else "AINews"),
            "description": words.gettext("AI news, each story once and in few words."),
            "link": self.archive.url + self._page_of(address),
            "feed_url": f"{self.archive.url}{address}",
            "language": words.language,
        }
        if address.form is FeedForm.JSON:
            return _json(facts, items)
        bare = f"{address}".rpartition(".")[0] if not address.parameters else f"{address}"
        return _xml(address.form or FeedForm.ATOM, facts, f"tag:{host},2026:{bare}", items)

    async def _list(
        self, address: PageAddress, words: Translator
    ) -> tuple[str, Sequence[ArchiveEntry]]:
        """Return what a list is about, empty for all, and its entries."""
        if address.kind is PageKind.SEARCH:
            typed = one_line(address["q"])
            if not typed or len(typed) > LONGEST_SEARCH:
                raise NoPage(N_("There is no such page."))
            query = SearchQuery(
                typed, literal=address["literal"] == "yes", language=address["lang"] or None
            )
            found = await self.archive.search(query, _MOST)
            told = [hit.entry.told_in(words.language) for hit in found.hits]
            return words.gettext("Search: {words}", words=typed), told
        about, wanted = "", Listing()
        if address.kind is PageKind.TAG:
            about = one_line(address.values[0])
            wanted = Listing(tag=about)
        elif address.kind is PageKind.LANGUAGE:
            about = address.values[0]
            wanted = Listing(language=about)
        elif address.kind is PageKind.SOURCE:
            source = await self.archive.source(int(address.values[0]))
            if source is None:
                raise NoPage(N_("There is no such page."))
            about, wanted = source.name, Listing(source=source.id)
        if address["lang"]:
            wanted = replace(wanted, language=address["lang"])
        newest = await self.archive.recent(wanted, _MOST)
        return about, [one.told_in(words.language) for one in newest]

    def _page_of(self, address: PageAddress) -> str:
        """Return the page that shows the same list."""
        if address.kind is PageKind.LANGUAGE:
            return f"/{address.language}"
        path, _, query = str(address).partition("?")
        path = path.replace("/feed", "", 1).removesuffix(f".{address.form}")
        return f"{path}?{query}" if query else path

    def _item(self, shown: ArchiveEntry, host: str, language: str, words: Translator) -> FeedItem:
        entry, main, author = shown.entry, href(shown.entry.url or ""), _fit(shown.credit)
        return {
            "id": f"tag:{host},2026:entry-{entry.id}",
            "url": f"{self.archive.url}/{language}/e/{entry.id}",
            "external_url": main,
            "title": _fit(one_line(entry.title)),
            "summary": _fit(shown.brief),
            "content_html": _content(main, shown.site, entry.note, shown.links, words),
            "date_published": shown.published.astimezone(UTC),
            "date_modified": shown.updated.astimezone(UTC),
            "tags": [_fit(tag) for tag in entry.tags],
            "language": entry.language or "",
            "authors": [{"name": author}] if author else [],
        }


@lru_cache(_REMEMBERED)
def _content(
    main: str, site: str, note: str, links: Sequence[ArchiveLink], words: Translator
) -> str:
    """Return what a reader shows: where to read it, the note, the further links."""
    parts = []
    if main:
        read = words.gettext("Read it at {site}", site=site or main)
        parts.append(f"<p>{_anchor(main, read)}</p>")
    parts += [f"<p>{_spans(each)}</p>" for each in paragraphs(note)]
    further = [each for each in links if href(each.url) and each.url != main]
    if further:
        lines = (_anchor(each.url, each.title or each.site or each.url) for each in further)
        parts.append(f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>")
    return _fit("".join(parts))


def _spans(spans: Spans) -> str:
    return "".join(
        _anchor(span.url, span.text)
        if isinstance(span, LinkText) and href(span.url)
        else escape(str(getattr(span, "text", "")))
        for span in spans
    ).replace("\n", "<br>")


def _anchor(url: str, text: str) -> str:
    return f'<a href="{escape(url)}">{escape(text)}</a>'


def _fit(text: str) -> str:
    return _NOT_XML.sub("", text)


def _xml(form: FeedForm, facts: dict[str, str], guid: str, items: Sequence[FeedItem]) -> str:
    # An Atom feed needs an author, and a time also where nothing is in it.
    feed = _XML[form](**facts, feed_guid=quote(guid, safe=":,/?=&%+"), author_name="AINews")
    for item in items:
        # The library writes an Atom summary with type="html", whatever is in it.
        rich = {"description": escape(item["summary"]), "content": item["content_html"]}
        feed.add_item(
            title=item["title"],
            link=item["url"],
            **rich if form is FeedForm.ATOM else {"description": item["content_html"]},
            unique_id=item["id"],
            unique_id_is_permalink=False,
            pubdate=item["date_published"],
            updateddate=item["date_modified"],
            categories=item["tags"],
            author_name=next((author["name"] for author in item["authors"]), None),
        )
    text = feed.writeString("utf-8")
    return str(text)


def _json(facts: dict[str, str], items: Sequence[FeedItem]) -> str:
    """Write JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": facts["title"],
        "description": facts["description"],
        "home_page_url": facts["link"],
        "feed_url": facts["feed_url"],
        "language": facts["language"],
        # A reader needs content, be it empty.
        "items": [
            {name: value for name, value in item.items() if value or "content" in name}
            for item in items
        ],
    }
    return json.dumps(document, ensure_ascii=False, default=datetime.isoformat)
