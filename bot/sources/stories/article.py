"""What is compared: one telling of a story, by an item of a source or by an entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Article:
    """A title, and what is known beside it.

    `published` is an instant with its zone, or a day; where a source gives none, when it was
    first seen. It never lies ahead of now. `language` is an ISO 639 code, empty where it is not
    known. `text` is a description or a note: of it, only the addresses are used.
    """

    title: str
    published: datetime | date
    link: str | None = None
    source: str | None = None
    language: str = ""
    text: str = ""
