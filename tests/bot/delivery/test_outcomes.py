"""What a platform may say, and what becomes of what it was asked for."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.delivery.outcomes import (
    NO_ANSWER,
    NOT_FOUND,
    UNEXPECTED,
    Arrived,
    Consequence,
    Fate,
    Later,
    Refused,
    Unsure,
    ask,
    fate_of,
)
from bot.port.platform import Permanent, Retryable, Unknown
from store.model import Task

LONG = timedelta(seconds=30)
PAUSE = timedelta(seconds=8)
LOOK_AFTER = timedelta(seconds=10)
OWN = timedelta(seconds=90)


async def says(error: BaseException | None = None) -> str:
    if error is not None:
        raise error
    return "done"


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, Arrived("done")),
        (Retryable("busy"), Later("busy")),
        (Retryable("busy", OWN), Later("busy", OWN)),
        (Permanent("gone", "Ask it back."), Refused("gone", "Ask it back.")),
        (Unknown("lost"), Unsure("lost")),
        (TimeoutError(), Unsure(NO_ANSWER)),
        (KeyError("id"), Unsure(UNEXPECTED)),
    ],
)
async def test_what_a_platform_does_is_one_of_four_things(
    error: BaseException | None, outcome: object, caplog: pytest.LogCaptureFixture
) -> None:
    assert await ask(says(error), LONG, key="abc") == outcome
    unforeseen = isinstance(error, KeyError)
    assert ("platform failed key=abc" in caplog.text) == unforeseen


async def test_a_platform_is_not_waited_for_for_ever() -> None:
    assert await ask(asyncio.Event().wait(), timedelta()) == Unsure(NO_ANSWER)


async def test_who_asks_can_be_stopped() -> None:
    asking = asyncio.create_task(ask(asyncio.Event().wait(), LONG))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


KEEP, AGAIN, LOOK, GIVE_UP = Fate.KEEP, Fate.AGAIN, Fate.LOOK, Fate.GIVE_UP


@pytest.mark.parametrize(
    ("task", "arrived", "later", "refused", "unsure"),
    [
        (Task.PUBLISH, KEEP, AGAIN, AGAIN, LOOK),
        (Task.FIND, KEEP, LOOK, LOOK, LOOK),
        (Task.UPDATE, KEEP, AGAIN, GIVE_UP, AGAIN),
        (None, KEEP, AGAIN, GIVE_UP, LOOK),
    ],
)
def test_what_becomes_of_it(
    task: Task | None, arrived: Fate, later: Fate, refused: Fate, unsure: Fate
) -> None:
    after = LOOK_AFTER if task is Task.PUBLISH else PAUSE
    assert fate_of(task, Arrived("receipt"), PAUSE, LOOK_AFTER) == Consequence(arrived)
    assert fate_of(task, Later("busy"), PAUSE, LOOK_AFTER) == Consequence(later, "busy", PAUSE)
    assert fate_of(task, Later("busy", OWN), PAUSE, LOOK_AFTER) == Consequence(later, "busy", OWN)
    assert fate_of(task, Refused("gone"), PAUSE, LOOK_AFTER) == Consequence(refused, "gone", PAUSE)
    assert fate_of(task, Unsure("lost"), PAUSE, LOOK_AFTER) == Consequence(unsure, "lost", after)


def test_what_was_looked_for_and_is_not_there_is_sent_at_once() -> None:
    now = Consequence(Fate.AGAIN, NOT_FOUND)
    assert fate_of(Task.FIND, Arrived(None), PAUSE, LOOK_AFTER) == now
