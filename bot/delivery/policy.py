"""How long the delivery waits, and how much it does at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.delivery.digest import TOO_LATE_AFTER

Chance = Callable[[], float]
"""Returns a number from 0 up to, not with, 1: what keeps retries from coming all at once."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The figures of the delivery.

    `answer` is how long a platform may take for one call, `lease` how long a post is its
    worker's: longer than a find and a publish together, so that nobody else takes it meanwhile.
    `look_after` is how long after a lost answer a post is looked for: what was accepted stands in
    the channel's history by then.
    """

    answer: timedelta = timedelta(seconds=60)
    lease: timedelta = timedelta(minutes=3)
    look_after: timedelta = timedelta(seconds=10)
    shortest_pause: timedelta = timedelta(seconds=2)
    longest_pause: timedelta = timedelta(minutes=10)
    shortest_rest: timedelta = timedelta(minutes=1)
    """Before a broken channel is tried again for the first time."""
    longest_rest: timedelta = timedelta(hours=6)
    too_late_after: timedelta = TOO_LATE_AFTER
    workers: int = 16
    """Posts under way on one platform: enough to reach 50 a second at 300 ms each."""
    each_workspace: int | None = None
    """Posts under way in one workspace, where the platform does not let many be looked for."""
    trouble: int = 8
    """After so many failed calls to a platform with none that worked, one at a time is tried."""
    gather_votes: timedelta = timedelta(minutes=5)
    """Before new counts of votes are shown in the posts that were sent: all in one edit each."""
    batch: int = 500
    """Channels whose posts are made in one go, so that the loop is never held up for long."""

    def pause(self, attempts: int, chance: Chance) -> timedelta:
        """Return how long to wait after that many attempts: doubling, capped, from half of it up.

        Half of the pause is left to chance, so that what failed together is not tried together.
        """
        doublings = min(max(attempts, 1) - 1, 30)
        whole = min(self.shortest_pause * (1 << doublings), self.longest_pause)
        return whole * (0.5 + chance() / 2)

    def pause_of_age(self, age: timedelta, chance: Chance) -> timedelta:
        """Return how long to wait before a post of that age is looked for again."""
        whole = min(max(age / 4, self.look_after), self.longest_pause)
        return whole * (0.5 + chance() / 2)
