"""From a page's tags to its facts: of all that says one thing, the most trustworthy. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from urllib.parse import SplitResult, urlsplit

from adapters.documents.addresses import is_address, joined
from adapters.documents.markup import cleaned, headline, language_tag, plain, summary
from adapters.pages.document import Node, PageTags, read_document
from bot.port.page import PageFacts, page_date
from store.model import PublishedDate

_LONGEST_TITLE = 500
_LONGEST_NAME = 120
_DATE_LINE = re.compile(r"(?=.{0,20}\d{4}).{8,40}")
"""What may be a line that begins with a day and says little else: `Nov 24, 2025 · 5 min read`."""
_AUTHORS = 20

_TITLES = ("citation_title", "og:title", "twitter:title", "dc.title", "title")
_DESCRIPTIONS = (
    "citation_abstract", "og:description", "description", "twitter:description",
    "dc.description", "dcterms.abstract",
)  # fmt: skip
_IMAGES = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")
_DATES = (
    "article:published_time", "og:article:published_time", "article:published", "og:published_time",
    "datepublished", "citation_publication_date", "citation_date", "citation_online_date",
    "og:regdate", "og:pubdate", "parsely-pub-date", "sailthru.date", "article.published",
    "article_date_original", "article:publish_date", "cxenseparse:recs:publishtime",
    "dcterms.issued", "dc.date.issued", "dcterms.created", "dc.date.created", "dcterms.date",
    "dc.date", "publish-date", "publish_date", "publishdate", "publication_date",
    "publicationdate", "published-date", "pubdate", "date", "uploaddate", "datecreated",
)  # fmt: skip
"""Where pages write when they came out; never when they were changed."""
_KINDS = (
    ("article", "posting", "report"),
    (
        "video", "podcastepisode", "softwareapplication", "softwaresourcecode", "dataset",
        "creativework", "book", "thesis", "review",
    ),
    ("webpage",),
)  # fmt: skip
"""Parts of the types of JSON-LD that news comes in, in lower case, the likeliest first."""

_KOREAN_DATE = re.compile(
    r"(?:기사\s?입력|최초\s?입력|입력|등록|승인|작성|발행|게재|게시|송고)(?:일시|시간|일)?\s*[:：|]?\s*"
    r"(\d{4}\s?[.년/-]\s?\d{1,2}\s?[.월/-]\s?\d{1,2}\s?일?)"
)
"""How Korean pages write it where people see it; behind 수정 stands the change."""
_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)/(\d\d)(?:/(\d\d))?/")
_EMPTY_DATES = frozenset({"1970-01-01", "1900-01-01"})
"""What a database without a date gives."""
_HANGUL = re.compile(r"[가-힣]{2}")
_DIVIDERS = "|·•-–—:»<"


def read_facts(text: str, url: str, today: date) -> PageFacts:
    """Return what a page of HTML says of itself; `url` is the address that answered."""
    return facts_of(read_document(text), url, today)


def facts_of(page: PageTags, url: str, today: date) -> PageFacts:
    """Return the facts that stand in a page's tags."""
    base = joined(url, page.base) or url
    articles = [node for kinds in _KINDS for node in page.nodes if _is_one_of(node, kinds)]
    site = _site(page, url)
    title = _title(page, articles, url, site)
    description = _first(
        map(summary, [*page.first(*_DESCRIPTIONS), *_texts(articles, "description", "abstract")])
    )
    return PageFacts(
        url=_canonical(page, base, url),
        title=title,
        published=_published(page, articles, url, today),
        description=None if description in {title, site} else description,
        image=_image(page, articles, base),
        language=_language(page, articles, title or ""),
        site=site,
        authors=_authors(page, articles),
    )


def text_of(value: object, longest: int = _LONGEST_NAME) -> str | None:
    """Return what a value from outside says on one line, None where it is no text or too long."""
    said = headline(value[: longest * 4]) if isinstance(value, str) else None
    return said if said and len(said) <= longest else None


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)


def _is_one_of(node: Node, kinds: Iterable[str]) -> bool:
    said = node.get("@type")
    words = said if isinstance(said, list) else [said]
    return any(kind in word.lower() for word in words if isinstance(word, str) for kind in kinds)


def _texts(nodes: Iterable[Node], *keys: str) -> Iterator[str]:
    for node in nodes:
        for key in keys:
            value = node.get(key)
            if isinstance(value, list) and value:
                value = value[0]
            if isinstance(value, str):
                yield value


def names(value: object, key: str = "name") -> Iterator[str]:
    """Yield the names of people or bodies: of one or of several, objects or texts."""
    for each in value if isinstance(value, list) else [value]:
        said = each.get(key) if isinstance(each, dict) else each
        if name := text_of(said):
            yield name


def _site(page: PageTags, url: str) -> str | None:
    named = [*page.first("og:site_name", "citation_journal_title", "application-name")]
    publishers = (name for node in page.nodes for name in names(node.get("publisher")))
    host = (split(url).hostname or "").removeprefix("www.")
    return _first([*map(text_of, named), *publishers, host])


