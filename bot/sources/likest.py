"""Which entries are likest to one: what is offered where a moderator says that it is the same."""

from __future__ import annotations

from collections.abc import Sequence

from bot.sources.gathering import article_of_entry
from bot.sources.stories.background import Background
from bot.sources.stories.headline import HeadlineReader
from bot.sources.stories.likeness import CERTAIN, certain, likeness
from store.model import Entry
from store.search.text.analyzer import Analyzer


def likest(entry: Entry, others: Sequence[Entry], limit: int) -> tuple[Entry, ...]:
    """Return at most `limit` of some entries, the likest first; what is alike stays in its order.

    It takes a while and is pure: to be run in a thread.
    """
    reader = HeadlineReader(Analyzer())
    background = Background.shipped(reader.terms)
    own = reader.read(article_of_entry(entry))

    def like(other: Entry) -> float:
        headline = reader.read(article_of_entry(other))
        return CERTAIN if certain(own, headline) else likeness(own, headline, background)

    return tuple(sorted(others, key=like, reverse=True)[:limit])
