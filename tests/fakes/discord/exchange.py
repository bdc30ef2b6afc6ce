"""One interaction: what a person did, and what the bot answered to it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

COMMAND, COMPONENT, COMPLETION, MODAL = 2, 3, 4, 5
MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, FORM = 4, 5, 6, 7, 8, 9
EPHEMERAL = 1 << 6
LOADING = 1 << 7


@dataclass(slots=True)
class Exchange:
    """An interaction under way. `original` is the message that answers it, if one does.

    `call` is the call of the bot, where it went so: it is over when the first answer is given.
    """

    id: str
    token: str
    kind: int
    user_id: str
    channel_id: str
    guild_id: str | None
    pressed: dict[str, Any] | None = None
    created: float = field(default_factory=time.monotonic)
    answered: int | None = None
    original: dict[str, Any] | None = None
    loading: bool = False
    modal: dict[str, Any] | None = None
    choices: list[dict[str, Any]] | None = None
    followups: list[dict[str, Any]] = field(default_factory=list)
    deleted: bool = False
    delay: float = 0.0
    call: asyncio.Task[int] | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self) -> None:
        """Tell who waits that something was answered."""
        self.changed.set()
