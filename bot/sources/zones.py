"""The time zone of a source's dates that name none, where its country is plain. Pure."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

from bot.port.source import Feed
from bot.port.text import language_of_text

_ZONES = {"kr": "Asia/Seoul", "ko": "Asia/Seoul", "jp": "Asia/Tokyo", "ja": "Asia/Tokyo"}
"""By the ending of a host and by language: of countries that have one zone, and papers that write
their own time without it (Korean papers on one common system do)."""


def usual_timezone(address: str, feed: Feed) -> str:
    """Return the IANA zone of a feed's country; empty where nothing tells it.

    Its host tells it, else the language that it says it is in, else that of most of its titles.
    """
    ending = (urlsplit(address).hostname or "").rpartition(".")[2]
    said = (feed.language or "").partition("-")[0].lower()
    titles = Counter(language_of_text(item.title) for item in feed.items if item.title)
    written = next((language for language, _ in titles.most_common(1)), "")
    found = (_ZONES.get(sign, "") for sign in (ending, said, *(() if said else (written,))))
    return next(filter(None, found), "")
