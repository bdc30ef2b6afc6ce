"""Installations in memory, as the port has them."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.port.installations import Grant
from bot.port.platform import Retryable


@dataclass(slots=True)
class FakeInstallations:
    """What workspaces granted. `ended` has each end. `busy`: another process renews.

    `away`: nothing can be kept.
    """

    grants: dict[str, Grant] = field(default_factory=dict)
    ended: list[tuple[str, str]] = field(default_factory=list)
    busy: bool = False
    away: bool = False
    one_ended: asyncio.Event = field(default_factory=asyncio.Event)
    _states: set[str] = field(default_factory=set)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    async def survey(self) -> int:
        """Return how many there are."""
        return len(self.grants)

    async def install(self, grant: Grant) -> None:
        """Keep a grant."""
        if self.away:
            raise Retryable("The store is away.")
        kept = replace(grant.kept, sealed=f"sealed {next(self._numbers)}")
        self.grants[kept.workspace] = replace(grant, kept=kept)

    async def get(self, workspace: str) -> Grant | None:
        """Return a grant."""
        return self.grants.get(workspace)

    async def begin_renewal(self, grant: Grant) -> bool:
        """Let one renew."""
        return not self.busy and self._is_newest(grant)

    async def renew(self, grant: Grant, token: str, refresh_token: str, until: datetime) -> None:
        """Keep the next token."""
        if self._is_newest(grant):
            kept = replace(grant.kept, expires_at=until)
            await self.install(Grant(kept, token, refresh_token))

    async def end(self, grant: Grant, why: str) -> None:
        """Forget a grant."""
        if self._is_newest(grant):
            del self.grants[grant.kept.workspace]
            self.ended.append((grant.kept.workspace, why))
            self.one_ended.set()

    def new_state(self) -> str:
        """Return a state."""
        state = f"state{next(self._numbers)}"
        self._states.add(state)
        return state

    async def take_state(self, state: str) -> bool:
        """Take a state, once."""
        known = state in self._states
        self._states.discard(state)
        return known

    def _is_newest(self, grant: Grant) -> bool:
        known = self.grants.get(grant.kept.workspace)
        return known is not None and known.kept.sealed == grant.kept.sealed
