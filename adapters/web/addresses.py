"""Which page or feed does an address name? Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode

from bot.i18n.translator import LANGUAGES


class Kind(StrEnum):
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


class Form(StrEnum):
    """What a list is written as for feed readers; its addresses end so."""

    ATOM = "atom"
    RSS = "rss"
    JSON = "json"


_LIST = ("after",)
_PAGES: tuple[tuple[re.Pattern[str], Kind, tuple[str, ...]], ...] = tuple(
    (re.compile(pattern), kind, parameters)
    for pattern, kind, parameters in (
        (r"/", Kind.LATEST, _LIST),
        (r"/([0-9]{4}-[0-9]{2}-[0-9]{2})", Kind.DAY, _LIST),
        (r"/week/([0-9]{4})-W([0-9]{2})", Kind.WEEK, _LIST),
        (r"/tags", Kind.TAGS, ()),
        (r"/tags/(.{1,100})", Kind.TAG, _LIST),
        (r"/sources/([0-9]{1,18})", Kind.SOURCE, _LIST),
        (r"/e/([0-9]{1,18})", Kind.ENTRY, ()),
        (r"/search", Kind.SEARCH, ("q", "page", "literal")),
        (r"/about", Kind.ABOUT, ()),
    )
)
# Below a path of their own: a tag may be called "package.json".
_FEEDS: tuple[tuple[re.Pattern[str], Kind, tuple[str, ...]], ...] = tuple(
    (re.compile(rf"/feed{pattern}\.(atom|rss|json)"), kind, parameters)
    for pattern, kind, parameters in (
        (r"", Kind.LATEST, ()),
        (r"/tags/(.{1,100})", Kind.TAG, ()),
        (r"/sources/([0-9]{1,18})", Kind.SOURCE, ()),
        (r"/languages/([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)", Kind.LANGUAGE, ()),
        (r"/search", Kind.SEARCH, ("q", "literal")),
    )
)
_WITH_A_FEED = frozenset({Kind.LATEST, Kind.TAG, Kind.SOURCE, Kind.SEARCH})
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
    kind: Kind
    values: tuple[str, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    form: Form | None = None

    def __getitem__(self, name: str) -> str:
        """Return a parameter, empty where it is not given."""
        return dict(self.parameters).get(name, "")

    def __str__(self) -> str:
        """Return it as an address within the site."""
        return f"/{self.language}{self.bare}"

    @property
    def bare(self) -> str:
        """The same page in whatever language."""
        query = f"?{urlencode(self.parameters)}" if self.parameters else ""
        return f"{quote(self.path.rstrip('/'))}{query}"

    def feed(self, form: str) -> str:
        """Return the address of the feed of this list, of all news where it has none."""
        path, query = "", ""
        if self.kind is Kind.SEARCH:
            asked = tuple(each for each in self.parameters if each[0] != "page")
            if self["q"]:
                path, query = "/search", f"?{urlencode(asked)}"
        elif self.kind in _WITH_A_FEED:
            path = self.path.rstrip("/")
        return f"/{self.language}/feed{quote(path)}.{form}{query}"

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
        match = pattern.fullmatch(within)
        if match is not None:
            try:
                asked = dict(parse_qsl(query, max_num_fields=_MOST_PARAMETERS))
            except ValueError:
                asked = {}
            parameters = tuple((name, asked[name]) for name in known if name in asked)
            values = match.groups()
            if pattern.pattern.startswith("/feed"):
                form = Form(values[-1])
                return PageAddress(language, within, kind, values[:-1], parameters, form)
            return PageAddress(language, within, kind, values, parameters)
    return None
