"""RSS 0.9 to 2.0, RDF and Atom 0.3 and 1.0: from their fields to a feed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta, tzinfo

from adapters.documents.addresses import is_address, joined
from adapters.documents.markup import attributes, cleaned, headline, language_tag, plain, summary
from adapters.feeds.dates import day_first, parse_date
from adapters.feeds.elements import Collector, Element, Fields
from bot.port.source import Feed, FurtherLink, Item

_MOST = 30
"""Authors, categories or further links of one item."""
_LONGEST_NAME = 300
_TITLES = ("title", "atom:title", "dc:title", "media:title", "itunes:title")
_DATES = (
    "pubdate", "published", "atom:published", "issued", "atom:issued", "dc:date", "dcterms:issued",
    "dcterms:created", "dcterms:date", "created", "atom:created", "date", "updated", "atom:updated",
    "modified", "atom:modified", "dcterms:modified", "lastbuilddate",
)  # fmt: skip
_DESCRIPTIONS = (
    "description", "summary", "atom:summary", "content:encoded", "content", "atom:content",
    "dc:description", "itunes:summary", "media:description", "itunes:subtitle", "xhtml:body",
    "googleplay:description",
)  # fmt: skip
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_FURTHER = {"via": "via", "related": "related", "replies": "comments", "enclosure": "enclosure"}
"""What Atom calls links beside the main one, and what they are called here."""
_ALTERNATE = re.compile(r"\s*(?:(?:\S*/)?alternate\s*)?", re.IGNORECASE)
_FORMATTED = re.compile(r"</(?:a|b|i|u|em|strong|span|code|font|su[bp])\s*>", re.IGNORECASE)
_IMAGE = re.compile(r"<img\b([^<>]*+)", re.IGNORECASE)
_IMAGE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:$|[?#])", re.IGNORECASE)
_NAMED = re.compile(r"\S+@\S+\s*\(([^()]+)\)|([^<>]+?)\s*<[^<>\s]+@[^<>\s]+>")
_ADDRESS = re.compile(r"\S+@\S+")


def read_xml(text: str, base: str, zone: tzinfo | None) -> Feed:
    """Read a document; see `read`.

    Raises:
        NotAFeed: where it is none.
    """
    items: list[Item] = []
    dates: list[str] = []

    def hand_over(fields: Fields) -> None:
        items.append(_item(fields, zone))
        dates.append(next((date.text for date in fields.every(*_DATES)), ""))

    collector = Collector(base, hand_over)
    collector.read(text)
    undated = [place for place, item in enumerate(items) if item.published is None]
    days_first = day_first(dates) if undated else None
    for place in undated if days_first is not None else ():
        published = parse_date(dates[place], zone, days_first=days_first)
        items[place] = replace(items[place], published=published)
    feed = collector.feed
    return Feed(
        items=tuple(items),
        title=_title(feed),
        link=_link(feed),
        language=_language(feed, "language", "dc:language"),
        refresh=_refresh(feed),
        url=next((link.url for link in _atom_links(feed) if link.rel == "self"), None),
    )


def _item(fields: Fields, zone: tzinfo | None) -> Item:
    published = (parse_date(date.text, zone) for date in fields.every(*_DATES))
    described = (summary(element.text) for element in fields.every(*_DESCRIPTIONS))
    return Item(
        title=_title(fields),
        link=_link(fields),
        guid=_guid(fields),
        published=next((moment for moment in published if moment is not None), None),
        description=next((words for words in described if words is not None), None),
        image=_image(fields),
        language=_language(fields, "dc:language"),
        authors=_authors(fields),
        categories=_categories(fields),
        links=_links(fields),
        announce_type=_text(fields, "arxiv:announce_type"),
    )


def _text(fields: Fields, *names: str) -> str | None:
    return next((text for element in fields.every(*names) if (text := element.text)), None)


def _title(fields: Fields) -> str | None:
    for name in _TITLES:
        for element in fields.every(name):
            text = element.text
            literal = name.startswith("atom:") and _is_literal(element, text)
            if title := plain(text) if element.markup or literal else headline(text):
                return title
    return None


def _is_literal(element: Element, text: str) -> bool:
    """Whether an Atom text is not HTML: what says nothing is not, but some of it has markup."""
    return "html" not in element.attribute("type") and not _FORMATTED.search(text)


def _link(fields: Fields) -> str | None:
    found = (joined(base, address) for base, address in _candidates(fields))
    return next(filter(None, found), None)


def _candidates(fields: Fields) -> Iterator[tuple[str, str]]:
    """Yield base and address of what may be the link, what counts most first."""
    links = fields.every("link", "atom:link")
    yield from ((link.base, link.text) for link in links)
    named = [(link.base, attributes(link.written)) for link in links]
    own = [(base, link) for base, link in named if _ALTERNATE.fullmatch(link.get("rel", ""))]
    own.sort(key=lambda link: "html" not in link[1].get("type", "html"))
    yield from ((base, link.get("href", "")) for base, link in own)
    yield from _permalinks(fields)
    yield fields.own.base, _about(fields)
    yield fields.own.base, fields.own.attribute("href")


def _permalinks(fields: Fields) -> Iterator[tuple[str, str]]:
    for element in fields.every("guid"):
        said = element.attribute("ispermalink").lower()
        text = element.text
        if said != "false" and (is_address(text) or (said and text.startswith("/"))):
            yield element.base, text


def _guid(fields: Fields) -> str | None:
    return _text(fields, "guid", "atom:id", "id") or cleaned(_about(fields)) or None


def _about(fields: Fields) -> str:
    """Return what RDF says that an item is about, by whatever prefix."""
    own = attributes(fields.own.written)
    return next((own[name] for name in own if name.rpartition(":")[2] == "about"), "")


def _atom_links(fields: Fields) -> Iterator[FurtherLink]:
    for element in fields.every("link", "atom:link"):
        link = attributes(element.written)
        rel = link.get("rel", "").strip().lower()
        if rel and (url := joined(element.base, link.get("href", ""))):
            yield FurtherLink(_FURTHER.get(rel, rel), url)


def _links(fields: Fields) -> tuple[FurtherLink, ...]:
    named = (
        *(("comments", link, link.text) for link in fields.every("comments")),
        *(("original", link, link.text) for link in fields.every("feedburner:origlink")),
        *(("enclosure", link, link.attribute("url")) for link in fields.every("enclosure")),
    )
    found = (
        *(link for link in _atom_links(fields) if link.rel in _FURTHER.values()),
        *(
            FurtherLink(rel, url)
            for rel, link, address in named
            if (rel == "enclosure" or is_address(address)) and (url := joined(link.base, address))
        ),
    )
    return tuple(dict.fromkeys(found))[:_MOST]


def _image(fields: Fields) -> str | None:
    return next((url for base, address in _images(fields) if (url := joined(base, address))), None)


def _images(fields: Fields) -> Iterator[tuple[str, str]]:
    """Yield base and address of an item's pictures: those named as such, then those in its text."""
    for name in ("media:content", "media:thumbnail", "enclosure", "itunes:image", "image"):
        for element in fields.every(name):
            named = attributes(element.written)
            address = named.get("url") or named.get("href") or element.text
            kind = named.get("medium") or named.get("type", "")
            certain = name not in {"media:content", "enclosure"} or kind.startswith("image")
            if certain or (not kind and _IMAGE_FILE.search(address)):
                yield element.base, address
    for element in fields.every("image/url"):
        yield element.base, element.text
    for element in fields.every(*_DESCRIPTIONS):
        for image in _IMAGE.findall(element.text):
            named = attributes(image)
            if not {named.get("width"), named.get("height")} & {"0", "1"}:  # it counts readers
                yield element.base, named.get("src", "")


