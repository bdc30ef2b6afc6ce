"""Which published entries are asked for, and how far somebody has read in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

_PLACE = re.compile(r"([0-9]{8})-([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Listing:
    """Which published entries: those for which all that is given holds.

    `source` is the id of a source that tells their story. `since` and `until` are the first and
    the last day of the news; where one is given, news known to the month or year alone is left out.
    """

    tag: str | None = None
    language: str | None = None
    source: int | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """An entry's place among all: its day as YYYYMMDD (00: not known), and its id."""

    day: int
    id: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `str` wrote. Raises ValueError."""
        match = _PLACE.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is no place such as 20261126-12")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        """Return it as addresses have it."""
        return f"{self.day}-{self.id}"
