"""What becomes of an item: an entry's draft, and the telling of a story. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from bot.port.source import Item
from bot.port.text import language_of_text, shorten
from bot.sources.novelty import date_of
from bot.sources.stories.headline import Article
from bot.sources.zones import country_timezone
from store.entries import limits
from store.model import EARLIEST_YEAR, LATEST_YEAR, Entry, EntryDraft, PublishedDate, Source, Status

_LONGEST_NOTE = 1000


def draft_of(item: Item, source: Source, now: datetime) -> EntryDraft | None:
    """Return the entry that an item becomes, None for one that says nothing."""
    note = item.description or ""
    title = item.title or shorten(note, limits.TITLE) or item.link
    if not title:
        return None
    date = date_of(item, now)
    rules = source.rules
    return EntryDraft(
        title=shorten(title, limits.TITLE)[: limits.TITLE],
        url=item.link if item.link and len(item.link) <= limits.URL else None,
        note="" if note == title else shorten(note, _LONGEST_NOTE),
        image=item.image if item.image and len(item.image) <= limits.URL else None,
        published=None if date is None else _day(date, zone_of(source) or UTC),
        language=rules.language or item.language or language_of_text(f"{title} {note}"),
        tags=rules.tags,
        added_by=shorten(source.name, limits.ADDED_BY)[: limits.ADDED_BY],
        status=Status.PENDING if rules.reviewed else Status.PUBLISHED,
    )


def article_of(item: Item, source: Source, now: datetime) -> Article:
    """Return an item as one telling of a story."""
    date = date_of(item, now)
    language = source.rules.language or item.language or language_of_text(item.title or "") or ""
    return Article(
        title=item.title or "",
        published=min(date, now) if date is not None else now,
        link=item.link,
        source=source.name,
        language=language.partition("-")[0],
        text=item.description or "",
    )


def article_of_entry(entry: Entry) -> Article:
    """Return an entry as one telling of its story."""
    date = entry.published
    known = date is not None and date.day is not None
    return Article(
        title=entry.title,
        published=date.first_day if date is not None and known else entry.created_at,
        link=entry.url,
        source=entry.added_by,
        language=(entry.language or "").partition("-")[0],
        text=entry.note,
    )


def zone_of(source: Source) -> tzinfo | None:
    """Return the time zone of dates without one: the source's own, else that of its country."""
    rules = source.rules
    zone = rules.timezone or country_timezone(source.address, rules.language)
    return ZoneInfo(zone) if zone else None


def _day(moment: datetime, zone: tzinfo) -> PublishedDate | None:
    if not EARLIEST_YEAR < moment.year < LATEST_YEAR:
        return None
    local = moment.astimezone(zone)
    return PublishedDate(local.year, local.month, local.day)