def _language(fields: Fields, *names: str) -> str | None:
    return language_tag(_text(fields, *names) or fields.own.language)


def _authors(fields: Fields) -> tuple[str, ...]:
    named = fields.every("atom:author/atom:name", "author/name", "dc:creator") or fields.every(
        "author", "itunes:author", "media:credit"
    )
    return _different(_person(headline(element.text[:_LONGEST_NAME]) or "") for element in named)


def _person(written: str) -> str:
    """Return the name in what feeds write of a person; mail addresses are nobody's to show."""
    match = _NAMED.fullmatch(written)
    return (match[1] or match[2]).strip() if match else _ADDRESS.sub("", written).strip()


def _categories(fields: Fields) -> tuple[str, ...]:
    found = fields.every("category", "atom:category", "dc:subject")
    return _different(
        headline(element.attribute("label") or element.attribute("term") or element.text) or ""
        for element in found
    )


def _different(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))[:_MOST]


def _refresh(feed: Fields) -> timedelta | None:
    """Return how long a feed asks to be left alone: `ttl` in minutes, or so often a period."""
    minutes = _text(feed, "ttl") or ""
    if minutes.isdecimal() and int(minutes[:7]) > 0:
        return timedelta(minutes=int(minutes[:7]))
    period = _PERIODS.get((_text(feed, "sy:updateperiod") or "").lower())
    often = _text(feed, "sy:updatefrequency") or "1"
    return period / max(int(often[:4]), 1) if period and often.isdecimal() else None
