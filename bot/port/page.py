"""The port of pages: what a page says of itself, for the form of an entry.

An adapter that implements it is found by the entry-point group `ainews.pages`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from bot.port.clock import Clock
from bot.port.fetch import Fetcher
from bot.port.problems import ReasonedError
from store.dates import BadDate, leading_date, read_date
from store.model import Precision, PublishedDate

PAGES = "ainews.pages"
"""The entry-point group."""


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a page says of itself. All text is plain; addresses are absolute, of http or https.

    `url` is its canonical address, `site` the name of its site, `language` a tag of BCP 47,
    `published` as precise as it is said. `authors` are names as they stand there.
    """

    url: str
    title: str | None = None
    published: PublishedDate | None = None
    description: str | None = None
    image: str | None = None
    language: str | None = None
    site: str | None = None
    authors: tuple[str, ...] = ()


class PageUnread(ReasonedError):
    """A page said nothing of itself."""


class PageReader(Protocol):
    """Reads pages."""

    async def read(self, url: str, within: timedelta) -> PageFacts:
        """Return what a page says of itself. Raises PageUnread, also where it takes longer."""

    async def close(self) -> None:
        """Let go of threads."""


PagePlugin = Callable[[Fetcher, Clock], PageReader]
"""Makes a reader of pages, without I/O."""

_A_DAY = timedelta(days=1)
_LONGEST = 100
_WITH_SECONDS = re.compile(r"(\d{8})\d{4}(?:\d\d)?")


def page_date(text: str, today: date) -> PublishedDate | None:
    """Return the day, month or year that a page writes, as it stands there: by its own clock.

    Times, zones and whatever else follows are left aside. None for what names no date, for what
    may be one of two, and for what is still to come.
    """
    plain = " ".join(text.split())[:_LONGEST]
    if compact := _WITH_SECONDS.fullmatch(plain):
        plain = compact[1]
    try:
        found: PublishedDate | BadDate | None = read_date(plain, today)
    except BadDate:
        begun = leading_date(plain, today)
        found = begun.date if begun else None
        if isinstance(found, PublishedDate) and found.precision is Precision.YEAR:
            return None  # any number with four digits
    if not isinstance(found, PublishedDate) or found.first_day > today + _A_DAY:
        return None
    return found
