"""Channels that a platform refuses, and what their owners and the log have heard of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.delivery.policy import Policy
from bot.port.platform import Permanent, Retryable
from store.model import NoticeState
from tests.bot.world import DeliveryWorld
from tests.fakes.platform import refused

DAY = timedelta(days=1)
GONE = refused(Permanent("The bot was removed.", "Ask it back."))
BUSY = refused(Retryable("out of order"))

PATIENT = Policy(longest_pause=timedelta(hours=2))
"""Days of an outage take few tries."""


async def a_channel_that_breaks(
    world: DeliveryWorld, name: str = "chat", rule: str = "0 9 * * *", *, direct: bool = False
) -> None:
    """Schedule a channel and let the platform refuse it."""
    await world.channel(name, rule, direct=direct)
    await world.add("one")
    await world.to_the_slot(name)
    world.platform.publishing.of_channel[name] = GONE
    world.platform.in_the_way[name] = ["removed"]


def mend(world: DeliveryWorld, name: str = "chat") -> None:
    world.platform.publishing.of_channel.pop(name)
    world.platform.in_the_way.pop(name)


async def told_how(world: DeliveryWorld) -> list[tuple[str, NoticeState, str]]:
    """Return how far owners have been told: the kind, the state and why not."""
    standings = [one async for one in world.store.overview.all()]
    return [
        (notice.kind.value, notice.state, notice.obstacle)
        for standing in standings
        for notice in standing.notices
    ]


def lines(caplog: pytest.LogCaptureFixture, step: str) -> list[str]:
    return [each for each in caplog.messages if each.startswith(f"{step} ")]
