"""What came of asking a platform, and what becomes now of what it was asked for.

What surely did not happen may be done again. What may have happened is looked for first, and where
nothing can be looked for it is not done twice. Only `ask` does anything; the decision is pure.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from typing import Generic, TypeVar

from bot.delivery.events import Event, line_of
from bot.i18n.translator import N_
from bot.port.platform import Permanent, Retryable, Unknown
from store.model import Task

_LOGGER = logging.getLogger(__name__)

NOT_FOUND = N_("It was looked for and had not arrived.")
NO_ANSWER = N_("The platform did not answer.")
UNEXPECTED = N_("The platform failed unexpectedly. The log says why.")

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Arrived(Generic[T_co]):
    """It was done; `answer` is what the platform returned."""

    answer: T_co


@dataclass(frozen=True, slots=True)
class Later:
    """It was not done, and may work later. `after` is the platform's own delay, if it named one."""

    reason: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """It was not done, and will not be until somebody changes something on the platform."""

    reason: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Unsure:
    """Nobody knows whether it was done."""

    reason: str


async def ask(
    call: Awaitable[T], within: timedelta, **facts: object
) -> Arrived[T] | Later | Refused | Unsure:
    """Wait for a platform's answer, so long at most. Never raises but for cancellation.

    `facts` stand in the log's line where the platform fails in an unforeseen way.
    """
    try:
        async with asyncio.timeout(within.total_seconds()):
            return Arrived(await call)
    except Retryable as error:
        return Later(error.reason, error.after)
    except Permanent as error:
        return Refused(error.reason, error.remedy)
    except Unknown as error:
        return Unsure(error.reason)
    except TimeoutError:
        return Unsure(NO_ANSWER)
    except Exception:
        _LOGGER.exception("%s", line_of(Event.PLATFORM_FAILED, **facts))
        return Unsure(UNEXPECTED)


class Fate(Enum):
    """What becomes of it."""

    KEEP = auto()
    """It is done: what came of it is kept."""
    AGAIN = auto()
    """It surely was not done, and is done again after the pause."""
    LOOK = auto()
    """It may have been done, and is looked for after the pause; or left, where that cannot be."""
    GIVE_UP = auto()


@dataclass(frozen=True, slots=True)
class Consequence:
    """What becomes of what a platform was asked for, why, and after which pause."""

    fate: Fate
    reason: str = ""
    pause: timedelta = timedelta()


_FATES: Mapping[Task | None, tuple[Fate, Fate, Fate]] = {
    # Later, Refused, Unsure. A message or a person that is gone says nothing of the channel.
    Task.PUBLISH: (Fate.AGAIN, Fate.AGAIN, Fate.LOOK),
    Task.FIND: (Fate.LOOK, Fate.LOOK, Fate.LOOK),
    Task.UPDATE: (Fate.AGAIN, Fate.GIVE_UP, Fate.AGAIN),
    None: (Fate.AGAIN, Fate.GIVE_UP, Fate.LOOK),
}


def fate_of(
    task: Task | None,
    outcome: Arrived[object] | Later | Refused | Unsure,
    pause: timedelta,
    look_after: timedelta,
) -> Consequence:
    """Return what becomes of a task now, or, where there is none, of what an owner was to be told.

    `pause` is before another try where the platform names no delay of its own, `look_after` before
    the first look for what was published without an answer.
    """
    later, refused, unsure = _FATES[task]
    match outcome:
        case Arrived(None) if task is Task.FIND:
            # It stands where it stood before it was sent.
            return Consequence(Fate.AGAIN, NOT_FOUND)
        case Arrived():
            return Consequence(Fate.KEEP)
        case Later(reason, after):
            return Consequence(later, reason, pause if after is None else after)
        case Refused(reason):
            return Consequence(refused, reason, pause)
        case Unsure(reason):
            return Consequence(unsure, reason, look_after if task is Task.PUBLISH else pause)
