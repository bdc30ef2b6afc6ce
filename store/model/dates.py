"""Dates as news has them: a day, a month or only a year."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Self

EARLIEST_YEAR = 1900
LATEST_YEAR = 2199

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class Precision(StrEnum):
    """How exactly a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class PublishedDate:
    """When a piece of news came out, as exactly as it is known.

    `month` and `day` are None where they are not known. Raises ValueError for a date that no
    calendar has, or whose year lies outside 1900 to 2199.
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        """Refuse what no calendar has."""
        if not EARLIEST_YEAR <= self.year <= LATEST_YEAR:
            raise ValueError(f"year {self.year} is not between {EARLIEST_YEAR} and {LATEST_YEAR}")
        if self.month is None:
            if self.day is not None:
                raise ValueError("a day needs its month")
            return
        date(self.year, self.month, 1 if self.day is None else self.day)

    @classmethod
    def from_iso(cls, text: str) -> Self:
        """Read `2021`, `2021-04` or `2021-04-18`, and nothing else. Raises ValueError."""
        match = _ISO.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not a date such as 2021, 2021-04 or 2021-04-18")
        return cls(*(int(part) if part else None for part in match.groups()))  # type: ignore[arg-type] # a year is there

    @property
    def precision(self) -> Precision:
        """Day, month or year."""
        if self.month is None:
            return Precision.YEAR
        return Precision.MONTH if self.day is None else Precision.DAY

    @property
    def iso(self) -> str:
        """ISO 8601, cut to the precision: `2021`, `2021-04` or `2021-04-18`.

        Sorted as text, such dates stand in order, each period before its parts.
        """
        parts = [f"{self.year:04}"]
        if self.month is not None:
            parts.append(f"{self.month:02}")
        if self.day is not None:
            parts.append(f"{self.day:02}")
        return "-".join(parts)

    @property
    def first_day(self) -> date:
        """The first day that the date may mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self) -> date:
        """The last day that the date may mean."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    @property
    def end(self) -> datetime:
        """The last moment (UTC) that the date may mean."""
        return datetime.combine(self.last_day, time.max, UTC)

    def __str__(self) -> str:
        """Return the ISO form."""
        return self.iso
