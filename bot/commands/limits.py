"""How much strangers may ask of the bot: commands of a person and a workspace, and schedules.

What was asked is remembered in the process that answers: to agree on it would cost a write to the
database for each command. A platform that is heard over its own line is heard by one process at a
time (`bot/delivery/leadership`), which counts all; of those that a platform calls over HTTP each
counts what comes to it, so that several together allow as many times as much.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass

from bot.i18n.translator import Translator

_MINUTE = 60.0
_REMEMBERED = 10_000
"""Whoever asks, before those are forgotten who may ask as much as at first: some 2 MB."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is done for strangers; 0 stands for no limit.

    `person` and `workspace` are commands a minute, `schedules` those of a workspace's channels.
    """

    person: int = 60
    workspace: int = 1200
    schedules: int = 100

    def said(self, words: Translator) -> str:
        """Return a line that tells them to the operator."""
        return words.gettext(
            "Limits for strangers (0: none): {person} commands a minute for a person, {workspace} "
            "for a server; {schedules} schedules for a server.",
            person=words.number(self.person),
            workspace=words.number(self.workspace),
            schedules=words.number(self.schedules),
        )


class Allowance:
    """So many commands a minute for each who asks, and as many at once after a rest.

    For each it keeps one number: when all that they took will have come back to them (GCRA, a
    token bucket told by its end).
    """

    def __init__(self, a_minute: int) -> None:
        """`a_minute`: 0 for no limit."""
        self._pause = _MINUTE / a_minute if a_minute else 0.0
        self._whole_at: dict[Hashable, float] = {}

    def take(self, who: Hashable, now: float, cost: float = 1.0) -> int:
        """Take what a command costs. Returns 0, or after how many seconds there is enough for it.

        `now` is in seconds, by any clock that never goes back.
        """
        if not self._pause:
            return 0
        whole_at = max(self._whole_at.get(who, now), now) + cost * self._pause
        lacking = whole_at - now - _MINUTE
        if lacking > 0:
            return math.ceil(lacking)
        if len(self._whole_at) >= _REMEMBERED:
            self._whole_at = {one: at for one, at in self._whole_at.items() if at > now}
        self._whole_at[who] = whole_at
        return 0
