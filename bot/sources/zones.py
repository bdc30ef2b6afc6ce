"""The time zone of a source's dates that name none: that of its country, where it has one. Pure."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

from babel.core import get_global

from bot.port.source import Feed
from bot.port.text import language_of_text

_GENERIC = frozenset({"AI", "CC", "CO", "FM", "GG", "IO", "LY", "ME", "SH", "SO", "TO", "TV", "WS"})
"""Domains of countries that are used all over the world."""


def country_timezone(address: str, language: str | None) -> str:
    """Return the IANA zone of an address's country, else of that where a language is spoken.

    Empty where neither has a single zone, after the CLDR.
    """
    host = urlsplit(address).hostname or ""
    subtags = get_global("likely_subtags").get(language or "", "")
    for territory in (host.rpartition(".")[2].upper(), subtags.rpartition("_")[2]):
        zones = get_global("territory_zones").get(territory, ())
        if len(zones) == 1 and territory not in _GENERIC:
            return str(zones[0])
    return ""


def usual_timezone(address: str, feed: Feed) -> str:
    """Return the IANA zone of a feed's country; empty where nothing tells it.

    Its language is the one that it says it is in, else that of most of its titles: many Korean
    papers write their own time without a zone, and say no language.
    """
    said = (feed.language or "").partition("-")[0].lower()
    titles = Counter(language_of_text(item.title) for item in feed.items if item.title)
    written = next((language for language, _ in titles.most_common(1)), None)
    return country_timezone(address, said or written)
