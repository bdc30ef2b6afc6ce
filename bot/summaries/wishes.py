"""In which languages an entry is drafted, from what, and what that may cost. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.i18n.translator import LANGUAGES, language_of
from bot.port.text import language_of_text
from bot.port.writer import WriterTask
from store.errors import TokensSpent
from store.model import Entry

ENOUGH = 200
"""Characters of a note from which on there is something to summarise."""

TAGS = 4
"""Tags of a draft, at most."""


def begun(now: datetime, timezone: str) -> tuple[datetime, datetime]:
    """Return when this day and this month began in a time zone."""
    there = now.astimezone(ZoneInfo(timezone))
    day = there.replace(hour=0, minute=0, second=0, microsecond=0)
    return day, day.replace(day=1)


@dataclass(frozen=True, slots=True)
class Budget:
    """The tokens that may be taken in a day and in a month of the operator's time zone."""

    day: int
    month: int
    timezone: str

    def limits(self, now: datetime) -> tuple[tuple[datetime, int], ...]:
        """Return since when how many tokens may be taken: in this month, and today."""
        day, month = begun(now, self.timezone)
        return (month, self.month), (day, self.day)

    def renewed(self, spent: TokensSpent, now: datetime) -> datetime:
        """Return when tokens may be taken again."""
        day, month = begun(now, self.timezone)
        following = (month + timedelta(days=32)).replace(day=1)
        monthly = (spent.since, spent.limit) == (month, self.month)
        return following if monthly else day + timedelta(days=1)


def own_language(entry: Entry) -> str:
    """Return the language that an entry is written in: one of ours, or its own."""
    own = entry.language
    return language_of(own) or own or language_of_text(f"{entry.title} {entry.note}")


def summarisable(entry: Entry) -> bool:
    """Whether an entry says enough for a summary."""
    return len(entry.note) >= ENOUGH


def wanted_languages(entry: Entry, read: Collection[str]) -> set[str]:
    """Return the languages in which an entry is drafted that people read.

    Of what is in a language of theirs already, a summary is drafted, where there is something to.
    """
    own = own_language(entry)
    return {
        language
        for language in read
        if language in LANGUAGES and (language != own or summarisable(entry))
    }


def task_of(entry: Entry, language: str, tags: Collection[str]) -> WriterTask:
    """Return what a writer is asked for."""
    return WriterTask(entry.title, entry.note, own_language(entry), language, tuple(tags))
