"""Which page or feed does an address name? Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode

from bot.i18n.translator import LANGUAGES


class PageKind(StrEnum):
    """What kind of page it is; its template has the same name."""

    LATEST = "latest"
    DAY = "day"
    WEEK = "week"
    TAGS = "tags"
    TAG = "tag"
    SOURCE = "source"
    ENTRY = "entry"
    SEARCH = "search"
    ABOUT = "about"
    LANGUAGE = "language"
    """It has a feed alone."""


class FeedForm(StrEnum):
    """What a list is written as for feed readers; its addresses end so."""

    ATOM = "atom"
    RSS = "rss"
    JSON = "json"


_LIST = ("after", "lang")
_PAGES: tuple[tuple[str, PageKind, tuple[str, ...]], ...] = (
    (r"/", PageKind.LATEST, _LIST),
    (r"/([0-9]{4}-[0-9]{2}-[0-9]{2})", PageKind.DAY, _LIST),
    (r"/week/([0-9]{4})-W([0-9]{2})", PageKind.WEEK, _LIST),
    (r"/tags", PageKind.TAGS, ("lang",)),
    (r"/tags/(.{1,100})", PageKind.TAG, _LIST),
    (r"/sources/([1-9][0-9]{0,17})", PageKind.SOURCE, _LIST),
    (r"/e/([1-9][0-9]{0,17})", PageKind.ENTRY, ()),
    (r"/search", PageKind.SEARCH, ("q", "page", "literal", "lang")),
    (r"/about", PageKind.ABOUT, ()),
)
# Below a path of their own: a tag may be called "package.json".
_FORM = r"\.(atom|rss|json)"
_FEEDS: tuple[tuple[str, PageKind, tuple[str, ...]], ...] = (
    (rf"/feed{_FORM}", PageKind.LATEST, ("lang",)),
    (rf"/feed/tags/(.{{1,100}}){_FORM}", PageKind.TAG, ("lang",)),
    (rf"/feed/sources/([1-9][0-9]{{0,17}}){_FORM}", PageKind.SOURCE, ("lang",)),
    (rf"/feed/languages/([a-z]{{2,3}}(?:-[A-Za-z0-9]{{2,8}})*){_FORM}", PageKind.LANGUAGE, ()),
    (rf"/feed/search{_FORM}", PageKind.SEARCH, ("q", "literal", "lang")),
)
_WITH_A_FEED = frozenset({PageKind.LATEST, PageKind.TAG, PageKind.SOURCE, PageKind.SEARCH})
_MOST_PARAMETERS = 20

_REMEMBERED = 256
"""Addresses that are read once while they are asked for often: some 2 MB where all are as long as
the listener takes them."""


@dataclass(frozen=True, slots=True)
class PageAddress:
    """A page: its language, its path below that, what the path holds, and its parameters.

    Parameters that the page does not know are left out, so that they make no other page.
    """

    language: str
    path: str
    kind: PageKind
    values: tuple[str, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    form: FeedForm | None = None

    def __getitem__(self, name: str) -> str:
        """Return a parameter, empty where it is not given."""
        return dict(self.parameters).get(name, "")

    def __str__(self) -> str:
        """Return it as an address within the site."""
        return f"/{self.language}{self.bare}"

    @property
    def bare(self) -> str:
        """The same page in whatever language."""
        return f"{quote(self.path.rstrip('/'))}{_query(self.parameters)}"

    def feed(self, form: str) -> str:
        """Return the address of the feed of this list, of all news where it has none."""
        path, kept = "", {"lang"}
        if self.kind is PageKind.SEARCH and self["q"]:
            path, kept = "/search", {"q", "literal", "lang"}
        elif self.kind in _WITH_A_FEED and self.kind is not PageKind.SEARCH:
            path = self.path.rstrip("/")
        asked = [each for each in self.parameters if each[0] in kept]
        return f"/{self.language}/feed{quote(path)}.{form}{_query(asked)}"

    def to(self, path: str) -> str:
        """Return another list's address, its path quoted, with news in the same language alone."""
        asked = [each for each in self.parameters if each[0] == "lang"]
        return f"/{self.language}{path.rstrip('/')}{_query(asked)}"

    def asking(self, **values: object) -> PageAddress:
        """Return the same page with other parameters, without those that are given empty."""
        asked = dict(self.parameters) | {name: str(value) for name, value in values.items()}
        return replace(self, parameters=tuple(each for each in asked.items() if each[1]))

    def within(self, language: str) -> PageAddress:
        """Return the same page in another language."""
        return replace(self, language=language)


@lru_cache(_REMEMBERED)
def page_at(path: str, query: str) -> PageAddress | None:
    """Return the page at a path such as `/ko/tags/llm`, None where there is none.

    The path is decoded. Without a language, that is empty.
    """
    first, slash, rest = path.removeprefix("/").partition("/")
    language = first if first in LANGUAGES else ""
    within = f"{slash}{rest}" or "/" if language else path
    if within != "/":
        within = within.removesuffix("/")
    for pattern, kind, known in (*_FEEDS, *_PAGES):
        match = re.fullmatch(pattern, within)
        if match is not None:
            try:
                asked = dict(parse_qsl(query, max_num_fields=_MOST_PARAMETERS))
            except ValueError:
                asked = {}
            if asked.get("lang") not in LANGUAGES:
                asked.pop("lang", None)
            parameters = tuple((name, asked[name]) for name in known if name in asked)
            values = match.groups()
            if pattern.startswith("/feed"):
                form = FeedForm(values[-1])
                return PageAddress(language, within, kind, values[:-1], parameters, form)
            return PageAddress(language, within, kind, values, parameters)
    return None


def _query(parameters: Iterable[tuple[str, str]]) -> str:
    query = urlencode(tuple(parameters))
    return query and f"?{query}"
