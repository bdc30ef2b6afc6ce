"""A feed read from what a server sent: one door for every format."""

from __future__ import annotations

import re
from datetime import tzinfo

from adapters.documents.challenges import is_challenge
from adapters.documents.encoding import decode
from adapters.feeds.json_feed import read_json
from adapters.feeds.xml_feed import read_xml
from bot.port.source import Feed, NotAFeed, NotAFeedReason

_BLANKS = " \t\r\n\0\ufeff\u200b"
_GUARD = ")]}'"
"""What some sites put before their JSON, so that no page can run it as a script."""
_BEGINNING = 30_000
_PAGE = re.compile(r"<!doctype html|<html[\s>]", re.IGNORECASE)


def read(
    data: bytes, *, content_type: str = "", base: str = "", zone: tzinfo | None = None
) -> Feed:
    """Read RSS, RDF, Atom, JSON Feed, or what one of the known sites answers in place of a feed.

    `data` is the body as it came, `content_type` its header, `base` the address that relative ones
    are resolved against, `zone` that of dates without one. A feed that is broken or cut off gives
    what it has. It takes about as long as the body is long, whatever stands in it.

    Raises:
        NotAFeed: where it is none; nothing else.
    """
    text = decode(data, content_type).lstrip(_BLANKS)
    if not text:
        raise NotAFeed(NotAFeedReason.EMPTY)
    if text.startswith(_GUARD):
        text = text.removeprefix(_GUARD).lstrip(_BLANKS + ",")
    if text[0] in "{[":
        return read_json(text, base, zone)
    try:
        return read_xml(text, base, zone)
    except NotAFeed as problem:
        raise NotAFeed(_reason(text, problem.reason)) from None


def _reason(text: str, reason: NotAFeedReason) -> NotAFeedReason:
    beginning = text[:_BEGINNING]
    if reason is not NotAFeedReason.HTML and not _PAGE.search(beginning):
        return reason
    return NotAFeedReason.CHALLENGE if is_challenge(text) else NotAFeedReason.HTML