def _title(page: PageTags, articles: list[Node], url: str, site: str | None) -> str | None:
    """Return the headline without the site's name, which is none itself."""
    said = [
        *page.first(*_TITLES[:2]),
        *_texts(articles, "headline", "name"),
        *page.first(*_TITLES[2:]),
        page.title,
        page.heading,
    ]
    titles = [title for each in said if (title := text_of(each, _LONGEST_TITLE))]
    label = _home(split(url)).partition(".")[0]
    headlines = (_without_site(_without_site(title, site or ""), label) for title in titles)
    return _first([*(title for title in headlines if title != site), *titles])


def _without_site(title: str, site: str) -> str:
    """Return a title without the site's name behind or before it."""
    folded, name = title.casefold(), site.casefold()
    if not name or folded == name:
        return title
    if folded.endswith(name):
        rest = title[: len(title) - len(site)].rstrip()
        if rest[-1:] in _DIVIDERS and len(rest) > 1 and rest[-2].isspace():
            return rest[:-1].rstrip()
    if folded.startswith(name):
        rest = title[len(site) :].lstrip()
        if rest[:1] in _DIVIDERS and rest[1:2].isspace():
            return rest[1:].lstrip()
    return title


def _published(page: PageTags, articles: list[Node], url: str, today: date) -> PublishedDate | None:
    said = [
        *page.first(*_DATES[:1]),
        *_texts(articles, "datePublished"),
        *page.first(*_DATES[1:]),
        *_texts(articles, "uploadDate", "dateCreated"),
    ]
    path = split(url).path
    if path.strip("/") or split(url).query:  # on a front page stand the dates of other pages
        said += [*page.times[:1], *_KOREAN_DATE.findall(plain(page.text) or "")]
        lines = (plain(text) or "" for text in page.near)
        said += (line for line in lines if _DATE_LINE.fullmatch(line))
    if in_address := _IN_ADDRESS.search(path):
        said.append("-".join(filter(None, in_address.groups())))
    dates = (page_date(text, today) for text in said)
    return next((each for each in dates if each and each.iso not in _EMPTY_DATES), None)


def _image(page: PageTags, articles: list[Node], base: str) -> str | None:
    said = [*page.first(*_IMAGES)]
    for node in articles:
        images = node.get("image") or node.get("thumbnailUrl")
        for each in images if isinstance(images, list) else [images]:
            value = each.get("url") if isinstance(each, dict) else each
            said += [value] if isinstance(value, str) else []
    said.append(page.links.get("image_src", ""))
    return _first(joined(base, cleaned(address)) for address in said)


def _language(page: PageTags, articles: list[Node], title: str) -> str | None:
    """Return the page's language: templates often call a Korean page English, never the reverse."""
    if _HANGUL.search(title):
        return "ko"
    said = [
        page.language,
        *_texts(articles, "inLanguage"),
        *page.first("og:locale", "content-language", "language", "citation_language"),
    ]
    return _first(language_tag(each.partition(",")[0]) for each in said)


def _authors(page: PageTags, articles: list[Node]) -> tuple[str, ...]:
    groups = (
        page.meta.get("citation_author", ()),
        [name for node in articles for name in names(node.get("author"))],
        [each for each in page.meta.get("article:author", ()) if not is_address(each)],
        page.meta.get("author", ()),
        page.meta.get("dc.creator", ()),
    )
    for group in groups:
        people = dict.fromkeys(name for each in group if (name := text_of(each)))
        if people:
            return tuple(map(_in_order, people))[:_AUTHORS]
    return ()


def _in_order(name: str) -> str:
    """Return `Vaswani, Ashish` as `Ashish Vaswani`."""
    last, comma, first = name.partition(", ")
    return f"{first} {last}" if comma and "," not in first else name


def _canonical(page: PageTags, base: str, url: str) -> str:
    """Return the address that a page calls its own, where it may be believed.

    It is of the same site; it is not the front page in place of a story; and it does not drop a
    query in which the story may be named (`?idxno=`).
    """
    asked = split(url)
    for address in (page.links.get("canonical"), *page.first("og:url")):
        own = joined(base, cleaned(address)) if address else None
        if own is None or _home(split(own)) != _home(asked):
            continue
        parts = split(own)
        front = parts.path.strip("/") == "" and not parts.query
        dropped = asked.query and not parts.query and parts.path == asked.path
        if not dropped and (not front or not asked.path.strip("/")):
            return own
    return url


def _home(parts: SplitResult) -> str:
    """Return the host without what sites put before it for telephones and the web."""
    return re.sub(r"^(?:www|m|mobile|amp)\.", "", (parts.hostname or "").lower())


def split(url: str) -> SplitResult:
    """Return the parts of an address, all of them empty for what is none."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")
