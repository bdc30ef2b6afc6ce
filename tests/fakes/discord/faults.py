"""What goes wrong on request, one fault for one request, in the order in which they were asked."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from enum import Enum, auto


class Break(Enum):
    """When a connection is cut."""

    BEFORE = auto()
    """Discord never heard of the request."""
    AFTER = auto()
    """Discord did what was asked, and its answer was lost."""


@dataclass(slots=True)
class DiscordFault:
    """What happens to the next requests that fit.

    `status` answers an error with `body`; where `taken`, Discord did it all the same. `breaks`
    cuts the connection. `gate` is waited for first. `garbled` answers what is no JSON. So many
    requests go well before, `after`.
    """

    method: str
    path: str
    status: int | None = None
    body: object = field(default_factory=lambda: {"message": "asked for", "code": 0})
    taken: bool = False
    breaks: Break | None = None
    gate: asyncio.Event | None = None
    garbled: bool = False
    times: int = 1
    headers: dict[str, str] = field(default_factory=dict)
    after: int = 0
    seen: int = 0

    def fits(self, method: str, path: str) -> bool:
        """Whether it is meant for this request, and not used up."""
        return (
            self.seen < self.times
            and method == self.method
            and re.fullmatch(self.path, path) is not None
        )


class Faults:
    """The faults that wait for their requests."""

    def __init__(self) -> None:
        self._waiting: list[DiscordFault] = []

    def add(self, fault: DiscordFault) -> DiscordFault:
        """Let a fault wait for its request."""
        self._waiting.append(fault)
        return fault

    def take(self, method: str, path: str) -> DiscordFault | None:
        """Return the fault of a request, if one waits for it."""
        for fault in self._waiting:
            if not fault.fits(method, path):
                continue
            if fault.after:
                fault.after -= 1
                return None
            fault.seen += 1
            return fault
        return None

    def clear(self) -> None:
        """Let everything go well again."""
        self._waiting.clear()
