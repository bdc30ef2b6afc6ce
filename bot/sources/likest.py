"""Which entries are likest to one: what is offered where a moderator says that it is the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.sources.stories.article import Article
from bot.sources.stories.background import Background
from bot.sources.stories.headline import HeadlineReader
from bot.sources.stories.likeness import CERTAIN, certain, likeness
from store.model import Entry, Precision
from store.search.text.analyzer import Analyzer


def likest(entry: Entry, others: Sequence[Entry], limit: int) -> tuple[Entry, ...]:
    """Return at most `limit` of some entries, the likest first; what is alike stays in its order.

    It takes a while and is pure: to be run in a thread.
    """
    reader = HeadlineReader(Analyzer())
    background = Background.shipped(reader.terms)
    own = reader.read(_article(entry))

    def like(other: Entry) -> float:
        headline = reader.read(_article(other))
        return CERTAIN if certain(own, headline) else likeness(own, headline, background)

    return tuple(sorted(others, key=like, reverse=True)[:limit])


def _article(entry: Entry) -> Article:
    return Article(
        title=entry.title,
        published=_published(entry),
        link=entry.url,
        source=entry.added_by or None,
        language=entry.language or "",
        text=entry.note,
    )


def _published(entry: Entry) -> datetime | date:
    """Return the day of the news or, where that is less exact or ahead, when it was added."""
    day, known = entry.published, entry.created_at
    if day is None or day.precision is not Precision.DAY or day.first_day > known.date():
        return known
    return day.first_day
