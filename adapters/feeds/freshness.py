"""How long an answer stays as it is, and how long a server wants to be left alone: its headers.

Moments in headers are read against the server's own `Date`, so that no clock here is asked, and
one that is wrong there does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(days=30)
"""No header is believed beyond this."""

_DIRECTIVE = re.compile(r'([\w-]+)(?:\s*=\s*(?:"([^"]*)"|([^\s,;]*)))?')


def fresh_for(headers: Mapping[str, str]) -> timedelta | None:
    """Return how long an answer is fresh (RFC 9111), None where it does not say."""
    said = {
        found[1].lower(): found[2] or found[3] or ""
        for found in _DIRECTIVE.finditer(headers.get("Cache-Control", ""))
    }
    if said.keys() & {"no-store", "no-cache"}:
        return None
    if "max-age" in said:
        fresh = _seconds(said["max-age"])
        age = _seconds(headers.get("Age", ""))
        return None if fresh is None else _positive(fresh - (age or timedelta()))
    return _positive(_until(headers, "Expires"))


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Return the server's own delay, None where it names none."""
    seconds = _seconds(headers.get("Retry-After", ""))
    return _positive(_until(headers, "Retry-After") if seconds is None else seconds)


def _seconds(text: str) -> timedelta | None:
    number = text.strip().partition(".")[0]
    if not (number.isascii() and number.isdecimal()):
        return None
    longest = str(int(LONGEST.total_seconds()))
    return LONGEST if len(number) > len(longest) else min(timedelta(seconds=int(number)), LONGEST)


def _until(headers: Mapping[str, str], name: str) -> timedelta | None:
    moment, now = _moment(headers.get(name, "")), _moment(headers.get("Date", ""))
    return None if moment is None or now is None else min(moment - now, LONGEST)


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _positive(span: timedelta | None) -> timedelta | None:
    return span if span is not None and span > timedelta() else None
