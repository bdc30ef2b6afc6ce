"""A list of feeds becomes sources, each once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.i18n.translator import N_
from bot.port.source import FeedAddress
from bot.port.text import one_line, shorten
from store.entries.identity import url_key
from store.entries.links import host
from store.model import Actor, SourceRules
from store.text import clean_tag

if TYPE_CHECKING:
    from store.sources.sources import Sources

KNOWN = N_("It is a source already.")
TWICE = N_("It is in the list twice.")
NO_ADDRESS = N_("This is not a web address.")

LONGEST_NAME = 80
"""Graphemes of a source's name."""

_OPML = re.compile(rb"<opml[\s>]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SkippedFeed:
    """A feed of a list that became no source. `reason` is a message id."""

    address: str
    reason: str


@dataclass(frozen=True, slots=True)
class FeedListReport:
    """What became of a list; in a dry run, what would have."""

    added: tuple[FeedAddress, ...]
    skipped: tuple[SkippedFeed, ...]


def is_feed_list(beginning: bytes) -> bool:
    """Whether a file that begins so is a list of feeds, in whatever encoding."""
    return _OPML.search(beginning.replace(b"\0", b"")) is not None


def name_of(feed: FeedAddress) -> str:
    """Return what people call a feed: its title, else its site."""
    return shorten(one_line(feed.title or ""), LONGEST_NAME) or host(feed.url)


def rules_of(feed: FeedAddress) -> SourceRules:
    """Return the rules of a feed of a list: its folder, the innermost one, is a tag."""
    tag = clean_tag((feed.category or "").rpartition("/")[2])
    return SourceRules(tags=(tag,) if tag else ())


async def import_feeds(
    sources: Sources, feeds: Iterable[FeedAddress], by: Actor, *, dry_run: bool = False
) -> FeedListReport:
    """Make each feed a source that is none yet."""
    seen = dict.fromkeys([url_key(one.address) for one in await sources.list()], KNOWN)
    added: list[FeedAddress] = []
    skipped: list[SkippedFeed] = []
    for feed in feeds:
        try:
            key = url_key(feed.url)
        except ValueError:
            skipped.append(SkippedFeed(feed.url, NO_ADDRESS))
            continue
        if key in seen:
            skipped.append(SkippedFeed(feed.url, seen[key]))
            continue
        seen[key] = TWICE
        if not dry_run:
            await sources.add(feed.url, name_of(feed), rules_of(feed), by)
        added.append(feed)
    return FeedListReport(tuple(added), tuple(skipped))
