"""JSON Feed 1 and 1.1, and the answers of sites that have no feed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import NamedTuple, TypeVar

from adapters.documents.addresses import joined
from adapters.documents.markup import cleaned, headline, language_tag, summary
from adapters.feeds.dates import parse_date
from bot.port.source import Feed, FurtherLink, Item, NotAFeed, NotAFeedReason

T = TypeVar("T")

_MOST_ITEMS = 20_000
_MOST_VALUES = 500_000
"""What a document of JSON may hold: a feed of 5 MB has less, and more would fill the memory."""
_PLACE = re.compile(r"\{([\w.]+)\}")


class _Shape(NamedTuple):
    """Where a kind of answer has what: paths of names with dots between, the first that is there.

    A path goes through every member of a list. In an address, paths stand in braces. `items` is
    empty where the answer itself is the list; `needs` are paths by which an item is told.
    """

    items: str
    needs: tuple[str, ...]
    guid: str
    title: str
    link: tuple[str, ...]
    published: tuple[str, ...]
    description: tuple[str, ...]
    authors: tuple[str, ...] = ()
    image: tuple[str, ...] = ()
    categories: str = ""
    further: tuple[tuple[str, str], ...] = ()


_JSON_FEED = _Shape(
    items="items",
    needs=(),
    guid="id",
    title="title",
    link=("{url}", "{external_url}"),
    published=("date_published", "date_modified"),
    description=("summary", "content_text", "content_html"),
    authors=("authors.name", "author.name"),
    image=("{image}", "{banner_image}"),
    categories="tags",
    further=(("external", "{external_url}"), ("enclosure", "{attachments.url}")),
)
_DAILY_PAPERS = _Shape(  # huggingface.co/api/daily_papers: the news is that a paper was listed
    items="",
    needs=("paper.id", "paper.title"),
    guid="paper.id",
    title="paper.title",
    link=("https://huggingface.co/papers/{paper.id}",),
    published=("paper.submittedOnDailyAt", "publishedAt", "paper.publishedAt"),
    description=("paper.summary",),
    authors=("paper.authors.name",),
    image=("{thumbnail}",),
    further=(("related", "https://arxiv.org/abs/{paper.id}"), ("related", "{paper.githubRepo}")),
)
_HACKER_NEWS = _Shape(  # hn.algolia.com/api/v1/search_by_date
    items="hits",
    needs=("objectID", "title"),
    guid="objectID",
    title="title",
    link=("{url}", "https://news.ycombinator.com/item?id={objectID}"),
    published=("created_at",),
    description=("story_text",),
    authors=("author",),
    further=(("comments", "https://news.ycombinator.com/item?id={objectID}"),),
)
_SHAPES = (_JSON_FEED, _DAILY_PAPERS, _HACKER_NEWS)


def read_json(text: str, base: str, zone: tzinfo | None) -> Feed:
    """Read a document; see `read`.

    Raises:
        NotAFeed: where it is none, or is cut off.
    """
    try:
        if sum(map(text.count, "{[,")) > _MOST_VALUES:
            raise NotAFeed(NotAFeedReason.OTHER)
        # Functions of ours that are called in between let other threads have their turns.
        document = json.loads(
            text, strict=False, object_hook=_same, parse_int=_same, parse_float=_same
        )
    except (ValueError, RecursionError):
        raise NotAFeed(NotAFeedReason.OTHER) from None
    shape, items = _shape(document)
    about = document if isinstance(document, dict) else {}
    return Feed(
        items=tuple(_item(item, shape, base, zone) for item in items[:_MOST_ITEMS]),
        title=headline(_first(about, "title")),
        link=joined(base, _first(about, "home_page_url")),
        language=language_tag(_first(about, "language")),
        url=joined(base, _first(about, "feed_url")),
    )


def _shape(document: object) -> tuple[_Shape, Sequence[Mapping[str, object]]]:
    """Return what kind of answer it is, and its items."""
    known = "jsonfeed" in _first(document, "version")
    for shape in _SHAPES:
        found: object = document
        if shape.items:
            found = document.get(shape.items) if isinstance(document, dict) else None
        if not isinstance(found, list):
            continue
        items = [item for item in found if isinstance(item, dict)]
        if (known and shape is _JSON_FEED) or (
            shape.needs and items and all(_first(items[0], path) for path in shape.needs)
        ):
            return shape, items
    raise NotAFeed(NotAFeedReason.OTHER)


def _item(item: Mapping[str, object], shape: _Shape, base: str, zone: tzinfo | None) -> Item:
    links = (joined(base, _filled(item, pattern)) for pattern in shape.link)
    moments = (parse_date(_first(item, path), zone) for path in shape.published)
    described = (summary(_first(item, path)) for path in shape.description)
    images = (joined(base, _filled(item, pattern)) for pattern in shape.image)
    further = ((rel, joined(base, _filled(item, pattern))) for rel, pattern in shape.further)
    people = (tuple(_strings(item, path)) for path in shape.authors)
    return Item(
        title=headline(_first(item, shape.title)),
        link=next(filter(None, links), None),
        guid=_first(item, shape.guid) or None,
        published=next(filter(None, moments), None),
        description=next(filter(None, described), None),
        image=next(filter(None, images), None),
        language=language_tag(_first(item, "language")),
        authors=next(filter(None, people), ()),
        categories=tuple(_strings(item, shape.categories)) if shape.categories else (),
        links=tuple(FurtherLink(rel, url) for rel, url in further if url is not None),
    )


def _filled(item: object, pattern: str) -> str:
    """Return an address with its places filled, empty where one of them cannot be."""
    whole = all(_first(item, path) for path in _PLACE.findall(pattern))
    return _PLACE.sub(lambda place: _first(item, place[1]), pattern) if whole else ""


def _first(value: object, path: str) -> str:
    return next(_strings(value, path), "")


def _strings(value: object, path: str) -> Iterator[str]:
    """Yield what is there at a path as text, without what is empty."""
    if isinstance(value, list):
        for member in value:
            yield from _strings(member, path)
    elif path:
        if isinstance(value, dict):
            name, _, rest = path.partition(".")
            yield from _strings(value.get(name), rest)
    elif isinstance(value, str) and (text := cleaned(value).strip()):
        yield text


def _same(value: T) -> T:
    """Leave objects, and numbers as they are written: an id may be one."""
    return value
