"""When may a host be asked next? Requests to one are spaced, and it may ask for patience."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.sources.pace import spacing_of

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
