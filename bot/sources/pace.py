"""When is a source asked again, and how do we think of it after an answer? Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.port.source import FeedAnswer, Validators
from store.model import Polling

SHORTEST = timedelta(minutes=15)
LONGEST = timedelta(days=1)

FULL = timedelta(days=1)
"""So often a feed is asked whole: some servers answer for ever that nothing has changed."""

SILENT = timedelta(days=7)
"""After so long with nothing but errors, whoever added a source is told, once."""

MOVED = 3
"""Polls in a row that must lead to the same new address: maintenance pages redirect too."""

GONE = 2
"""Answers of 410 in a row that end a source."""

_FASTER, _SLOWER = 0.6, 1.15
_JITTER = 0.1

_SPACING = timedelta(seconds=2)
_SPACINGS = {
    # Reddit answers 429 to anonymous readers beyond about one request a minute.
    "reddit.com": timedelta(minutes=1),
    # "Make no more than one request every three seconds": the API's terms of use.
    "export.arxiv.org": timedelta(seconds=3),
}
"""How far requests to one host are apart, where it is not the usual."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What an answer brought: `news` of it, and whether something in it was `known` before."""

    news: int = 0
    overlap: bool = True


def spacing_of(host: str) -> timedelta:
    """Return how far two requests to a host are apart."""
    name = host.removeprefix("www.").removeprefix("old.")
    return _SPACINGS.get(name, _SPACING)


def host_of(address: str) -> str:
    """Return the host of an address, in lower case."""
    return (urlsplit(address).hostname or "").lower()


def validators_of(polling: Polling, now: datetime) -> Validators:
    """Return what makes the next request conditional; nothing once a day."""
    if polling.full_at is None or now - polling.full_at >= FULL:
        return Validators()
    return Validators(polling.etag, polling.last_modified)


def after_answer(
    polling: Polling, answer: FeedAnswer, brought: Brought, now: datetime, chance: float
) -> Polling:
    """Return how the polling goes on after an answer as it should be.

    `chance`, from 0 to 1, spreads sources that were added together.
    """
    feed = answer.feed
    pace = polling.pace * (_FASTER if brought.news or not brought.overlap else _SLOWER)
    pace = min(max(pace, SHORTEST), LONGEST)
    asked = [answer.fresh_for, None if feed is None else feed.refresh]
    wait = max([pace, *(min(each, LONGEST) for each in asked if each is not None)])
    again = answer.moved_to is not None and answer.moved_to == polling.moved_to
    return replace(
        polling,
        next_at=now + wait * (1 + _JITTER * (2 * chance - 1)),
        polled_at=now,
        good_at=now,
        full_at=polling.full_at if feed is None else now,
        news_at=now if brought.news else polling.news_at,
        failures=0,
        failing_since=None,
        trouble="",
        told=False,
        missed=not brought.overlap if feed is not None else polling.missed,
        pace=pace,
        etag=polling.etag if feed is None else answer.validators.etag,
        last_modified=polling.last_modified if feed is None else answer.validators.last_modified,
        moved_to=answer.moved_to or "",
        moved_times=polling.moved_times + 1 if again else int(answer.moved_to is not None),
        gone_times=0,
    )


def after_failure(
    polling: Polling,
    trouble: str,
    now: datetime,
    *,
    after: timedelta | None = None,
    gone: bool = False,
) -> Polling:
    """Return how the polling goes on after an error: twice as late each time, at most in a day.

    `after` is the server's own delay, `gone`: it says that the source is.
    """
    failures = polling.failures + 1
    wait = min(SHORTEST * (1 << min(failures - 1, 10)), LONGEST)
    if after is not None:
        wait = max(wait, min(after, LONGEST))
    since = polling.failing_since or now
    return replace(
        polling,
        next_at=now + wait,
        polled_at=now,
        failures=failures,
        failing_since=since,
        trouble=trouble,
        told=polling.told or now - since >= SILENT,
        gone_times=polling.gone_times + 1 if gone else 0,
    )


PATIENCE = timedelta(seconds=30)
"""How long a poll waits for its turn; who would wait longer comes back later."""

_MANY = 1000


class Hosts:
    """The turns of hosts, in one process."""

    def __init__(self) -> None:
        self._free_at: dict[str, datetime] = {}

    def turn(self, host: str, now: datetime) -> datetime:
        """Return when a host may be asked, and take that turn, unless it is too far away."""
        at = max(self._free_at.get(host, now), now)
        if at - now <= PATIENCE:
            self._free_at[host] = at + spacing_of(host)
        if len(self._free_at) > _MANY:
            self._free_at = {name: free for name, free in self._free_at.items() if free > now}
        return at

    def hold(self, host: str, until: datetime) -> None:
        """Ask a host for nothing until a moment."""
        self._free_at[host] = max(self._free_at.get(host, until), until)
