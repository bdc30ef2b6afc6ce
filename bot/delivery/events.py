"""The steps of a post's life, and of a channel's and a notice's, as lines of the log.

A line is the step's words and then facts as `name=value`, so that `grep key=…` tells the whole
life of one post. docs/operating.md says what each line means.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from store.model import Work

_PLAIN = re.compile(r"[^\s\"=]+")


class Event(StrEnum):
    """What happened. The words stand at the beginning of its line."""

    MADE = "post made"
    LEASED = "post leased"
    SENDING = "post sending"
    SENT = "post sent"
    RETRIED = "post retried later"
    LOOKED_FOR_LATER = "post looked for later"
    FOUND = "post found"
    FAILED = "post failed"
    UPDATED = "post updated"
    NOT_UPDATABLE = "post not updatable"
    LEFT = "post left to its lease"
    NOT_RENDERED = "post not rendered"
    PLATFORM_FAILED = "platform failed"
    NOT_MADE = "post not made"
    UNREADABLE = "schedule unreadable"
    BROKEN = "channel broken"
    STILL_BROKEN = "channel still broken"
    MENDED = "channel mended"
    REACHED = "channel reached again"
    TO_TELL = "owner to be told"
    TOLD = "owner told"
    TOLD_LATER = "owner told later"
    PERHAPS_TOLD = "owner perhaps told"
    NOT_TOLD = "owner not told"
    MEMBER_TOLD = "member told"
    MEMBER_NOT_TOLD = "member not told"
    TAKEN_OVER = "posts taken over"
    LOST = "process lost"
    GAINED = "domain taken"
    GIVEN_UP = "domain left"


_WARNINGS = {
    Event.LEFT,
    Event.UNREADABLE,
    Event.BROKEN,
    Event.PERHAPS_TOLD,
    Event.NOT_TOLD,
    Event.LOST,
}
"""What an operator should see."""


def log(logger: logging.Logger, step: Event, level: int | None = None, /, **facts: object) -> None:
    """Write the line of a step to a log."""
    usual = logging.WARNING if step in _WARNINGS else logging.INFO
    if logger.isEnabledFor(level or usual):
        logger.log(level or usual, "%s", line_of(step, **facts))


def line_of(step: Event, /, **facts: object) -> str:
    """Return the line of a step. Facts that are None or empty are left out.

    Moments are ISO 8601 in UTC, spans of time are seconds. A value with spaces in it stands in
    double quotes, as JSON has them.
    """
    said = (f"{name}={_value(fact)}" for name, fact in facts.items() if fact not in (None, ""))
    return " ".join((step.value, *said))


def facts_of(work: Work) -> dict[str, object]:
    """Return what every line about a leased post names."""
    return {"key": work.post.key, "channel": work.channel.id, "task": work.task.value}


def _value(fact: object) -> str:
    match fact:
        case bool():
            return "true" if fact else "false"
        case int():
            return str(fact)
        case datetime():
            return fact.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case timedelta():
            return f"{fact.total_seconds():.1f}"
    text = str(fact)
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
