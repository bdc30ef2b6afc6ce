"""Where the bot is killed: every named point of a post's life, in one table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum

from bot.delivery.events import Event


class Deed(StrEnum):
    """What the bot asks of a platform during a post's life."""

    PUBLISH = "publish"
    FIND = "find"
    UPDATE = "update"
    THREAD = "thread"
    """A thread is opened under a post, where a channel wants the further parts there."""
    CROSSPOST = "crosspost"
    """An announcement is published to the servers that follow."""


class Stage(StrEnum):
    """How far a request has come, as the platform sees it."""

    ARRIVED = "arrived"
    """It is there, and is never accepted."""
    ACCEPTED = "accepted"
    """It is done, and no answer leaves."""
    ANSWERED = "answered"
    """The answer has just left."""


class Need(Enum):
    """What must be going on for a point to be reached."""

    NEWS = "there is news"
    DIGEST = "a digest of several parts is due"
    EDIT = "something was edited that posts carry"
    LOOK = "an earlier process was killed while it published"
    TOO_LATE = "an earlier process was killed before it published, a day ago"
    DELAY = "a platform asks to wait"
    NO_ANSWER = "a platform's answer is lost"
    NO_EDIT = "a platform refuses an update"
    REFUSAL = "a platform refuses a channel"
    BACK = "an earlier process was refused, and the platform refuses no longer"


@dataclass(frozen=True, slots=True)
class Point:
    """One place at which the process is killed. `name` is what the fuse or the wire calls it."""

    name: str
    need: Need


STEPS = {
    Event.MADE: Need.NEWS,
    Event.LEASED: Need.NEWS,
    Event.SENDING: Need.NEWS,
    Event.SENT: Need.NEWS,
    Event.FOUND: Need.LOOK,
    Event.RETRIED: Need.DELAY,
    Event.LOOKED_FOR_LATER: Need.NO_ANSWER,
    Event.FAILED: Need.TOO_LATE,
    Event.UPDATED: Need.EDIT,
    Event.NOT_UPDATABLE: Need.NO_EDIT,
    Event.BROKEN: Need.REFUSAL,
    Event.MENDED: Need.BACK,
    Event.TAKEN_OVER: Need.LOOK,
}
"""Each step of a post's life, as the log names it: the process is killed while it is written."""

UNITS = {
    "make_many": Need.NEWS,
    "lease": Need.NEWS,
    "sent": Need.NEWS,
    "retry": Need.DELAY,
    "unknown": Need.NO_ANSWER,
    "fail": Need.TOO_LATE,
    "updated": Need.EDIT,
    "take_over": Need.LOOK,
}
"""Each unit of work on posts, by the store's method: killed before its commit, and after it."""

_DEEDS = {
    "discord": {
        Deed.PUBLISH: Need.NEWS,
        Deed.FIND: Need.LOOK,
        Deed.UPDATE: Need.EDIT,
        Deed.THREAD: Need.DIGEST,
        Deed.CROSSPOST: Need.NEWS,
    },
    "slack": {Deed.PUBLISH: Need.NEWS, Deed.FIND: Need.LOOK, Deed.UPDATE: Need.EDIT},
}


def at_step(step: Event) -> str:
    """Return the name of the point at a line of the log."""
    return f"log: {step}"


def before_commit(unit: str) -> str:
    """Return the name of the point before a unit of work is committed."""
    return f"store: before the commit of {unit}"


def after_commit(unit: str) -> str:
    """Return the name of the point after a unit of work is committed."""
    return f"store: after the commit of {unit}"


def at_platform(platform: str, deed: Deed, stage: Stage) -> str:
    """Return the name of the point at which a request has come so far."""
    return f"{platform}: {deed} {stage}"


IN_PROCESS = (
    *(Point(at_step(step), need) for step, need in STEPS.items()),
    *(Point(before_commit(unit), need) for unit, need in UNITS.items()),
    *(Point(after_commit(unit), need) for unit, need in UNITS.items()),
)
"""The points that the process itself comes by."""

AT_PLATFORMS = tuple(
    Point(at_platform(platform, deed, stage), need)
    for platform, deeds in _DEEDS.items()
    for deed, need in deeds.items()
    for stage in Stage
)
"""The points that a platform sees."""

POINTS = (*IN_PROCESS, *AT_PLATFORMS)

RANDOM = Point("a random moment", Need.NEWS)
"""Not a point: the process is killed by the watch, from its first instruction on."""
